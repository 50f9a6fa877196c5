"""How long `carteira contacts` takes from the start of its process to its end, on a base of any size."""

import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bench.bases import Base

_COMMANDS = {
    "contacts": ("contacts", "--json"),
    "contacts, found by a search": ("contacts", "--json", "--search", "silva", "--limit", "50"),
    "segment list": ("segment", "list", "--json"),
}


def _once(command: list[str], base: Base) -> tuple[float, float]:
    """Return the wall time and the processor time of a command in seconds."""
    before, begun = _processor(), perf_counter()
    subprocess.run(command, env=base.environment, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - begun, _processor() - before


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(base: Base, times: int = 7) -> dict[str, Any]:
    """Return, for each command that only reads, the seconds of some starts, the very first one apart.

    `processor` is what the command would take on a machine that nobody else uses.
    """
    carteira = str(Path(sys.executable).parent / "carteira")
    found: dict[str, Any] = {}
    for name, arguments in _COMMANDS.items():
        runs = [_once([carteira, *arguments], base) for _time in range(times + 1)]
        wall, processor = zip(*runs, strict=True)
        found[name] = {
            "first": round(wall[0], 2),
            "median": round(median(wall[1:]), 2),
            "processor": round(median(processor[1:]), 2),
        }
    return {"commands": found}
