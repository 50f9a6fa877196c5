"""Many people at once, each turning a page every three seconds; for a quarter of an hour.

`LOAD_MINUTES` and `LOAD_CONTACTS` make it shorter and smaller while one looks for a cause.
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

import pytest

from bench import bases
from hooks.viewer import SYSTEM
from services import people, sessions
from tests.browser.chromium import serving
from tests.load.windows import Window

pytestmark = [pytest.mark.long, pytest.mark.slow, pytest.mark.browser]

MINUTES = float(os.environ.get("LOAD_MINUTES", "15"))
CONTACTS = int(os.environ.get("LOAD_CONTACTS", "1000000"))
EVERY = 3.0
REFRESH = 15.0
NEXT, PREVIOUS = "icon-contacts-next", "icon-contacts-previous"
# The first of it is not counted: caches fill, and Python's memory reaches the size that it then keeps.
WARM_SHARE = 0.2


async def turn(url: str, cookie: str, until: float, started: float, took: list[tuple[float, float]]) -> None:
    """Be a person who turns pages, forth and now and then back."""
    await asyncio.sleep(random.uniform(0, EVERY))
    async with Window(url, cookie) as window:
        await window.open("/")
        refreshed = time.monotonic()
        while time.monotonic() < until:
            back = random.random() < 0.25 and not window.buttons[PREVIOUS].disabled
            key = PREVIOUS if back or window.buttons[NEXT].disabled else NEXT
            seconds = await window.press(key)
            took.append((time.monotonic() - started, seconds))
            if time.monotonic() - refreshed > REFRESH:
                refreshed = time.monotonic()
                await window.look_again()
            await asyncio.sleep(max(0.0, EVERY - seconds) * random.uniform(0.8, 1.2))


async def turn_all(
    url: str, cookies: list[str], pid: int
) -> tuple[list[tuple[float, float]], list[tuple[float, int]]]:
    """Let everybody turn pages; return the seconds of each turn and the bytes of the process, by the moment."""
    took: list[tuple[float, float]] = []
    memory: list[tuple[float, int]] = []
    started = time.monotonic()
    until = started + MINUTES * 60
    async with asyncio.TaskGroup() as group:
        for cookie in cookies:
            group.create_task(turn(url, cookie, until, started, took))
        while time.monotonic() < until:
            memory.append((time.monotonic() - started, resident(pid)))
            await asyncio.sleep(1)
    return took, memory


def resident(pid: int) -> int:
    """Return the bytes of memory that a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


@pytest.mark.parametrize(("count", "most_ms"), [(25, 200), (50, 350)])
def test_turning_pages_stays_quick_and_memory_stays_level(
    count: int, most_ms: int, tmp_path: Path, set_environment: Callable[..., None]
) -> None:
    root = Path(tempfile.gettempdir()) / "carteira-bench"
    base = bases.with_contacts(root, "sqlite", CONTACTS, None)
    with bases.copied(base, root, None) as copy:
        surroundings = {"CARTEIRA_DATA_DIR": str(copy.data_dir), "CARTEIRA_DATABASE__URL": copy.url}
        with serving(tmp_path, **surroundings) as served:
            set_environment(**surroundings)
            users = [one.id for one in people.users(SYSTEM) if one.active]
            cookies = [sessions.open_for(users[place % len(users)]).cookie for place in range(count)]
            took, memory = asyncio.run(turn_all(served.url, cookies, served.process.pid))
    warm = MINUTES * 60 * WARM_SHARE
    turns = [seconds for at, seconds in took if at >= warm]
    assert len(turns) >= 0.8 * count * MINUTES * 60 * (1 - WARM_SHARE) / EVERY, "people were kept waiting"
    p95 = quantiles(turns, n=20)[-1] * 1000
    held = [size for at, size in memory if at >= warm]
    tenth = max(1, len(held) // 10)
    first, last = sorted(held[:tenth])[tenth // 2], sorted(held[-tenth:])[tenth // 2]
    print(
        f"{count} people: {len(turns)} turns, p95 {p95:.0f} ms; {first / 1e6:.0f} MB, then {last / 1e6:.0f} MB"
    )
    assert p95 <= most_ms
    assert last <= 1.05 * first
