"""Whatever somebody loads ends in a report whose counts close, or in a refusal of one sentence; and soon."""

import resource
import subprocess
from pathlib import Path

import pytest

from hooks.viewer import SYSTEM
from services import plugins
from services.errors import Refused
from services.imports import runs
from tests.fixtures import Database
from tests.services.imports.judged import loaded
from tests.services.imports.loading import count
from tests.services.imports.nasty import GOOD, HOSTILE_NAMES, NASTY, Nasty

ON_SQLITE = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
# Processor time, which does not depend on whoever shares the machine.
_MOST_SECONDS = 5
_MOST_MEMORY_KB = 512 * 1024
# A few, so that each change is held against them at once.
_QUICK = (
    "a cell at either end of the sheet", "entities within entities", "an XLSX with a password",
    "a directory without an end",
    "columns repeated without an end", "zeros", "a web page named CSV", "a million columns", "a phone of brackets",
    "accents one upon another", "every byte there is",
)  # fmt: skip


@pytest.fixture(autouse=True)
def importers() -> None:
    plugins.start()


def seconds_used() -> float:
    both = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(of.ru_utime + of.ru_stime for of in both)


def ends_soon(nasty: Nasty) -> str:
    content = nasty.make()
    pieces = [content[at : at + (1 << 20)] for at in range(0, len(content), 1 << 20)]
    # Beginning a process sweeps up what tests before this one left: their memory is none of this one's.
    subprocess.run(["true"], check=True)
    largest, began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, seconds_used()
    state = loaded(nasty.file_name, pieces)
    assert "left" not in state
    assert seconds_used() - began < _MOST_SECONDS
    largest_now = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # A child begins as a copy of this process, and counts as large as that.
    copied = max(largest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    assert largest_now <= copied or largest_now < _MOST_MEMORY_KB
    return state


@ON_SQLITE
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in _QUICK else [pytest.mark.slow]) for name in NASTY]
)
def test_a_nasty_file_ends_in_a_report_or_a_refusal_within_five_seconds(db: Database, name: str) -> None:
    ends_soon(NASTY[name])


def test_there_are_more_than_a_hundred_of_them() -> None:
    assert len(NASTY) > 100


@pytest.mark.slow
def test_one_after_another_they_leave_a_house_in_which_the_next_good_file_works(db: Database) -> None:
    small = {name: nasty for name, nasty in NASTY.items() if not nasty.large}
    ends = {name: loaded(nasty.file_name, [nasty.make()]) for name, nasty in small.items()}
    assert {"refused", "done", "done_with_rejects", "failed"} >= set(ends.values())
    contacts = count("contact")
    assert loaded("good.csv", [GOOD.replace("ana@", "next@").replace("4567", "4599").encode()]) == "done"
    assert count("contact") == contacts + 1


@pytest.mark.slow
@ON_SQLITE
def test_a_hostile_name_harms_nothing_and_is_kept_as_it_may_be_shown(db: Database, tmp_path: Path) -> None:
    for at, name in enumerate(HOSTILE_NAMES):
        if loaded(name, [GOOD.replace("ana@", f"ana{at}@").encode()]) == "refused":
            continue
        kept = runs.recent(SYSTEM, 1)[0].file_name
        assert kept
        assert len(kept) <= 300
        assert not set("/\\\0\n\u202e") & set(kept)
        kept.encode()
    stray = {path.name for path in tmp_path.rglob("*.csv")}
    assert stray <= {"source.csv", "rejected.csv"}


@pytest.mark.slow
@ON_SQLITE
def test_what_is_well_in_bad_company_comes_in(db: Database) -> None:
    good = (
        "parts that climb out of the archive", "macros", "a dimension that is a lie",
        "empty rows to the end, as programs write them",
        "carriage returns alone", "a header of one column", "wide text without a mark",
    )  # fmt: skip
    for name in good:
        nasty = NASTY[name]
        assert loaded(nasty.file_name, [nasty.make()]) in ("done", "done_with_rejects"), name


@ON_SQLITE
def test_the_refusal_says_what_it_is(db: Database) -> None:
    said = {
        "an XLSX with a password": "password",
        "an XLSX with a password, named XLS": "password",
        "an XLS with a password": "password",
        "an ODS with a password": "password",
        "parts marked as encrypted": "password",
        "an XLSX cut in the middle": "damaged",
        "an XLSX cut at its end": "damaged",
        "a web page named CSV": "web page",
        "a program for Linux, named CSV": "program",
        "a database named CSV": "database",
        "zeros": "no text",
        "nothing": "empty",
        "a separator and nothing else": "empty",
        "a cell at either end of the sheet": "memory",
        "a million columns": "first line",
    }
    for name, word in said.items():
        with pytest.raises(Refused, match=word):
            runs.receive(SYSTEM, NASTY[name].file_name, [NASTY[name].make()])
