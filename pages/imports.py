"""Imports: a file is dropped, its columns are matched, what would happen is shown; only then it comes in."""

import streamlit as st

from hooks.i18n import _
from models.imports import ImportRead
from pages.parts import import_steps as steps
from pages.parts import import_words as words
from pages.parts import sample
from pages.parts.confirm import carry_out, confirmed
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.state import id_in
from pages.parts.upload import drop_zone
from pages.parts.words import plain
from services import permissions
from services.errors import NotFound, Told
from services.imports import runs
from services.settings import settings

REFRESH_SECONDS = 1.0
# The import whose discarding is to be asked about in the run to come.
_TO_DISCARD = "import-to-discard"


def begin() -> None:
    """Draw the first step and all imports so far."""
    with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
        st.title(_("Imports"), anchor=False)
        sample.link(who)
    steps.stepper(0)
    received = drop_zone(who.locale, settings().imports.max_mb, ("csv", "txt", "tsv"), key="import-file")
    if received:
        st.query_params["id"] = str(received)
        st.rerun()
    found = runs.recent(who)
    if found:
        st.subheader(_("Earlier imports"), anchor=False)
        going = any(run.state in words.GOING for run in found)
        st.fragment(earlier, run_every=REFRESH_SECONDS if going else None)()
    to_discard = st.session_state.pop(_TO_DISCARD, None)
    if to_discard is not None:
        dialog(_("Discard this import?"), icon=":material/delete:")(ask_to_discard)(*to_discard)


def ask_to_discard(import_id: int, file_name: str) -> None:
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


def earlier() -> None:
    """Draw the imports so far; those that go on are looked at again and again."""
    me = viewer()
    found = runs.recent(me)
    with st.container(gap=None, key="rows-imports"):
        for run in found:
            with st.container(horizontal=True, vertical_alignment="center", key=f"import-row-{run.id}"):
                with st.container(gap=None, width="stretch"):
                    st.page_link("imports.py", label=plain(run.file_name), query_params={"id": str(run.id)})
                    st.caption(plain(words.summary(run)))
                waits = run.state in words.WAITING and run.owner_id == me.user_id
                if waits and st.button(_("Discard"), type="tertiary", key=f"import-discard-{run.id}"):
                    st.session_state[_TO_DISCARD] = (run.id, run.file_name)
                    st.rerun()
    if st.session_state.get("imports-going") and not any(run.state in words.GOING for run in found):
        st.session_state["imports-going"] = False
        st.rerun()
    st.session_state["imports-going"] = any(run.state in words.GOING for run in found)


def one(run: ImportRead) -> None:
    """Draw the step at which an import is."""
    st.page_link("imports.py", label=_("Imports"), icon=":material/chevron_left:")
    with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
        st.title(plain(run.file_name), anchor=False)
        deeds = st.container(
            horizontal=True, vertical_alignment="center", width="content", key="import-deeds"
        )
    mine = run.owner_id == who.user_id
    back = st.session_state.get("import-back") == run.id and run.state == "planned"
    steps.stepper(1 if back else words.step_of(run.state))
    if run.state in words.GOING:
        st.fragment(going, run_every=REFRESH_SECONDS)(run.id)
    elif not mine and run.state in ("received", "planned"):
        steps.look_on(run)
    elif run.state == "received" or back:
        steps.columns_step(run, deeds)
    elif run.state == "planned":
        steps.review_step(run, deeds)
    else:
        steps.result_step(run, deeds)


def going(import_id: int) -> None:
    """Draw the progress until the job has ended, then the whole page anew."""
    me = viewer()
    run = runs.get(me, import_id)
    if run.state not in words.GOING:
        st.rerun()
    steps.progress(run, mine=run.owner_id == me.user_id)


who = viewer()
if not who.may(permissions.CONTACTS_IMPORT):
    st.subheader(_("Your role does not load files"), anchor=False)
    st.markdown(_("Ask an administrator if you need to."))
    st.stop()
wanted = id_in(st.query_params.to_dict())
if wanted is None:
    begin()
else:
    try:
        one(runs.get(who, wanted))
    except NotFound as error:
        st.subheader(plain(error.message), anchor=False)
        st.page_link("imports.py", label=_("All imports"), icon=":material/chevron_left:")
    except Told as error:
        st.error(plain(error.message), icon=":material/error:")
