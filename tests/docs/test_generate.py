"""What is written of the code is what the code says."""

import importlib.util
import re

from services.settings import HOME

spec = importlib.util.spec_from_file_location("generate", HOME / "docs" / "generate.py")
assert spec is not None
assert spec.loader is not None
generate = importlib.util.module_from_spec(spec)
spec.loader.exec_module(generate)


def test_generated_pages_are_up_to_date() -> None:
    stale = [
        path.name for path, text in generate.pages().items() if not path.exists() or path.read_text() != text
    ]
    assert stale == [], "make docs"


def test_every_hook_is_documented_with_a_sentence() -> None:
    text = generate.hooks()
    assert "### importers" in text
    assert "\nNone\n" not in text


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*HOME.glob("docs/**/*.md"), *HOME.glob("*.md"), *HOME.glob("*/README.md")]
    links = [(page, target) for page in pages for target in re.findall(r"\]\(([^)#\s]+)", page.read_text())]
    assert [link for link in links if "://" not in link[1] and not (link[0].parent / link[1]).exists()] == []
