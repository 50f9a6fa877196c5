"""Activity: what administrators keep an eye on; so far the keys that were denied, since something hidden has them."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from hooks.i18n import N_, _, datetime_
from models.doors import DenialRead
from pages.parts.door import viewer
from pages.parts.fields import label
from pages.parts.rows import turn
from pages.parts.state import id_in
from services import denials, permissions

PAGE = 50
DOORS = {
    "contacts.create": N_("Adding a contact"),
    "bin.bring_back": N_("Bringing a contact back"),
    "contacts.change": N_("Editing a contact"),
    "import": N_("Loading a file"),
    "segments.create": N_("Making a segment"),
    "segments.change": N_("Editing a segment"),
}


def table(lines: Sequence[DenialRead]) -> str:
    """Return the lines as an HTML table, every value escaped."""
    heads = (_("When"), _("Who"), _("Doing what"), _("Field"))
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    rows = "".join(
        "<tr>"
        f'<td class="when">{escape(datetime_(line.at, who.time_zone))}</td>'
        f"<td><b>{escape(line.name or 'Carteira')}</b> <span>{escape(line.email or '')}</span></td>"
        f"<td>{escape(_(DOORS[line.door]) if line.door in DOORS else line.door)}</td>"
        f"<td>{escape(label(line.field))}</td>"
        "</tr>"
        for line in lines
    )
    return f'<table class="lines"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


who = viewer()
with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
    st.title(_("Activity"), anchor=False)
if not who.may(permissions.PEOPLE_MANAGE):
    st.markdown(_("Your role does not look after people. Ask an administrator if you need to."))
    st.stop()
st.page_link("actions.py", label=_("Bulk actions"), icon=":material/checklist:")
st.subheader(_("Denied keys"), anchor=False)
st.caption(
    _(
        "An external ID, an e-mail address or a segment's name could not be taken, because something that the person "
        "does not see holds it, or because it was erased. Many from one person may be guesses."
    )
)
before = id_in(st.query_params.to_dict(), "before")
found = denials.recent(who, PAGE + 1, before=before)
if found:
    st.html(table(found[:PAGE]))
else:
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown(_("No key was denied before that.") if before else _("No key has been denied yet."))
turn(before, found[PAGE - 1].id if len(found) > PAGE else None, "activity")
