"""django-import-export on the same file, from an environment of its own that is made when it is first asked for."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.bases import HOME
from bench.messy import SEGMENTS
from bench.servers import Server

# How it is asked to work, by what is told of it: as it is by itself, and faster by its documentation's advice.
WAYS: dict[str, dict[str, Any]] = {
    "as it is by itself": {"loader": "ModelInstanceLoader", "bulk": False, "diff": True},
    "ModelInstanceLoader, no differences": {"loader": "ModelInstanceLoader", "bulk": False, "diff": False},
    "CachedInstanceLoader, no differences": {"loader": "CachedInstanceLoader", "bulk": False, "diff": False},
    "ModelInstanceLoader, in bulk": {"loader": "ModelInstanceLoader", "bulk": True, "diff": False},
    "CachedInstanceLoader, in bulk": {"loader": "CachedInstanceLoader", "bulk": True, "diff": False},
}
_LOCK = Path(__file__).resolve().parent / "peer" / "requirements.lock"


def load(root: Path, file: Path, before: Path, server: Server | None, way: str) -> dict[str, Any]:
    """Load `before` and then `file` into an empty database of the other's own; see bench/peer/load.py."""
    folder = root / "peer" / "database"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if server is not None:
        server.make_anew("peer")
    question = {
        "file": str(file),
        "before": str(before),
        "folder": str(folder),
        "socket": None if server is None else str(server.socket),
        "segments": SEGMENTS,
        "way": WAYS[way],
    }
    command = [str(_python(root)), "-W", "ignore", "-m", "bench.peer.load", json.dumps(question)]
    done = subprocess.run(command, cwd=HOME, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _python(root: Path) -> Path:
    """Return the Python of the environment, made anew where other versions are pinned by now."""
    home = root / "peer" / "environment"
    python, mark = home / "bin" / "python", home / "made_from"
    made_from = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
    if not (mark.exists() and mark.read_text() == made_from):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "--requirement", str(_LOCK)], check=True)
        mark.write_text(made_from)
    return python
