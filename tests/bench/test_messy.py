"""The file that imports are measured with is what it says it is."""

import csv
from pathlib import Path

from bench.messy import BAD, HEADER, SEGMENTS, people, write_file
from models.fold import fold
from services.imports.countries import read_country
from services.imports.emails import read_email
from services.imports.headers import LAYOUT, layout_header
from services.imports.phones import read_phone


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_its_header_is_the_sample_s() -> None:
    assert list(HEADER) == list(layout_header("en"))
    assert len(HEADER) == len(LAYOUT)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("same", 3), ("other", 4)):
        write_file(tmp_path / name, 200, seed)
    one, same, other = ((tmp_path / name).read_bytes() for name in ("one", "same", "other"))
    assert one == same
    assert one != other


def test_its_counts_close_and_it_holds_every_kind_of_mess(tmp_path: Path) -> None:
    told = write_file(tmp_path / "file.csv", 5_000)
    rows = _rows(tmp_path / "file.csv")
    assert len(rows) == sum(told.values()) == 5_000
    assert set(told) == {"good", "twice", "blank", *BAD}
    assert sum(told[kind] for kind in BAD) < 250
    assert sum(not any(row.values()) for row in rows) == told["blank"]


def test_as_many_rows_as_it_counts_bad_do_not_fit(tmp_path: Path) -> None:
    told = write_file(tmp_path / "file.csv", 3_000)
    rows = [row for row in _rows(tmp_path / "file.csv") if any(row.values())]
    assert sum(not _fits(row) for row in rows) == sum(told[kind] for kind in BAD)


def _fits(row: dict[str, str]) -> bool:
    country = read_country(row["Country Code"])
    if not isinstance(country, str) or not row["Last Name"].strip():
        return False
    phone, email = row["Mobile Number"], row["Email"]
    if phone and not hasattr(read_phone(phone, country), "e164"):
        return False
    if email and not isinstance(read_email(email), str):
        return False
    return bool(phone or email)


def test_people_are_all_different_and_of_segments_that_exist() -> None:
    some = list(people(2_000))
    assert len({person.phone for person in some}) == 2_000
    emails = [person.email for person in some if person.email]
    assert len(set(emails)) == len(emails)
    names = {fold(name) for name in SEGMENTS}
    assert all(fold(name) in names for person in some for name in person.segments)
