"""Write the generated parts of docs/: the hooks, as their code says them, and the list of decisions.

`python docs/generate.py` writes them, with `--check` it only says whether they are as they should be.
"""

import inspect
import re
import sys
from collections.abc import Callable
from dataclasses import is_dataclass
from pathlib import Path
from types import ModuleType

from hooks import offers, specs

HOME = Path(__file__).resolve().parent
HOOKS = HOME / "plugin-hooks.md"
DECISIONS = HOME / "adr" / "README.md"
BEGIN, END = "<!-- hooks: written by `make docs` -->\n", "<!-- end of hooks -->\n"


def hooks() -> str:
    """Return the section about every hook: its signature as code, and its docstring."""
    found = [one for one in vars(specs).items() if inspect.isfunction(one[1]) and _own(one[1], specs)]
    return "\n".join(_section(name, function) for name, function in found)


def values() -> str:
    """Return the section about every value that a plugin hands over: its fields and its docstring."""
    found = [one for one in vars(offers).items() if is_dataclass(one[1]) and _own(one[1], offers)]
    return "\n".join(_section(name, kind) for name, kind in found)


def _own(thing: object, module: ModuleType) -> bool:
    return getattr(thing, "__module__", "") == module.__name__


def _section(name: str, documented: Callable[..., object]) -> str:
    signature = inspect.signature(documented)
    returns = "" if inspect.isclass(documented) else f" -> {signature.return_annotation}"
    arguments = [str(one).replace("<factory>", "{}") for one in signature.parameters.values()]
    code = f"{name}({', '.join(arguments)}){returns}"
    if len(code) > 100:
        # A long signature is read line by line.
        code = f"{name}(\n" + "".join(f"    {argument},\n" for argument in arguments) + f"){returns}"
    return f"### {name}\n\n```python\n{code.replace(chr(39), '')}\n```\n\n{inspect.getdoc(documented)}\n"


def hooks_page() -> str:
    """Return the page about hooks with its generated part made anew."""
    before, _begin, rest = HOOKS.read_text(encoding="utf-8").partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n## The hooks\n\n{hooks()}\n## What you hand over\n\n{values()}\n{END}{after}"


def decisions_page() -> str:
    """Return the list of decisions, by number. Raises ValueError for one whose title has no number."""
    lines = []
    for path in sorted(DECISIONS.parent.glob("[0-9]*.md")):
        title = re.match(r"# (\d+)\. (.+)\n", path.read_text(encoding="utf-8"))
        if title is None:
            raise ValueError(f"{path.name} does not begin with a number and a title")
        lines.append(f"| {title[1]} | [{title[2]}]({path.name}) |\n")
    return (
        "# Decisions\n\nWhat would puzzle a newcomer, and why it is so. One page each: "
        "what was chosen, why, what it costs.\n`make docs` writes this list.\n\n"
        "| | |\n| --- | --- |\n" + "".join(lines)
    )


def main() -> int:
    """Write the pages, or with --check return 1 when one is not as it should be."""
    fresh = {HOOKS: hooks_page(), DECISIONS: decisions_page()}
    stale = [
        page for page, text in fresh.items() if not page.exists() or page.read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv:
        return int(bool(stale))
    for page in stale:
        page.write_text(fresh[page], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
