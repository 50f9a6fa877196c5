"""What is done with many contacts, in words: before, while, and after it."""

from collections.abc import Mapping

from hooks.i18n import N_, _, ngettext, number, one_after_another
from models.act import ActRead
from models.bulk import BulkRead
from pages.parts.fields import label
from pages.parts.history_words import shown

DEEDS = {
    "add_to_segment": N_("Add to segment"),
    "remove_from_segment": N_("Remove from segment"),
    "put_tag_on": N_("Tag"),
    "take_tag_off": N_("Untag"),
    "tags_merged": N_("Merge tags"),
    "set_responsible": N_("Set responsible"),
    "set_field": N_("Set field"),
    "delete": N_("Delete"),
    "undo": N_("Undo"),
}


def name(deed: str) -> str:
    """Return what a deed is called."""
    return _(DEEDS[deed]) if deed in DEEDS else deed


def sentence(act: ActRead) -> str:
    """Return what an act has done, without its full stop."""
    n, count = act.done, number(act.done)
    segment = act.segment or _("a segment that is gone")
    tag = act.tag or _("a tag that is gone")
    match act.deed:
        case "add_to_segment":
            return ngettext("{n} contact added to {segment}", "{n} contacts added to {segment}", n).format(
                n=count, segment=segment
            )
        case "remove_from_segment":
            return ngettext(
                "{n} contact removed from {segment}", "{n} contacts removed from {segment}", n
            ).format(n=count, segment=segment)
        case "put_tag_on":
            return ngettext("{n} contact tagged {tag}", "{n} contacts tagged {tag}", n).format(
                n=count, tag=tag
            )
        case "take_tag_off":
            return ngettext(
                "{n} contact no longer tagged {tag}", "{n} contacts no longer tagged {tag}", n
            ).format(n=count, tag=tag)
        case "tags_merged":
            return _("Tag {tag} merged with {other}").format(
                tag=tag, other=act.into or _("a tag that is gone")
            )
        case "set_responsible" | "set_field":
            return _of_field(act)
        case "delete":
            return ngettext("{n} contact is in the bin", "{n} contacts are in the bin", n).format(n=count)
        case "undo":
            return ngettext("Undone for {n} contact", "Undone for {n} contacts", n).format(n=count)
        case _:
            return act.deed


def _of_field(act: ActRead) -> str:
    n, count = act.done, number(act.done)
    match act.deed:
        case "set_responsible" if act.responsible:
            return ngettext(
                "{name} is responsible for {n} contact", "{name} is responsible for {n} contacts", n
            ).format(n=count, name=act.responsible)
        case "set_responsible":
            return ngettext(
                "Nobody is responsible for {n} contact", "Nobody is responsible for {n} contacts", n
            ).format(n=count)
        case "set_field" if act.value is not None:
            said = ngettext("{field} of {n} contact: {value}", "{field} of {n} contacts: {value}", n)
            value = shown(act.field or "", act.value)
            return said.format(n=count, field=label(act.field or ""), value=value)
        case _:
            said = ngettext("{field} of {n} contact emptied", "{field} of {n} contacts emptied", n)
            return said.format(n=count, field=label(act.field or ""))


def why(reasons: Mapping[str, int]) -> list[str]:
    """Return why contacts were left as they are, a part of a sentence for each reason."""
    return [_why(reason, n).format(n=number(n)) for reason, n in reasons.items()]


def _why(reason: str, n: int) -> str:
    match reason:
        case "so_already":
            return ngettext("{n} was so already", "{n} were so already", n)
        case "cannot_see":
            return ngettext("{n} is out of the person's sight", "{n} are out of the person's sight", n)
        case "changed_since":
            return ngettext("{n} was changed since", "{n} were changed since", n)
        case "joined_again":
            return ngettext("{n} was added again since", "{n} were added again since", n)
        case "taken":
            return ngettext(
                "the e-mail address or external ID of {n} is another contact's by now",
                "the e-mail addresses or external IDs of {n} are other contacts' by now",
                n,
            )
        case "not_available":
            return ngettext("a value of {n} is not available", "values of {n} are not available", n)
        case "too_many":
            return ngettext(
                "{n} waits until values may be asked for again, in an hour",
                "{n} wait until values may be asked for again, in an hour",
                n,
            )
        case "gone":
            return ngettext("{n} is gone for good", "{n} are gone for good", n)
        case _:
            return f"{{n}} {reason}"


def told(act: ActRead) -> str:
    """Return what an act has done, and what it has left and why, as a sentence."""
    return one_after_another([sentence(act), *why(act.why)]) + "."


def under_way(read: BulkRead) -> str:
    """Return how far a large deed is."""
    n = read.contacts
    said = ngettext("{deed}: {n} contact", "{deed}: {n} contacts", n)
    return said.format(deed=name(read.deed), n=number(n))


def speed(read: BulkRead) -> list[str]:
    """Return the rate and the time left, as far as they are known."""
    rate, seconds, said = read.progress.get("rate"), read.progress.get("seconds_left"), []
    if rate:
        said.append(_("{n} contacts a second").format(n=number(rate)))
    if seconds is not None and seconds >= 1:
        left = round(seconds)
        said.append(ngettext("{n} second left", "{n} seconds left", left).format(n=number(left)))
    return said
