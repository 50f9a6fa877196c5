"""The filter under somebody's hands: a line a condition, with its operator and its value, of which all must hold."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from secrets import token_hex
from typing import Any

import streamlit as st

from hooks.i18n import N_, _, countries, country_name
from hooks.viewer import Viewer
from models.contact import SOURCES
from pages.parts import fields, filter_lines, focus
from pages.parts.door import viewer
from pages.parts.filter_lines import Line
from pages.parts.held import hold
from pages.parts.words import plain
from services import filters, preferences, segments, tags
from services.errors import Told
from services.terms import CHANNELS, channel_name, source_name

Asked = Callable[[], str]
OnWhere = Callable[[str], None]

_WORDS: Mapping[str, str] = {
    "eq": N_("is"),
    "ne": N_("is not"),
    "in": N_("is"),
    "not_in": N_("is not"),
    "contains": N_("contains"),
    "not_contains": N_("does not contain"),
    "starts_with": N_("begins with"),
    "ends_with": N_("ends with"),
    "is_empty": N_("is empty"),
    "is_not_empty": N_("is filled in"),
    "gt": N_("is more than"),
    "ge": N_("is at least"),
    "lt": N_("is less than"),
    "le": N_("is at most"),
    "between": N_("is from … to"),
    "before": N_("is before"),
    "after": N_("is after"),
    "in_last": N_("is in the last"),
    "not_in_last": N_("is not in the last"),
    "has_any": N_("is one of"),
    "has_all": N_("are all of"),
    "has_none": N_("is none of"),
}
_UNITS: Mapping[str, str] = {
    "hour": N_("hours"),
    "day": N_("days"),
    "week": N_("weeks"),
    "month": N_("months"),
    "year": N_("years"),
}
_EARLIEST, _LATEST = date(1900, 1, 1), date(2999, 12, 31)


def draw(who: Viewer, key: str, asked: Asked, on_where: OnWhere) -> None:
    """Draw the lines of a filter, and what begins another.

    `asked` tells which condition is asked at that moment, `on_where` hears of each change of it.
    """
    held = lines(key, asked)
    for line in held:
        with st.container(gap="xxsmall", key=f"{key}-line-{line.id}"):
            _line(who, key, asked, line, on_where)
    _more(who, key, asked, on_where, begun=bool(held))
    if fresh := st.session_state.get(f"{key}-fresh"):
        line_id, mark = fresh
        mine = f"st-key-{key}-{line_id}-"
        chosen = f':not([class*="{mine}op"], [class*="{mine}unit"])'
        focus.on(f'[class*="{mine}"]{chosen} input', mark, f"{key}-focus")


def lines(key: str, asked: Asked) -> list[Line]:
    """Return the lines as they stand in this window, incomplete ones too, unless something else is asked by now."""
    held: list[Line] = st.session_state.get(f"{key}-lines", [])
    told = filter_lines.lines_of(asked())
    if filter_lines.where_of(held) != filter_lines.where_of(told):
        held = told
    st.session_state[f"{key}-lines"] = held
    return held


def begin(key: str, asked: Asked, field: str) -> None:
    """Have a line of `field` ready to be filled in."""
    held = filter_lines.whole(lines(key, asked), field)
    st.session_state[f"{key}-lines"] = held
    _focus_on(key, next(line for line in reversed(held) if line.field == field))


def _focus_on(key: str, line: Line) -> None:
    st.session_state[f"{key}-fresh"] = (line.id, token_hex(4))


def _take(key: str, asked: Asked, held: Sequence[Line], on_where: OnWhere) -> None:
    """Keep the lines, and tell when they ask something else than before."""
    before = filter_lines.where_of(filter_lines.lines_of(asked()))
    st.session_state[f"{key}-lines"] = list(held)
    if (after := filter_lines.where_of(held)) != before:
        on_where(after)


def _line(who: Viewer, key: str, asked: Asked, line: Line, on_where: OnWhere) -> None:
    mine = f"{key}-{line.id}"

    def take(change: Callable[[Line], Line | None]) -> None:
        changed = ((change(one) if one.id == line.id else one) for one in lines(key, asked))
        _take(key, asked, [one for one in changed if one is not None], on_where)

    raw = filter_lines.is_raw(line)
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, gap="xsmall"):
        if raw:
            st.markdown(plain(_in_words(who, line)))
        else:
            st.markdown(f"**{_name(line.field)}**", width="content")
            hold(f"{mine}-op", line.op)
            st.selectbox(
                _("Operator"),
                filter_lines.operators(line.field),
                format_func=lambda op: _(_WORDS[op]),
                label_visibility="collapsed",
                filter_mode=None,
                key=f"{mine}-op",
                on_change=lambda: take(lambda one: filter_lines.say(one, op=st.session_state[f"{mine}-op"])),
            )
        st.button(
            _("Take away"),
            icon=":material/close:",
            type="tertiary",
            key=f"icon-{mine}-away",
            on_click=lambda: take(lambda _one: None),
        )
    if not raw:
        _VALUES[line.shape](
            who, line, mine, lambda value: take(lambda one: filter_lines.say(one, value=value))
        )


def _in_words(who: Viewer, line: Line) -> str:
    try:
        return filters.describe(who, {"v": 1, "where": line.part})
    except Told:
        return _("A part that cannot be read")


def _name(field: str) -> str:
    return _(filters.FIELDS[field].label)


def _more(who: Viewer, key: str, asked: Asked, on_where: OnWhere, *, begun: bool) -> None:
    """Draw what begins a condition: some fields a click away, the others in a list."""

    def begin_one(widget: str) -> None:
        field = st.session_state[widget]
        st.session_state[widget] = None
        if field:
            held = filter_lines.added(lines(key, asked), field)
            _take(key, asked, held, on_where)
            _focus_on(key, held[-1])

    used, others = f"{key}-used", f"{key}-others"
    first = _first(who)
    st.pills(
        _("And a condition on") if begun else _("A condition on"),
        first,
        format_func=_name,
        key=used,
        on_change=partial(begin_one, used),
    )
    st.selectbox(
        _("Another field"),
        [field for field in filter_lines.OFFERED if field not in first],
        index=None,
        format_func=_name,
        placeholder=_("Another field"),
        label_visibility="collapsed",
        key=others,
        on_change=partial(begin_one, others),
    )
    _change_fields(f"{key}-fields", first)


def _first(who: Viewer) -> Sequence[str]:
    mine = [field for field in preferences.filter_fields(who) if field in filter_lines.OFFERED]
    return mine or filter_lines.MOST_USED


def _change_fields(key: str, first: Sequence[str]) -> None:
    """Draw the choice of the fields that are a click away."""
    changing = bool(st.session_state.get(f"{key}-open"))
    st.button(
        _("Change filter fields"),
        type="tertiary",
        icon=":material/keyboard_arrow_up:" if changing else ":material/tune:",
        key=f"{key}-change",
        on_click=lambda: st.session_state.update({f"{key}-open": not changing}),
    )
    if not changing:
        return
    hold(f"{key}-chosen", list(first))
    st.multiselect(
        _("Fields that are offered first"),
        filter_lines.OFFERED,
        format_func=_name,
        key=f"{key}-chosen",
        select_all=False,
        on_change=lambda: preferences.keep_filter_fields(viewer(), st.session_state[f"{key}-chosen"]),
    )


# --- values, a widget a shape

Take = Callable[[Any], None]
Widget = Callable[[Viewer, Line, str, Take], None]


def _nothing(_who: Viewer, _line: Line, _mine: str, _take: Take) -> None:
    """Nothing is asked for."""


def _text(_who: Viewer, line: Line, mine: str, take: Take) -> None:
    hold(f"{mine}-text", line.value or "")
    st.text_input(
        _name(line.field),
        label_visibility="collapsed",
        key=f"{mine}-text",
        on_change=lambda: take((st.session_state[f"{mine}-text"] or "").strip() or None),
    )


def _several(who: Viewer, line: Line, mine: str, take: Take) -> None:
    options, shown = _choices(who, line.field)
    value = list(line.value or [])
    hold(f"{mine}-several", value)
    st.multiselect(
        _name(line.field),
        list(dict.fromkeys([*options, *value])),
        format_func=shown,
        placeholder=_("Choose"),
        label_visibility="collapsed",
        key=f"{mine}-several",
        filter_mode="contains",
        select_all=False,
        on_change=lambda: take(list(st.session_state[f"{mine}-several"]) or None),
    )


def _choices(who: Viewer, field: str) -> tuple[Sequence[str], Callable[[str], str]]:
    if field == "country":
        return [code for code, _country in countries()], country_name
    if field == "source":
        return SOURCES, source_name
    if field == "segments":
        return [one.name for one in segments.known(who)], str
    if field == "tags":
        return [one.name for one in tags.known(who)], str
    if field == "opted_out":
        return list(CHANNELS), channel_name
    names = fields.people_by_email(who)
    return list(names), lambda email: names.get(email, email)


def _number(_who: Viewer, line: Line, mine: str, take: Take) -> None:
    hold(f"{mine}-number", line.value)
    st.number_input(
        _name(line.field),
        value=None,
        step=1,
        label_visibility="collapsed",
        key=f"{mine}-number",
        on_change=lambda: take(st.session_state[f"{mine}-number"]),
    )


def _numbers(_who: Viewer, line: Line, mine: str, take: Take) -> None:
    _two(line, mine, take, _number_box)


def _number_box(words: str, key: str, heard: Callable[[], None]) -> None:
    st.number_input(words, value=None, step=1, key=key, on_change=heard)


def _day(_who: Viewer, line: Line, mine: str, take: Take) -> None:
    hold(f"{mine}-day", _read_day(line.value))
    _day_box(
        _name(line.field), f"{mine}-day", lambda: take(_iso(st.session_state[f"{mine}-day"])), "collapsed"
    )


def _days(_who: Viewer, line: Line, mine: str, take: Take) -> None:
    _two(line, mine, take, _day_box, read=_read_day, write=_iso)


def _two(
    line: Line,
    mine: str,
    take: Take,
    box: Callable[[str, str, Callable[[], None]], Any],
    read: Callable[[Any], Any] = lambda value: value,
    write: Callable[[Any], Any] = lambda value: value,
) -> None:
    """Draw two boxes, from and to; until both are filled in the line is not complete."""
    keys = (f"{mine}-from", f"{mine}-to")
    bounds = line.value if isinstance(line.value, list) else [None, None]

    def heard() -> None:
        value = [write(st.session_state.get(key)) for key in keys]
        take(value if None not in value else None)

    with st.container(horizontal=True, gap="xsmall"):
        for words, key, bound in zip((_("From"), _("To")), keys, bounds, strict=True):
            if bound is not None or key not in st.session_state:
                hold(key, read(bound))
            box(words, key, heard)


def _day_box(words: str, key: str, heard: Callable[[], None], visibility: Any = "visible") -> None:
    st.date_input(
        words,
        value=None,
        min_value=_EARLIEST,
        max_value=_LATEST,
        format=fields.day_format(),
        label_visibility=visibility,
        key=key,
        on_change=heard,
    )


def _read_day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _iso(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else None


def _span(_who: Viewer, line: Line, mine: str, take: Take) -> None:
    span = line.value or {"n": None, "unit": "day"}

    def heard() -> None:
        n, unit = st.session_state[f"{mine}-n"], st.session_state[f"{mine}-unit"]
        take({"n": n, "unit": unit} if n else None)

    with st.container(horizontal=True, gap="xsmall", wrap=False):
        hold(f"{mine}-n", span["n"])
        st.number_input(
            _("How many"),
            value=None,
            placeholder="30",
            min_value=1,
            max_value=10_000,
            step=1,
            label_visibility="collapsed",
            key=f"{mine}-n",
            on_change=heard,
        )
        if line.value is not None or f"{mine}-unit" not in st.session_state:
            hold(f"{mine}-unit", span["unit"])
        st.selectbox(
            _("Of what"),
            list(_UNITS),
            format_func=lambda unit: _(_UNITS[unit]),
            label_visibility="collapsed",
            filter_mode=None,
            key=f"{mine}-unit",
            on_change=heard,
        )


_VALUES: Mapping[str, Widget] = {
    "nothing": _nothing,
    "text": _text,
    "several": _several,
    "number": _number,
    "numbers": _numbers,
    "day": _day,
    "days": _days,
    "span": _span,
}
