"""Names at the edge, ids in store: what the viewer calls by name is looked up, as far as the viewer may know it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from hooks.i18n import _
from models.contact import OptOut
from models.fold import fold
from models.people import User
from models.segment import Segment
from models.tag import Tag
from services.access import visible_segment
from services.errors import Refused
from services.filters.conditions import within
from services.filters.expression import Condition, Expression, Group, Node
from services.filters.fields import Kind
from services.work import Work

# The kinds of ways to reach a contact; each can be closed to messages, and so can channels that plugins bring.
_CHANNELS = ("email", "phone", "messenger")
_BY_NAME: tuple[Kind, ...] = ("segments", "tags", "person", "channels")


def resolve(work: Work, expression: Expression) -> Expression:
    """Return the expression with the ids of all that it names.

    Raises Refused `unknown_name` with the `path` to a name that is not there: a segment that the viewer may not
    know of answers exactly like one that never was.
    """
    found = {kind: _found(work, kind, expression) for kind in _BY_NAME}
    return Expression(_resolved(expression.where, found))


def _resolved(node: Node, found: dict[Kind, dict[str, int]]) -> Node:
    if isinstance(node, Group):
        return replace(node, parts=tuple(_resolved(part, found) for part in node.parts))
    if node.field.kind not in _BY_NAME:
        return node
    known = found[node.field.kind]
    if node.field.kind == "channels":
        for name in _names(node):
            _known(node, name, known)
        # "Opted out of anything" asks every channel there is, since the index begins with the channel.
        return replace(node, value=tuple(known) if node.value is None else node.value)
    return replace(node, ids=tuple(dict.fromkeys(_known(node, name, known) for name in _names(node))))


def _known(node: Condition, name: str, known: dict[str, int]) -> int:
    key = _key(node.field.kind, name)
    if key not in known:
        place = "" if isinstance(node.value, str) else f"[{_names(node).index(name)}]"
        path = f"{node.path}.value{place}"
        raise Refused("unknown_name", f"{path}: {_sentence(node.field.kind, name)}", path=path, name=name)
    return known[key]


def _sentence(kind: Kind, name: str) -> str:
    return {
        "segments": _("There is no segment called {name}."),
        "tags": _("There is no tag called {name}."),
        "person": _("Nobody has the e-mail address {name}."),
        "channels": _("There is no channel called {name}."),
    }[kind].format(name=name)


def _names(node: Condition) -> tuple[Any, ...]:
    if isinstance(node.value, tuple):
        return node.value
    return () if node.value is None else (node.value,)


def _key(kind: Kind, name: str) -> str:
    if kind == "channels":
        return name
    return name.strip().lower() if kind == "person" else fold(name)


def _conditions(node: Node) -> Iterator[Condition]:
    if isinstance(node, Condition):
        yield node
    else:
        for part in node.parts:
            yield from _conditions(part)


def _found(work: Work, kind: Kind, expression: Expression) -> dict[str, int]:
    asked = [node for node in _conditions(expression.where) if node.field.kind == kind]
    if not asked:
        return {}
    if kind == "channels":
        used = work.session.scalars(select(col(OptOut.channel)).distinct())
        return dict.fromkeys(sorted({*_CHANNELS, *used}), 0)
    keys = {_key(kind, name) for node in asked for name in _names(node)}
    key, id_, shown = _lookup(work, kind)
    rows = work.session.execute(select(key, id_).where(within(key, keys, on_sqlite=work.on_sqlite), *shown))
    return {row[0]: row[1] for row in rows}


def _lookup(work: Work, kind: Kind) -> tuple[Any, Any, list[Any]]:
    """Return what things of this kind are called by, their id, and which of them the viewer may know."""
    if kind == "person":
        return col(User.email_key), col(User.id), []
    if kind == "segments":
        return col(Segment.name_key), col(Segment.id), [visible_segment(work.sight)]
    return col(Tag.name_key), col(Tag.id), [col(Tag.deleted_at).is_(None)]
