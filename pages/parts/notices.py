"""The bell's sentences."""

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from hooks.i18n import _, ngettext, number, relative
from hooks.viewer import Viewer
from models.base import now
from pages.parts.words import plain
from services import notifications


def listing(who: Viewer, fresh: Collection[int | None]) -> None:
    """Draw the newest notices; those in `fresh` stand out."""
    found = notifications.recent(who, limit=12)
    if not found:
        st.caption(_("Nothing yet. When an import or an export ends, it is said here."))
    for notice in found:
        with st.container(gap=None, key=f"notice-{notice.id}"):
            text = plain(sentence(notice.kind, notice.data))
            run = notice.data.get("import_id")
            st.page_link(
                "imports.py" if run else "exports.py",
                label=f"**{text}**" if notice.id in fresh else text,
                query_params={"id": str(run)} if run else None,
            )
            st.caption(relative(notice.at, now()))


def sentence(kind: str, data: Mapping[str, Any]) -> str:
    """Return what a notice says, in the reader's language."""
    name = str(data.get("file") or _("a file"))
    match kind:
        case "import_started":
            return _("The import of {file} has begun. A notice follows when it has ended.").format(file=name)
        case "import_done":
            return _("{file} is in: {rows}.").format(file=name, rows=_rows(data))
        case "import_done_with_rejects":
            rejected = int(data.get("rejected") or 0)
            return _("{file} is in: {rows}, {rejected} of them rejected.").format(
                file=name, rows=_rows(data), rejected=number(rejected)
            )
        case "import_cancelled":
            return _("The import of {file} was cancelled.").format(file=name)
        case "import_failed":
            return _("The import of {file} failed.").format(file=name)
        case "review_failed":
            return _("Checking {file} failed.").format(file=name)
        case "export_done":
            n = int(data.get("rows") or 0)
            return ngettext(
                "An export of {n} contact is ready.", "An export of {n} contacts is ready.", n
            ).format(n=number(n))
        case "export_failed":
            return _("An export failed.")
        case _:
            return kind


def _rows(data: Mapping[str, Any]) -> str:
    n = int(data.get("rows") or 0)
    return ngettext("{n} row", "{n} rows", n).format(n=number(n))
