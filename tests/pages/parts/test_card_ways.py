"""The ways to reach a contact."""

import pytest

from hooks.viewer import SYSTEM
from pages.parts.card_ways import Way, mailto, ways
from services import contacts
from tests.fixtures import Database
from tests.worlds import World


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_every_way_opens_what_one_uses_it_with(db: Database) -> None:
    handles = [
        {"platform": "telegram", "handle": "@joao_g"},
        {"platform": "viber", "handle": "+5511961234567"},
    ]
    joao = World().contact(
        "João",
        emails=["joao@example.com", "jg@example.com"],
        phones=["+5511961234567"],
        messengers=handles,
    )
    shown, digits = "+55 11 96123-4567", "5511961234567"
    assert ways(contacts.detail(SYSTEM, joao)) == [
        Way("joao@example.com", "mailto:joao@example.com", star="Primary"),
        Way("jg@example.com", "mailto:jg@example.com"),
        Way(shown, f"tel:+{digits}", aside="WhatsApp", aside_href=f"https://wa.me/{digits}"),
        Way("@joao_g", "https://t.me/joao_g", "Telegram", star="Primary"),
        Way(shown, f"viber://chat?number=%2B{digits}", "Viber"),
    ]


def test_an_address_is_linked_with_all_its_signs() -> None:
    assert mailto("a+b?c=d&e@example.com") == "mailto:a%2Bb%3Fc%3Dd%26e@example.com"
