"""The files of this checkout, as the architecture tests read them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from services.settings import HOME


def files() -> list[Path]:
    """Return what is or will be committed: tracked files, and new ones that nothing ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [HOME / name for name in listed.split("\0") if name and (HOME / name).is_file()]


@cache
def code() -> list[tuple[str, ast.Module]]:
    """Return (path below the checkout, syntax tree) of all code but tests."""
    names = [path.relative_to(HOME).as_posix() for path in files() if path.suffix == ".py"]
    ours = [name for name in names if "tests" not in name.split("/")]
    return [(name, ast.parse((HOME / name).read_text(encoding="utf-8"), name)) for name in ours]


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield the top-level package of every import, wherever in the file it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
