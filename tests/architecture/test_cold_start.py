"""A command that only reads pays for nothing that it does not use."""

import subprocess
import sys

import pytest

from tests.fixtures import Database

HEAVY = ["pandas", "pyarrow", "dbos", "streamlit", "fastapi", "alembic", "babel"]

CODE = """
import sys
import cli
sys.argv = ["carteira", *{arguments!r}]
try:
    cli.main()
except SystemExit as end:
    assert not end.code, end.code
print("LOADED", *sorted(set({heavy!r}) & set(sys.modules)))
"""


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "command",
    [
        "contacts --limit 1",
        "contacts --json --search ana --sort -created --count",
        'contacts --json --filter {"v":1,"where":{"all":[]}}',
        "segment list",
        "imports --json",
    ],
)
@pytest.mark.slow
def test_a_command_that_reads_loads_no_heavy_package(db: Database, command: str) -> None:
    code = CODE.format(arguments=command.split(" "), heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code], env=db.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].split() == ["LOADED"]
