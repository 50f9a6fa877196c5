"""A contact's history as sentences."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hooks.i18n import use_locale
from pages.parts.history_words import by_what, parts
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


def line(**values: Any) -> HistoryLine:
    told = {
        "act_id": 1,
        "at": datetime(2026, 11, 22, tzinfo=UTC),
        "by": "Ana",
        "act_kind": "edit",
        "via": "page",
    }
    return HistoryLine(**told | {"kind": "updated"} | values)


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ({}, "Ana"),
        ({"by": None, "via": "job"}, "Carteira · in the background"),
        ({"via": "api"}, "Ana · API"),
        ({"act_kind": "bulk"}, "Ana · bulk action"),
        ({"act_kind": "undo", "undone_kind": "bulk"}, "Ana · undo of a bulk action"),
        ({"act_kind": "import", "import_id": 12}, "Ana · import #12"),
        (
            {"act_kind": "import", "import_id": 12, "import_open": True, "via": "job"},
            'Ana · <a class="within" href="/imports?id=12">import #12</a>',
        ),
        ({"by": "<b>"}, "&lt;b&gt;"),
    ],
)
def test_it_says_by_whom_and_by_what(of: dict[str, Any], said: str) -> None:
    assert by_what(line(**of)) == said


def test_messengers_are_told_by_their_names() -> None:
    fields = {"messengers": ([["telegram", "@joao_g"]], [["whatsapp", "+5511961234567"]])}
    assert parts(line(fields=fields)) == [
        "Messengers: <s>Telegram @joao_g</s> → <b>WhatsApp +55 11 96123-4567</b>"
    ]
