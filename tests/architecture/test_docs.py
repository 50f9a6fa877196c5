"""What is written of the code is what the code says, and links lead somewhere."""

import re
import subprocess
import sys

from services.settings import HOME


def test_every_hook_is_documented_with_its_exact_signature_and_every_decision_is_listed() -> None:
    checked = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=HOME, env={"PYTHONPATH": str(HOME)}, check=False
    )
    assert checked.returncode == 0, "run `make docs`"


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*HOME.glob("docs/**/*.md"), *HOME.glob("*.md"), *HOME.glob("*/README.md")]
    links = [(page, target) for page in pages for target in re.findall(r"\]\(([^)#\s]+)", page.read_text())]
    assert [link for link in links if "://" not in link[1] and not (link[0].parent / link[1]).exists()] == []
