"""vCards 2.1, 3.0 and 4.0 as a table: each card is a row, with the columns that some card of the file fills.

The preferred e-mail and phone are the first ones, else those that stand first; a fax is no phone. The UID is offered
as the external ID but not taken for it: every program gives the same person another one, and a contact with one from
elsewhere would be refused.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from hooks.i18n import _, current_locale
from hooks.offers import FileShape, ReadOptions
from models.fold import fold
from services import messengers
from services.errors import Refused
from services.imports.card_lines import Card, Cards, Property, Undecodable, charset_of, name_of
from services.imports.encodings import Encoding, encoding_of, known_encoding
from services.imports.handles import platform_of
from services.imports.harmless import safe_cell
from services.imports.headers import header_of
from services.imports.programs import CARD_UID
from services.imports.rows import parted_name
from services.imports.stage_rows import Record, stage_rows
from services.imports.write_csv import delimiter_for, write_rejected_csv

ENDINGS = ("vcf", "vcard")
CUT_OFF, UNREADABLE, GROUP = "card_cut_off", "card_unreadable", "card_of_group"

_ROWS_SHOWN = 20
_UTF8_MARK = codecs.BOM_UTF8
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_NAMES = ("first_name", "last_name")
_PLACE = ("street", "city", "region", "postcode", "country")
_BESIDE = (
    "prefix", "nickname", "title", "units", "note", "birthday", "web", "other_messengers", "fax", "devices",
    "addresses",
)  # fmt: skip
# Which columns a property fills.
_COLUMNS_OF = {
    "ORG": ("organization",),
    "TEL": ("phone", "further_phones"),
    "EMAIL": ("email", "further_emails"),
    "ADR": (*_PLACE, "addresses"),
    "CATEGORIES": ("segments",),
    "TITLE": ("title",),
    "NOTE": ("note",),
    "BDAY": ("birthday",),
    "URL": ("web",),
    "NICKNAME": ("nickname",),
}
# Columns that only some parts of a property fill, from which to which.
_MORE_OF = {"N": ("prefix", 3, 4), "ORG": ("units", 1, None)}
_PART_ENDS = re.compile(r"(?<!\\);")
_ORDER = (
    *_NAMES, "organization", "phone", "further_phones", "email", "further_emails", *_PLACE, "segments", "messengers",
    "uid", *_BESIDE,
)  # fmt: skip
_NO_PHONES = frozenset(("fax", "pager", "modem", "bbs", "telex", "isdn"))
_DEVICES = _NO_PHONES - {"fax"}
_TALKS = frozenset(("voice", "cell"))
# A name of a property says which messenger it is of, or leaves it to what stands before the handle.
_MESSENGERS = {
    "X-SKYPE": "skype", "X-SKYPE-USERNAME": "skype", "X-TELEGRAM": "telegram", "X-JABBER": "xmpp", "X-ICQ": "icq",
    "X-WHATSAPP": "whatsapp", "X-VIBER": "viber", "X-INSTAGRAM": "instagram", "IMPP": "", "X-SOCIALPROFILE": "",
    "X-AIM": "aim", "X-MSN": "msn", "X-YAHOO": "yahoo", "X-GOOGLE-TALK": "gtalk", "X-QQ": "qq",
}  # fmt: skip
_SERVICES = frozenset(("telegram", "instagram", "skype", "whatsapp", "viber"))
# The scheme of handles whose service is told beside them.
_WITHOUT_SERVICE = "x-apple"
_GROUP_KINDS = ("KIND", "X-ADDRESSBOOKSERVER-KIND")


def may_be_vcard(path: Path) -> bool:
    """Say whether a file is a vCard by its first line, or by its name."""
    if path.suffix.lower().lstrip(".") in ENDINGS:
        return True
    with path.open("rb") as file:
        return _begins_a_card(file.read(400))


def inspect_vcard(path: Path, options: ReadOptions) -> FileShape:
    """Return the shape of a vCard file, whatever its version. Raises Refused for anything else."""
    with path.open("rb") as file:
        start = file.read(1 << 16)
    if not start.strip():
        raise Refused("empty_file", _("The file is empty."))
    if not _begins_a_card(start[:400]):
        raise Refused("not_vcard", _("The file is no vCard: it does not begin with BEGIN:VCARD."))
    if options.sheet:
        wrong = _("A vCard has no sheets.")
        raise Refused("no_sheets", wrong, fields={"sheet": wrong})
    encoding, filled = _looked_through(path, start, options)
    columns = [name for name in _ORDER if name in filled]
    locale = current_locale()
    cards = Cards(path, encoding.name, encoding.mark)
    return FileShape(
        format="vcard",
        columns=tuple(_header(name, locale) for name in columns),
        first_rows=tuple(
            tuple(cells)
            for cells, _line, _kind in islice(_records(cards, encoding.name, columns), _ROWS_SHOWN)
        ),
        encoding=encoding.name,
        guessed=encoding.guessed,
        layout={"mark": encoding.mark, "columns": columns, "rejected_ending": ".csv"},
    )


def stage_vcard(
    path: Path, shape: FileShape, target: Path, progress: Callable[[int, int], None] | None = None
) -> int:
    """Write every card to `target`, as stage_csv does; `progress(done, of)` counts bytes."""
    encoding, size = shape.encoding or "utf-8", path.stat().st_size
    cards = Cards(path, encoding, int(shape.layout["mark"]))

    def tell(_written: int) -> None:
        if progress:
            progress(min(cards.at, size), size)

    return stage_rows(target, _records(cards, encoding, shape.layout["columns"]), tell)


def write_rejected_cards(
    target: Path, shape: FileShape, rows: Iterable[tuple[Sequence[str], int, str, str]], locale: str
) -> None:
    """Write rejected cards as CSV, in which they can be put right; loaded again, it is known as a vCard's table."""
    table = replace(
        shape, encoding="utf-8", delimiter=delimiter_for(locale), layout={"mark": len(_UTF8_MARK)}
    )
    harmless = (([safe_cell(cell) for cell in cells], *report) for cells, *report in rows)
    write_rejected_csv(target, table, harmless, locale)  # type: ignore[arg-type]


def _begins_a_card(start: bytes) -> bool:
    # UTF-16 and UTF-32 are this text with NULs between.
    bare = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return bare[:20].upper().replace(b" ", b"").startswith(b"BEGIN:VCARD")


def _header(name: str, locale: str) -> str:
    beside = {
        "uid": CARD_UID,
        "prefix": _("Form of address"),
        "nickname": _("Nickname"),
        "title": _("Job title"),
        "units": _("Department, other organizations"),
        "note": _("Note"),
        "birthday": _("Birthday"),
        "web": _("Web page"),
        "other_messengers": _("Other messengers"),
        "fax": _("Fax"),
        "devices": _("Pager and modem"),
        "addresses": _("Further addresses"),
    }
    return beside.get(name) or header_of(name, locale)


def _looked_through(path: Path, start: bytes, options: ReadOptions) -> tuple[Encoding, set[str]]:
    """Go through all lines: which encoding the file is in, and which columns are filled."""
    chosen = known_encoding(options.encoding) if options.encoding else None
    if start.startswith(_WIDE_MARKS) or b"\0" in start or (chosen and chosen[:6] in ("utf-16", "utf-32")):
        encoding = encoding_of(path, chosen=options.encoding, language=options.language)
    else:
        encoding = Encoding(chosen or "utf-8", len(_UTF8_MARK) if start.startswith(_UTF8_MARK) else 0)
    decoder, is_utf8 = codecs.getincrementaldecoder("utf-8")(), True
    filled = {*_NAMES, "uid"}
    name, firms = "", 0
    for _line, text, goes_on in Cards(path, encoding.name, encoding.mark).lines():
        folded = text[:1] in (" ", "\t")
        if not goes_on and not folded:
            name = name_of(text[:200])
            firms = 0 if name == "BEGIN" else firms + (name == "ORG")
            filled.update(_filled_by(name, text, is_second=firms > 1))
        elif name in _MORE_OF and text.strip(" \t;"):
            # Of what is folded it is not said which part it is.
            filled.add(_MORE_OF[name][0])
        if is_utf8 and (decoder.getstate()[0] or not text.isascii()) and "CHARSET=" not in text[:200].upper():
            try:
                # A letter of several bytes may be parted by a fold.
                decoder.decode(
                    (text[1:] if folded else "\n" + text if not goes_on else text).encode("latin-1")
                )
            except UnicodeDecodeError:
                is_utf8 = False
    if not is_utf8 and chosen is None and encoding.name == "utf-8":
        encoding = replace(encoding, name="windows-1252", guessed=True)
    return encoding, filled


def _filled_by(name: str, text: str, *, is_second: bool) -> Iterator[str]:
    """Yield the columns that a line may fill; `is_second` says that its card has had an organization before."""
    yield from _COLUMNS_OF.get(name, ())
    if name in _MESSENGERS:
        head, _colon, value = text.partition(":")
        service = re.search(r"(?:X-SERVICE-TYPE|TYPE)=\"?([\w.-]+)", head, re.IGNORECASE)
        is_known = _handle(name, service[1] if service else "", value) is not None
        yield "messengers" if is_known else "other_messengers"
    elif name == "TEL":
        head = text[:200].lower()
        if "fax" in head:
            yield "fax"
        if any(kind in head for kind in _DEVICES):
            yield "devices"
    elif name in _MORE_OF:
        column, first, end = _MORE_OF[name]
        value = text.partition(":")[2]
        if is_second or value.endswith("=") or any(map(str.strip, _PART_ENDS.split(value)[first:end])):
            yield column


def _records(cards: Cards, encoding: str, columns: Sequence[str]) -> Iterator[Record]:
    charset = charset_of(encoding)
    for card in cards:
        kind = "row" if card.is_whole else CUT_OFF
        if any(one.name in _GROUP_KINDS and one.raw.strip().lower() == "group" for one in card.properties):
            kind = GROUP
        try:
            values = _values(card, charset)
        except Undecodable:
            values, kind = _values(card, "latin-1", declared=False), UNREADABLE
        if values["other_messengers"] and "other_messengers" not in columns:
            # A folded line seemed to be a handle: better a reason than a loss.
            values["messengers"] = "; ".join(filter(None, (values["messengers"], values["other_messengers"])))
        yield [values.get(name, "") for name in columns], card.line, kind


def _values(card: Card, charset: str, *, declared: bool = True) -> dict[str, str]:
    """Return what the columns of a card hold; where not `declared`, by the letters as they stand."""
    named: dict[str, list[Property]] = {}
    for one in card.properties:
        if not declared:
            one.parameters.clear()
        named.setdefault(one.name, []).append(one)
    values = _beside(named, charset)
    firms = [part for one in named.get("ORG", ()) for part in one.parts(charset)] or [""]
    values["organization"], values["units"] = firms[0], "\n".join(filter(None, firms[1:]))
    values["first_name"], values["last_name"] = _name(named, charset, values["organization"])
    phones = [
        one for one in _preferred(named.get("TEL", ())) if not one.types & _NO_PHONES or one.types & _TALKS
    ]
    values["phone"], values["further_phones"] = _first_and_further(_phone(one, charset) for one in phones)
    emails = [_bare(one.text(charset), "mailto:") for one in _preferred(named.get("EMAIL", ()))]
    values["email"], values["further_emails"] = _first_and_further(emails)
    addresses = [found for one in _preferred(named.get("ADR", ())) if any(found := _address(one, charset))]
    values |= dict(zip(_PLACE, addresses[0], strict=True)) if addresses else {}
    values["addresses"] = "\n".join(", ".join(filter(None, one)) for one in addresses[1:])
    return values


def _beside(named: Mapping[str, Sequence[Property]], charset: str) -> dict[str, str]:
    """Return what no field of a contact takes yet, and the labels and the UID."""
    once = {
        "nickname": "NICKNAME",
        "title": "TITLE",
        "note": "NOTE",
        "birthday": "BDAY",
        "web": "URL",
        "uid": "UID",
    }
    values = {
        column: "\n".join(one.text(charset) for one in named.get(name, ())) for column, name in once.items()
    }
    labels = [part for one in named.get("CATEGORIES", ()) for part in one.parts(charset, ",")]
    values["segments"] = ";".join(label.replace(";", ",") for label in labels if label)
    faxes = [one for one in named.get("TEL", ()) if "fax" in one.types]
    values["fax"] = "; ".join(_phone(one, charset) for one in faxes)
    devices = [
        one for one in named.get("TEL", ()) if one.types & _DEVICES and not one.types & {*_TALKS, "fax"}
    ]
    values["devices"] = "; ".join(_phone(one, charset) for one in devices)
    values["prefix"] = "\n".join(
        part for one in named.get("N", ()) for part in one.parts(charset)[3:4] if part
    )
    known, others = [], []
    for one in (one for name in _MESSENGERS for one in named.get(name, ())):
        text = one.text(charset)
        service = one.parameters.get("X-SERVICE-TYPE") or next(iter(sorted(one.types & _SERVICES)), "")
        handle = _handle(one.name, service, text)
        if handle is not None:
            known.append(handle)
        elif text:
            platform = _MESSENGERS[one.name] or service
            others.append(
                f"{platform}:{text}" if platform and not text.lower().startswith(platform) else text
            )
    values["messengers"], values["other_messengers"] = (
        "; ".join(dict.fromkeys(of)) for of in (known, others)
    )
    return values


def _handle(name: str, service: str, text: str) -> str | None:
    """Return what a property says of a messenger as an import reads it; null for one that is not known here."""
    scheme, colon, rest = text.partition(":")
    is_named = bool(colon) and scheme.isalpha() and scheme.lower() not in ("http", "https")
    platform = platform_of(_MESSENGERS[name] or service or (scheme if is_named else ""))
    if platform is None:
        return None
    if scheme.lower() == _WITHOUT_SERVICE or (is_named and platform_of(scheme) == platform):
        text = rest
    found = messengers.judged(platform, text.partition("?")[0].strip(), None)
    return f"{messengers.name_of(platform)} {found[1]}" if isinstance(found, tuple) else None


def _name(named: Mapping[str, Sequence[Property]], charset: str, organization: str) -> tuple[str, str]:
    """Return first and last name: a middle name belongs to the first, a suffix to the last."""
    for one in named.get("N", ()):
        last, first, middle, _title, suffix = [*one.parts(charset), "", "", "", "", ""][:5]
        if first or last or middle:
            return " ".join(f"{first} {middle.replace(',', ' ')}".split()), f"{last} {suffix}".strip()
    for one in (*named.get("FN", ()), *named.get("NICKNAME", ())):
        whole = one.text(charset)
        if whole and fold(whole) != fold(organization):
            given, family = parted_name(" ".join(whole.split()))
            return given or "", family or ""
    return "", ""


def _preferred(properties: Sequence[Property]) -> list[Property]:
    return sorted(properties, key=lambda one: one.preference)


def _first_and_further(addresses: Iterable[str]) -> tuple[str, str]:
    found = list(dict.fromkeys(address for address in addresses if address))
    return (found[0], "; ".join(found[1:])) if found else ("", "")


def _phone(one: Property, charset: str) -> str:
    """Return a number as people write it; of an address (`tel:`) without its parameters, but its extension."""
    text = one.text(charset)
    bare = _bare(text, "tel:")
    if bare == text:
        return text
    dialled, *parameters = bare.split(";")
    extension = next((part[4:] for part in parameters if part.lower().startswith("ext=")), "")
    return f"{dialled} ext. {extension}" if extension else dialled


def _bare(text: str, scheme: str) -> str:
    return text[len(scheme) :].strip() if text[: len(scheme)].lower() == scheme else text


def _address(one: Property, charset: str) -> tuple[str, str, str, str, str]:
    box, extended, street, city, region, postcode, country = [
        " ".join(part.split()) for part in [*one.parts(charset), "", "", "", "", "", "", ""][:7]
    ]
    return ", ".join(filter(None, (street, extended, box))), city, region, postcode, country
