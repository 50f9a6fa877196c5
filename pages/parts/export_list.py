"""The exports of a person: what each holds, how it stands, and the way to its file for as long as there is one."""

from datetime import datetime
from html import escape

import streamlit as st

from hooks.i18n import _, datetime_, ngettext, number, relative
from hooks.viewer import Viewer
from models.base import now
from models.export import ExportRead
from pages.parts.door import viewer
from pages.parts.export_dialog import FORMATS, GOING, REFRESH_SECONDS, file_link, size
from pages.parts.flash import flash
from pages.parts.rows import turn
from pages.parts.state import id_in
from services import exports, filters, people, segments
from services.errors import Told

PAGE = 20
_WAS_GOING = "exports-going"


def draw() -> bool:
    """Draw a page of the list, and again and again what goes on; say whether there is any export."""
    before = id_in(st.query_params.to_dict(), "before")
    found = exports.recent(viewer(), PAGE + 1, before=before)
    if not found and before is None:
        return False
    st.session_state[_WAS_GOING] = any(made.state in GOING for made in found[:PAGE])
    st.fragment(_listed, run_every=REFRESH_SECONDS if st.session_state[_WAS_GOING] else None)(before)
    turn(before, found[PAGE - 1].id if len(found) > PAGE else None, "exports")
    return True


def _listed(before: int | None) -> None:
    me = viewer()
    found = exports.recent(me, PAGE, before=before)
    names = {one.id: one.name for one in segments.known(me)}
    moment = now()
    with st.container(gap=None, key="rows-exports"):
        for made in found:
            with st.container(horizontal=True, vertical_alignment="center", key=f"export-row-{made.id}"):
                st.html(row(made, about(me, made, names), moment, me.time_zone))
                if made.state not in GOING:
                    st.button(
                        _("Export again"), type="tertiary", key=f"export-again-{made.id}", on_click=_again,
                        args=(made.id,),
                    )  # fmt: skip
    if st.session_state.get(_WAS_GOING) != any(made.state in GOING for made in found):
        st.rerun()


def _again(export_id: int) -> None:
    """Take the same out once more, as it is now; the list then begins with it."""
    try:
        exports.again(viewer(), export_id)
    except Told as error:
        flash(error.message, "error")
        return
    st.query_params.clear()


def row(made: ExportRead, holds: str, moment: datetime, time_zone: str) -> str:
    """Return one export as HTML: the kind of file, how it stands, what it `holds`, and when it was made."""
    kind = escape(FORMATS.get(made.format, made.format.upper()))
    if made.rows is not None:
        kind += f" · {escape(ngettext('{n} contact', '{n} contacts', made.rows).format(n=number(made.rows)))}"
    tone, said = state_of(made, moment)
    what = [escape(holds), escape(columns_of(made))]
    if tone == "good":
        assert made.expires_at is not None
        until = _("until {when}").format(when=datetime_(made.expires_at, time_zone))
        what += [escape(size(made.bytes or 0)), escape(until), file_link(made, kind="")]
    at = f'<time datetime="{made.created_at.isoformat()}" title="{escape(datetime_(made.created_at, time_zone))}">'
    return (
        f'<div class="run"><p><span class="name">{kind}</span> <span class="state {tone}">{escape(said)}</span></p>'
        f'<p class="what">{" · ".join(what)}</p>'
        f'<p class="by">{at}{escape(relative(made.created_at, moment))}</time></p></div>'
    )


def state_of(made: ExportRead, moment: datetime) -> tuple[str, str]:
    """Return the colour and the words for how an export stands."""
    if made.state in GOING:
        return "goes", _("is being written")
    if made.state != "done":
        return "bad", made.message or _("failed")
    if made.expires_at is None or made.expires_at <= moment:
        return "rests", _("expired")
    return "good", _("ready")


def about(who: Viewer, made: ExportRead, names: dict[int, str]) -> str:
    """Return which contacts were asked for; `names` are those of the segments that the person may know of."""
    said = []
    if made.picked is not None:
        said.append(
            ngettext("{n} picked contact", "{n} picked contacts", made.picked).format(n=number(made.picked))
        )
    if made.segment_id is not None:
        said.append(names.get(made.segment_id, _("a segment that is gone")))
    if made.import_id is not None:
        said.append(_("New in import #{id}").format(id=made.import_id))
    if made.search:
        said.append(f"“{made.search}”")
    if made.filter is not None:
        try:
            known = people.names(who) if "'responsible'" in str(made.filter) else None
            said.append(filters.describe(who, made.filter, known))
        except Told as error:
            said.append(error.message)
    return ", ".join(said) or _("all contacts")


def columns_of(made: ExportRead) -> str:
    """Return which columns the file has."""
    if made.layout:
        return _("the columns that an import reads")
    n = len(made.columns)
    return ngettext("{n} column", "{n} columns", n).format(n=number(n))
