"""What a person may choose about an import, before the file is checked or after; and the check itself."""

from collections.abc import Collection, Mapping, Sequence
from itertools import permutations
from typing import Any

import streamlit as st

from hooks.i18n import N_, _
from hooks.viewer import Viewer
from models.imports import KEYS, ImportOptions
from pages.parts import fields, segment_sheet
from pages.parts.door import viewer
from pages.parts.words import plain
from services import permissions
from services.errors import Told
from services.imports import runs

IN_BIN = {
    "create": N_("Make a new contact"),
    "restore": N_("Bring the contact back and update it"),
    "leave": N_("Leave the row out"),
}


def check(import_id: int, options: ImportOptions) -> None:
    """Have the file checked by these options: the review is what the address then leads to."""
    who = viewer()
    try:
        runs.choose(who, import_id, options)
        runs.review(who, import_id)
    except Told as error:
        st.error(plain(error.message), icon=":material/error:")
        return
    st.query_params.from_dict({"id": str(import_id)})
    st.rerun()


def choices(who: Viewer, options: ImportOptions, mapped: Collection[str | None]) -> ImportOptions:
    """Draw what can be chosen for a file with columns for the fields `mapped`; return the options as chosen."""
    if options.kind == "segments":
        return segment_sheet.choices(options)
    chosen: dict[str, Any] = {}
    left, right = st.columns(2, gap="large")
    with left:
        chosen["country"] = fields.country_box(
            options.country, "import-country", _("Country of rows without one")
        )
        if len(set(KEYS) & set(mapped)) > 1:
            orders = {",".join(keys): _order_shown(keys) for keys in permutations(KEYS)}
            picked = _choice(
                _("Contacts are known by"), orders, ",".join(options.match_by), "import-match-by"
            )
            chosen["match_by"] = tuple(picked.split(","))
        chosen["phone_of_another"] = _choice(
            _("A number that somebody of another name has"),
            {"reject": _("Reject the row"), "create": _("Make a new contact")},
            options.phone_of_another,
            "import-phone-of-another",
        )
        chosen["in_bin"] = _choice(
            _("A row whose contact is in the bin"),
            {name: _(words) for name, words in IN_BIN.items()},
            options.in_bin,
            "import-in-bin",
        )
    with right:
        if "segments" in mapped:
            unknown = {
                "skip": _("Leave them out, and list them"),
                "reject": _("Reject the row"),
                "create": _("Make new segments"),
            }
            if not may_make_segments(who):
                del unknown["create"]
            chosen["unknown_segments"] = _choice(
                _("Names of segments that do not exist"), unknown, options.unknown_segments, "import-unknown"
            )
            chosen["overwrite_segments"] = st.toggle(
                _("Overwrite existing segment data"),
                options.overwrite_segments,
                key="import-overwrite",
                help=_("Each contact ends with exactly the listed segments; an empty cell then removes all."),
            )
    return options.model_copy(update=chosen)


def may_make_segments(who: Viewer) -> bool:
    """Say whether an import of this person may make the segments that do not exist."""
    return who.may(permissions.SEGMENTS_MANAGE) and who.may(permissions.SEGMENTS_ASSIGN)


def _order_shown(keys: Sequence[str]) -> str:
    return _("{first}, else {second}, else {third}").format(
        first=fields.label(keys[0]), second=fields.label(keys[1]), third=fields.label(keys[2])
    )


def _choice(label: str, choices: Mapping[str, str], chosen: str, key: str) -> str:
    names = list(choices)
    picked: str | None = st.selectbox(
        label, names, index=names.index(chosen) if chosen in names else 0, format_func=choices.__getitem__,
        key=key, filter_mode=None,
    )  # fmt: skip
    return picked or names[0]
