"""What the columns of a sheet of segments are called, and how such a sheet is told from a file of contacts."""

from collections.abc import Sequence
from functools import lru_cache

from hooks.i18n import best_locale
from models.fold import fold
from services.imports import headers

FIELDS = ("name", "description", "colour", "restricted", "active", "teams", "users")
# By which a contact is known; a file with one of them is about contacts.
_KEYS = frozenset({"external_id", "email", "phone"})
_OF_SEGMENTS_ALONE = ("colour", "restricted", "active", "teams", "users")

# The first name of a field is the one that is written; of two columns for one field, the earlier name wins.
_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "name": ("Segment", "Segment name", "Name of the segment", "Name"),
        "description": ("Description",),
        "colour": ("Colour", "Color"),
        "restricted": ("Restricted", "Restricted segment", "Wall"),
        "active": ("Active", "Switched on", "Enabled"),
        "teams": ("Teams", "Team", "Linked teams", "Teams that see behind it"),
        "users": ("Users", "User", "Linked users", "User emails", "People", "People who see behind it"),
    },
    "pt": {
        "name": ("Segmento", "Nome do segmento", "Nome"),
        "description": ("Descrição",),
        "colour": ("Cor",),
        "restricted": ("Restrito", "Segmento restrito", "Restrita"),
        "active": ("Ativo", "Ativado", "Ligado"),
        "teams": ("Equipes", "Equipe", "Equipas", "Times", "Equipes vinculadas"),
        "users": ("Usuários", "Usuário", "Utilizadores", "Usuários vinculados", "E-mails dos usuários", "Pessoas"),
    },
    "fr": {
        "name": ("Segment", "Nom du segment", "Nom"),
        "description": ("Description",),
        "colour": ("Couleur",),
        "restricted": ("Restreint", "Segment restreint"),
        "active": ("Actif", "Activé"),
        "teams": ("Équipes", "Équipe", "Équipes liées"),
        "users": ("Utilisateurs", "Utilisateur", "Utilisateurs liés", "E-mails des utilisateurs", "Personnes"),
    },
}  # fmt: skip


def understand(header: Sequence[str]) -> tuple[str | None, ...]:
    """Return what each column means: each field has one column, whatever is not known has none."""
    report = headers.understand(header).report
    claims = sorted(
        (rank, at, field)
        for at, name in enumerate(header)
        if at not in report and (known := _meanings().get(_key(name)))
        for field, rank in (known,)
    )
    fields: list[str | None] = [None] * len(header)
    for _rank, at, field in claims:
        if field not in fields:
            fields[at] = field
    return tuple(fields)


def is_sheet(header: Sequence[str]) -> bool:
    """Say whether a header is that of a sheet of segments: a name, more of a segment, and nothing of a contact.

    A name and a description are of anything: they do where the name is a segment's by word, or nothing else is there.
    """
    fields, contacts = understand(header), headers.understand(header)
    of_contacts = contacts.fields
    if "name" not in fields or not any(field in fields for field in FIELDS[1:]):
        return False
    if not any(field in fields for field in _OF_SEGMENTS_ALONE):
        by_word = "segment" in _key(header[fields.index("name")])
        strange = any(one is None and at not in contacts.report for at, one in enumerate(fields))
        if strange and not by_word:
            return False
    return not any(
        contact in _KEYS or (contact is not None and own is None)
        for own, contact in zip(fields, of_contacts, strict=True)
    )


def header(locale: str) -> tuple[str, ...]:
    """Return the header that is written in the language of `locale`."""
    names = _NAMES[best_locale(locale).partition("_")[0]]
    return tuple(names[field][0] for field in FIELDS)


def header_of(field: str, locale: str) -> str:
    """Return the header that is written for a field."""
    return header(locale)[FIELDS.index(field)]


def _key(name: str) -> str:
    return "".join(sign for sign in fold(name) if sign.isalnum())


@lru_cache(maxsize=1)
def _meanings() -> dict[str, tuple[str, int]]:
    """Return, for a header's key, the field that it names and the rank of the name; no name means two fields."""
    meanings: dict[str, tuple[str, int]] = {}
    for fields in _NAMES.values():
        for field, names in fields.items():
            for rank, name in enumerate((*names, field)):
                meanings.setdefault(_key(name), (field, rank))
    return meanings
