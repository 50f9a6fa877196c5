"""Killed at any moment and started again, an import ends as if never interrupted; two runs at once do nothing twice."""

import json
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy.engine import make_url

from hooks.viewer import SYSTEM
from models.imports import ImportOptions
from services.imports import carry, ending, part, planning, runs
from services.settings import HOME
from services.work import forget_engine
from tests.services.imports.loading import ANA, closed, count, everything, file_of
from tests.worlds import World

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.slow]
WORLD = World()

# Persons far apart in the file, segments made on the way, rows of every outcome.
_ROWS = [
    ANA
    | {
        "first": f"Ana {n % 370}",
        "email": f"ana{n % 370}@a.com" if n % 11 else "broken",
        "id": f"x{n % 370}" if n % 3 else "",
        "organization": f"Firm {n}",
        "segments": ("North", "South", "New;North", "Wall")[n % 4],
    }
    for n in range(800)
]
_CHUNK = "8"


class Killed(BaseException):
    """Stands for the end of the process: nothing may catch it."""


@pytest.fixture(autouse=True)
def small_parts(set_environment, db):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS=_CHUNK)


def _accepted(*, after_review=False):
    for name in ("North", "South"):
        WORLD.label(name)
    WORLD.wall("Wall")
    WORLD.contact("Ana 3", external_id="x3", email="ana3@a.com", organization="Old", segments=["North"])
    WORLD.contact("Ana 5", email="ana5@a.com", phone="+5511961234567")
    received = runs.receive(
        SYSTEM, "c.csv", [file_of(_ROWS)], ImportOptions(unknown_segments="create", overwrite_segments=True)
    )
    if after_review:
        runs.review(SYSTEM, received.id)
        runs.carry_out_review(received.id)
    return runs.accept(SYSTEM, received.id).id


@pytest.fixture
def twin(db, request, shared_dir, set_environment):
    """What the database holds after an import that nothing interrupted; the test then has an empty one again."""
    kept = shared_dir / f"uninterrupted-{db.name}.json"
    if not kept.exists():
        import_id = _accepted()
        runs.carry_out(import_id)
        closed(runs.get(SYSTEM, import_id))
        kept.write_text(json.dumps(everything()))
        _empty(db, request, shared_dir)
    return json.loads(kept.read_text())


def _empty(db, request, shared_dir):
    forget_engine()
    if db.on_sqlite:
        for rest in ("-wal", "-shm"):
            (db.data_dir / f"carteira.db{rest}").unlink(missing_ok=True)
        shutil.copyfile(shared_dir / "template.db", db.data_dir / "carteira.db")
        return
    cluster = request.getfixturevalue("postgres_cluster")
    name = make_url(db.url).database
    cluster.run(f"DROP DATABASE {name} WITH (FORCE)")
    cluster.run(f"CREATE DATABASE {name} TEMPLATE template_carteira")


# What is called again for each part dies once in the first and once in a later one.
_PARTS = {
    "before a part": (carry, "_do_part", "before"),
    "after a part": (carry, "_do_part", "after"),
    "between the deeds and their checkpoint": (part.write, "carry_out", "after"),
}
_ONCE = {
    "while the plan is made": (planning.plan, "build", "before"),
    "before the plan is adopted": (planning, "_adopted", "before"),
    "after the plan is adopted": (planning, "_adopted", "after"),
    "before the end": (carry, "end", "before"),
    "between the rejected file and the end": (ending, "_write_rejected", "after"),
}
# Only what a review said is forgotten.
_REVIEWED = {
    "before what the review said is forgotten": (part, "forget_rows", "before"),
    "after what the review said is forgotten": (part, "forget_rows", "after"),
}
_DEATHS = [
    pytest.param(point, at_call, after_review, id=f"{name}, call {at_call}")
    for points, calls, after_review in (
        (_PARTS, (1, 3), False),
        (_ONCE, (1,), False),
        (_REVIEWED, (1, 3), True),
    )
    for name, point in points.items()
    for at_call in calls
]


def _killed_at(monkeypatch, module, name, when, at_call):
    real, calls = getattr(module, name), [0]

    def mortal(*arguments, **named):
        calls[0] += 1
        if calls[0] == at_call and when == "before":
            raise Killed
        result = real(*arguments, **named)
        if calls[0] == at_call and when == "after":
            raise Killed
        return result

    monkeypatch.setattr(module, name, mortal)


@pytest.mark.parametrize(("point", "at_call", "after_review"), _DEATHS)
def test_an_import_goes_on_where_it_was_killed(db, monkeypatch, point, at_call, after_review, twin):
    import_id = _accepted(after_review=after_review)
    with monkeypatch.context() as patched:
        _killed_at(patched, *point, at_call)
        with pytest.raises(Killed):
            runs.carry_out(import_id)
    assert runs.get(SYSTEM, import_id).state == "running"
    forget_engine()
    runs.carry_out(import_id)
    ended = closed(runs.get(SYSTEM, import_id))
    assert ended.state == "done_with_rejects"
    assert everything() == twin
    assert len(runs.rejected_file(SYSTEM, import_id).read_text().splitlines()) == ended.rejected + 1


def _child(db, import_id):
    code = f"from services.imports import runs; runs.carry_out({import_id})"
    environment = db.environment | {"CARTEIRA_IMPORTS__CHUNK_ROWS": _CHUNK}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=HOME,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_kill_nine_at_random_moments_changes_nothing(db, twin):
    import_id = _accepted()
    chance = random.Random(7)
    deaths = []
    for life in range(10):
        child = _child(db, import_id)
        if life < 2:
            time.sleep(chance.uniform(0.1, 0.6))  # while it starts, reads and plans, on a quick machine too
        else:
            _wait_for_rows(child, import_id, _written(import_id) + chance.randrange(1, 50))
            time.sleep(chance.uniform(0, 0.02))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        deaths.append(_written(import_id))
    forget_engine()
    runs.carry_out(import_id)
    closed(runs.get(SYSTEM, import_id))
    assert everything() == twin
    assert len(set(deaths)) > 3


def _written(import_id):
    """Return how many rows are done; what is counted before the writing begins is something else."""
    progress = runs.get(SYSTEM, import_id).progress
    return progress.done if progress.phase == "writing" else 0


def _wait_for_rows(child, import_id, rows):
    while child.poll() is None:
        if _written(import_id) >= rows:
            return
        time.sleep(0.002)


def test_two_processes_at_once_do_no_row_twice(db, twin):
    import_id = _accepted()
    children = [_child(db, import_id) for _child_of_two in range(2)]
    for child in children:
        _out, errors = child.communicate(timeout=120)
        assert child.returncode == 0, errors.decode()
    ended = closed(runs.get(SYSTEM, import_id))
    assert ended.state == "done_with_rejects"
    assert everything() == twin


def test_a_killed_review_is_made_anew(db, monkeypatch):
    import_id = _accepted()
    runs.cancel(SYSTEM, import_id)
    received = runs.receive(SYSTEM, "c.csv", [file_of(_ROWS)], ImportOptions(unknown_segments="create"))
    runs.review(SYSTEM, received.id)
    with monkeypatch.context() as patched:
        _killed_at(patched, carry, "_do_part", "after", 3)
        with pytest.raises(Killed):
            runs.carry_out_review(received.id)
    runs.carry_out_review(received.id)
    planned = closed(runs.get(SYSTEM, received.id))
    assert (planned.state, planned.rows) == ("planned", len(_ROWS))
    assert count("import_row", f"import_id = {received.id}") == len(_ROWS)
