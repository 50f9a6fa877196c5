"""Undos that are killed: a base to begin from again and again, children that die, and what has to come of it."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url

from hooks.viewer import SYSTEM
from models.bulk import SetField
from models.import_undo import ImportUndoRead
from models.imports import ImportOptions
from services import bulk
from services.imports import runs as imports
from services.imports.undo import job, runs
from services.listing import Query
from services.settings import HOME
from services.work import forget_engine, unit_of_work
from tests import postgres
from tests.fixtures import Database
from tests.services.imports.undoing import agree, left, state
from tests.worlds import World

HEADER = "Country Code,First Name,Last Name,Mobile Number,Email,External ID,Organization,Segments,Tags\n"


@dataclass(frozen=True)
class Base:
    """A database in which an import has come in, kept aside. Its undo takes slices of `chunk` contacts."""

    db: Database
    aside: Path
    cluster: postgres.Cluster | None
    import_id: int
    rows: int
    chunk: int

    @classmethod
    def of(cls, db: Database, cluster: postgres.Cluster | None, rows: int, chunk: int) -> "Base":
        """Load so many rows: half of them make contacts, half change some; a few of each are changed afterwards."""
        import_id = _loaded(rows)
        aside = db.data_dir.parent / "aside"
        forget_engine()
        shutil.copytree(db.data_dir, aside)
        if cluster is not None:
            cluster.run(f"CREATE DATABASE {_name(db)}_aside TEMPLATE {_name(db)} STRATEGY file_copy")
        return cls(db, aside, cluster, import_id, rows, chunk)

    def restore(self) -> None:
        """Begin anew."""
        forget_engine()
        if self.cluster is None:
            shutil.rmtree(self.db.data_dir)
            shutil.copytree(self.aside, self.db.data_dir)
            return
        name = _name(self.db)
        self.cluster.run(f"DROP DATABASE {name} WITH (FORCE)")
        self.cluster.run(f"CREATE DATABASE {name} TEMPLATE {name}_aside STRATEGY file_copy")

    def drop(self) -> None:
        """Leave nothing."""
        if self.cluster is not None:
            self.cluster.run(f"DROP DATABASE {_name(self.db)}_aside WITH (FORCE)")

    def calm(self) -> dict[str, Any]:
        """Return what comes of an undo that nothing interrupts."""
        undo = runs.begin(SYSTEM, self.import_id)
        job.carry_out(undo.id)
        return outcome(self.import_id)

    def killed(self, kills: int, chance: random.Random) -> tuple[dict[str, Any], list[int]]:
        """Return what comes of an undo whose process is killed so many times, and how far it was each time."""
        undo = runs.begin(SYSTEM, self.import_id)
        deaths = []
        for life in range(kills):
            child = self.child(undo.id)
            if life % 5 == 0:
                time.sleep(chance.uniform(0.2, 1.5))
            else:
                # Never so far that none of the lives to come has anything left to do.
                ahead = max(1, (self.rows - _done(self.import_id)) // (kills - life + 1))
                self._wait(child, _done(self.import_id) + 1 + chance.randrange(ahead))
                time.sleep(chance.uniform(0, 0.03))
            child.send_signal(signal.SIGKILL)
            child.communicate()
            deaths.append(_done(self.import_id))
        forget_engine()
        job.carry_out(undo.id)
        return outcome(self.import_id), deaths

    def child(self, undo_id: int) -> "subprocess.Popen[bytes]":
        """Begin to carry an undo out in a process of its own."""
        code = f"from services.imports.undo import job; job.carry_out({undo_id})"
        environment = self.db.environment | {"CARTEIRA_IMPORTS__CHUNK_ROWS": str(self.chunk)}
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=HOME,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def _wait(self, child: "subprocess.Popen[bytes]", contacts: int) -> None:
        while child.poll() is None and _done(self.import_id) < contacts:
            time.sleep(0.002)


def _name(db: Database) -> str:
    return str(make_url(db.url).database)


def _loaded(rows: int) -> int:
    world = World()
    for name in ("North", "South"):
        world.label(name)
    world.wall("Wall")
    before = [_line(n, "", "Old", "North;Wall" if n % 3 else "South", "Old") for n in range(0, rows, 2)]
    _load(before)
    after = [
        _line(
            n,
            f"+55119{61000000 + n}" if n % 5 else "",
            f"Firm {n}",
            ("South", "Fresh;Wall", "North")[n % 3],
            "Hot",
        )
        for n in range(rows)
    ]
    import_id = _load(after)
    with unit_of_work(SYSTEM) as work:
        touched = list(
            work.session.scalars(text("SELECT id FROM contact WHERE id % 10 = 3 ORDER BY id LIMIT 200"))
        )
    bulk.here(SYSTEM, SetField(field="organization", value="Since"), Query(only=touched))
    return import_id


def _line(n: int, phone: str, firm: str, segments: str, tags: str) -> str:
    return f"BR,Ana{n},Lima{n},{phone},ana{n}@example.com,X{n},{firm},{segments},{tags}\n"


def _load(lines: Sequence[str]) -> int:
    options = ImportOptions(unknown_segments="create", overwrite_segments=True)
    received = imports.receive(SYSTEM, "people.csv", [(HEADER + "".join(lines)).encode()], options)
    imports.accept(SYSTEM, received.id)
    imports.carry_out(received.id)
    assert imports.get(SYSTEM, received.id).state == "done"
    return received.id


def undo_of(import_id: int) -> ImportUndoRead:
    """Return the undo as it stands."""
    return runs.of_import(SYSTEM, import_id)


def _done(import_id: int) -> int:
    return undo_of(import_id).progress.done


def outcome(import_id: int) -> dict[str, Any]:
    """Return all that an undo has written, without the ids that PostgreSQL leaves out where something was undone."""
    undo = undo_of(import_id)
    asked = {
        "change": "SELECT contact_id, kind, data FROM change WHERE act_id = :act",
        "bin": "SELECT id, version, deleted_act_id = :act FROM contact WHERE deleted_at IS NOT NULL",
        "past": "SELECT segment_id, contact_id, left_act_id = :act, back_act_id = :act FROM segment_past",
        "tags past": "SELECT tag_id, contact_id, left_act_id = :act, back_act_id = :act FROM contact_tag_past",
        "acts": "SELECT kind, state FROM act",
        "undone by it": "SELECT id FROM act WHERE undone_by_id = :act",
    }
    with unit_of_work(SYSTEM) as work:
        found = {
            name: sorted(
                repr(tuple(row)) for row in work.session.execute(text(question), {"act": undo.act_id})
            )
            for name, question in asked.items()
        }
    told = {
        "state": undo.state,
        "removed": undo.removed,
        "restored": undo.restored,
        "segments": undo.segments,
    }
    return state() | found | told | {"left": left(import_id), "amiss": agree(), "tags gone": undo.tags}
