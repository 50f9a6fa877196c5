"""What does not fit a model is told in the reader's language."""

from typing import Literal

import pytest
from pydantic import BaseModel, Field, ValidationError, field_validator

from hooks.i18n import use_locale
from services import unfit


class Options(BaseModel, extra="forbid"):
    limit: int = Field(default=1, le=4000)
    unknown: Literal["skip", "create"] = "skip"
    zone: str = "America/Sao_Paulo"

    @field_validator("zone")
    @classmethod
    def _known(cls, value: str) -> str:
        if value == "Mars":
            raise ValueError("Mars has no clock.")
        return value


def told(**values: object) -> dict[str, str]:
    with pytest.raises(ValidationError) as refused:
        Options.model_validate(values)
    return unfit.fields(refused.value.errors())


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"limit": "many"}, "limit: A whole number is needed here."),
        ({"limit": 9000}, "limit: This is 4,000 or less."),
        ({"unknown": "drop"}, "unknown: This is one of skip, create."),
        ({"colour": "red"}, "colour: This is not known here."),
        ({"zone": "Mars"}, "zone: This cannot be used: Mars has no clock."),
        (
            {"limit": "x", "colour": "red"},
            "limit: A whole number is needed here. colour: This is not known here.",
        ),
    ],
)
def test_each_value_that_does_not_fit_is_named_with_what_it_should_be(
    values: dict[str, object], sentence: str
) -> None:
    assert unfit.sentence(told(**values)) == sentence


def test_it_is_told_in_the_language_of_the_reader() -> None:
    with use_locale("fr"):
        assert told(limit=9000) == {"limit": "Ceci vaut 4\u202f000 ou moins."}


def test_what_fastapi_says_of_the_place_of_a_value_is_left_out() -> None:
    errors = [{"loc": ("body", "name"), "type": "missing", "msg": ""}, {"loc": ("body",), "type": "missing"}]
    assert list(unfit.fields(errors, leave_out=1)) == ["name", "body"]
