"""The dialog that takes contacts out: which file, which columns, and then the way to it."""

from html import escape

import streamlit as st

from hooks.i18n import _, datetime_, ngettext, number
from models.export import ExportRead
from pages.parts import contact_columns
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.words import plain
from services import exports, listing, permissions
from services.errors import Told
from services.listing import Query

FORMATS = {"csv": "CSV", "xlsx": "Excel (XLSX)"}
REFRESH_SECONDS = 0.7
GOING = ("accepted", "running")

# A column of the list that is more than one in a file.
_IN_A_FILE = {"name": ("first_name", "last_name")}
_MADE = "export-made"


def takes_all(query: Query) -> bool:
    """Say whether all contacts go out, which is then said in words."""
    return query.asks_nothing and not query.excluded


def ask(query: Query) -> None:
    """Open the dialog."""
    st.session_state.pop(_MADE, None)
    dialog(_("Export contacts"), icon=":material/download:")(_ask)(query)


def _ask(query: Query) -> None:
    made: int | None = st.session_state.get(_MADE)
    if made is not None:
        _follow(made)
        return
    kind = st.segmented_control(
        _("File"),
        list(FORMATS),
        default="csv",
        format_func=FORMATS.__getitem__,
        required=True,
        key="export-format",
    )
    layouts = {
        "import": _("The columns that an import reads"),
        "shown": _("The columns of the list"),
        "all": _("All columns"),
    }
    layout = st.radio(_("Columns"), list(layouts), format_func=layouts.__getitem__, key="export-columns")
    exact = viewer().may(permissions.ROLES_MANAGE) and st.checkbox(
        _("Leave cells as they are that a spreadsheet would run"),
        key="export-exact",
        help=_("For other programs, not for a spreadsheet. That you chose this is recorded."),
    )
    n = listing.count(viewer(), query).n
    words = (
        _("Export all contacts ({n})")
        if takes_all(query)
        else ngettext("Export {n} contact", "Export {n} contacts", n)
    )
    if st.button(words.format(n=number(n)), type="primary", icon=":material/download:", key="export-yes"):
        try:
            accepted = exports.request(viewer(), kind or "csv", query, _columns(layout), exact)
            st.session_state[_MADE] = accepted.id
        except Told as error:
            st.error(plain(error.message), icon=":material/error:")
            return
        st.rerun(scope="fragment")


def _columns(layout: str | None) -> list[str] | None:
    """Return the columns of a layout by their names in a file; none means those that an import reads."""
    if layout == "all":
        return list(exports.COLUMNS)
    if layout == "shown":
        shown = [one.field for one in contact_columns.chosen(viewer())]
        return [name for field in shown for name in _IN_A_FILE.get(field, (field,))]
    return None


def _follow(export_id: int) -> None:
    """Wait for the file; whoever closes the dialog is told by the bell."""
    made = exports.get(viewer(), export_id)
    if made.state in GOING:
        st.fragment(_waiting, run_every=REFRESH_SECONDS)(export_id)
    else:
        result(made)


def _waiting(export_id: int) -> None:
    made = exports.get(viewer(), export_id)
    if made.state in GOING:
        st.markdown(f":material/hourglass_top: {_('The file is being written…')}")
        st.caption(_("You may close this. The bell will tell when the file is ready."))
    else:
        result(made)


def result(made: ExportRead) -> None:
    """Draw the way to the file, or why there is none."""
    if made.state != "done":
        st.error(plain(made.message or _("The export failed.")), icon=":material/error:")
        return
    rows = ngettext("{n} contact", "{n} contacts", made.rows or 0).format(n=number(made.rows or 0))
    said = f"{rows}, {size(made.bytes or 0)}"
    if made.expires_at is not None:
        said += f" · {_('until {when}').format(when=datetime_(made.expires_at, viewer().time_zone))}"
    st.markdown(f":material/check_circle: {plain(said)}")
    st.html(file_link(made))


def file_link(made: ExportRead, kind: str = "action") -> str:
    """Return the link to a finished export, as HTML; `kind` is its class."""
    words = _("Download {kind}").format(kind=FORMATS.get(made.format, made.format.upper()))
    return f'<a class="{kind}" href="/api/v1/exports/{made.id}/file" download>{escape(words)}</a>'


def size(n: int) -> str:
    """Return a number of bytes as people read it."""
    if n < 1024 * 1024:
        return _("{n} kB").format(n=number(max(1, round(n / 1024))))
    return _("{n} MB").format(n=number(n / 1024 / 1024, 1))
