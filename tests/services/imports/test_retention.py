"""Files of imports: gone when they have had their time, kept as long as anybody needs them."""

import os
import time
from datetime import timedelta

import pytest
import time_machine

from hooks.viewer import SYSTEM
from models.base import now
from models.imports import ImportOptions
from services.errors import NotFound
from services.imports import files, runs
from services.imports.retention import forget_old_files
from services.settings import settings
from tests.services.imports.loading import ANA, PHONE, closed, count, file_of, load, outcomes, reviewed

pytestmark = pytest.mark.usefixtures("db")

SOME = file_of([ANA | {"phone": PHONE}])


def later(**by: int) -> int:
    """Let time pass for the data base; files have the age that they have."""
    with time_machine.travel(now() + timedelta(**by)):
        return forget_old_files()


def on_disk() -> list[str]:
    return sorted(path.name for path in (settings().data / "imports").rglob("*") if path.is_file())


def aged(path) -> None:
    before = time.time() - 2 * 86_400
    os.utime(path, (before, before))


def test_files_go_when_they_have_had_their_time_and_the_numbers_stay():
    read = load(ANA | {"phone": PHONE}, ANA | {"phone": "12"})
    assert (later(days=29), runs.rejected_file(SYSTEM, read.id).exists()) == (0, True)
    assert (later(days=31), on_disk()) == (1, [])
    after = runs.get(SYSTEM, read.id)
    assert (after.created, after.rejected, after.has_rejected_file, after.files_deleted) == (
        1,
        1,
        False,
        True,
    )
    assert outcomes(after) == ["created", "phone_too_short"]
    assert runs.rows(SYSTEM, read.id).items[0].cells == []
    assert runs.inspect(SYSTEM, read.id).columns[0].samples == []
    with pytest.raises(NotFound) as gone:
        runs.rejected_file(SYSTEM, read.id)
    assert gone.value.code == "files_deleted"
    assert later(days=31) == 0


def test_what_was_left_waiting_ends_and_can_no_longer_be_loaded():
    received = runs.receive(SYSTEM, "c.csv", [SOME])
    planned = reviewed(ANA | {"phone": PHONE})
    assert (later(days=31), on_disk()) == (2, [])
    for read, rows in ((received, 0), (planned, 1)):
        after = closed(runs.get(SYSTEM, read.id))
        assert (after.state, after.rows, after.skipped, after.files_deleted) == (
            "cancelled",
            rows,
            rows,
            True,
        )
        assert after.message == "The file was not loaded in time, so it was deleted. Nothing came in."
        for deed in (runs.accept, runs.review, lambda who, of: runs.choose(who, of, ImportOptions())):
            with pytest.raises(NotFound):
                deed(SYSTEM, read.id)
    assert count("contact") == 0


def test_what_a_job_may_need_is_never_touched():
    received = runs.receive(SYSTEM, "c.csv", [SOME])
    runs.accept(SYSTEM, received.id)
    folder = next((settings().data / "imports").iterdir())
    for name in ("plan-12345678.db", "rows-1.part"):
        (folder / name).write_text("x")
        aged(folder / name)
    assert (later(days=400), on_disk()) == (0, ["plan-12345678.db", "rows-1.part", "source.csv"])
    runs.carry_out(received.id)
    assert runs.get(SYSTEM, received.id).created == 1


def test_what_nobody_names_goes_after_a_day():
    planned = reviewed(ANA | {"phone": PHONE})
    kept = on_disk()
    folder = next((settings().data / "imports").iterdir())
    orphan = settings().data / "imports" / "0123456789abcdef"
    orphan.mkdir()
    (orphan / "source.csv").write_text("x")
    for name in ("plan-12345678.db", "rows-1.part"):
        (folder / name).write_text("x")
    assert forget_old_files() == 0
    assert len(on_disk()) == len(kept) + 3
    for path in (orphan, folder / "plan-12345678.db", folder / "rows-1.part", *folder.glob("plan-*")):
        aged(path)
    assert (forget_old_files(), on_disk()) == (1, kept)
    runs.accept(SYSTEM, planned.id)
    runs.carry_out(planned.id)
    assert runs.get(SYSTEM, planned.id).created == 1
    assert files.REJECTED not in "".join(on_disk())
