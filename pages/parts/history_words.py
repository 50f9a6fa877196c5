"""A contact's history as sentences, ready for the page: HTML in which every value is escaped."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from hooks.i18n import _, country_name, date, datetime_, language_name
from pages.parts import link
from pages.parts.fields import label
from pages.parts.words import phone_shown
from services import messengers
from services.history import HistoryLine
from services.terms import source_name


def as_html(lines: Sequence[HistoryLine], time_zone: str) -> str:
    """Return the lines as a list, newest first, times in `time_zone`."""
    items = "".join(
        f'<li><p class="when"><time datetime="{line.at.isoformat()}">{escape(datetime_(line.at, time_zone))}'
        f"</time> · {by_what(line)}</p>{''.join(f'<p>{part}</p>' for part in parts(line))}</li>"
        for line in lines
    )
    return f'<ol class="history">{items}</ol>'


def by_what(line: HistoryLine) -> str:
    """Return who did it, and by what, as HTML; an import is a link for whoever may look at it."""
    means = {
        "import": _import(line, _("import #{id}"), _("import")),
        "bulk": escape(_("bulk action")),
        "undo": _undone(line),
        "merge": escape(_("merge")),
        "route": escape(_("assignment")),
        "automation": escape(_("automation")),
    }.get(line.act_kind)
    door = {"api": _("API"), "cli": _("command line"), "job": _("in the background")}.get(line.via)
    if line.act_kind == "import":
        door = None
    return " · ".join(part for part in (escape(line.by or "Carteira"), means, escape(door or "")) if part)


def _import(line: HistoryLine, numbered: str, plain: str) -> str:
    if not line.import_id:
        return escape(plain)
    words = numbered.format(id=line.import_id)
    return link.within(words, "/imports", {"id": str(line.import_id)}) if line.import_open else escape(words)


def _undone(line: HistoryLine) -> str:
    if line.undone_kind == "import":
        return _import(line, _("undo of import #{id}"), _("undo"))
    return escape(_("undo of a bulk action") if line.undone_kind == "bulk" else _("undo"))


def parts(line: HistoryLine) -> list[str]:
    """Return what was done, a sentence each, as HTML."""
    verbs = {
        "created": _("Contact added"),
        "deleted": _("Moved to the bin"),
        "restored": _("Brought back from the bin"),
        "merged": _("Merged with another contact"),
        "erased": _("Erased"),
    }
    said = [escape(verbs[line.kind])] if line.kind in verbs else []
    said += [_changed(name, old, new) for name, (old, new) in line.fields.items()]
    if line.joined:
        said.append(_("Added to {segments}").format(segments=_names(line.joined)))
    if line.left:
        said.append(_("Removed from {segments}").format(segments=_names(line.left)))
    if line.tagged:
        said.append(_("Tagged {tags}").format(tags=_names(line.tagged)))
    if line.untagged:
        said.append(_("No longer tagged {tags}").format(tags=_names(line.untagged)))
    return said


def _changed(field: str, old: Any, new: Any) -> str:
    before, after = escape(shown(field, old)), escape(shown(field, new))
    said = " → ".join(
        part for part in (f"<s>{before}</s>" if before else "", f"<b>{after}</b>" if after else "") if part
    )
    return _("{field}: {value}").format(field=escape(label(field)), value=said)


def shown(field: str, value: Any) -> str:
    """Return a value of a field as people read it."""
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field == "messengers" and not isinstance(value, str):
        return ", ".join(_messenger(one) for one in value)
    if isinstance(value, list):
        return ", ".join(shown(field, one) for one in value)
    if field in ("phone", "phones"):
        return phone_shown(str(value))
    if field == "country":
        return country_name(str(value))
    if field == "language":
        return language_name(str(value))
    if field == "source":
        return source_name(str(value))
    return str(value)


def _messenger(one: Sequence[str] | Mapping[str, str]) -> str:
    """Return a messenger in words, from a pair of the history or from a command's fields."""
    platform, handle = (one["platform"], one["handle"]) if isinstance(one, Mapping) else one
    return f"{messengers.name_of(platform)} {phone_shown(handle) if handle.startswith('+') else handle}"


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"<b>{escape(name)}</b>" for name in names)


def day(instant: datetime, time_zone: str) -> str:
    """Return the day of an instant where the reader is."""
    return date(instant.astimezone(ZoneInfo(time_zone)).date())
