"""The databases that are measured, and how a measurement gets a process of its own on one of them."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.servers import Server

HOME = Path(__file__).resolve().parent.parent

# What a base of demonstration contacts hangs on; when one of these changes, it is made anew.
_SOURCES = (
    "services/demo/*.py", "services/walls.py", "migrations/versions/*.py", "models/base.py", "models/fold.py",
    "models/contact.py", "models/search.py", "models/segment.py", "models/tag.py", "models/people.py",
)  # fmt: skip


@dataclass(frozen=True)
class Base:
    """One database of one size, in a data folder of its own."""

    engine: str
    contacts: int
    url: str
    data_dir: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which a process works on it."""
        own = {"CARTEIRA_DATA_DIR": str(self.data_dir), "CARTEIRA_DATABASE__URL": self.url}
        return {name: value for name, value in os.environ.items() if not name.startswith("CARTEIRA_")} | own


def empty(root: Path, engine: str, name: str, server: Server | None) -> Base:
    """Return a new database that holds nothing, not even tables."""
    folder = root / engine / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if engine == "sqlite":
        return Base(engine, 0, f"sqlite:///{folder / 'carteira.db'}", folder)
    assert server is not None
    server.make_anew(name)
    return Base(engine, 0, server.url(name), folder)


def with_contacts(root: Path, engine: str, contacts: int, server: Server | None) -> Base:
    """Return a database of demonstration contacts: that of an earlier run, or a new one."""
    name = f"demo_{contacts}"
    folder = root / engine / name
    mark = folder / "made_from"
    made_from = _fingerprint()
    if mark.exists() and mark.read_text() == made_from:
        url = f"sqlite:///{folder / 'carteira.db'}" if server is None else server.url(name)
        if server is None or server.has(name):
            return Base(engine, contacts, url, folder)
    base = empty(root, engine, name, server)
    ask(base, "bench.bases", {"contacts": contacts})
    mark.write_text(made_from)
    return Base(engine, contacts, base.url, folder)


@contextmanager
def copied(base: Base, root: Path, server: Server | None) -> Iterator[Base]:
    """Lend a copy that may be written to: the base stays as it is. There is one; who comes later waits for it."""
    folder = root / base.engine / "copy"
    with (root / base.engine / "copy.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _copied(base, folder, server) as copy:
            yield copy


@contextmanager
def _copied(base: Base, folder: Path, server: Server | None) -> Iterator[Base]:
    shutil.rmtree(folder, ignore_errors=True)
    if server is None:
        shutil.copytree(base.data_dir, folder)
        yield Base(base.engine, base.contacts, f"sqlite:///{folder / 'carteira.db'}", folder)
        shutil.rmtree(folder)
        return
    folder.mkdir()
    server.run('DROP DATABASE IF EXISTS "copy" WITH (FORCE)')
    server.run(f'CREATE DATABASE "copy" TEMPLATE "demo_{base.contacts}"')
    yield Base(base.engine, base.contacts, server.url("copy"), folder)
    server.run('DROP DATABASE "copy" WITH (FORCE)')


def _fingerprint() -> str:
    paths = sorted(path for pattern in _SOURCES for path in HOME.glob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def ask(base: Base, module: str, question: Mapping[str, Any]) -> dict[str, Any]:
    """Have `module` answer in a fresh process on this base; see `answer`."""
    return begin(base, module, question)()


def begin(base: Base, module: str, question: Mapping[str, Any]) -> Callable[[], dict[str, Any]]:
    """Have `module` begin to answer; what is returned waits for the answer."""
    command = [sys.executable, "-m", module, json.dumps(dict(question))]
    process = subprocess.Popen(command, cwd=HOME, env=base.environment, stdout=subprocess.PIPE, text=True)

    def heard() -> dict[str, Any]:
        told, _errors = process.communicate()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        found: dict[str, Any] = json.loads(told.splitlines()[-1])
        return found

    return heard


def answer(measure: Callable[..., Mapping[str, Any]]) -> None:
    """Be the process that `ask` started: call `measure` with the question's fields, print what it returns."""
    print(json.dumps(dict(measure(**json.loads(sys.argv[1])))), flush=True)


def _make_demo(contacts: int) -> dict[str, Any]:
    from dataclasses import asdict

    from services.demo import make
    from services.migrate import migrate

    migrate()
    return asdict(make(contacts))


if __name__ == "__main__":
    answer(_make_demo)
