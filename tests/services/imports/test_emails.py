"""E-mail addresses: kept in lower case, judged by email-validator, nothing of a cell dropped on the way."""

import random

import pytest

from hooks.i18n import use_locale
from services.imports.emails import judge_email, read_email
from services.imports.unreadable import Unreadable


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Ana.Souza@Example.COM", "ana.souza@example.com"),
        (" ana@example.com\u200b", "ana@example.com"),
        ("mailto:ana@example.com", "ana@example.com"),
        ("<ana@example.com>", "ana@example.com"),
        ("ana@example.com;", "ana@example.com"),
        ("ana+list@example.com.br", "ana+list@example.com.br"),
        ("o'neil@example.ie", "o'neil@example.ie"),
        ("JOSÉ@exãmple.com", "josé@exãmple.com"),
        ("a@xn--bcher-kva.de", "a@bücher.de"),
    ],
)
def test_an_address_is_kept_in_lower_case(text, address):
    assert read_email(text) == address
    assert read_email(address) == address


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ana", "email_without_at"),
        ("", "email_without_at"),
        ("ana@example", "email_not_valid"),
        ("ana@example..com", "email_not_valid"),
        ("ana.@example.com", "email_not_valid"),
        ("ana souza@example.com", "email_not_valid"),
        ("ana@[127.0.0.1]", "email_not_valid"),
        ("ana@-example.com", "email_not_valid"),
        ("ana@mail.local", "email_unreachable_domain"),
        ("ana@company.test", "email_unreachable_domain"),
        ("ana@example.com; bia@example.com", "email_several"),
        ("ana@example.com, bia@example.com", "email_several"),
        ("Ana <ana@example.com>, Bia <bia@example.com>", "email_several"),
        ("Ana <ana@example>", "email_not_valid"),
        ("a" * 250 + "@example.com", "email_too_long"),
    ],
)
def test_what_is_no_address_is_named(text, code):
    found = read_email(text)
    assert isinstance(found, Unreadable)
    assert found.code == code
    for locale in ("en", "pt_BR", "fr"):
        with use_locale(locale):
            assert "{" not in found.sentence()


@pytest.mark.parametrize("text", ["Ana <ana@example.com>", '"Souza, Ana" <ana@example.com>'])
def test_a_name_beside_the_address_is_not_dropped_but_refused(text):
    found = read_email(text)
    assert isinstance(found, Unreadable)
    assert found.code == "email_with_name"
    assert "ana@example.com" in found.sentence()


LOCALS = (
    "ana",
    "Ana.Souza",
    "a",
    "x_1",
    "a-b",
    "a--b",
    ".a",
    "a.",
    "a..b",
    "é",
    "a'b",
    "a b",
    '"a"',
    "a" * 65,
    "a+b",
)
LABELS = (
    "example",
    "Mail",
    "a",
    "1",
    "x-y",
    "x--y",
    "xn--bcher-kva",
    "-x",
    "x-",
    "",
    "bücher",
    "a" * 64,
    "x_y",
    "test",
)
TOPS = (
    "com",
    "com.br",
    "FR",
    "c",
    "c1",
    "1",
    "test",
    "LOCAL",
    "arpa",
    "onion",
    "invalid",
    "",
    "com.",
    "xn--p1ai",
    "рф",
)
AROUND = ("", "", "", "", " ", "<", ">", "mailto:", ";", ",", "\u00a0", "\u200b", '"', "Ana ", "@", "\n")


def written(rng: random.Random) -> str:
    """Return an address, often right, often nearly right."""
    rare = rng.random() < 0.6
    domain = ".".join(
        [*rng.choices(LABELS if rare else LABELS[:5], k=rng.choice((1, 1, 2))), rng.choice(TOPS[:3])]
    )
    local = (
        "".join(rng.choices("abcXYZ019._-+", k=rng.randrange(1, 12)))
        if rng.random() < 0.4
        else rng.choice(LOCALS)
    )
    text = f"{local}@{domain}"
    if rare:
        at = rng.choice(("@", "@", "@", "@", "@", "", "@@", " @ "))
        text = f"{rng.choice(AROUND)}{local}{at}{domain}.{rng.choice(TOPS)}{rng.choice(AROUND)}"
    if rng.random() < 0.2:
        at = rng.randrange(len(text) + 1)
        text = (
            text[:at] + chr(rng.choice((*range(128), 0xE9, 0x130, 0x212A, 0xFF20, 0x660, 0x2028))) + text[at:]
        )
    return text


def compare(cases: int, seed: int) -> None:
    rng = random.Random(seed)
    valid = 0
    for _ in range(cases):
        text = written(rng)
        judged = judge_email(text)
        assert read_email(text) == judged, text
        if isinstance(judged, str):
            valid += 1
            assert read_email(judged) == judged, text
    assert 0.2 < valid / cases < 0.9, "the cases no longer try both sides"


def test_the_fast_path_agrees_with_the_library_on_ten_thousand_cells():
    compare(10_000, seed=2)


@pytest.mark.slow
def test_the_fast_path_agrees_with_the_library_on_a_hundred_thousand_cells():
    compare(100_000, seed=1)
