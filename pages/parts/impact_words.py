"""Who gains and who loses the sight of contacts, in words, as a dialog says it before it is done."""

from collections.abc import Callable, Sequence

import streamlit as st

from hooks.i18n import _, ngettext, number
from pages.parts.words import plain
from services.errors import Told
from services.impact import Impact, PersonImpact

_MOST = 5


def foretell(ask: Callable[[], Impact], key: str) -> None:
    """Draw what a change would do; what cannot be told is said in its place."""
    try:
        found = ask()
    except Told as error:
        st.caption(plain(error.message))
        return
    with st.container(border=True, key=key, gap="xsmall"):
        for line in foretold(found):
            st.markdown(line)


def foretold(found: Impact) -> list[str]:
    """Return the sentences, as Markdown, that say what a change would do."""
    if not (found.gains or found.loses or found.blind):
        return [_("Nobody gains or loses sight of a contact.")]
    lines = []
    if found.gains:
        n = len(found.gains)
        people_gain = ngettext("{n} person gains contacts", "{n} people gain contacts", n).format(n=number(n))
        who = _("{field}: {value}").format(field=f"**{people_gain}**", value=_listed(found.gains))
        lines.append(f":material/visibility: {who}")
    if found.loses:
        n = len(found.loses)
        people_lose = ngettext("{n} person loses contacts", "{n} people lose contacts", n).format(n=number(n))
        who = _("{field}: {value}").format(field=f"**{people_lose}**", value=_listed(found.loses))
        lines.append(f":material/visibility_off: {who}")
    if found.blind:
        lines.append(
            ngettext(
                ":material/warning: {n} contact keeps a responsible who no longer sees it.",
                ":material/warning: {n} contacts keep a responsible who no longer sees them.",
                found.blind,
            ).format(n=number(found.blind))
        )
    return lines


def _listed(found: Sequence[PersonImpact]) -> str:
    said = [f"{plain(one.name)} ({number(one.contacts)})" for one in found[:_MOST]]
    more = len(found) - _MOST
    if more > 0:
        said.append(ngettext("{n} more", "{n} more", more).format(n=number(more)))
    return ", ".join(said)
