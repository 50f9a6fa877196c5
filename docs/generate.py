"""Write the generated parts of docs/: the signatures and sentences of the hooks, between two marks.

`python docs/generate.py` writes them, with `--check` it only says whether they are as they should be.
"""

import inspect
import sys
from collections.abc import Callable
from dataclasses import is_dataclass
from pathlib import Path
from types import ModuleType

from hooks import offers, specs

HOME = Path(__file__).resolve().parent
PAGE = HOME / "plugin-hooks.md"
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


def page(written: str) -> str:
    """Return the page with its generated part made anew."""
    before, _begin, rest = written.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}\n## The hooks\n\n{hooks()}\n## What you hand over\n\n{values()}\n{END}{after}"


def main() -> int:
    """Write the page, or with --check return 1 when it is not as it should be."""
    written = PAGE.read_text(encoding="utf-8")
    fresh = page(written)
    if "--check" in sys.argv:
        return int(written != fresh)
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
