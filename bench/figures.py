"""Figures as people read them: lines with what was measured and what it should be, ratios first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

# Between these two lines of bench/README.md stand the last figures.
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


@dataclass(frozen=True)
class Line:
    """One figure. `holds` says whether it is within its limit; null where it has none."""

    what: str
    measured: str
    limit: str = ""
    holds: bool | None = None


@dataclass
class Section:
    """What one measurement found: lines to read, `raw` to keep."""

    title: str
    lines: list[Line] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)

    def ratio(self, what: str, value: float, *, at_least: float | None = None) -> None:
        """Add a ratio, first of all lines."""
        limit = "" if at_least is None else f"≥ {at_least:g}"
        holds = None if at_least is None else value >= at_least
        place = sum(line.measured.startswith("×") for line in self.lines)
        self.lines.insert(place, Line(what, f"× {value:.2f}", limit, holds))

    def figure(
        self,
        what: str,
        value: float,
        unit: str,
        *,
        at_most: float | None = None,
        at_least: float | None = None,
    ) -> None:
        """Add a figure with its unit."""
        line = Line(what, _shown(value, unit))
        if at_most is not None:
            line = Line(what, line.measured, f"≤ {at_most:,g} {unit}", value <= at_most)
        elif at_least is not None:
            line = Line(what, line.measured, f"≥ {at_least:,g} {unit}", value >= at_least)
        self.lines.append(line)

    def growing(self, what: str, values: Sequence[float], unit: str, *, at_most: float | None) -> None:
        """Add one figure at several sizes, the largest last: the limit is that one's."""
        shown = " · ".join(_shown(value, unit).removesuffix(f" {unit}") for value in values)
        limit, holds = ("", None) if at_most is None else (f"≤ {at_most:,g} {unit}", values[-1] <= at_most)
        self.lines.append(Line(what, f"{shown} {unit}", limit, holds))

    def say(self, what: str, text: str) -> None:
        """Add a line of words."""
        self.lines.append(Line(what, text))


def _shown(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def quantile(values: Iterable[float], part: float) -> float:
    """Return the value below which `part` of all lie, by the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def show(sections: Sequence[Section]) -> None:
    """Print all sections as tables."""
    console = Console(width=130)
    for section in sections:
        table = Table(title=section.title, title_justify="left", title_style="bold")
        table.add_column("what")
        table.add_column("measured", justify="right")
        table.add_column("limit", justify="right")
        for line in section.lines:
            style = {None: "", True: "green", False: "bold red"}[line.holds]
            table.add_row(line.what, line.measured, line.limit, style=style)
        console.print(table)


def markdown(sections: Sequence[Section]) -> str:
    """Return all sections as tables of a README."""
    parts = []
    for section in sections:
        rows = [f"| {line.what} | {line.measured} | {_verdict(line)} |" for line in section.lines]
        parts.append("\n".join([f"### {section.title}", "", "| what | measured | limit |",
                                "| --- | ---: | ---: |", *rows]))  # fmt: skip
    return "\n\n".join(parts) + "\n"


def kept(readme: str, sections: Sequence[Section], about: str) -> str:
    """Return a README with these sections in place of those of the same titles; the others stay."""
    before, after = readme.split(BEGIN)
    rest, after = after.split(END)
    there = {part.split("\n", 1)[0]: part for part in rest.strip().split("\n\n### ") if part.strip()}
    there = {title.removeprefix("### "): part.removeprefix("### ") for title, part in there.items()}
    for section in sections:
        title, table = markdown([section]).removeprefix("### ").strip().split("\n", 1)
        there[title] = f"{title}\n\n{about}\n{table}"
    ordered = "\n\n".join(f"### {there[title]}" for title in sorted(there))
    return f"{before}{BEGIN}\n\n{ordered}\n\n{END}{after}"


def _verdict(line: Line) -> str:
    return line.limit if line.holds is not False else f"{line.limit} (missed)"
