"""The way back of an import, on its page: asked about with its numbers, followed to its end, told with what it left."""

from html import escape

import streamlit as st

from hooks.i18n import _, datetime_, ngettext, number
from models.import_undo import ImportUndoConflict, ImportUndoReach, ImportUndoRead
from models.imports import ImportRead
from pages.parts.confirm import carry_out, confirmed
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.fields import label
from pages.parts.flash import flash
from pages.parts.link import within
from pages.parts.segment_sheet import impact_lines
from pages.parts.state import id_in
from pages.parts.words import plain
from services.errors import NotFound, Told
from services.imports.undo import runs

GOING = ("accepted", "running")
_REFRESH_SECONDS = 1.0
_PAGE = 50


def of(run: ImportRead) -> ImportUndoRead | None:
    """Return the last undo of an import, if there is one."""
    return runs.latest(viewer(), [run.id]).get(run.id)


def is_undone(run: ImportRead) -> bool:
    """Say whether an import is undone."""
    undo = of(run)
    return undo is not None and undo.state == "done"


def draw(run: ImportRead) -> None:
    """Draw how far an undo is, or what came of it; nothing where nobody has undone the import."""
    undo = of(run)
    if undo is None:
        return
    if undo.state in GOING:
        st.fragment(_going, run_every=_REFRESH_SECONDS)(run.id)
        return
    told = {"done": st.success, "failed": st.error}.get(undo.state, st.info)
    told(plain(ending(undo)), icon=":material/undo:")
    if undo.left:
        _left(undo)


def _going(import_id: int) -> None:
    """Draw the progress until the job has ended, then the whole page anew."""
    undo = runs.of_import(viewer(), import_id)
    if undo.state not in GOING:
        st.rerun()
    st.progress(share(undo), text=plain(" · ".join([_("Undoing this import"), *speed(undo)])))
    if undo.mine:
        st.button(
            _("Cancel"), key="import-undo-cancel", type="tertiary", icon=":material/close:", on_click=_cancel,
            args=(import_id,),
        )  # fmt: skip


def _cancel(import_id: int) -> None:
    try:
        runs.cancel(viewer(), import_id)
    except Told as error:
        flash(error.message, "error")


def offer(run: ImportRead) -> None:
    """Draw the way back, where the person may go it; it asks first."""
    undo = of(run)
    goes_on = undo is not None and undo.state in GOING
    if goes_on or not runs.possible(viewer(), [run.id]):
        return
    if st.button(_("Undo this import"), icon=":material/undo:", key="import-undo"):
        ask(run.id, run.file_name)


def ask(import_id: int, file_name: str) -> None:
    """Open the question how much of an import is to be taken back."""
    dialog(_("Undo this import?"), icon=":material/undo:")(_ask)(import_id, file_name)


def _ask(import_id: int, file_name: str) -> None:
    try:
        reach = runs.reach(viewer(), import_id)
    except Told as error:
        st.error(plain(error.message), icon=":material/error:")
        return
    st.markdown(f"**{plain(file_name)}**")
    said = _reaching_segments(reach) if reach.kind == "segments" else _reaching_contacts(reach)
    lines = [f"- {sentence.format(n=number(n))}" for n, sentence in said if n]
    if reach.memberships:
        lines.append("- " + _("Segments and tags are taken back, too."))
    st.markdown("\n".join(lines))
    if reach.kind == "segments":
        with st.container(border=True, key=f"import-undo-impact-{import_id}", gap="xsmall"):
            for line in _foretold(reach):
                st.markdown(line)
    st.caption(_("What somebody has changed since is left as it is, and listed."))
    if confirmed(_("Undo this import"), f"import-undo-yes-{import_id}"):
        carry_out(
            lambda: runs.begin(viewer(), import_id),
            _("The import is being undone. A notice follows when that has ended."),
        )


def _foretold(reach: ImportUndoReach) -> list[str]:
    if reach.impact is None:
        return [_("Only somebody who sees all contacts can look into who sees what.")]
    return impact_lines(reach.impact)


def _reaching_contacts(reach: ImportUndoReach) -> list[tuple[int, str]]:
    return [
        (
            reach.removed,
            ngettext(
                "{n} contact that it made goes to the bin.",
                "{n} contacts that it made go to the bin.",
                reach.removed,
            ),
        ),
        (
            reach.restored,
            ngettext(
                "{n} contact that it changed is put back as it was.",
                "{n} contacts that it changed are put back as they were.",
                reach.restored,
            ),
        ),
    ]


def _reaching_segments(reach: ImportUndoReach) -> list[tuple[int, str]]:
    return [
        (
            reach.removed,
            ngettext(
                "{n} segment that it made is deleted, unless contacts have been in it since.",
                "{n} segments that it made are deleted, except those in which contacts have been since.",
                reach.removed,
            ),
        ),
        (
            reach.restored,
            ngettext(
                "{n} segment that it changed is put back as it was, with its switch and links.",
                "{n} segments that it changed are put back as they were, with their switches and links.",
                reach.restored,
            ),
        ),
    ]


# --- in words


def share(undo: ImportUndoRead) -> float:
    """Return how much is done, between 0 and 1."""
    at = undo.progress
    return min(1.0, at.done / at.of) if at.of else 0.0


def speed(undo: ImportUndoRead) -> list[str]:
    """Return the rate and the time left, as far as they are known."""
    at, said = undo.progress, []
    if at.rate:
        said.append(_("{n} contacts a second").format(n=number(round(at.rate))))
    if at.seconds_left is not None and at.seconds_left >= 1:
        left = round(at.seconds_left)
        said.append(ngettext("{n} second left", "{n} seconds left", left).format(n=number(left)))
    return said


def ending(undo: ImportUndoRead) -> str:
    """Return how an undo ended, in sentences."""
    who, at = undo.by or "Carteira", datetime_(undo.ended_at or undo.created_at, viewer().time_zone)
    began = {
        "done": _("Undone by {name}, {at}."),
        "cancelled": _(
            "{name} began to undo this and stopped, {at}. What was taken back until then stays so."
        ),
    }.get(undo.state, _("Undoing this failed, {at}. What was taken back until then stays so."))
    if undo.kind == "segments" and undo.state != "done":
        # A sheet is taken back as a whole or not at all.
        began = (
            _("{name} began to undo this and stopped, {at}. Nothing was taken back.")
            if undo.state == "cancelled"
            else _("Undoing this failed, {at}. Nothing was taken back.")
        )
        return " ".join(part for part in (began.format(name=who, at=at), undo.message) if part)
    said = [began.format(name=who, at=at)]
    if undo.removed is not None and undo.restored is not None:
        of_sheet = undo.kind == "segments"
        said += [(_counted_segments if of_sheet else _counted)(undo.removed, undo.restored)]
    if undo.segments:
        said.append(_("Segments that are gone with it: {names}.").format(names=", ".join(undo.segments)))
    if undo.tags:
        said.append(_("Tags that are gone with it: {names}.").format(names=", ".join(undo.tags)))
    if undo.message:
        said.append(undo.message)
    return " ".join(said)


def _counted(removed: int, restored: int) -> str:
    went = ngettext("{n} contact went to the bin.", "{n} contacts went to the bin.", removed)
    back = ngettext("{n} contact is as it was before.", "{n} contacts are as they were before.", restored)
    return f"{went.format(n=number(removed))} {back.format(n=number(restored))}"


def _counted_segments(removed: int, restored: int) -> str:
    went = ngettext("{n} segment was deleted.", "{n} segments were deleted.", removed)
    back = ngettext("{n} segment is as it was before.", "{n} segments are as they were before.", restored)
    return f"{went.format(n=number(removed))} {back.format(n=number(restored))}"


# --- what it left


def _left(undo: ImportUndoRead) -> None:
    after = id_in(st.query_params.to_dict(), "left") or 0
    try:
        page = runs.conflicts(viewer(), undo.import_id, after=after, limit=_PAGE)
    except NotFound:
        return
    with st.container(border=True, key="import-undo-left", gap="xsmall"):
        said = ngettext("{n} thing was left as it is", "{n} things were left as they are", undo.left)
        st.markdown(f"**{said.format(n=number(undo.left))}**")
        st.html(f'<ul class="left">{"".join(_line(one) for one in page.items)}</ul>')
        with st.container(horizontal=True, horizontal_alignment="right"):
            if after:
                st.button(
                    _("First page"), icon=":material/first_page:", type="tertiary", key="import-undo-first",
                    on_click=_turn, args=(undo.import_id, None),
                )  # fmt: skip
            if page.next is not None:
                st.button(
                    _("Next page"), icon=":material/chevron_right:", type="tertiary", key="import-undo-next",
                    on_click=_turn, args=(undo.import_id, page.next),
                )  # fmt: skip


def _turn(import_id: int, after: int | None) -> None:
    wanted = {"id": str(import_id)}
    st.query_params.from_dict(wanted if after is None else wanted | {"left": str(after)})


def _line(one: ImportUndoConflict) -> str:
    name = one.name or _("A contact without a name")
    if one.segment_id is not None:
        leads = escape(name) if one.in_bin else within(name, "/segments", {"id": str(one.segment_id)})
    else:
        leads = within(name, "/bin") if one.in_bin else within(name, "/contact", {"id": str(one.contact_id)})
    what = ": ".join(part for part in (label(one.field) if one.field else None, one.about) if part)
    return f"<li>{leads} <span>{escape(' — '.join(part for part in (what, one.reason) if part))}</span></li>"
