"""vCards of all versions and makers: each card is a row, nothing is lost in folds and encodings, none harms."""

import subprocess
import sys
from time import process_time

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from hooks.i18n import use_locale
from hooks.offers import ReadOptions
from services.errors import Refused
from services.imports import runs
from services.imports.headers import understand
from services.imports.staged import Staged
from services.imports.vcards import inspect_vcard, may_be_vcard, stage_vcard
from tests.services.imports.cards import card
from tests.services.imports.loading import (
    PHONE,
    SYSTEM,
    contact,
    count,
    emails_of,
    load_file,
    outcomes,
    phones_of,
)


@pytest.fixture
def read(tmp_path):
    """Return a function that reads text or bytes and returns the rows, as what each column holds, and their kinds."""

    def stage(content: str | bytes, **options):
        path, target = tmp_path / "a.vcf", tmp_path / "a.staged"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        shape = inspect_vcard(path, ReadOptions(**options))
        stage_vcard(path, shape, target)
        with Staged(target) as staged:
            rows, kinds = [], []
            for at in range(staged.groups):
                group = staged.group(at)
                rows += [dict(zip(shape.columns, cells, strict=True)) for cells in group.cells]
                kinds += group.kinds
        return rows, kinds, shape

    return stage


def one(read, *lines: str, **options) -> dict[str, str]:
    rows, kinds, _shape = read(card(*lines, **options))
    assert kinds == ["row"]
    return {name: cell for name, cell in rows[0].items() if cell}


def test_names_firm_and_address_of_each_version(read):
    whole = [
        "N:Lefèvre;Élodie;Marie;Mme;Jr.",
        "ORG:Noël\\; fils;Ventes",
        "ADR;TYPE=work:;Bât. 2;Rue A\\, 1;Lyon;;69001;FR",
    ]
    wanted = {
        "First Name": "Élodie Marie", "Last Name": "Lefèvre Jr.", "Organization": "Noël; fils",
        "Street": "Rue A, 1, Bât. 2", "City": "Lyon", "Postcode": "69001", "Country Code": "FR",
        "Form of address": "Mme", "Department, other organizations": "Ventes",
    }  # fmt: skip
    for version in ("2.1", "3.0", "4.0"):
        assert one(read, *whole, version=version) == wanted


@pytest.mark.parametrize(
    ("lines", "first", "last"),
    [
        (["FN:Ana Lima"], "Ana", "Lima"), (["N:;;;;", "FN:Lima, Ana"], "Ana", "Lima"),
        (["FN:Acme Ltda", "ORG:ACME LTDA"], "", ""), (["N:Lima;;;;", "FN:Somebody Else"], "", "Lima"),
        (["NICKNAME:Duda"], "Duda", ""),
    ],
)  # fmt: skip
def test_a_whole_name_stands_in_where_there_are_no_parts(read, lines, first, last):
    found = one(read, *lines)
    assert (found.get("First Name", ""), found.get("Last Name", "")) == (first, last)


def test_the_preferred_addresses_come_first_and_a_fax_is_no_phone(read):
    found = one(
        read,
        "N:Lima;Ana",
        "TEL;WORK;FAX:1", "TEL;HOME:2", "TEL;CELL;PREF:3", "item1.TEL;TYPE=work,voice:4", "TEL;TYPE=pager:5",
        "EMAIL;PREF=2:b@a.com", "EMAIL;PREF=1:mailto:a@a.com", "EMAIL;TYPE=INTERNET:c@a.com", "EMAIL:a@a.com",
    )  # fmt: skip
    assert (found["Mobile Number"], found["Further Phones"], found["Fax"]) == ("3", "2; 4", "1")
    assert found["Pager and modem"] == "5"
    assert (found["Email"], found["Further Emails"]) == ("a@a.com", "b@a.com; c@a.com")


def test_numbers_as_addresses_keep_their_extension(read):
    found = one(
        read, 'TEL;VALUE=uri;TYPE="voice,home";PREF=1:tel:+1-201-555-0123;ext=5', "TEL;VALUE=uri:tel:+12015550124",
        version="4.0",
    )  # fmt: skip
    assert (found["Mobile Number"], found["Further Phones"]) == ("+1-201-555-0123 ext. 5", "+12015550124")


def test_what_no_field_takes_is_shown_beside(read):
    found = one(
        read,
        "FN:Ana", "TITLE:Chefe", "NOTE:one\\ntwo\\, three", "BDAY:1980-01-02", "URL:https://example.com",
        "IMPP;X-SERVICE-TYPE=Skype:skype:ana.l", "X-SKYPE-USERNAME:ana.l", "UID:urn:uuid:1", "ADR:;;A;;;;",
        "ADR:;;B;C;;;",
        "CATEGORIES:Norte,Sul\\, leste;Oeste",
    )  # fmt: skip
    assert (found["Job title"], found["Note"], found["Birthday"]) == (
        "Chefe",
        "one\ntwo, three",
        "1980-01-02",
    )
    assert (found["Web page"], found["vCard UID"]) == ("https://example.com", "urn:uuid:1")
    assert (found["Street"], found["Further addresses"]) == ("A", "B, C")
    assert (found["Messengers"], found["Segments"]) == ("Skype ana.l", "Norte;Sul, leste,Oeste")


@pytest.mark.parametrize(
    "name", ["N:Lima;Ana;;Dra.;", "N:Lima;Ana;;\r\n Dra.", "N;ENCODING=QUOTED-PRINTABLE:Lima;Ana;=\r\n;Dra.;"]
)
def test_parts_that_no_field_takes_are_shown_beside(read, name):
    found = one(read, name, "NICKNAME:Aninha", "ORG:Acme;Sales;North", "ORG:Other", version="2.1")
    assert (found["First Name"], found["Last Name"], found["Form of address"]) == ("Ana", "Lima", "Dra.")
    assert (found["Nickname"], found["Organization"]) == ("Aninha", "Acme")
    assert found["Department, other organizations"] == "Sales\nNorth\nOther"


@pytest.mark.parametrize("locale", ["en", "pt_BR", "fr"])
def test_columns_beside_are_taken_for_no_field(read, locale):
    with use_locale(locale):
        _rows, _kinds, shape = read(
            card(
                "N:L;A;;Dr.;",
                "NICKNAME:A",
                "ORG:A;B",
                "TITLE:T",
                "TEL;TYPE=pager:+5511961234567",
                "TEL;TYPE=fax:1",
            )
        )
    beside = shape.columns.index("vCard UID") + 1
    assert len(shape.columns) - beside == 6
    assert not any(understand(shape.columns).fields[beside:])


def test_columns_that_no_card_fills_are_not_shown(read):
    _rows, _kinds, shape = read(card("FN:Ana", "TEL:1"))
    assert shape.columns == ("First Name", "Last Name", "Mobile Number", "Further Phones", "vCard UID")
    _rows, _kinds, shape = read(card("N:Lima;Ana;;;", "ORG:Acme\\; Sons;"))
    assert shape.columns == ("First Name", "Last Name", "Organization", "vCard UID")


# --- folds, encodings, photos


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_folded_lines_are_put_together(read, newline):
    text = card("N:Gon", " çal", "\tves;Ana", "NOTE:a  ", "  b", "TEL:1").replace("\r\n", newline)
    rows, kinds, _shape = read(text)
    assert kinds == ["row"]
    assert (rows[0]["Last Name"], rows[0]["Note"], rows[0]["Mobile Number"]) == ("Gonçalves", "a   b", "1")


def test_a_letter_of_two_bytes_may_be_parted_by_a_fold(read):
    rows, _kinds, shape = read(
        card("N:Gon#alves;Ana").encode().replace(b"#", "ç".encode()[:1] + b"\r\n " + "ç".encode()[1:])
    )
    assert (rows[0]["Last Name"], shape.encoding, shape.guessed) == ("Gonçalves", "utf-8", False)


def test_an_old_fold_stands_at_a_space_that_is_kept(read):
    assert one(read, "FN:Ana", "NOTE:one", "  two", version="2.1")["Note"] == "one two"


def test_quoted_printable_with_soft_line_breaks_and_charsets(read):
    rows, kinds, shape = read(
        card(
            "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gon=C3=A7al=", "ves;Jo=C3=A3o;;;",
            "ADR;WORK;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:;;Av. A=E7a=ED=3B 1=0D=0Afundos;S=E3o Paulo",
            "ORG;ENCODING=QUOTED-PRINTABLE:Caf=E9", "NOTE;ENCODING=QUOTED-PRINTABLE:a=", "=3Db=", "",
            version="2.1",
        )
    )  # fmt: skip
    assert kinds == ["row"]
    assert (rows[0]["First Name"], rows[0]["Last Name"]) == ("João", "Gonçalves")
    assert (rows[0]["Street"], rows[0]["City"]) == ("Av. Açaí; 1 fundos", "São Paulo")
    assert (rows[0]["Organization"], rows[0]["Note"]) == ("Café", "a=b")
    assert (shape.encoding, shape.guessed) == ("utf-8", False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_is_read(read, encoding):
    rows, _kinds, shape = read(card("N:Gonçalves;João", "TEL:1").encode(encoding))
    assert (rows[0]["First Name"], rows[0]["Last Name"], shape.guessed) == ("João", "Gonçalves", False)


def test_a_code_page_is_a_guess_that_can_be_changed(read):
    content = card("N:Gonçalves;João", "TEL:1").encode("cp1252")
    rows, _kinds, shape = read(content)
    assert (rows[0]["First Name"], shape.encoding, shape.guessed) == ("João", "windows-1252", True)
    rows, _kinds, shape = read(content, encoding="mac-roman")
    assert (shape.encoding, shape.guessed) == ("macintosh", False)
    declared = card("N;CHARSET=ISO-8859-1:Gonçalves;João").encode("latin-1")
    assert read(declared)[0][0]["First Name"] == "João"


def test_photos_are_passed_over_however_they_are_written(read):
    photo = "/9j/4AAQSkZJRgABAQAAAQABAAD" * 3
    for lines in (
        [f"PHOTO;ENCODING=b;TYPE=JPEG:{photo}", f" {photo}", f" {photo}"],
        [f"PHOTO;ENCODING=BASE64;JPEG:{photo}", photo, f"{photo}==", ""],
        ["PHOTO;VALUE=uri:https://example.com/a.jpg"],
        [f"PHOTO:data:image/jpeg;base64\\,{photo * 4000}"],
        [f"SOUND;BASE64:{photo}", f"  {photo}"],
    ):
        rows, kinds, _shape = read(card("FN:Ana Lima", *lines, "TEL:1"))
        assert (len(rows), kinds, rows[0]["Mobile Number"]) == (1, ["row"], "1")


def test_a_card_within_a_card_belongs_to_it(read):
    inner = card("FN:Agent", "TEL:2", version="2.1").splitlines()
    rows, kinds, _shape = read(card("FN:Ana", "AGENT:", *inner, "TEL:1", version="2.1") + card("FN:Bob"))
    assert [row["First Name"] for row in rows] == ["Ana", "Bob"]
    assert (rows[0]["Mobile Number"], kinds) == ("1", ["row", "row"])


def test_cards_that_are_cut_off_unreadable_or_of_a_group_are_told_apart(read):
    rows, kinds, _shape = read(
        card("FN:Ana")
        + card("FN:Bob", "TEL:1").replace("END:VCARD\r\n", "")
        + card("FN;CHARSET=klingon:Eva", "NOTE;ENCODING=b:%%%", "ORG;CHARSET=punycode:é-é")
        + card("FN:Friends", "X-ADDRESSBOOKSERVER-KIND:group")
        + card("FN:Zoe", "TEL:2")[:-9]
    )
    assert kinds == ["row", "card_cut_off", "card_unreadable", "card_of_group", "card_cut_off"]
    assert [row["First Name"] for row in rows] == ["Ana", "Bob", "Eva", "Friends", "Zoe"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"), (b"\r\n", "empty_file"), (b"Nome;E-mail\n", "not_vcard"),
        (b"BEGIN:VCALENDAR\r\n", "not_vcard"),
        (b"BEGIN:VCARD\r\nNOTE:" + b"x" * 5_000_000, "card_too_long"),
        (b"BEGIN:VCARD\r\n" + b"TEL:1\r\n" * 1_000_000, "card_too_long"),
    ],
)  # fmt: skip
def test_what_is_no_vcard_is_refused_in_one_sentence(read, content, code):
    with pytest.raises(Refused) as refused:
        read(content)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


def test_a_file_is_a_vcard_by_its_first_line_or_its_name(tmp_path):
    for name, content, fits in [
        ("a.csv", b"\xef\xbb\xbf\r\nbegin : vcard\r\n", True), ("a", "BEGIN:VCARD".encode("utf-16"), True),
        ("a.vcf", b"nothing", True), ("a.txt", b"Nome;E-mail\n", False), ("b", b"BEGIN:VCALENDAR", False),
    ]:  # fmt: skip
        (tmp_path / name).write_bytes(content)
        assert may_be_vcard(tmp_path / name) is fits, name


LINES = (
    "BEGIN:VCARD", "END:VCARD", "VERSION:2.1", "FN:Ana", "N;CHARSET=x:a;b", "TEL;PREF=\u0663:1", 'TEL;A="b:c', ":",
    ";:", " x", "=", "PHOTO;BASE64:AAAA", "NOTE;ENCODING=QUOTED-PRINTABLE:a=", "ORG;ENCODING=B:%%%",
    "ORG;ENCODING=B:AAAAA", "ADR:\\;\\",
    "AGENT:", "\ufeff", "é",
)  # fmt: skip


@given(st.lists(st.sampled_from(LINES)))
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_any_lines_end_in_rows_or_a_refusal(read, lines):
    rows, kinds, _shape = read("\n".join(["BEGIN:VCARD", *lines]))
    assert len(rows) == len(kinds) >= 1


def test_a_file_of_any_size_needs_little_memory(tmp_path):
    path = tmp_path / "a.vcf"
    photo = "PHOTO;ENCODING=b:" + "A" * 400_000
    with path.open("w") as file:
        file.writelines(card(f"N:Lima;Ana {n}", f"EMAIL:a{n}@example.com", photo) for n in range(150))
    code = """
import resource, sys
from pathlib import Path
from hooks.offers import ReadOptions
from services.imports.vcards import inspect_vcard, stage_vcard
path = Path(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert stage_vcard(path, inspect_vcard(path, ReadOptions()), path.with_suffix(".staged")) == 150
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 40


# --- end to end


@pytest.mark.usefixtures("db")
def test_cards_come_in_and_the_rejected_ones_come_back_as_a_table_that_loads():
    content = (
        card("N:Lima;Ana", f"TEL;CELL:{PHONE}", "TEL;WORK:+55 11 2345-6789", "EMAIL:a@a.com", "EMAIL:b@a.com", "UID:1")
        + card("ORG:Acme", "TEL:+33 6 12 34 56 78", "CATEGORIES:Norte,Sul")
        + card("N:=1+1;Bob", "TEL:12", "NOTE:two\\nlines")
        + card("FN:Friends", "KIND:group", version="4.0")
        + card("N:Sol;Eva", "EMAIL:e@a.com")[:-12]
    ).encode()  # fmt: skip
    read = load_file(content, unknown_segments="create", country="BR")
    assert outcomes(read) == ["created", "created", "phone_too_short", "card_of_group", "card_cut_off"]
    rows = runs.rows(SYSTEM, read.id).items
    ana, firm = contact(rows[0].contact_id), contact(rows[1].contact_id)
    assert (emails_of(ana.id), phones_of(ana.id)) == (["a@a.com", "b@a.com"], [PHONE, "+551123456789"])
    assert (ana.country, ana.external_id, firm.organization, firm.country) == ("BR", None, "Acme", "FR")
    assert firm.segments == ["Norte", "Sul"]
    seen = runs.inspect(SYSTEM, read.id)
    assert (seen.format, seen.program, seen.missing, seen.delimiter) == ("vcard", "vCard", [], None)
    back = runs.rejected_file(SYSTEM, read.id)
    assert back.suffix == ".csv"
    text = back.read_text(encoding="utf-8-sig")
    assert "'=1+1" in text
    put_right = text.replace(",12,", f",{PHONE[:-1]}8,").encode("utf-8-sig")
    again = load_file(put_right, country="BR")
    assert outcomes(again) == ["created", "missing", "created"]
    assert count("contact", "last_name = '=1+1'") == 1
    assert outcomes(load_file(content, unknown_segments="create", country="BR"))[:2] == [
        "unchanged",
        "unchanged",
    ]


def test_a_value_that_cannot_be_decoded_rejects_its_card_alone(tmp_path):
    path = tmp_path / "a.vcf"
    path.write_text("BEGIN:VCARD\nORG;ENCODING=BASE64:%QQ%\nTEL;CHARSET=idna:\x7f\u00e9\nEND:VCARD\n")
    target = tmp_path / "rows"
    assert stage_vcard(path, inspect_vcard(path, ReadOptions()), target) == 1
    with Staged(target) as staged:
        assert staged.group(0).kinds == ["card_unreadable"]


def test_marks_of_quotation_without_end_are_read_in_one_pass(read):
    begun = process_time()
    for marks in (';"a"' * 100_000, ";" + '"' * 1_000_000):
        read(card("FN:Ana Lima", f"TEL{marks}:{PHONE}"))
    assert process_time() - begun < 2
