"""Contacts and segments, with the six indexes that a grid needs."""

from django.db import models


class Segment(models.Model):
    """A list that contacts are in; `key` is its name in small letters."""

    name = models.CharField(max_length=120)
    key = models.CharField(max_length=120, unique=True)

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """One person."""

    country = models.CharField(max_length=2, null=True)
    first_name = models.CharField(max_length=200, null=True)
    last_name = models.CharField(max_length=200, null=True)
    phone = models.CharField(max_length=32, null=True, db_index=True)
    email = models.CharField(max_length=254, null=True, db_index=True)
    account_number = models.CharField(max_length=64, null=True)
    organization = models.CharField(max_length=200, null=True, db_index=True)
    external_id = models.CharField(max_length=64, null=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)
    segments = models.ManyToManyField(Segment)

    class Meta:
        """Indexes over two columns."""

        indexes = (
            models.Index(fields=["last_name", "first_name"]),
            models.Index(fields=["country", "id"]),
        )

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"
