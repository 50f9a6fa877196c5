"""People, teams and roles: who is here, who is in which team, and what each role allows."""

import streamlit as st

from hooks.i18n import N_, _
from pages.parts import people_rows, person_form, role_form, team_form
from pages.parts.door import viewer
from pages.parts.once import once
from services import people, permissions, roles, teams

TABS = {"people": N_("People"), "teams": N_("Teams"), "roles": N_("Roles")}
FORMS = {"people": person_form, "teams": team_form, "roles": role_form}
ADD = {"people": N_("Person"), "teams": N_("Team"), "roles": N_("Role")}
NEEDS = {
    "people": permissions.PEOPLE_MANAGE,
    "teams": permissions.PEOPLE_MANAGE,
    "roles": permissions.ROLES_MANAGE,
}

who = viewer()
open_to_them = [name for name in TABS if who.may(NEEDS[name])]
asked = st.query_params.get("tab", "")
shown = asked if asked in open_to_them else next(iter(open_to_them), "")


def choose() -> None:
    """Write the tab that was chosen into the address; what was sought in another one is not sought here."""
    st.query_params.from_dict({"tab": st.session_state["people-tab"]})


def opening(deed: str, of: int | None = None) -> None:
    """Note which dialog the coming run opens."""
    st.session_state["people-open"] = (shown, deed, of)


with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
    st.title(_("People"), anchor=False)
    if shown:
        st.button(
            _(ADD[shown]), icon=":material/add:", type="primary", key=f"people-add-{shown}",
            on_click=opening, args=("add",),
        )  # fmt: skip
if not shown:
    st.markdown(_("Your role does not look after people. Ask an administrator if you need to."))
    st.stop()

st.session_state["people-tab"] = shown
st.segmented_control(
    _("What is listed"),
    open_to_them,
    format_func=lambda name: _(TABS[name]),
    required=True,
    label_visibility="collapsed",
    key="people-tab",
    on_change=choose,
)
if shown == "people":
    people_rows.people(who, people.users(who), opening)
elif shown == "teams":
    people_rows.teams(teams.listed(who), people.names(who), opening)
else:
    people_rows.roles(roles.listed(who), people.users(who), opening)

with once("people-open") as wanted:
    tab, deed, of = wanted or ("", "", None)
    if tab in open_to_them and deed:
        FORMS[tab].opened(deed, of)
