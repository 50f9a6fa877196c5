"""Messengers: handles as people write them, and the links that open a conversation."""

import phonenumbers
import pytest

from services import messengers

BRAZIL = phonenumbers.format_number(
    phonenumbers.example_number_for_type("BR", phonenumbers.PhoneNumberType.MOBILE),
    phonenumbers.PhoneNumberFormat.E164,
)
FIXED = phonenumbers.format_number(
    phonenumbers.example_number_for_type("FR", phonenumbers.PhoneNumberType.FIXED_LINE),
    phonenumbers.PhoneNumberFormat.E164,
)
DIGITS = BRAZIL.removeprefix("+")


@pytest.mark.parametrize(
    ("platform", "written", "handle", "link"),
    [
        ("whatsapp", BRAZIL, BRAZIL, f"https://wa.me/{DIGITS}"),
        ("WhatsApp", DIGITS.removeprefix("55"), BRAZIL, f"https://wa.me/{DIGITS}"),
        ("whatsapp", f"https://wa.me/{DIGITS}", BRAZIL, f"https://wa.me/{DIGITS}"),
        ("telegram", "joao_g", "@joao_g", "https://t.me/joao_g"),
        ("telegram", "https://t.me/joao_g", "@joao_g", "https://t.me/joao_g"),
        ("telegram", BRAZIL, BRAZIL, f"https://t.me/{BRAZIL}"),
        ("messenger", "m.me/joao.g", "joao.g", "https://m.me/joao.g"),
        (
            "messenger",
            "https://www.facebook.com/profile.php?id=100012345678",
            "100012345678",
            "https://m.me/100012345678",
        ),
        (
            "whatsapp",
            f"https://api.whatsapp.com/send?phone={DIGITS}&text=oi",
            BRAZIL,
            f"https://wa.me/{DIGITS}",
        ),
        ("whatsapp", f"api.whatsapp.com/send/?text=oi&phone=%2B{DIGITS}", BRAZIL, f"https://wa.me/{DIGITS}"),
        ("instagram", "https://www.instagram.com/joao.g/?hl=pt", "@joao.g", "https://instagram.com/joao.g"),
        ("viber", BRAZIL, BRAZIL, f"viber://chat?number=%2B{DIGITS}"),
        ("skype", "live:.cid.1a2b", "live:.cid.1a2b", "skype:live:.cid.1a2b?chat"),
    ],
)
def test_a_handle_is_read_as_people_write_it_and_opens_a_conversation(
    platform: str, written: str, handle: str, link: str
) -> None:
    assert messengers.read(platform, written, "BR") == (platform.lower(), handle)
    assert messengers.link(platform.lower(), handle) == link


@pytest.mark.parametrize(
    ("platform", "written"),
    [
        ("whatsapp", "joao"),
        ("telegram", "abc"),
        ("telegram", "1joao"),
        ("messenger", "joão.g"),
        ("messenger", "https://facebook.com/profile.php"),
        ("instagram", ".joao"),
        ("instagram", "jo..ao"),
        ("viber", "12"),
        ("skype", 'a"><script>'),
        ("carrier pigeon", "joao"),
    ],
)
def test_what_is_no_handle_is_refused_in_a_sentence(platform: str, written: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        messengers.read(platform, written, "BR")


def test_a_mobile_phone_is_reached_on_whatsapp_and_a_fixed_line_is_not() -> None:
    assert messengers.whatsapp_of(BRAZIL) == f"https://wa.me/{DIGITS}"
    assert messengers.whatsapp_of(FIXED) is None
