"""The second step of an import: how the file is read, and which of its columns means what."""

from collections.abc import Collection, Mapping, Sequence
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hooks.i18n import N_, _, ngettext, number
from models.imports import How, ImportColumn, ImportFile, ImportOptions, ImportRead
from pages.parts import fields, import_mappings, segment_sheet
from pages.parts.door import viewer
from pages.parts.flash import flash
from pages.parts.import_choices import check, choices
from pages.parts.words import plain
from services.errors import Told
from services.imports import runs
from services.imports.encodings import ENCODINGS
from services.imports.existing import ADDED_TO
from services.imports.headers import SEVERAL
from services.imports.mappings import missing_of
from services.imports.programs import VCARD
from services.imports.rows import MAPPABLE, MERGED
from services.segment_sheets.columns import FIELDS as SEGMENT_FIELDS

HOWS: dict[How, str] = {
    "overwrite": N_("Overwrite"),
    "fill": N_("Fill in if empty"),
    "never": N_("Never change"),
}
ADDED: dict[How, str] = {"overwrite": N_("Add"), "never": N_("Never change")}
# How often a file was read anew in this window: the boxes of its columns then begin anew, too.
_READINGS = "import-readings"
# More columns without anything are put aside: exports of other programs have dozens.
_FEW_BARE = 5
DELIMITERS = {",": N_("comma (,)"), ";": N_("semicolon (;)"), "\t": N_("tab"), "|": N_("bar (|)")}


def columns_step(run: ImportRead, deeds: DeltaGenerator) -> None:
    """Draw how the file is read and which column means what; `deeds` is where the way on belongs."""
    who = viewer()
    options = run.options
    try:
        file, rows = runs.inspect(who, run.id, options), runs.rows_in_file(who, run.id)
    except Told as error:
        st.error(plain(error.message), icon=":material/error:")
        _reading(run, None, None)
        return
    _reading(run, file, rows)
    segment_sheet.kind_box(who, run, file, lambda kind: _changed(run, kind=kind, saved_mapping=None))
    if file.program is not None and file.program != VCARD:
        st.caption(
            _("Recognised as an export of {program}: the columns are mapped by themselves.").format(
                program=plain(file.program)
            )
        )
    for note in file.notes:
        st.caption(plain(note))
    if file.guessed:
        st.warning(
            _("The encoding is a guess. If letters look wrong in the samples, choose another one above."),
            icon=":material/translate:",
        )
    if file.kind == "contacts" and (name := import_mappings.pick(run, options.saved_mapping)):
        _changed(run, saved_mapping=name, existing=None)
        st.rerun()
    if file.remembered and not options.saved_mapping:
        st.caption(_("Mapped as you did for the last file with these columns."))
    above = st.container()
    mapping, existing = _mapping(file, options.existing or {}, f"{run.id}-{_readings()}")
    with above:
        _say_missing(mapping, file)
    field = twice(mapping)
    if field:
        above.error(
            _("Two columns lead to {field}. Choose one of them.").format(field=plain(fields.label(field))),
            icon=":material/error:",
        )
        return
    st.subheader(_("Choices"), anchor=False)
    chosen = choices(who, options, mapping.values())
    chosen = chosen.model_copy(update={"mapping": mapping, "existing": existing})
    if not _kept(run, chosen):
        return
    with deeds:
        if st.button(_("Check the file"), type="primary", key="import-check", icon=":material/fact_check:"):
            check(run.id, chosen)


def _say_missing(mapping: Mapping[int, str | None], file: ImportFile) -> None:
    if file.kind == "segments":
        if said := segment_sheet.missing(list(mapping.values())):
            st.warning(said, icon=":material/rule:")
        return
    missing = _missing(mapping, file)
    if missing:
        st.warning(
            _(
                "No column gives: {fields}. Rows that match a contact are updated; others will be rejected."
            ).format(fields=plain(", ".join(missing))),
            icon=":material/rule:",
        )


def _kept(run: ImportRead, chosen: ImportOptions) -> bool:
    """Keep what is chosen as soon as it is, so that a reload loses nothing; say what is refused."""
    if chosen == run.options:
        return True
    try:
        runs.choose(viewer(), run.id, chosen)
    except Told as error:
        st.error(plain(error.message), icon=":material/error:")
        return False
    return True


def _reading(run: ImportRead, file: ImportFile | None, rows: int | None) -> None:
    encoding = file.encoding if file else run.options.encoding
    delimiter = file.delimiter if file else run.options.delimiter
    mark = _(DELIMITERS[delimiter]) if delimiter in DELIMITERS else delimiter
    said = ", ".join(part for part in (encoding, mark) if part)
    title = _("Read as {how}").format(how=plain(said)) if said else _("How the file is read")
    if file is not None and file.sheet is not None:
        title = _("Sheet {name}").format(name=plain(file.sheet))
    if rows is not None:
        title += " · " + ngettext("{n} row", "{n} rows", rows).format(n=number(rows))
    unsure = file is None or file.guessed
    with st.expander(title, icon=":material/description:", key="import-reading", expanded=unsure):
        if file is not None and file.sheet is not None:
            st.selectbox(
                _("Sheet"), file.sheets, index=file.sheets.index(file.sheet), key="import-sheet", filter_mode=None,
                on_change=_read_anew, args=(run, "sheet", "import-sheet"),
            )  # fmt: skip
            return
        if file is not None and file.encoding is None:
            return
        left, right = st.columns(2)
        names = list(dict.fromkeys([*([encoding] if encoding else []), *ENCODINGS]))
        left.selectbox(
            _("Encoding"), names, index=0 if encoding else None, key="import-encoding",
            on_change=_read_anew, args=(run, "encoding", "import-encoding"),
        )  # fmt: skip
        if file is not None and file.delimiter is None:
            return
        marks = list(dict.fromkeys([*([delimiter] if delimiter else []), *DELIMITERS]))
        right.selectbox(
            _("Delimiter"), marks, index=0 if delimiter else None, key="import-delimiter",
            format_func=lambda mark: _(DELIMITERS[mark]) if mark in DELIMITERS else mark,
            on_change=_read_anew, args=(run, "delimiter", "import-delimiter"),
        )  # fmt: skip


def _read_anew(run: ImportRead, option: str, key: str) -> None:
    """Read the file by another encoding or delimiter: what was mapped may no longer be there."""
    _changed(run, **{option: st.session_state[key], "kind": None})


def _changed(run: ImportRead, **options: str | None) -> None:
    changed = run.options.model_copy(update={**options, "mapping": None})
    try:
        runs.choose(viewer(), run.id, changed)
    except Told as error:
        flash(error.message, "error")
        return
    st.session_state[_READINGS] = _readings() + 1


def _readings() -> int:
    return int(st.session_state.get(_READINGS, 0))


def _mapping(
    file: ImportFile, existing: Mapping[str, How], reading: str
) -> tuple[dict[int, str | None], dict[str, How]]:
    """Draw a line for each column; return its field, and what it does to that field of contacts that are there."""
    of_contacts = file.kind == "contacts"
    heads = [_("Their column"), _("Samples"), _("Our field")]
    if of_contacts:
        heads.append(_("Of contacts that are there"))
    st.html(f'<div class="map-head">{"".join(f"<span>{escape(head)}</span>" for head in heads)}</div>')
    fields: dict[int, str | None] = {}
    chosen: dict[str, How] = {}
    ours = SEGMENT_FIELDS if file.kind == "segments" else MAPPABLE

    def draw(columns: Sequence[ImportColumn]) -> None:
        for column in columns:
            # Of several columns for one field the first has the choice.
            field, how = _column(column, existing if of_contacts else None, reading, ours, {*fields.values()})
            fields[column.index] = field
            if field is not None and how != "overwrite":
                chosen[field] = how

    bare = [column for column in file.columns if column.field is None and not column.samples]
    aside = bare if len(bare) > _FEW_BARE else []
    with st.container(gap=None, key="rows-mapping"):
        draw([column for column in file.columns if column not in aside])
    if aside:
        words = ngettext("{n} column without samples", "{n} columns without samples", len(aside))
        beside = st.expander(words.format(n=number(len(aside))), key="import-bare")
        with beside, st.container(gap=None, key="rows-mapping-bare"):
            draw(aside)
    return dict(sorted(fields.items())), chosen


def _column(
    column: ImportColumn,
    existing: Mapping[str, How] | None,
    reading: str,
    known: Sequence[str],
    taken: Collection[str | None],
) -> tuple[str | None, How]:
    with st.container(key=f"map-row-{column.index}"):
        wide = [3, 4, 3] if existing is None else [3, 4, 3, 3]
        theirs, samples, ours, *there = st.columns(wide, vertical_alignment="center")
        theirs.markdown(f"**{plain(column.header) or '—'}**")
        said = " · ".join(one for one in column.samples if one.strip()) or "—"
        samples.html(f'<div class="quiet">{escape(said)}</div>')
        choices = ["", *known]
        picked: str | None = ours.selectbox(
            _("Field for {column}").format(column=plain(column.header)),
            choices,
            index=choices.index(column.field or "") if (column.field or "") in choices else 0,
            format_func=lambda field: fields.label(field) if field else _("Leave out"),
            label_visibility="collapsed",
            key=f"map-{reading}-{column.index}",
        )
        if not picked or existing is None or picked in MERGED or picked in taken:
            return picked or None, "overwrite"
        return picked, _how(there[0], picked, existing, f"how-{reading}-{column.index}")


def _how(place: DeltaGenerator, field: str, existing: Mapping[str, How], key: str) -> How:
    """Draw what a column does to its field of contacts that are there."""
    hows = ADDED if field in ADDED_TO else HOWS
    chosen = existing.get(field, "overwrite")
    picked: How | None = place.selectbox(
        _("{field} of contacts that are there").format(field=plain(fields.label(field))),
        list(hows),
        index=list(hows).index(chosen) if chosen in hows else 0,
        format_func=lambda how: _(hows[how]),
        label_visibility="collapsed",
        filter_mode=None,
        key=f"{key}-{field}",
    )
    return picked or "overwrite"


def _missing(mapping: Mapping[int, str | None], file: ImportFile) -> list[str]:
    """Return what a row needs to make a contact and no column gives, as the columns are mapped just now."""
    missing = missing_of(mapping.values(), kind=file.kind, is_exported=file.program is not None)
    asked = "country" in file.missing or "country" in {column.field for column in file.columns}
    either = {"phone_or_email": _("phone or e-mail"), "name_or_organization": _("a name or an organization")}
    return [either.get(name) or fields.label(name) for name in missing if name != "country" or asked]


def twice(mapping: Mapping[int, str | None]) -> str | None:
    """Return a field to which two columns lead, if there is one that takes no more than one."""
    seen: set[str] = set()
    for field in mapping.values():
        if field is not None and field in seen and field not in SEVERAL:
            return field
        seen.add(field or "")
    return None
