"""The steps of an import: the stepper above them, the progress between them, and the last one, the result."""

from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hooks.i18n import _, ngettext, number
from models.imports import ImportRead
from pages.parts import import_undo, segment_sheet
from pages.parts.door import viewer
from pages.parts.flash import flash
from pages.parts.import_rows import rows_by_outcome
from pages.parts.import_words import STEPS, ending, remarks, share, speed, unknown_names
from pages.parts.link import within
from pages.parts.words import plain
from services.errors import Told
from services.imports import runs


def stepper(at: int) -> None:
    """Draw the four steps, the present one marked."""
    current = ' aria-current="step"'
    items = "".join(
        f'<li class="{"done" if place < at else "now" if place == at else "later"}"'
        f"{current if place == at else ''}><span>{place + 1}</span>{escape(_(name))}</li>"
        for place, name in enumerate(STEPS)
    )
    st.html(f'<ol class="steps">{items}</ol>')


def progress(run: ImportRead, *, mine: bool) -> None:
    """Draw how far a job is, with its rate and the time left."""
    at = run.progress
    phase = {
        "waiting": _("Waiting for a worker"),
        "reading": _("Reading the file"),
        "checking": _("Checking the rows"),
        "matching": _("Looking for contacts that are there already"),
        "writing": _("Bringing in contacts"),
        "ended": _("Almost there"),
    }[at.phase]
    st.progress(share(run), text=" · ".join([phase, *speed(run)]))
    if mine:
        st.button(
            _("Cancel"),
            key="import-cancel",
            type="tertiary",
            icon=":material/close:",
            on_click=_cancel,
            args=(run.id,),
        )


def _cancel(import_id: int) -> None:
    try:
        runs.cancel(viewer(), import_id)
    except Told as error:
        flash(error.message, "error")


def result_step(run: ImportRead, deeds: DeltaGenerator) -> None:
    """Draw how it ended: the numbers, the rejected rows to fetch, the new contacts to see."""
    draw = {"done": st.success, "done_with_rejects": st.warning, "failed": st.error}.get(run.state, st.info)
    draw(plain(ending(run)), icon={"done": ":material/check_circle:"}.get(run.state, ":material/info:"))
    if run.files_deleted:
        st.caption(_("The files of this import have had their time and were deleted; its numbers stay."))
    import_undo.draw(run)
    found(run, *unknown_names(run))
    rows_by_outcome(run)
    with deeds:
        if run.kind == "segments":
            segment_sheet.show_link()
        elif run.created and not import_undo.is_undone(run):
            words = ngettext("Show the new one", "Show the {n} new ones", run.created)
            st.page_link(
                "contacts.py",
                label=words.format(n=number(run.created)),
                icon=":material/contacts:",
                query_params={"import": str(run.id)},
            )
        offer_rejected(run)
        import_undo.offer(run)
        if run.state in ("failed", "cancelled"):
            st.html(within(_("Load the file again"), "/imports", kind="action"), width="content")


def offer_rejected(run: ImportRead) -> None:
    """Draw the way to the file of rejected rows, where there is one."""
    if run.has_rejected_file:
        words = ngettext("Download {n} rejected row", "Download {n} rejected rows", run.rejected)
        st.html(
            f'<a class="action" href="/api/v1/imports/{run.id}/rejected" download>'
            f"{escape(words.format(n=number(run.rejected)))}</a>",
            width="content",
        )


def found(run: ImportRead, *more: str) -> None:
    """Draw what else was found, a line of Markdown each, and these lines."""
    said = [*remarks(run), *more]
    if said:
        with st.container(border=True, key="import-remarks", gap="xsmall"):
            for line in said:
                st.markdown(line)
