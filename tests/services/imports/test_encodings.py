"""Encodings: the mark at the start, strict UTF-8, UTF-16 by its NULs, the code page; none is read wrongly."""

import codecs

import pytest

from services.errors import Refused
from services.imports.encodings import ENCODINGS, Encoding, encoding_of, known_encoding

TEXT = "Nome;Sobrenome\r\nJoão;Gonçalves\r\nÉlodie;Lefèvre\r\n" * 20


def found(path, content: bytes, **options) -> Encoding:
    path.write_bytes(content)
    return encoding_of(path, **options)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.csv"


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_mark_at_the_start_decides(path, mark, name):
    assert found(path, mark + TEXT.encode(name)) == Encoding(name, len(mark))


@pytest.mark.parametrize("name", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_unicode_without_a_mark_is_known_too(path, name):
    assert found(path, TEXT.encode(name)) == Encoding(name)


@pytest.mark.parametrize("language", ["en", "pt", "fr", None])
def test_anything_else_is_guessed_to_be_the_code_page_of_spreadsheets(path, language):
    assert found(path, TEXT.encode("cp1252"), language=language) == Encoding("windows-1252", guessed=True)


def test_one_accent_at_the_end_of_a_long_file_is_enough(path):
    content = b"Nome;Cidade\r\n" + b"Ana;Recife\r\n" * 200_000 + "João;Belém\r\n".encode("cp1252")
    assert found(path, content).name == "windows-1252"


def test_utf8_with_one_broken_line_is_refused_and_not_read_as_two_letters_for_one(path):
    content = TEXT.encode() + "João\r\n".encode("cp1252") + TEXT.encode()
    with pytest.raises(Refused) as refused:
        found(path, content)
    assert refused.value.code == "mixed_encodings"
    assert refused.value.data["line"] == 61
    assert found(path, content, chosen="windows-1252") == Encoding("windows-1252")


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Latin-1", "iso-8859-1"), ("ISO-8859-1", "iso-8859-1"), ("cp1252", "windows-1252"),
        ("UTF8", "utf-8"), ("utf-8-sig", "utf-8"), ("Windows-1252", "windows-1252"),
        ("utf-16", "utf-16-le"), ("cp850", "ibm850"), ("mac-roman", "macintosh"),
    ],
)  # fmt: skip
def test_a_person_may_spell_an_encoding_in_the_usual_ways(spelling, name):
    assert known_encoding(spelling) == name


@pytest.mark.parametrize("name", ["klingon", "rot13", "zip", "idna", "unicode_escape", ""])
def test_what_is_no_encoding_of_files_is_refused(name):
    with pytest.raises(Refused, match="No encoding"):
        known_encoding(name)


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_encoding_can_be_chosen(path, name):
    text = TEXT if name not in {"windows-1250", "windows-1251"} else "Nome;Sobrenome\r\n"
    assert found(path, text.encode(name), chosen=name) == Encoding(name)


def test_a_chosen_utf16_finds_its_mark_and_its_order(path):
    assert found(path, codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), chosen="utf-16") == Encoding(
        "utf-16-be", 2
    )
    assert found(path, TEXT.encode("utf-16-be"), chosen="utf-16") == Encoding("utf-16-be")


@pytest.mark.parametrize(
    ("content", "chosen", "line"),
    [
        ("Nome\nAna\nJoão\n".encode("cp1252"), "utf-8", 3),
        (b"Nome\nAna\n\x81\n", "windows-1252", 3),
        (b"Nome\nAna\0\0\n", "windows-1252", 2),
    ],
)
def test_a_file_that_the_chosen_encoding_cannot_decode_is_refused_with_its_line(path, content, chosen, line):
    with pytest.raises(Refused) as refused:
        found(path, content, chosen=chosen)
    assert refused.value.code == "undecodable"
    assert refused.value.data["line"] == line


@pytest.mark.parametrize(
    "content",
    [b"\x00\x01\x02\xff" * 50, b"Nome;\xff\x02\x03 \x07;\xfe\n", b"a;b\n1\0;2\0;\n", b"a;b\r\n\0" * 9],
)
def test_bytes_that_are_no_text_are_refused(path, content):
    with pytest.raises(Refused) as refused:
        found(path, content)
    assert refused.value.code == "binary_file"


@pytest.mark.parametrize("name", ["utf-8", "windows-1252"])
def test_a_nul_gone_astray_leaves_a_text_a_text(path, name):
    assert found(path, f"Nome;Cidade\nJo\0ão;Rio\n{'Ana;Recife' * 9}\n".encode(name)).name == name
