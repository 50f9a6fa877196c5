"""From the click on a link to a contact to its painted card, in Chromium, against a Carteira that is really served.

Both ends are taken inside the browser: the click itself, and the second animation frame after what is known of the
contact and its history are there.
"""

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.bases import Base
from bench.clicking import browsing, told
from bench.servers import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

_WARM = 3

# Links within Carteira are followed by the page's own document; both sides of the card are named after their contact.
_OPEN = """
(id) => new Promise((resolve) => {
    const shown = () => document.querySelector(`.st-key-story-of-${id} .history li`)
        && document.querySelector(`.st-key-card-of-${id} .facts dd`);
    const link = document.createElement("a");
    link.className = "within";
    link.href = `/contact?id=${id}`;
    document.body.append(link);
    const begun = performance.now();
    link.click();
    link.remove();
    const look = () => {
        if (shown()) {
            requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begun)));
        } else {
            requestAnimationFrame(look);
        }
    };
    requestAnimationFrame(look);
})
"""


def measure(base: Base, root: Path, server: Server | None, cards: int = 30) -> dict[str, Any]:
    """Return the milliseconds of so many cards of a served copy of `base`, and their median."""
    with browsing(base, root, server) as page:
        page.goto("/contact?id=1")
        page.locator(".st-key-card-head h1").wait_for()
        _wait_until_drawn(page)
        chosen = random.Random(1).sample(range(2, base.contacts), _WARM + cards)
        return told([_opened(page, contact_id) for contact_id in chosen][_WARM:])


def _opened(page: "Page", contact_id: int) -> float:
    found: float = page.evaluate(_OPEN, contact_id)
    _wait_until_drawn(page)
    return found


def _wait_until_drawn(page: "Page") -> None:
    """Wait for the rest of the page, what follows links within it too."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
