"""The sample file: it holds nobody's data, so Streamlit may serve it."""

import streamlit as st

from hooks.i18n import _
from hooks.viewer import Viewer
from services.imports.sample import sample_file


def link(who: Viewer) -> None:
    """Draw the way to the sample, in the reader's language."""
    st.download_button(
        _("Download the sample"),
        sample_file(who.locale),
        file_name=f"{_('sample')}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        key="sample",
        on_click="ignore",
    )
