"""The ways to reach a contact, each a link that opens what one uses it with.

Streamlit takes addresses of the kinds viber: and skype: out of HTML, so the list is made in the browser.
"""

from dataclasses import asdict, dataclass
from urllib.parse import quote

import streamlit as st

from hooks.i18n import _
from models.contact import ContactDetail, PointRead
from pages.parts.words import phone_shown
from services import messengers

_JS = """
const KINDS = /^(https|mailto|tel|viber|skype):/

function part(tag, text, of) {
  const made = document.createElement(tag)
  made.textContent = text
  of.append(made)
  return made
}

function link(text, href, of) {
  const made = part(href && KINDS.test(href) ? "a" : "span", text, of)
  if (made.tagName === "A") {
    made.href = href
    if (href.startsWith("https:")) { made.target = "_blank"; made.rel = "noopener noreferrer" }
  }
  return made
}

export default function ({ data, parentElement }) {
  const list = document.createElement("ul")
  list.className = "ways"
  for (const way of data.ways) {
    const item = part("li", "", list)
    if (way.platform) { part("span", way.platform, item).className = "platform" }
    link(way.text, way.href, item)
    if (way.star) {
      const star = part("span", "★", item)
      star.className = "star"
      star.setAttribute("role", "img")
      star.setAttribute("aria-label", way.star)
      star.title = way.star
    }
    if (way.aside) { link(way.aside, way.aside_href, item).className = "aside" }
  }
  parentElement.querySelector("ul")?.remove()
  parentElement.append(list)
}
"""

_list = st.components.v2.component("carteira_ways", js=_JS, isolate_styles=False)


@dataclass(frozen=True)
class Way:
    """One line: `platform` of a messenger, what is shown and where it leads, what ★ means, a second link beside."""

    text: str
    href: str | None
    platform: str | None = None
    star: str | None = None
    aside: str | None = None
    aside_href: str | None = None


def ways(contact: ContactDetail) -> list[Way]:
    """Return the ways to reach a contact; ★ marks the primary one of several of a kind."""
    kinds = [point.kind for point in contact.points]
    return [_way(point, several=kinds.count(point.kind) > 1) for point in contact.points]


def _way(point: PointRead, *, several: bool) -> Way:
    star = _("Primary") if several and point.primary else None
    if point.kind == "email":
        return Way(point.value, mailto(point.value), star=star)
    if point.kind == "phone":
        aside = messengers.name_of("whatsapp") if point.link else None
        return Way(
            phone_shown(point.value), f"tel:{point.value}", star=star, aside=aside, aside_href=point.link
        )
    return Way(handle_shown(point.value), point.link, messengers.name_of(point.platform or ""), star)


def mailto(address: str) -> str:
    """Return the link that writes to an address, whatever signs it has."""
    return f"mailto:{quote(address, safe='@')}"


def handle_shown(handle: str) -> str:
    """Return a handle as people read it: a number with spaces, a name as it is."""
    return phone_shown(handle) if handle.startswith("+") else handle


def draw(contact: ContactDetail, key: str) -> None:
    """Draw the list."""
    _list(key=key, data={"ways": [asdict(way) for way in ways(contact)]}, height="content")
