"""Imports: a file is dropped, its columns are matched, what would happen is shown; only then it comes in."""

import streamlit as st

from hooks.i18n import _
from models.imports import ImportRead
from pages.parts import import_columns, import_list, import_mappings, import_review, sample, segment_sheet
from pages.parts import import_steps as steps
from pages.parts import import_words as words
from pages.parts.door import viewer
from pages.parts.link import list_link
from pages.parts.state import id_in
from pages.parts.upload import drop_zone
from pages.parts.words import plain
from services import permissions
from services.errors import NotFound, Told
from services.imports import files, runs
from services.settings import settings


def begin() -> None:
    """Draw the first step and all imports so far."""
    with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
        st.title(_("Imports"), anchor=False)
        import_mappings.link_to_list()
        if who.may(permissions.SEGMENTS_MANAGE):
            segment_sheet.sample_link(who, "sample-segments")
        sample.link(who)
    steps.stepper(0)
    received = drop_zone(who.locale, settings().imports.max_mb, files.endings(who), key="import-file")
    if received:
        st.query_params.from_dict({"id": str(received)})
        st.rerun()
    import_list.draw()


def mappings() -> None:
    """Draw the mappings that the person has kept."""
    st.html(list_link(_("Imports"), import_list.ADDRESS), width="content")
    st.title(_("Mappings"), anchor=False)
    import_mappings.draw()


def one(run: ImportRead) -> None:
    """Draw the step at which an import is."""
    st.html(list_link(_("Imports"), import_list.ADDRESS), width="content")
    with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
        st.title(plain(run.file_name), anchor=False)
        deeds = st.container(
            horizontal=True, vertical_alignment="center", width="content", key="import-deeds"
        )
    mine = run.owner_id == who.user_id
    back = run.state == "planned" and st.query_params.get("step") == "columns"
    steps.stepper(1 if back else words.step_of(run))
    if run.state in words.GOING:
        st.fragment(going, run_every=import_list.REFRESH_SECONDS)(run.id)
    elif not mine and run.state in words.WAITING:
        import_review.look_on(run)
    elif run.state == "received" or back:
        import_columns.columns_step(run, deeds)
    elif run.state == "planned":
        import_review.review_step(run, deeds)
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
if wanted is None and st.query_params.get("view") == import_mappings.VIEW:
    mappings()
elif wanted is None:
    begin()
else:
    try:
        one(runs.get(who, wanted))
    except NotFound as error:
        st.subheader(plain(error.message), anchor=False)
        st.html(list_link(_("All imports"), import_list.ADDRESS))
    except Told as error:
        st.error(plain(error.message), icon=":material/error:")
