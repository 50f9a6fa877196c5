"""Segments in words: their kind, who sees behind them, what was done to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from hooks.i18n import N_, _, datetime_, ngettext, number
from models.segment import SegmentKnown, SegmentLine, SegmentRead
from pages.parts.fields import label as label_of
from pages.parts.link import within
from pages.parts.segment_form import COLOUR_NAMES
from pages.parts.words import badge

_DEEDS = {
    "segment_created": N_("Made"),
    "segment_deleted": N_("Deleted"),
    "segment_restored": N_("Brought back from the bin"),
    "add_to_segment": N_("Contacts were added"),
    "remove_from_segment": N_("Contacts were removed"),
    "undo": N_("A bulk action was undone"),
}
_MOST_INITIALS = 4


def label(segment: SegmentKnown) -> str:
    """Return a segment as a badge, with what stands out about it, as Markdown."""
    wall = " :material/lock:" if segment.restricted else ""
    off = "" if segment.active else f" :small[{_('switched off')}]"
    return badge(segment.name, segment.colour if segment.active else "grey") + wall + off


def kind(segment: SegmentKnown) -> str:
    """Return what kind of segment it is, in its colour, and whether it is switched off, as Markdown."""
    said = badge(
        _("wall") if segment.restricted else _("label"), segment.colour if segment.active else "grey"
    )
    wall = ":material/lock: " if segment.restricted else ""
    off = "" if segment.active else f" :small[{_('switched off')}]"
    return wall + said + off


def linked(segment: SegmentRead, names: Mapping[str, str]) -> list[str]:
    """Return the names of the teams and people that see behind a wall."""
    return [*segment.teams, *(names.get(email, email) for email in segment.users)]


def links(segment: SegmentRead, names: Mapping[str, str]) -> str:
    """Return who sees behind a wall."""
    return ", ".join(linked(segment, names)) or _("open to nobody but those who see all")


def initials(segment: SegmentRead, names: Mapping[str, str]) -> str:
    """Return who sees behind a wall as badges of initials, teams before people, as Markdown."""
    people = [names.get(email, email) for email in segment.users]
    found = [badge(_initials(name), "grey") for name in segment.teams]
    found += [badge(_initials(name), "blue") for name in people]
    more = len(found) - _MOST_INITIALS
    shown = found[:_MOST_INITIALS] + ([f"\\+{number(more)}"] if more > 0 else [])
    return " ".join(shown) or _("nobody")


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()] or [name]
    return "".join(word[0] for word in words[:3]).upper() if len(words) > 1 else words[0][:2].upper()


def story(lines: Sequence[SegmentLine], time_zone: str) -> str:
    """Return what was done to a segment as HTML, newest first, every value escaped."""
    items = "".join(
        f'<li><p class="when">{_when(line.at, time_zone)} · {_by(line)}</p>'
        + "".join(f"<p>{part}</p>" for part in parts(line))
        + "</li>"
        for line in lines
    )
    return f'<ol class="history">{items}</ol>'


def _by(line: SegmentLine) -> str:
    who = escape(line.by or "Carteira")
    if line.import_id is None:
        return who
    words = _("import #{id}").format(id=line.import_id)
    return f"{who} · {within(words, '/imports', {'id': str(line.import_id)})}"


def _when(at: datetime, time_zone: str) -> str:
    return f'<time datetime="{at.isoformat()}">{escape(datetime_(at, time_zone))}</time>'


def parts(line: SegmentLine) -> list[str]:
    """Return what was done, a sentence each, as HTML."""
    if line.deed == "segment_changed":
        return [_changed(name, old, new) for name, (old, new) in line.fields.items()]
    n = line.done
    if n is not None and line.deed in ("add_to_segment", "remove_from_segment", "undo"):
        said = {
            "add_to_segment": ngettext("{n} contact added", "{n} contacts added", n),
            "remove_from_segment": ngettext("{n} contact removed", "{n} contacts removed", n),
            "undo": ngettext("Undone for {n} contact", "Undone for {n} contacts", n),
        }[line.deed]
        return [escape(said.format(n=number(n)))]
    return [escape(_(_DEEDS[line.deed]) if line.deed in _DEEDS else line.deed)]


def _changed(name: str, old: Any, new: Any) -> str:
    before, after = escape(shown(name, old)), escape(shown(name, new))
    value = " → ".join(
        part for part in (f"<s>{before}</s>" if before else "", f"<b>{after}</b>" if after else "") if part
    )
    return _("{field}: {value}").format(field=escape(label_of(name)), value=value)


def shown(name: str, value: Any) -> str:
    """Return a value of a segment as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if name == "colour" and value in COLOUR_NAMES:
        return _(COLOUR_NAMES[value])
    return "" if value is None else str(value)
