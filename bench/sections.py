"""The measurements, each a section of the result. Bases are made when they are first asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

from bench import bases, clicking, messy, opening, peers, starting
from bench.bases import Base, ask, begin, empty
from bench.figures import Line, Section, quantile
from bench.servers import Server

_KINDS = ("sort", "short sort", "filter", "search", "deep", "combination")
_PAGE_MS, _COMMON_MS, _CLICK_MS, _CARD_MS = 50.0, 80.0, 300.0, 300.0
_WORST = 5
_PEER_TIMES = 20
_CALM_SECONDS, _BESIDE_TIMES = 45, 2.0
# Contacts a second into a plain segment, and behind a wall, where their wall sets are written too.
_JOINS = {"plain": 100_000, "restricted": 75_000}


@dataclass(frozen=True)
class Plan:
    """What is measured, and where: `servers` maps an engine to its server, null for SQLite."""

    root: Path
    servers: Mapping[str, Server | None]
    sizes: Sequence[int]
    rows: int
    times: int

    def base(self, engine: str, contacts: int) -> Base:
        """Return the base of so many demonstration contacts."""
        return bases.with_contacts(self.root, engine, contacts, self.servers[engine])

    def fresh(self, engine: str, name: str) -> Base:
        """Return an empty database."""
        return empty(self.root, engine, name, self.servers[engine])


def importing(plan: Plan) -> list[Section]:
    """Load a messy file with everything on, beside the same people as clean rows, turn by turn."""
    file = plan.root / f"messy_{plan.rows}.csv"
    told = messy.write_file(file, plan.rows)
    found = []
    for engine in plan.servers:
        section = Section(f"Import of {plan.rows:,} messy rows, {engine}")
        turns = []
        for _turn in range(plan.times):
            turn = {
                kind: ask(plan.fresh(engine, "yard"), "bench.yardsticks", {"kind": kind, "rows": plan.rows})
                for kind in ("bare", "raw")
            }
            turn["full"] = ask(plan.fresh(engine, "import"), "bench.importing", {"file": str(file)})
            turns.append(turn)
        seconds = {kind: median(turn[kind]["seconds"] for turn in turns) for kind in ("bare", "raw", "full")}
        section.ratio("full / raw (rows a second)", _ratio(turns, "raw"), at_least=0.35)
        section.ratio("full / bare", _ratio(turns, "bare"))
        if engine == "sqlite":  # of a server's work the client knows nothing
            section.ratio(
                "full / raw by processor time, whoever else works", _ratio(turns, "raw", "processor")
            )
        section.ratio("raw / bare", seconds["bare"] / seconds["raw"])
        for kind, value in seconds.items():
            section.figure(f"{kind}: {plan.rows / value:,.0f} rows a second", value, "s")
        above = max(turn["full"]["above_mb"] for turn in turns)
        section.figure("memory above idle and page cache", above, "MB", at_most=150)
        counts = turns[0]["full"]["counts"]
        section.say("rows accounted for", ", ".join(f"{name} {n:,}" for name, n in counts.items()))
        bad = sum(told[kind] for kind in messy.BAD)
        section.say("bad rows in the file / rejected", f"{bad:,} / {counts['rejected']:,}")
        section.raw = {"turns": turns}
        found.append(section)
    return found


def filling(plan: Plan) -> list[Section]:
    """Load a file of 10,000 rows into an empty base and into the largest one."""
    file = plan.root / "messy_10000.csv"
    messy.write_file(file, 10_000, seed=2)
    found = []
    for engine, server in plan.servers.items():
        size = max(plan.sizes)
        section = Section(f"10,000 rows into {size:,} contacts, {engine}")
        into_none = ask(plan.fresh(engine, "import"), "bench.importing", {"file": str(file)})
        with bases.copied(plan.base(engine, size), plan.root, server) as copy:
            into_many = ask(copy, "bench.importing", {"file": str(file)})
        ratio = into_many["seconds"] / into_none["seconds"]
        section.figure(f"into {size:,} / into none", ratio, "times", at_most=3)
        section.figure("into none", into_none["seconds"], "s")
        section.figure(f"into {size:,}", into_many["seconds"], "s")
        section.raw = {"into_none": into_none, "into_many": into_many}
        found.append(section)
    return found


def peer(plan: Plan) -> list[Section]:
    """Load the same 10,000 rows by Carteira and by django-import-export, turn by turn, both up for a while."""
    file, before = plan.root / "messy_10000.csv", plan.root / "messy_100.csv"
    messy.write_file(file, 10_000, seed=2)
    messy.write_file(before, 100, seed=3)
    found = []
    for engine, server in plan.servers.items():
        section = Section(f"10,000 rows by Carteira and by django-import-export, {engine}")
        own: list[dict[str, Any]] = []
        others: dict[str, list[dict[str, Any]]] = {way: [] for way in peers.WAYS}
        for _turn in range(plan.times):
            question = {"file": str(file), "before": str(before)}
            own.append(ask(plan.fresh(engine, "import"), "bench.importing", question))
            for way, turns in others.items():
                turns.append(peers.load(plan.root, file, before, server, way))
        for way, turns in {"Carteira": own, **others}.items():
            _peer_lines(section, way, turns, own, by_processor=engine == "sqlite")
        section.raw = {"own": own, "others": others}
        found.append(section)
    return found


def _peer_lines(
    section: Section,
    way: str,
    turns: Sequence[Mapping[str, Any]],
    own: Sequence[Mapping[str, Any]],
    *,
    by_processor: bool,
) -> None:
    ways = {"": "seconds", **({", by processor time": "processor"} if by_processor else {})}
    for words, clock in ways.items() if turns is not own else ():
        times = median(turn[clock] for turn in turns) / median(turn[clock] for turn in own)
        # In bulk it loads no segments: another job.
        limit = None if words or peers.WAYS[way]["bulk"] else _PEER_TIMES
        section.ratio(f"{way}{words}", times, at_least=limit)
    seconds = median(turn["seconds"] for turn in turns)
    section.figure(f"{way}: {10_000 / seconds:,.0f} rows a second", seconds, "s")
    section.say(f"{way}: what became of the rows", _told(turns[0]["counts"]))


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n:,}" for name, n in counts.items() if n)


def beside(plan: Plan) -> list[Section]:
    """Ask for pages while nothing happens, and while a file is loaded into the same base."""
    file = plan.root / f"messy_{plan.rows}.csv"
    messy.write_file(file, plan.rows)
    found = []
    for engine, server in plan.servers.items():
        size = max(plan.sizes)
        section = Section(f"Pages while {plan.rows:,} rows come into {size:,} contacts, {engine}")
        with bases.copied(plan.base(engine, size), plan.root, server) as copy:
            calm = ask(copy, "bench.beside", {"seconds": _CALM_SECONDS})
            loading = begin(copy, "bench.importing", {"file": str(file)})
            busy = ask(copy, "bench.beside", {})
            loaded = loading()
            after = ask(copy, "bench.beside", {"seconds": _CALM_SECONDS})
        for what, limit in (("pages", _BESIDE_TIMES), ("edits", None)):
            _beside_lines(section, what, calm[what], busy[what], limit)
        # The newest contacts are others by then, and a list of the newest may have to pass them all.
        told = "pages, p95: while the import runs / after it"
        section.figure(told, quantile(busy["pages"], 0.95) / quantile(after["pages"], 0.95), "times")
        section.figure(f"{len(after['pages'])} pages after it, p95", quantile(after["pages"], 0.95), "ms")
        section.figure("the import itself", loaded["seconds"], "s")
        section.raw = {"calm": calm, "busy": busy, "after": after, "loaded": loaded}
        found.append(section)
    return found


def _beside_lines(
    section: Section, what: str, calm: Sequence[float], busy: Sequence[float], limit: float | None
) -> None:
    ways: dict[str, Callable[[Sequence[float]], float]] = {
        "median": median,
        "p95": lambda values: quantile(values, 0.95),
    }
    for name, of in ways.items():
        told = f"{what}, {name}: while the import runs / without"
        section.figure(told, of(busy) / of(calm), "times", at_most=limit)
    for name, of in ways.items():
        section.figure(f"{len(calm)} {what} without it, {name}", of(calm), "ms")
        section.figure(f"{len(busy)} {what} while it runs, {name}", of(busy), "ms")


def _ratio(turns: Sequence[Mapping[str, Any]], to: str, clock: str = "seconds") -> float:
    """Return the median of the ratios: each turn's two are neighbours in time."""
    return float(median(turn[to][clock] / turn["full"][clock] for turn in turns))


def pages(plan: Plan) -> list[Section]:
    """Put every sort, filter, search and combination to every size, through four pairs of eyes."""
    found = []
    for engine in plan.servers:
        answers = {
            size: ask(plan.base(engine, size), "bench.pages", {"kinds": _KINDS, "times": plan.times * 3})
            for size in plan.sizes
        }
        section = Section(f"A page of 50, {engine}", raw={str(size): one for size, one in answers.items()})
        for viewer in answers[plan.sizes[0]]["viewers"]:
            _page_lines(section, viewer, answers)
        found.append(section)
    return found


def _page_lines(section: Section, viewer: str, answers: Mapping[int, Mapping[str, Any]]) -> None:
    """Tell a viewer's pages: a line for each kind of question, with the p95 at each size."""
    smallest, largest = min(answers), max(answers)
    if smallest != largest:
        small, large = (_ms(answers[size], viewer, "filter") for size in (smallest, largest))
        section.lines.insert(0, _growth(viewer, smallest, largest, median(large) / median(small)))
    at = ", ".join(f"{size:,}" for size in answers)
    for kind, common in product(_KINDS, (False, True)):
        values = [_ms(answer, viewer, kind, common) for answer in answers.values()]
        if values[-1]:
            what = f"{viewer}: {kind}{', very many contain it' * common}, p95 at {at}"
            limit = None if kind == "combination" else (_PAGE_MS, _COMMON_MS)[common]
            section.growing(what, [quantile(one, 0.95) for one in values], "ms", at_most=limit)
            section.figure(f"{viewer}: the same at {largest:,}, p50", median(values[-1]), "ms")
    told = answers[largest]["viewers"][viewer]
    worst = sorted(told["questions"], key=lambda one: median(one["ms"]), reverse=True)[:_WORST]
    names = "; ".join(f"{one['kind']} {one['name']} {median(one['ms']):.0f} ms" for one in worst)
    section.say(f"{viewer} (sees {told['sees']:,}): slowest by median", names)


def _growth(viewer: str, smallest: int, largest: int, ratio: float) -> Line:
    what = f"{viewer}: single filter, {largest:,} / {smallest:,}, p50"
    return Line(what, f"× {ratio:.2f}", "≤ 3", ratio <= 3)


def _ms(answer: Mapping[str, Any], viewer: str, kind: str, common: bool | None = None) -> list[float]:
    return [
        one
        for question in answer["viewers"][viewer]["questions"]
        if question["kind"] == kind and common in (None, question["common"])
        for one in question["ms"]
    ]


def counts(plan: Plan) -> list[Section]:
    """Say how many match, exactly and up to the cap of the screens."""
    found = []
    for engine in plan.servers:
        size = max(plan.sizes)
        answer = ask(plan.base(engine, size), "bench.counts", {})
        section = Section(f"How many match, of {size:,}, {engine}", raw=answer)
        for viewer, told in answer["viewers"].items():
            for name in ("capped", "exact"):
                values = [one[f"{name}_ms"] for one in told["counts"]]
                section.figure(f"{viewer} (sees {told['sees']:,}): {name}, p50", median(values), "ms")
                section.figure(f"{viewer}: {name}, p95", quantile(values, 0.95), "ms")
            if not all(one["agree"] for one in told["counts"]):
                section.say(viewer, "a capped count differs from the exact one")
        found.append(section)
    return found


def bulk(plan: Plan) -> list[Section]:
    """Put about half of all contacts into a plain segment and behind a wall, undoable."""
    found = []
    for engine, server in plan.servers.items():
        size = max(plan.sizes)
        base = plan.base(engine, size)
        section = Section(f"Add half of {size:,} to a segment, {engine}")
        for kind in ("plain", "restricted"):
            with bases.copied(base, plan.root, server) as copy:
                answer = ask(copy, "bench.adding", {"restricted": kind == "restricted"})
            rate = answer["added"] / answer["seconds"]
            what = f"{kind}: {answer['added']:,} contacts in {answer['seconds']:.1f} s"
            section.figure(what, rate, "a second", at_least=_JOINS[kind])
            section.raw[kind] = answer
        found.append(section)
    return found


def click(plan: Plan) -> list[Section]:
    """Turn pages in a browser."""
    found = []
    for engine, server in plan.servers.items():
        size = max(plan.sizes)
        answer = clicking.measure(plan.base(engine, size), plan.root, server)
        section = Section(f"Click to painted in Chromium, {size:,} contacts, {engine}", raw=answer)
        section.figure(
            f"median of {len(answer['ms'])} page turns", answer["median_ms"], "ms", at_most=_CLICK_MS
        )
        section.figure("p95", quantile(answer["ms"], 0.95), "ms")
        found.append(section)
    return found


def card(plan: Plan) -> list[Section]:
    """Open cards in a browser."""
    found = []
    for engine, server in plan.servers.items():
        size = max(plan.sizes)
        answer = opening.measure(plan.base(engine, size), plan.root, server)
        section = Section(f"Click to painted card in Chromium, {size:,} contacts, {engine}", raw=answer)
        section.figure(f"median of {len(answer['ms'])} cards", answer["median_ms"], "ms", at_most=_CARD_MS)
        section.figure("p95", quantile(answer["ms"], 0.95), "ms")
        found.append(section)
    return found


def start(plan: Plan) -> list[Section]:
    """Start commands that only read."""
    found = []
    for engine in plan.servers:
        size = max(plan.sizes)
        answer = starting.measure(plan.base(engine, size))
        section = Section(f"Commands from their start to their end, {size:,} contacts, {engine}", raw=answer)
        for name, seconds in answer["commands"].items():
            limit = 2.0 if name == "contacts" else None
            section.figure(f"carteira {name}: median", seconds["median"], "s", at_most=limit)
            section.figure(f"carteira {name}: processor time", seconds["processor"], "s")
            section.figure(f"carteira {name}: the first time", seconds["first"], "s")
        found.append(section)
    return found


SECTIONS: Mapping[str, Callable[[Plan], list[Section]]] = {
    "import": importing,
    "fill": filling,
    "beside": beside,
    "peer": peer,
    "page": pages,
    "count": counts,
    "bulk": bulk,
    "click": click,
    "card": card,
    "start": start,
}
