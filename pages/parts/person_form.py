"""The dialogs of a person: add, edit, a link for a new password, switch off and on."""

from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from hooks.i18n import _, ngettext, number
from models.people import UserCreate, UserRead, UserUpdate
from pages.parts import fields, impact_words
from pages.parts.confirm import carry_out, confirmed
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.fields import wrong
from pages.parts.flash import flash
from pages.parts.once import forget, once
from pages.parts.place import lead_to
from pages.parts.state import compact
from pages.parts.words import plain
from services import listing, password_links, people, roles, teams, terms
from services.errors import Told
from services.listing import Query
from services.settings import settings

_FIELDS = ("name", "email", "role", "teams")
_ERRORS = "person-errors"
# The person whose link the open dialog shows, after adding that person in it.
_MADE = "person-made"


def opened(deed: str, user_id: int | None) -> None:
    """Open the dialog of a deed."""
    st.session_state[_ERRORS] = {}
    st.session_state.pop(_MADE, None)
    if user_id is None:
        dialog(_("New person"), icon=":material/person_add:", on_dismiss="rerun")(_add)()
        return
    try:
        person = people.user(viewer(), user_id)
    except Told as error:
        st.toast(plain(error.message), icon=":material/error:")
        return
    name = plain(person.name)
    if deed == "contacts":
        forget("people-open")
        lead_to("/", _contacts_in_list(person))
    elif deed == "edit":
        dialog(_("Edit person"), icon=":material/person_edit:")(_edit)(person)
    elif deed == "link":
        dialog(_("New password for {name}").format(name=name), icon=":material/key:")(_link)(person)
    elif person.active:
        dialog(_("Switch {name} off?").format(name=name), icon=":material/person_off:")(_switch_off)(person)
    else:
        dialog(_("Switch {name} on?").format(name=name), icon=":material/person_check:")(_switch_on)(person)


def _add() -> None:
    made: UserRead | None = st.session_state.get(_MADE)
    if made is not None:
        st.markdown(_("{name} was added.").format(name=f"**{plain(made.name)}**"))
        _link(made)
        return
    given = _account(None)
    if st.button(_("Add person"), type="primary", key="person-save"):
        command = UserCreate(**given)
        st.session_state[_MADE] = fields.attempt(lambda: people.add_user(viewer(), command), _ERRORS, _FIELDS)
        st.rerun(scope="fragment")


def _edit(person: UserRead) -> None:
    given = _account(person)
    del given["email"]
    changed = {name: value for name, value in given.items() if value != getattr(person, name)}
    command = UserUpdate(**changed)
    if person.active and changed.keys() & {"role", "teams"}:
        impact_words.foretell(lambda: people.impact(viewer(), person.id, command), "person-impact")
    if st.button(_("Save"), type="primary", key="person-save"):
        saved = fields.attempt(lambda: people.update_user(viewer(), person.id, command), _ERRORS, _FIELDS)
        if saved is None:
            st.rerun(scope="fragment")
        flash(_("Saved."))
        st.rerun()


def _account(person: UserRead | None) -> dict[str, Any]:
    who = viewer()
    errors: dict[str, str] = st.session_state.get(_ERRORS, {})
    if "" in errors:
        st.error(plain(errors[""]), icon=":material/error:")
    name = st.text_input(
        fields.label("name"), person.name if person else "", max_chars=200, key="person-name"
    )
    wrong(errors, "name")
    email = st.text_input(
        fields.label("email"), person.email if person else "", disabled=person is not None, key="person-email"
    )
    wrong(errors, "email")
    names = [role.name for role in roles.listed(who)]
    had = person.role if person else ("advisor" if "advisor" in names else names[0])
    role = st.selectbox(
        _("Role"),
        names,
        names.index(had),
        format_func=terms.role_title,
        key="person-role",
        filter_mode=None,
    )
    wrong(errors, "role")
    chosen = st.multiselect(
        _("Teams"),
        [team.name for team in teams.listed(who)],
        person.teams if person else [],
        placeholder=_("Choose teams"),
        key="person-teams",
        filter_mode="contains",
        select_all=False,
    )
    wrong(errors, "teams")
    return {"name": name, "email": email, "role": role, "teams": sorted(chosen)}


def _link(person: UserRead) -> None:
    """Offer a link, and show it once it is made: there is no second look at it."""
    key = f"person-link-{person.id}"
    if not st.session_state.get(key):
        st.markdown(
            _("With a link {name} chooses a password. It works once, and for 24 hours.").format(
                name=plain(person.name)
            )
        )
        if st.button(_("Make a link"), type="primary", key="person-link-make"):
            made = fields.attempt(lambda: password_links.make(viewer(), person.id, _base()), _ERRORS, ())
            st.session_state[key] = made
            st.rerun(scope="fragment")
        wrong(st.session_state.get(_ERRORS, {}), "")
        return
    with once(key) as link:
        _shown_once(link)


def _shown_once(link: password_links.Link) -> None:
    if link.mailed:
        st.success(_("It was mailed to {email}.").format(email=plain(link.email)), icon=":material/mail:")
        return
    st.markdown(_("Send this to {email}. It is shown this once.").format(email=f"**{plain(link.email)}**"))
    st.code(link.address, language=None, wrap_lines=True)


def _base() -> str:
    """Return the address under which people reach this panel."""
    here = urlsplit(st.context.url or "")
    return settings().web.public_url or f"{here.scheme}://{here.netloc}"


def _switch_off(person: UserRead) -> None:
    st.markdown(
        _("All sessions and tokens of this person end at once. What the person did stays in the history.")
    )
    command = UserUpdate(active=False)
    impact_words.foretell(lambda: people.impact(viewer(), person.id, command), "person-impact")
    _contacts_of(person)
    if confirmed(_("Switch off"), "person-switch-yes"):
        carry_out(
            lambda: people.update_user(viewer(), person.id, command),
            _("{name} was switched off.").format(name=person.name),
        )


def _contacts_of(person: UserRead) -> None:
    """Say how many contacts have this responsible, and lead to them."""
    found = listing.count(viewer(), Query(filter={"v": 1, "where": _is_responsible(person)}))
    if found.n:
        st.page_link(
            "contacts.py",
            label=ngettext(
                "{n} contact has this responsible", "{n} contacts have this responsible", found.n
            ).format(n=number(found.n) + "+" * found.capped),
            icon=":material/contacts:",
            query_params=_contacts_in_list(person),
        )


def _is_responsible(person: UserRead) -> dict[str, str]:
    return {"field": "responsible", "op": "eq", "value": person.email}


def _contacts_in_list(person: UserRead) -> dict[str, str]:
    """Return the address of the list of contacts that this person is responsible for."""
    return {"filter": compact(_is_responsible(person))}


def _switch_on(person: UserRead) -> None:
    st.markdown(_("This person can sign in again, with the password from before or by a fresh link."))
    command = UserUpdate(active=True)
    impact_words.foretell(lambda: people.impact(viewer(), person.id, command), "person-impact")
    if confirmed(_("Switch on"), "person-switch-yes"):
        carry_out(
            lambda: people.update_user(viewer(), person.id, command),
            _("{name} was switched on.").format(name=person.name),
        )
