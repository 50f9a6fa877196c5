"""Killed at any moment and begun again, an undo ends as a calm one; two runs at once do nothing twice."""

import random

import pytest

from hooks.viewer import SYSTEM
from services.imports.undo import job, made, part, runs, values
from services.work import forget_engine
from tests.services.imports.undo_kills import Base, outcome, undo_of

pytestmark = pytest.mark.slow

_ROWS, _CHUNK = 400, 16
_LONG_ROWS, _LONG_CHUNK, _LONG_KILLS = 20_000, 250, 200


class Killed(BaseException):
    """Stands for the end of the process: nothing may catch it."""


def _base(db, request, set_environment, rows, chunk):
    set_environment(CARTEIRA_IMPORTS__CHUNK_ROWS=str(chunk))
    cluster = None if db.on_sqlite else request.getfixturevalue("postgres_cluster")
    return Base.of(db, cluster, rows, chunk)


@pytest.fixture
def base(db, request, set_environment):
    made_ = _base(db, request, set_environment, _ROWS, _CHUNK)
    yield made_
    made_.drop()


_POINTS = [
    pytest.param(module, name, when, at_call, id=f"{when} {name}, call {at_call}")
    for module, name, when, calls in (
        (job, "_ways", "before", (1,)),
        (job, "_ways", "after", (1,)),
        (job, "_do_slice", "before", (1, 4)),
        (job, "_do_slice", "after", (1, 4)),
        (part.Part, "_remove", "after", (3,)),
        (values.Values, "_free", "after", (5,)),
        (job, "_note_left", "after", (2,)),
        (made, "take_away", "before", (1,)),
        (made, "take_away", "after", (1,)),
        (job, "_close", "after", (1,)),
    )
    for at_call in calls
]


def _mortal(monkeypatch, module, name, when, at_call):
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


def test_an_undo_goes_on_where_it_was_killed(base, monkeypatch):
    calm = base.calm()
    assert calm["state"] == "done"
    assert min(calm["removed"], calm["restored"], len(calm["left"])) > 20
    for point in _POINTS:
        base.restore()
        undo = runs.begin(SYSTEM, base.import_id)
        with monkeypatch.context() as patched:
            _mortal(patched, *point.values)
            with pytest.raises(Killed):
                job.carry_out(undo.id)
        assert undo_of(base.import_id).state == "running"
        forget_engine()
        job.carry_out(undo.id)
        assert outcome(base.import_id) == calm, point.id


def test_kill_nine_at_random_moments_changes_nothing(base):
    calm = base.calm()
    base.restore()
    found, deaths = base.killed(5, random.Random(11))
    assert found == calm
    assert len(set(deaths)) > 1


def test_two_processes_at_once_take_nothing_back_twice(base):
    calm = base.calm()
    base.restore()
    undo = runs.begin(SYSTEM, base.import_id)
    children = [base.child(undo.id) for _child_of_two in range(2)]
    for child in children:
        _out, errors = child.communicate(timeout=120)
        assert child.returncode == 0, errors.decode()
    assert outcome(base.import_id) == calm


@pytest.mark.long
def test_kill_nine_two_hundred_times_changes_nothing(db, request, set_environment):
    base = _base(db, request, set_environment, _LONG_ROWS, _LONG_CHUNK)
    calm = base.calm()
    chance = random.Random(7)
    died, at_once = 0, 20
    while died < _LONG_KILLS:
        base.restore()
        found, deaths = base.killed(at_once, chance)
        assert found == calm
        died += len(deaths)
    base.drop()
