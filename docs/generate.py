"""Write the generated pages of docs/ anew: python docs/generate.py. A test fails while they differ."""

import ast
import re
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
DOCS = HOME / "docs"


def pages() -> dict[Path, str]:
    """Return every generated page with its text."""
    return {
        DOCS / "adr" / "README.md": decisions(),
        DOCS / "plugin-hooks.md": hooks(),
    }


def decisions() -> str:
    """Return the index of the decisions, by number."""
    lines = []
    for path in sorted((DOCS / "adr").glob("[0-9]*.md")):
        title = path.read_text(encoding="utf-8").partition("\n")[0]
        number, name = re.fullmatch(r"# (\d+)\. (.+)", title).groups()  # type: ignore[union-attr]
        lines.append(f"| {number} | [{name}]({path.name}) |")
    return (
        "# Decisions\n\nWhat would puzzle a newcomer, and why it is so. One page each: "
        "what was chosen, why, what it costs.\n`make docs` writes this list.\n\n| | |\n| --- | --- |\n"
        + "\n".join(lines)
        + "\n"
    )


def hooks() -> str:
    """Return the reference of the hooks: their signatures as written, and what they hand over."""
    text = [
        "# Hooks\n",
        "What a plugin may answer to, and the values it answers with. `make docs` writes this page from",
        "`hooks/specs.py`, `hooks/screen_specs.py` and `hooks/offers.py`.\n",
        "A hook is a function marked `@hookimpl`, in `plugin.py`, or in `screens.py` if it draws.\n",
    ]
    for name, title in (("specs.py", "Without a screen"), ("screen_specs.py", "With a screen")):
        path = HOME / "hooks" / name
        if path.exists():
            text += [f"## {title}\n", *_functions(path)]
    text += ["## What plugins hand over\n", *_values(HOME / "hooks" / "offers.py")]
    return "\n".join(text).rstrip() + "\n"


def _functions(path: Path) -> list[str]:
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
            found += [
                f"### {node.name}\n",
                f"```python\ndef {node.name}({ast.unparse(node.args)}){returns}\n```\n",
                f"{ast.get_docstring(node)}\n",
            ]
    return found


def _values(path: Path) -> list[str]:
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        fields = [ast.unparse(line) for line in node.body if isinstance(line, ast.AnnAssign)]
        calls = [
            f"def __call__({ast.unparse(line.args)}) -> {ast.unparse(line.returns)}"
            for line in node.body
            if isinstance(line, ast.FunctionDef) and line.name == "__call__" and line.returns
        ]
        found += [f"### {node.name}\n", f"{ast.get_docstring(node)}\n"]
        if fields or calls:
            found.append("```python\n" + "\n".join(fields + calls) + "\n```\n")
    return found


if __name__ == "__main__":
    for page, content in pages().items():
        page.write_text(content, encoding="utf-8")
