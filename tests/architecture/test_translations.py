"""Nobody meets an English sentence in Portuguese or French."""

import subprocess
import sys

from services.settings import HOME


def test_every_text_of_the_code_is_translated_into_every_language() -> None:
    done = subprocess.run(
        [sys.executable, str(HOME / "locale" / "catalog.py"), "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
