"""What is written about the hooks is what they are."""

import subprocess
import sys

from services.settings import HOME


def test_every_hook_is_documented_with_its_exact_signature():
    checked = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=HOME, env={"PYTHONPATH": str(HOME)}, check=False
    )
    assert checked.returncode == 0, "run `make docs`"
