"""Jobs are doors too: the owner's rights are asked again when a job runs, not only when it was wanted."""

from collections.abc import Callable

import pytest

from hooks.viewer import SYSTEM
from models.bulk import SetField
from models.people import UserUpdate
from services import bulk, contacts, exports, jobs, people
from services.imports import runs
from services.imports.undo import runs as undos
from services.listing import Query, count
from tests.doors.house import House

KINDS = ("bulk", "export", "import", "review", "undo")
LOST = {
    "switched off": UserUpdate(active=False),
    "without the permission": UserUpdate(role="analyst"),
}


def test_every_kind_of_job_has_a_line() -> None:
    assert sorted(jobs.KINDS) == sorted(KINDS)


@pytest.fixture(autouse=True)
def nothing_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave every bulk action to a worker."""
    monkeypatch.setattr(bulk, "AT_ONCE", 0)


def begun(house: House, kind: str) -> int:
    """Want a job as the advisor, without carrying it out."""
    viewer = house.viewer("advisor")
    if kind == "bulk":
        bulk_id = bulk.do(viewer, SetField(field="city", value="Lima"), Query(only=[house.open])).id
        assert bulk_id is not None
        return bulk_id
    if kind == "export":
        return exports.request(viewer, "csv", Query()).id
    if kind == "undo":
        return undos.begin(viewer, house.loaded_by("advisor")).id
    begin = runs.accept if kind == "import" else runs.review
    return begin(viewer, house.imports["advisor"]).id


def state(kind: str, subject_id: int) -> str:
    """Return what has become of the job."""
    jobs.wait_or_run_here(kind, subject_id)
    return jobs.look(kind, subject_id)[0]


@pytest.mark.slow
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", KINDS)
def test_a_job_of_somebody_with_the_rights_is_done(kind: str, again: Callable[[], House]) -> None:
    house = again()
    ends = {"bulk": "done", "export": "done", "import": "done", "review": "planned", "undo": "done"}
    assert state(kind, begun(house, kind)) == ends[kind]


@pytest.mark.slow
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("kind", ["import", "review"])
def test_an_import_of_somebody_who_lost_the_right_writes_nothing(
    kind: str, lost: str, again: Callable[[], House]
) -> None:
    house = again()
    subject_id = begun(house, kind)
    people.update_user(SYSTEM, house.users["advisor"], LOST[lost])
    assert state(kind, subject_id) == "failed"
    assert count(SYSTEM, Query()).n == 3


@pytest.mark.slow
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize("lost", LOST)
def test_an_undo_of_somebody_who_lost_the_right_takes_nothing_back(
    lost: str, again: Callable[[], House]
) -> None:
    house = again()
    subject_id = begun(house, "undo")
    people.update_user(SYSTEM, house.users["advisor"], LOST[lost])
    assert state("undo", subject_id) == "failed"
    assert count(SYSTEM, Query()).n == 4


@pytest.mark.slow
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize("lost", LOST)
def test_a_bulk_action_of_somebody_who_lost_the_right_changes_nothing(
    lost: str, again: Callable[[], House]
) -> None:
    house = again()
    subject_id = begun(house, "bulk")
    people.update_user(SYSTEM, house.users["advisor"], LOST[lost])
    assert state("bulk", subject_id) == "failed"
    assert contacts.detail(SYSTEM, house.open).city is None


@pytest.mark.slow
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_an_export_of_somebody_who_was_switched_off_is_not_made(again: Callable[[], House]) -> None:
    house = again()
    subject_id = begun(house, "export")
    people.update_user(SYSTEM, house.users["advisor"], LOST["switched off"])
    assert state("export", subject_id) == "failed"


@pytest.mark.slow
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_an_export_holds_what_its_owner_sees_when_it_is_made(again: Callable[[], House]) -> None:
    house = again()
    subject_id = begun(house, "export")
    people.update_user(SYSTEM, house.users["advisor"], UserUpdate(teams=["South"]))
    assert state("export", subject_id) == "done"
    text = exports.path_of(house.viewer("advisor"), subject_id).read_text()
    assert "Hugo" in text
    assert "Sara" not in text
