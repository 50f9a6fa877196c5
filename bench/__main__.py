"""`make bench`: measure, print, and keep the figures in bench/README.md and, one by one, in bench/results/."""

import argparse
import json
import os
import platform
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.figures import Section, kept, show
from bench.sections import SECTIONS, Plan
from bench.servers import server

_HERE = Path(__file__).resolve().parent
_RESULTS = _HERE / "results"
_README = _HERE / "README.md"
_SIZES = (10_000, 100_000, 1_000_000)
_ROWS = 100_000


def main() -> None:
    """Carry out the measurements that were asked for."""
    asked = _arguments()
    sizes = (*(size for size in _SIZES if size < asked.contacts), asked.contacts)
    with ExitStack() as open_servers:
        servers = {
            engine: open_servers.enter_context(server(asked.data / engine / "server"))
            if engine == "postgres"
            else None
            for engine in asked.database
        }
        plan = Plan(asked.data, servers, sizes, asked.rows, asked.times)
        found: list[Section] = []
        for name in asked.only:
            print(f"measuring: {name}", flush=True)
            found += SECTIONS[name](plan)
            _keep(found, asked)
    show(found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--contacts", type=int, default=_SIZES[-1], help="in the largest base")
    parser.add_argument("--rows", type=int, default=_ROWS, help="in the file that is loaded")
    parser.add_argument("--only", nargs="+", choices=[*SECTIONS], default=[*SECTIONS], help="these alone")
    parser.add_argument(
        "--database", nargs="+", choices=["sqlite", "postgres"], default=["sqlite", "postgres"]
    )
    parser.add_argument("--times", type=int, default=3, help="how often; medians are told")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(tempfile.gettempdir()) / "carteira-bench",
        help="where bases are kept from one run to the next (4 GB)",
    )
    return parser.parse_args()


def _keep(found: Sequence[Section], asked: argparse.Namespace) -> None:
    """Write what is found so far: a long run that is stopped has measured something too."""
    _RESULTS.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y-%m-%d")
    name = f"{stamp}-{'-'.join(asked.only)}-{asked.contacts}-{'-'.join(asked.database)}"
    record = {
        "on": stamp,
        "machine": _machine(),
        "asked": {"contacts": asked.contacts, "rows": asked.rows, "times": asked.times},
        "sections": [
            {"title": one.title, "lines": [vars(line) for line in one.lines], "raw": one.raw} for one in found
        ],
    }
    (_RESULTS / f"{name}.json").write_text(json.dumps(record, ensure_ascii=False, indent=1))
    if (asked.contacts, asked.rows) == (_SIZES[-1], _ROWS):
        about = f"On {stamp}, by `.venv/bin/python -m bench {_words(asked)}`."
        _README.write_text(kept(_README.read_text(), found, about))


def _words(asked: argparse.Namespace) -> str:
    """Return the arguments that make the same run."""
    return f"--only {' '.join(asked.only)} --database {' '.join(asked.database)} --times {asked.times}"


def _machine() -> dict[str, Any]:
    """Return the class of the machine, without its name."""
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


if __name__ == "__main__":
    main()
