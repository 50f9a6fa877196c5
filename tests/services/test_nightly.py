"""What is tidied up once a night, and what is kept."""

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlmodel import SQLModel, col

from hooks.viewer import SYSTEM
from models.bulk import Bulk
from models.doors import Notification, Repeat, Session, SignInFailure
from models.export import Export
from models.people import User
from services import nightly, queue
from services.nightly import nightly_if_due, tidy_up
from services.pulse import Pulse
from services.settings import settings
from services.work import unit_of_work
from tests.fixtures import Database
from tests.worlds import World


@pytest.fixture
def queued(db: Database) -> None:
    """The tables of the queue, as a worker makes them."""
    from dbos import DBOS

    DBOS.migrate(db.url)


def put(*rows: SQLModel) -> None:
    with unit_of_work(SYSTEM, write=True) as work:
        work.session.add_all(rows)


def moments() -> tuple[datetime, datetime]:
    """Return one moment that is long ago, and one that is not."""
    now = datetime.now(UTC)
    return now - timedelta(days=90), now - timedelta(minutes=5)


def test_the_file_of_an_expired_export_goes_and_its_row_stays(db: Database, queued: None) -> None:
    old, _recent = moments()
    ahead = datetime.now(UTC) + timedelta(hours=1)
    for name, expires_at in (("old.csv", old), ("fresh.csv", ahead)):
        (db.data_dir / "exports").mkdir(exist_ok=True)
        (db.data_dir / "exports" / name).write_text("x")
        put(Export(format="csv", state="done", created_at=old, path=f"exports/{name}", expires_at=expires_at))
    tidy_up()
    assert [path.name for path in (settings().data / "exports").iterdir()] == ["fresh.csv"]
    with unit_of_work(SYSTEM) as work:
        kept = work.session.scalars(select(col(Export.path)).order_by(col(Export.id))).all()
    assert kept == [None, "exports/fresh.csv"]


def test_what_an_export_that_was_killed_has_left_goes_after_a_day(db: Database, queued: None) -> None:
    folder = db.data_dir / "exports"
    folder.mkdir()
    for name, hours in (("1-left.csv", 25), ("2-being-written.csv", 1), ("3-named.csv", 25)):
        (folder / name).write_text("x")
        at = time.time() - hours * 3600
        os.utime(folder / name, (at, at))
    old, _recent = moments()
    ahead = datetime.now(UTC) + timedelta(hours=1)
    put(Export(format="csv", state="done", created_at=old, path="exports/3-named.csv", expires_at=ahead))
    tidy_up()
    assert sorted(path.name for path in folder.iterdir()) == ["2-being-written.csv", "3-named.csv"]


def test_old_sessions_answers_failures_and_processes_go(db: Database, queued: None) -> None:
    World().user("Ana", "manager")
    old, recent = moments()
    ahead = recent + timedelta(days=1)
    with unit_of_work(SYSTEM) as work:
        ana = work.session.scalar(select(col(User.id)))
    assert ana is not None

    def session(hash_: str, **at: Any) -> Session:
        return Session(hash=hash_, user_id=ana, created_at=old, seen_at=old, **at)

    put(
        session("expired", expires_at=old),
        session("ended", expires_at=ahead, ended_at=old),
        session("open", expires_at=ahead),
        Repeat(user_id=ana, key="old", request_hash="x", at=old),
        Repeat(user_id=ana, key="new", request_hash="x", at=recent),
        SignInFailure(key="account:1", count=3, last_at=old),
        SignInFailure(key="account:2", count=3, last_at=recent),
        *(
            Bulk(agreed=n, command={}, options={}, created_at=old, ended_at=at)
            for n, at in enumerate((old, recent, None))
        ),
        Notification(user_id=ana, kind="old", at=old),
        Notification(user_id=ana, kind="new", at=recent),
    )
    tidy_up()
    with unit_of_work(SYSTEM) as work:
        assert work.session.scalars(select(col(Session.hash))).all() == ["open"]
        assert work.session.scalars(select(col(Repeat.key))).all() == ["new"]
        assert work.session.scalars(select(col(SignInFailure.key))).all() == ["account:2"]
        assert set(work.session.scalars(select(col(Bulk.agreed)))) == {1, 2}
        assert work.session.scalars(select(col(Notification.kind))).all() == ["new"]


def test_what_the_queue_ended_long_ago_is_forgotten(db: Database, queued: None) -> None:
    queue.enqueue("export", 1)
    queue.enqueue("export", 2)
    asked = queue.client(db.url)
    first = asked.list_workflows(workflow_id_prefix="export:1:")[0].workflow_id
    asked.cancel_workflow(first)
    time.sleep(0.01)
    queue.forget_old(days=1)
    assert len(asked.list_workflows()) == 2
    queue.forget_old(days=0)
    assert [left.status for left in asked.list_workflows()] == ["ENQUEUED"]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_night_is_tidied_up_once_whoever_comes(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(nightly, "tidy_up", lambda: done.append("tidied"))
    one, other = Pulse("worker"), Pulse("worker")
    # Three in the morning in São Paulo, which is six in UTC.
    with time_machine.travel("2026-11-22T05:59:00Z", tick=False) as clock:
        nightly_if_due(one)
        nightly_if_due(other)
        assert len(done) == 1
        clock.move_to("2026-11-22T06:01:00Z")
        nightly_if_due(other)
        nightly_if_due(one)
        assert len(done) == 2
        clock.move_to("2026-11-25T12:00:00Z")
        nightly_if_due(one)
        assert len(done) == 3
