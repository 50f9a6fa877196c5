"""Who may import what. import-linter holds the layers; here is what it cannot say."""

import ast
import re

import pytest

from tests.architecture.tree import code, imports

KNOWERS = {
    "streamlit": r"app\.py|pages/.*|plugins/[^/]+/screens\.py",
    "st_aggrid": r"pages/parts/grid\.py",
    "fastapi": r"app\.py|api/.*",
}


@pytest.mark.parametrize("package", KNOWERS)
def test_a_face_is_known_only_where_it_is_drawn(package: str) -> None:
    strangers = [
        name for name, tree in code() if package in imports(tree) and not re.fullmatch(KNOWERS[package], name)
    ]
    assert strangers == []


def test_no_text_is_run_as_code() -> None:
    """`DataFrame.query` and `eval` run what they are given; nothing of ours calls anything by these names."""
    calls = [
        f"{name}:{node.lineno}"
        for name, tree in code()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr in {"query", "eval"})
            or (isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec"})
        )
    ]
    assert calls == []


def test_no_table_is_defined_over_another() -> None:
    texts = [name for name, tree in code() if "extend_existing" in ast.dump(tree)]
    assert texts == []
