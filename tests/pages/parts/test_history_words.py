"""A contact's history as sentences."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hooks.i18n import use_locale
from pages.parts.history_words import parts
from services.history import HistoryLine


@pytest.mark.parametrize(
    ("locale", "change", "said"),
    [
        ("en", (None, "Ana"), "First name: <b>Ana</b>"),
        ("fr", (None, "Ana"), "Prénom : <b>Ana</b>"),
        ("fr", ("Ana", None), "Prénom : <s>Ana</s>"),
        ("pt_BR", ("Ana", "Bia"), "Primeiro nome: <s>Ana</s> → <b>Bia</b>"),
    ],
)
def test_a_change_is_punctuated_as_its_language_does(locale: str, change: tuple[Any, Any], said: str) -> None:
    line = HistoryLine(
        1, datetime(2026, 11, 22, tzinfo=UTC), "Ana", "edit", "page", "updated", fields={"first_name": change}
    )
    with use_locale(locale):
        assert [part.replace("\N{NO-BREAK SPACE}", " ") for part in parts(line)] == [said]
