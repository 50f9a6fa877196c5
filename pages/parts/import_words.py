"""What an import says of itself: its state, its end, what its review found. Words only."""

from collections.abc import Iterator, Sequence

from hooks.i18n import N_, _, ngettext, number
from models.imports import ImportRead, SegmentMoves
from pages.parts.segment_sheet import impact_lines
from pages.parts.words import plain

STEPS = (N_("File"), N_("Columns"), N_("Review"), N_("Result"))
_STEP_OF = {"received": 1, "planning": 2, "planned": 2}
MOST_NAMES = 20
WAITING = ("received", "planned")
GOING = ("planning", "accepted", "running")
OUTCOMES = {
    "created": N_("New"),
    "updated": N_("Updated"),
    "unchanged": N_("Unchanged"),
    "skipped": N_("Skipped"),
    "rejected": N_("Rejected"),
}
STATES = {
    "received": N_("waits for its columns"),
    "planning": N_("is being checked"),
    "planned": N_("waits for your yes"),
    "accepted": N_("is about to begin"),
    "running": N_("is coming in"),
    "done": N_("done"),
    "done_with_rejects": N_("done, with rejected rows"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
}


def step_of(run: ImportRead) -> int:
    """Return at which of STEPS an import is: from acceptance on the last; what ended before, where it ended."""
    if run.state not in GOING and run.state not in WAITING and run.act_id is None:
        return 2 if run.started_at else 1
    return _STEP_OF.get(run.state, 3)


def ending(run: ImportRead) -> str:
    """Return how an import ended, in a sentence."""
    match run.state:
        case "done":
            return _("Done. Every row of the file is accounted for.")
        case "done_with_rejects":
            return ngettext(
                "Done, but {n} row was rejected. Put it right in the file of rejected rows and load that one.",
                "Done, but {n} rows were rejected. Put them right in the file of rejected rows and load that one.",
                run.rejected,
            ).format(n=number(run.rejected))
        case "cancelled" if run.act_id is None:
            return run.message or _("Cancelled before anything came in.")
        case "cancelled":
            return _("Cancelled. What had come in by then has stayed; the rest was skipped.")
        case _:
            return run.message or _("The import failed. Nothing that had come in is lost.")


def speed(run: ImportRead) -> list[str]:
    """Return the rate and the time left, as far as they are known."""
    at, said = run.progress, []
    if at.rate and at.phase in ("checking", "writing", "matching"):
        said.append(_("{n} rows a second").format(n=number(round(at.rate))))
    if at.seconds_left is not None and at.seconds_left >= 1:
        left = round(at.seconds_left)
        said.append(
            ngettext("{n} second left", "{n} seconds left", left).format(n=number(left))
            if left < 90
            else ngettext("{n} minute left", "{n} minutes left", round(left / 60)).format(
                n=number(round(left / 60))
            )
        )
    return said


def share(run: ImportRead) -> float:
    """Return how much of the present phase is done, between 0 and 1."""
    at = run.progress
    return min(1.0, at.done / at.of) if at.of else 0.0


def tone(state: str) -> str:
    """Return which of the colours of states this one has."""
    if state in GOING:
        return "goes"
    return {"done": "good", "done_with_rejects": "mixed", "failed": "bad"}.get(state, "rests")


def counted(run: ImportRead) -> dict[str, str]:
    """Return how many rows have each outcome, those with none left out."""
    sentences = {
        "created": ngettext("{n} new row", "{n} new rows", run.created),
        "updated": ngettext("{n} updated row", "{n} updated rows", run.updated),
        "unchanged": ngettext("{n} unchanged row", "{n} unchanged rows", run.unchanged),
        "skipped": ngettext("{n} skipped row", "{n} skipped rows", run.skipped),
        "rejected": ngettext("{n} rejected row", "{n} rejected rows", run.rejected),
    }
    return {
        outcome: sentence.format(n=number(n))
        for outcome, sentence in sentences.items()
        if (n := getattr(run, outcome))
    }


# --- what the review found


def remarks(run: ImportRead) -> Iterator[str]:
    """Yield what else was found, a line of Markdown each; what is nothing is not said."""
    if run.impact is not None:
        yield from impact_lines(run.impact)
    elif run.kind == "segments" and run.state == "planned":
        yield _("Only somebody who sees all contacts can look into who sees what.")
    yield from _of_segments(run)
    yield from _of_tags(run)
    yield from (sentence.format(n=number(n)) for n, sentence in _counted_remarks(run) if n)


def _of_segments(run: ImportRead) -> Iterator[str]:
    if run.segments_added or run.segments_removed:
        said = _("Segments: +{added} −{removed}").format(
            added=number(run.segments_added), removed=number(run.segments_removed)
        )
        yield f"{said} ({_some_moves(run.by_segment)})" if run.by_segment else said
    if run.created_segments:
        yield _("New segments: {names}").format(names=_some(run.created_segments))


def _some_moves(moves: Sequence[SegmentMoves]) -> str:
    """Return how many contacts each of the first segments gains and loses, and how many more segments there are."""
    said = []
    for one in moves[:MOST_NAMES]:
        signs = [f"{sign}{number(n)}" for sign, n in (("+", one.added), ("−", one.removed)) if n]
        said.append(f"**{plain(one.name)}** {' '.join(signs)}")
    more = len(moves) - MOST_NAMES
    if more > 0:
        said.append(ngettext("{n} more", "{n} more", more).format(n=number(more)))
    return ", ".join(said)


def _of_tags(run: ImportRead) -> Iterator[str]:
    if run.tags_added:
        yield _("Tags: +{added}").format(added=number(run.tags_added))
    if run.created_tags:
        yield _("New tags: {names}").format(names=_some(run.created_tags))
    if run.unknown_tags:
        yield _("Tags that do not exist: {names}").format(names=_some(run.unknown_tags))


def _some(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    said = [plain(name) for name in names[:MOST_NAMES]]
    more = len(names) - MOST_NAMES
    if more > 0:
        said.append(ngettext("{n} more", "{n} more", more).format(n=number(more)))
    return ", ".join(said)


def unknown_names(run: ImportRead) -> Iterator[str]:
    """Yield a line about the names that lead to no segment, where there are any."""
    if run.unknown_segments:
        names = [_unknown(name, run.nearest.get(name)) for name in run.unknown_segments[:MOST_NAMES]]
        more = len(run.unknown_segments) - MOST_NAMES
        if more > 0:
            names.append(ngettext("{n} more", "{n} more", more).format(n=number(more)))
        yield _("Segments that do not exist: {names}").format(names=", ".join(names))


def _unknown(name: str, near: str | None) -> str:
    if near is None:
        return f"**{plain(name)}**"
    return _("{name} (did you mean {near}?)").format(name=f"**{plain(name)}**", near=f"**{plain(near)}**")


def _counted_remarks(run: ImportRead) -> tuple[tuple[int, str], ...]:
    lost, hidden, binned = run.last_wall_lost, run.out_of_sight, run.in_bin
    shared, other, changed = run.shares_phone, run.other_name, run.changed_since_review
    return (
        (
            lost,
            ngettext(
                "{n} contact ends behind no wall any more.", "{n} contacts end behind no wall any more.", lost
            ),
        ),
        (
            hidden,
            ngettext(
                "{n} contact you will not see afterwards.",
                "{n} contacts you will not see afterwards.",
                hidden,
            ),
        ),
        (binned, _in_bin(run.options.in_bin, binned)),
        (
            shared,
            ngettext(
                "{n} new contact shares a phone with another one.",
                "{n} new contacts share a phone with another one.",
                shared,
            ),
        ),
        (
            other,
            ngettext(
                "{n} row matches by e-mail a contact of a wholly different name.",
                "{n} rows match by e-mail a contact of a wholly different name.",
                other,
            ),
        ),
        (
            run.placeholders,
            ngettext(
                "{n} row holds a word for nothing, like “-” or “n/a”, which counts as an empty cell.",
                "{n} rows hold a word for nothing, like “-” or “n/a”, which counts as an empty cell.",
                run.placeholders,
            ),
        ),
        (
            run.other_messengers,
            ngettext(
                "{n} row has a handle on a messenger that Carteira does not know; it is left out.",
                "{n} rows have handles on messengers that Carteira does not know; they are left out.",
                run.other_messengers,
            ),
        ),
        (
            run.postcode_zeros,
            ngettext(
                "{n} postcode, a number in the sheet, gets the zeros back that its country asks for.",
                "{n} postcodes, numbers in the sheet, get the zeros back that their countries ask for.",
                run.postcode_zeros,
            ),
        ),
        (
            run.postcode_numbers,
            ngettext(
                "{n} postcode is a number in the sheet, in a row without a country: zeros in front may be missing.",
                "{n} postcodes are numbers in the sheet, in rows without a country: zeros in front may be missing.",
                run.postcode_numbers,
            ),
        ),
        (
            changed,
            ngettext(
                "{n} row went another way than the review had said.",
                "{n} rows went another way than the review had said.",
                changed,
            ),
        ),
    )


def _in_bin(chosen: str, n: int) -> str:
    if chosen == "restore":
        return ngettext("{n} contact comes back from the bin.", "{n} contacts come back from the bin.", n)
    if chosen == "leave":
        return ngettext(
            "{n} row matches a contact in the bin only; it is left out.",
            "{n} rows match contacts in the bin only; they are left out.",
            n,
        )
    return ngettext(
        "{n} row matches a contact in the bin only; it comes in as a new one.",
        "{n} rows match contacts in the bin only; they come in as new ones.",
        n,
    )
