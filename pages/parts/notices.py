"""The bell's sentences, and where each leads."""

from collections.abc import Mapping
from typing import Any

from hooks.i18n import N_, _, ngettext, number

# What has become of a file, where its name says enough.
_OF_A_FILE: Mapping[str, str] = {
    "import_started": N_("The import of {file} has begun. A notice follows when it has ended."),
    "import_cancelled": N_("The import of {file} was cancelled."),
    "import_failed": N_("The import of {file} failed."),
    "review_done": N_("{file} is checked and waits for your yes."),
    "review_failed": N_("Checking {file} failed."),
    "undo_failed": N_("Undoing the import of {file} failed. What was taken back until then stays so."),
    "undo_cancelled": N_(
        "Undoing the import of {file} was cancelled. What was taken back until then stays so."
    ),
}

# A sheet of segments is taken back as a whole or not at all.
_OF_A_SHEET: Mapping[str, str] = {
    "undo_failed": N_("Undoing the import of {file} failed. Nothing was taken back."),
    "undo_cancelled": N_("Undoing the import of {file} was cancelled. Nothing was taken back."),
}

# What is done with many contacts, as the beginning of a sentence.
_DEEDS: Mapping[str, str] = {
    "add_to_segment": N_("Adding to a segment"),
    "remove_from_segment": N_("Taking out of a segment"),
    "put_tag_on": N_("Tagging"),
    "take_tag_off": N_("Taking a tag off"),
    "set_responsible": N_("Giving a responsible"),
    "set_field": N_("Filling a field"),
    "delete": N_("Deleting"),
    "undo": N_("Undoing a bulk action"),
}


def leads(kind: str, data: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return the address of what a notice tells of: its path and its query."""
    if data.get("import_id"):
        return "/imports", {"id": str(data["import_id"])}
    if kind.startswith("bulk"):
        return "/actions", {"act": str(data["act_id"])} if data.get("act_id") else {}
    return ("/exports", {}) if kind.startswith("export") else ("/", {})


def sentence(kind: str, data: Mapping[str, Any]) -> str:
    """Return what a notice says, in the reader's language."""
    name = str(data.get("file") or _("a file"))
    if data.get("kind") == "segments" and kind in _OF_A_SHEET:
        return _(_OF_A_SHEET[kind]).format(file=name)
    if kind in _OF_A_FILE:
        return _(_OF_A_FILE[kind]).format(file=name)
    match kind:
        case "import_done":
            return _("{file} is in: {rows}.").format(file=name, rows=_rows(data))
        case "import_done_with_rejects":
            rejected = int(data.get("rejected") or 0)
            return _("{file} is in: {rows}, {rejected} of them rejected.").format(
                file=name, rows=_rows(data), rejected=number(rejected)
            )
        case "undo_done":
            return _undone(name, data)
        case "export_done":
            n = int(data.get("rows") or 0)
            return ngettext(
                "An export of {n} contact is ready.", "An export of {n} contacts is ready.", n
            ).format(n=number(n))
        case "export_failed":
            return _("An export failed.")
        case "bulk_done" | "bulk_cancelled" | "bulk_failed":
            return _of_many(kind, data)
        case _:
            return kind


def _undone(name: str, data: Mapping[str, Any]) -> str:
    if data.get("kind") == "segments":
        return _("The import of {file} is undone: {what}.").format(file=name, what=_of_sheet(data))
    counts = {key: number(int(data.get(key) or 0)) for key in ("removed", "restored", "left")}
    said = _("The import of {file} is undone: {removed} to the bin, {restored} put back.")
    if data.get("left"):
        said = _(
            "The import of {file} is undone: {removed} to the bin, {restored} put back, {left} left as they are."
        )
    return said.format(file=name, **counts)


def _of_sheet(data: Mapping[str, Any]) -> str:
    """Return what became of the segments of a sheet that is undone."""
    removed, restored, left = (int(data.get(key) or 0) for key in ("removed", "restored", "left"))
    said = [
        (removed, ngettext("{n} segment deleted", "{n} segments deleted", removed)),
        (restored, ngettext("{n} segment put back", "{n} segments put back", restored)),
        (left, ngettext("{n} thing left as it is", "{n} things left as they are", left)),
    ]
    return ", ".join(words.format(n=number(n)) for n, words in said if n) or _("nothing had to change")


def _of_many(kind: str, data: Mapping[str, Any]) -> str:
    name = str(data.get("deed") or "")
    deed = _(_DEEDS[name]) if name in _DEEDS else _("A bulk action")
    if kind == "bulk_cancelled":
        return _("{deed} was cancelled. Nothing was changed.").format(deed=deed)
    if kind == "bulk_failed":
        return _("{deed} failed. Nothing was changed.").format(deed=deed)
    n = int(data.get("done") or 0)
    done = ngettext("{deed} is done for {n} contact.", "{deed} is done for {n} contacts.", n)
    return done.format(deed=deed, n=number(n))


def _rows(data: Mapping[str, Any]) -> str:
    n = int(data.get("rows") or 0)
    return ngettext("{n} row", "{n} rows", n).format(n=number(n))
