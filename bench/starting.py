"""How long `carteira contacts` takes from the start of its process to its end, on a base of any size."""

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


def measure(base: Base, times: int = 7) -> dict[str, Any]:
    """Return, for each command that only reads, the seconds of some starts, the very first one apart."""
    carteira = str(Path(sys.executable).parent / "carteira")
    found: dict[str, Any] = {}
    for name, arguments in _COMMANDS.items():
        seconds = []
        for _time in range(times + 1):
            begun = perf_counter()
            subprocess.run(
                [carteira, *arguments], env=base.environment, check=True, stdout=subprocess.DEVNULL
            )
            seconds.append(perf_counter() - begun)
        found[name] = {"first": round(seconds[0], 2), "median": round(median(seconds[1:]), 2)}
    return {"commands": found}
