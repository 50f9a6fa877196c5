"""The imports so far: how each stands, who loaded it and when, numbers that open, the rejected rows."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from hooks.i18n import _, datetime_, ngettext, number, relative
from hooks.viewer import Viewer
from models.base import now
from models.import_undo import ImportUndoRead
from models.imports import ImportRead
from pages.parts import import_undo
from pages.parts import import_words as words
from pages.parts.confirm import carry_out, confirmed
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.link import within
from pages.parts.once import once
from pages.parts.rows import turn
from pages.parts.state import id_in
from pages.parts.words import plain
from services.imports import runs
from services.imports.undo import runs as undos

REFRESH_SECONDS = 1.0
PAGE = 20
ADDRESS = "/imports"
# The import whose discarding is to be asked about in the run to come.
_TO_DISCARD = "import-to-discard"
# The one that is to be asked about before it is undone.
_TO_UNDO = "import-to-undo"
_WAS_GOING = "imports-going"


def draw() -> None:
    """Draw a page of the list; as long as one of its imports goes on, it is looked at again and again."""
    before = id_in(st.query_params.to_dict(), "before")
    me = viewer()
    found = runs.recent(me, PAGE + 1, before=before)
    if not found and before is None:
        return
    st.subheader(_("Earlier imports"), anchor=False)
    st.session_state[_WAS_GOING] = _goes_on(found[:PAGE], _undone(me, found[:PAGE]))
    st.fragment(_listed, run_every=REFRESH_SECONDS if st.session_state[_WAS_GOING] else None)(before)
    turn(before, found[PAGE - 1].id if len(found) > PAGE else None, "imports")
    with once(_TO_DISCARD) as to_discard:
        if to_discard is not None:
            dialog(_("Discard this import?"), icon=":material/delete:")(_ask_to_discard)(*to_discard)
    with once(_TO_UNDO) as to_undo:
        if to_undo is not None:
            import_undo.ask(*to_undo)


def _listed(before: int | None) -> None:
    me = viewer()
    found = runs.recent(me, PAGE, before=before)
    undone = _undone(me, found)
    settled = [
        run.id
        for run in found
        if (run.act_id is not None or run.kind == "segments") and not _is_undone(undone.get(run.id))
    ]
    undoable = undos.possible(me, settled)
    with st.container(gap=None, key="rows-imports"):
        for run in found:
            with st.container(horizontal=True, vertical_alignment="center", key=f"import-row-{run.id}"):
                st.html(row(run, me.time_zone, undone.get(run.id)))
                waits = run.state in words.WAITING and run.owner_id == me.user_id
                if waits and st.button(_("Discard"), type="tertiary", key=f"import-discard-{run.id}"):
                    st.session_state[_TO_DISCARD] = (run.id, run.file_name)
                    st.rerun()
                if run.id in undoable and st.button(
                    _("Undo"), icon=":material/undo:", type="tertiary", key=f"import-list-undo-{run.id}"
                ):
                    st.session_state[_TO_UNDO] = (run.id, run.file_name)
                    st.rerun()
    if st.session_state.get(_WAS_GOING) and not _goes_on(found, undone):
        st.rerun()


def _undone(me: Viewer, found: Sequence[ImportRead]) -> dict[int, ImportUndoRead]:
    return undos.latest(me, [run.id for run in found])


def _is_undone(undo: ImportUndoRead | None) -> bool:
    """Say whether an import is undone, or about to be, so that nobody has to begin with it."""
    return undo is not None and undo.state in ("done", *import_undo.GOING)


def _goes_on(found: Sequence[ImportRead], undone: Mapping[int, ImportUndoRead]) -> bool:
    going = any(run.state in words.GOING for run in found)
    return going or any(undo.state in import_undo.GOING for undo in undone.values())


def row(run: ImportRead, time_zone: str, undo: ImportUndoRead | None = None) -> str:
    """Return one import as HTML: name, state, numbers, by whom and when it was loaded, and whether it is undone."""
    name = within(run.file_name, ADDRESS, {"id": str(run.id)}, "name")
    state = f'<span class="state {words.tone(run.state)}">{escape(_(words.STATES[run.state]))}</span>'
    when = f'<time datetime="{run.created_at.isoformat()}" title="{escape(datetime_(run.created_at, time_zone))}">'
    by = f"{escape(run.owner or 'Carteira')} · {when}{escape(relative(run.created_at, now()))}</time>"
    return (
        f'<div class="run"><p>{name} {state}{_way_back(undo)}</p><p class="what">{_progress(run) or _numbers(run)}</p>'
        f'<p class="by">{by}</p></div>'
    )


def _way_back(undo: ImportUndoRead | None) -> str:
    if undo is None:
        return ""
    if undo.state in import_undo.GOING:
        share = f"{round(100 * import_undo.share(undo))} %"
        return f' <span class="state goes">{escape(_("is being undone, {share}").format(share=share))}</span>'
    said = {"done": _("was undone"), "failed": _("undoing failed")}.get(undo.state, _("undone in part"))
    return f' <span class="state rests">{escape(said)}</span>'


def _progress(run: ImportRead) -> str:
    if run.state not in words.GOING:
        return ""
    share = words.share(run)
    label = escape(_("Progress of {file}").format(file=run.file_name))
    said = " · ".join([f"{round(100 * share)} %", *words.speed(run)])
    return f'<progress max="1" value="{share:.3f}" aria-label="{label}"></progress> {escape(said)}'


def _numbers(run: ImportRead) -> str:
    """Return the numbers, each of which leads to its rows, and the way to the rejected ones as a file."""
    counts = {
        outcome: within(said, ADDRESS, {"id": str(run.id), "rows": outcome})
        for outcome, said in words.counted(run).items()
    }
    said = list(counts.values())
    if run.has_rejected_file:
        fetch = ngettext("Download {n} rejected row", "Download {n} rejected rows", run.rejected)
        words_ = escape(fetch.format(n=number(run.rejected)))
        said.append(f'<a href="/api/v1/imports/{run.id}/rejected" download>{words_}</a>')
    return " · ".join(said)


def _ask_to_discard(import_id: int, file_name: str) -> None:
    """Ask whether a file that waits is to be forgotten, and forget it."""
    st.markdown(
        _("{file} is deleted, and what the review found of it. Nothing of it has come in.").format(
            file=f"**{plain(file_name)}**"
        )
    )
    if confirmed(_("Discard"), "import-discard-yes"):
        carry_out(
            lambda: runs.discard(viewer(), import_id),
            _("{file} was discarded.").format(file=file_name),
        )
