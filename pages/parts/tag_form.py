"""The list of tags and their dialogs: add, edit, merge, delete."""

import streamlit as st

from hooks.i18n import _, ngettext, number
from models.segment import COLOURS
from models.tag import TagCreate, TagRead, TagUpdate
from pages.parts import fields
from pages.parts.confirm import carry_out, confirmed
from pages.parts.dialog import dialog
from pages.parts.door import viewer
from pages.parts.fields import wrong
from pages.parts.flash import flash
from pages.parts.rows import Opening, line, menu
from pages.parts.segment_form import COLOUR_NAMES
from pages.parts.state import compact
from pages.parts.words import badge, plain
from services import tags

_FIELDS = ("name", "colour")
_ERRORS = "tag-errors"


def listing(found: list[TagRead], opening: Opening, *, looks_after: bool) -> None:
    """Draw all tags, a row each, or what one does to have the first."""
    if not found:
        with st.container(key="empty", horizontal_alignment="center"):
            st.markdown(
                _("A tag is a word on contacts that everyone sees. Pick contacts in the list and tag them.")
            )
            st.page_link("contacts.py", label=_("To the contacts"), icon=":material/contacts:")
        return
    with st.container(gap=None, key="rows-tags"):
        for tag in found:
            with line("tag", tag.id):
                with st.container(gap=None, width="stretch"):
                    st.markdown(badge(tag.name, tag.colour))
                with st.container(width=130, horizontal_alignment="right", key=f"count-tag-{tag.id}"):
                    st.page_link(
                        "contacts.py",
                        label=ngettext("{n} contact", "{n} contacts", tag.contacts).format(
                            n=number(tag.contacts)
                        ),
                        query_params={
                            "filter": compact({"field": "tags", "op": "has_any", "value": [tag.name]})
                        },
                    )
                if looks_after:
                    deeds = {"edit": _("Edit"), "merge": _("Merge with another"), "delete": _("Delete")}
                    menu("tag", tag.id, tag.name, deeds, opening)


def opened(deed: str, tag_id: int | None) -> None:
    """Open the dialog of a deed."""
    st.session_state[_ERRORS] = {}
    if tag_id is None:
        dialog(_("New tag"), icon=":material/new_label:")(_add)()
        return
    tag = next((one for one in tags.listed(viewer()) if one.id == tag_id), None)
    if tag is None:
        st.toast(_("There is no such tag."), icon=":material/error:")
        return
    name = plain(tag.name)
    if deed == "edit":
        dialog(_("Edit tag"), icon=":material/sell:")(_edit)(tag)
    elif deed == "merge":
        dialog(_("Merge {name} with another tag").format(name=name), icon=":material/merge:")(_merge)(tag)
    else:
        dialog(_("Delete {name}?").format(name=name), icon=":material/delete:")(_delete)(tag)


def _add() -> None:
    name, colour = _words(None)
    if st.button(_("Add tag"), type="primary", key="tag-save"):
        command = TagCreate(name=name, colour=colour)
        if fields.attempt(lambda: tags.create(viewer(), command), _ERRORS, _FIELDS) is None:
            st.rerun(scope="fragment")
        flash(_("{name} was added.").format(name=name.strip()))
        st.rerun()


def _edit(tag: TagRead) -> None:
    name, colour = _words(tag)
    if st.button(_("Save"), type="primary", key="tag-save"):
        command = TagUpdate(name=name, colour=colour)
        if fields.attempt(lambda: tags.change(viewer(), tag.id, command), _ERRORS, _FIELDS) is None:
            st.rerun(scope="fragment")
        flash(_("Saved."))
        st.rerun()


def _merge(tag: TagRead) -> None:
    others = {one.name: one.id for one in tags.listed(viewer()) if one.id != tag.id}
    chosen = st.selectbox(
        _("The tag that stays"), list(others), index=None, placeholder=_("Choose a tag"), key="tag-into"
    )
    if chosen is None:
        st.caption(_("It is then on every contact that has one of the two."))
        return
    st.markdown(
        ngettext(
            "{n} contact that is tagged {name} is then tagged {other}. {name} goes.",
            "{n} contacts that are tagged {name} are then tagged {other}. {name} goes.",
            tag.contacts,
        ).format(n=number(tag.contacts), name=f"**{plain(tag.name)}**", other=f"**{plain(chosen)}**")
    )
    if confirmed(_("Merge tags"), "tag-merge-yes"):
        carry_out(
            lambda: tags.merge(viewer(), tag.id, others[chosen]),
            _("{name} is now {other}.").format(name=tag.name, other=chosen),
        )


def _delete(tag: TagRead) -> None:
    st.markdown(_what_goes(tag.contacts))
    if confirmed(_("Delete tag"), "tag-delete-yes"):
        carry_out(lambda: tags.remove(viewer(), tag.id), _("{name} was deleted.").format(name=tag.name))


def _what_goes(n: int) -> str:
    if not n:
        return _("No contact loses this tag.")
    return ngettext(
        "{n} contact loses this tag. The contact stays.",
        "{n} contacts lose this tag. The contacts stay.",
        n,
    ).format(n=f"**{number(n)}**")


def _words(tag: TagRead | None) -> tuple[str, str]:
    errors: dict[str, str] = st.session_state.get(_ERRORS, {})
    if "" in errors:
        st.error(plain(errors[""]), icon=":material/error:")
    name = st.text_input(
        fields.label("name"), tag.name if tag else "", max_chars=tags.NAME_LIMIT, key="tag-name"
    )
    wrong(errors, "name")
    colour = st.pills(
        _("Colour"),
        COLOURS,
        default=tag.colour if tag else "grey",
        format_func=lambda one: badge(_(COLOUR_NAMES[one]), one),
        required=True,
        key="tag-colour",
    )
    return name, colour or "grey"
