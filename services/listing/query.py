"""What is asked of the contacts, taken apart into questions that the planner can weigh one by one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, false, func, select
from sqlmodel import col

from hooks.i18n import _
from models.contact import Contact
from models.imports import Import, ImportRow
from models.segment import Segment, SegmentMember
from services import filters, permissions
from services.access import branches, visible, visible_import, visible_segment
from services.among import among
from services.errors import NotFound
from services.filters import Condition, Expression, Group, Node, Source
from services.filters.sources import along_source, live
from services.filters.spans import Along
from services.listing.order import DEFAULT, Order, read_order
from services.listing.search import found, read_search, search_source
from services.work import Work


@dataclass(frozen=True)
class Query:
    """A question to the contacts that the viewer sees.

    `filter` is an expression as JSON text, as a tree, or read already; `segment_id` narrows to its members,
    `import_id` to those that an import has made, `only` to contacts that were picked, and `excluded` takes some out
    of all that match.
    """

    filter: str | Mapping[str, Any] | Expression | None = None
    search: str | None = None
    sort: str = DEFAULT
    segment_id: int | None = None
    import_id: int | None = None
    only: Sequence[int] | None = None
    excluded: Sequence[int] = ()

    @property
    def expression(self) -> Expression | None:
        """The filter, read. Raises Refused with the path to what is wrong in it."""
        return None if self.filter is None else filters.read(self.filter)

    @property
    def asks_nothing(self) -> bool:
        """Say whether it matches everyone, less the excluded, for want of any condition."""
        expression = self.expression
        return (
            self.segment_id is None
            and self.import_id is None
            and self.only is None
            and not read_search(self.search)
            and (expression is None or not expression.has_condition)
        )


@dataclass(frozen=True)
class Question:
    """One condition of several that must all hold, and how to find its contacts by an index if there is a way.

    `holds` is null for the access rule, which stands in front of all questions anyway. `ways` are the questions of each
    part, where it is enough that one part holds.
    """

    holds: ColumnElement[bool] | None
    find: Callable[[], Source | None]
    ways: "tuple[tuple[Question, ...], ...]" = ()


@dataclass(frozen=True)
class Asked:
    """A query made ready for one unit of work: names looked up, access among the questions."""

    work: Work
    order: Order
    questions: list[Question] = field(default_factory=list)

    @property
    def condition(self) -> ColumnElement[bool]:
        """All of it as one condition on `contact`, the access rule first."""
        return and_(visible(self.work.sight), *self.held)

    @property
    def held(self) -> list[ColumnElement[bool]]:
        """The conditions on `contact` but for the access rule."""
        return [one.holds for one in self.questions if one.holds is not None]

    @cached_property
    def sources(self) -> list[Source]:
        """Where indexes have the contacts, a source a question that has one; those along one column are one."""
        columns = list(dict.fromkeys(one.along.column for one in self._found if one.along))
        merged = [source for source in self._found if source.along is None]
        for column in columns:
            mine = [one.along for one in self._found if one.along and one.along.column is column]
            left = reduce(Along.cut, mine)
            merged.insert(0, along_source(left))
            if column is col(Contact.responsible_id) and not self.work.sight.everyone:
                merged.insert(0, self._seen_of(left))
        return merged

    @property
    def apart(self) -> "list[Asked]":
        """The same for each part of the first question of which one part is enough; none where there is no such."""
        several = next((one for one in self.questions if one.ways), None)
        others = [one for one in self.questions if one is not several]
        return [] if several is None else [replace(self, questions=[*others, *way]) for way in several.ways]

    @cached_property
    def along(self) -> list[Along]:
        """What is left of columns, as the questions say or as follows from what they say."""
        told = (along for one in self._found for along in (one.along, one.implied))
        return [along for along in told if along is not None]

    @cached_property
    def _found(self) -> list[Source]:
        return [source for question in self.questions if (source := question.find()) is not None]

    def _seen_of(self, people: Along) -> Source:
        """Return where the index of the access rule has the contacts of some people that the viewer sees."""
        held = [span.holds(people.column) for span in people.spans]
        held += [people.column.is_(None)] if people.empty else []
        ways = tuple(live(branch, one) for branch in branches(self.work.sight) for one in held)
        return Source(ways or (live(false()),))


def ask(work: Work, query: Query, *, zone: str | None = None) -> Asked:
    """Make a query ready; days of its filter are those of `zone`, else of the viewer.

    Raises Refused for a filter, search or sort that is wrong, NotFound for a segment or an import that the viewer
    cannot see.
    """
    order = read_order(work, query.sort)
    if not work.on_sqlite:
        _steer_postgres(work)
    questions: list[Question] = []
    if query.only is not None:
        questions.append(_listed(work, query.only))
    if query.segment_id is not None:
        questions.append(_members(work, query.segment_id))
    if query.import_id is not None:
        questions.append(_made_by(work, query.import_id))
    expression = query.expression
    if expression is not None:
        ours = ZoneInfo(zone or work.viewer.time_zone)
        resolved = filters.resolve(work, expression)
        questions += [_question(work, node, ours) for node in _flat(resolved.where)]
    search = read_search(query.search)
    if search:
        questions.append(Question(found(work, search), lambda: search_source(work, search)))
    if query.excluded:
        spared = col(Contact.id).not_in(among(work, query.excluded))
        questions.append(Question(spared, lambda: None))
    if not work.sight.everyone:
        questions.append(_access(work))
    return Asked(work, order, questions)


def _steer_postgres(work: Work) -> None:
    """Have this transaction plan for rows in memory, anew for each statement, and without compiling it."""
    steered = {"jit": "off", "random_page_cost": "1.1", "plan_cache_mode": "force_custom_plan"}
    work.session.execute(select(*(func.set_config(name, value, True) for name, value in steered.items())))


def _flat(node: Node) -> list[Node]:
    """Return the parts that must all hold, each of which may be the one to begin with."""
    if isinstance(node, Condition) or node.kind == "any":
        return [node]
    if node.kind == "all":
        return [one for part in node.parts for one in _flat(part)]
    return [Group("none", (part,)) for part in node.parts]


def _question(work: Work, node: Node, zone: ZoneInfo) -> Question:
    parts = node.parts if isinstance(node, Group) and node.kind == "any" else ()
    ways = tuple(tuple(_question(work, one, zone) for one in _flat(part)) for part in parts)
    return Question(filters.holds(work, node, zone), lambda: filters.source(work, node, zone), ways)


def _listed(work: Work, ids: Sequence[int]) -> Question:
    listed = col(Contact.id).in_(among(work, ids))
    return Question(listed, lambda: Source((among(work, ids),)))


def _members(work: Work, segment_id: int) -> Question:
    shown = select(exists().where(col(Segment.id) == segment_id, visible_segment(work.sight)))
    if not work.session.scalar(shown):
        raise NotFound("not_found", _("There is no such segment."))
    of_it = (col(SegmentMember.segment_id) == segment_id, col(SegmentMember.mode) != "excluded")
    member = exists().where(col(SegmentMember.contact_id) == col(Contact.id), *of_it)
    return Question(
        member, lambda: Source((select(col(SegmentMember.contact_id)).where(*of_it),), in_order=True)
    )


def _made_by(work: Work, import_id: int) -> Question:
    shown = (col(Import.id) == import_id, visible_import(work.viewer, work.sight))
    kept = work.session.scalar(select(Import).where(*shown))
    if kept is None or not work.viewer.may(permissions.CONTACTS_IMPORT):
        raise NotFound("not_found", _("There is no such import."))
    if kept.act_id is None:
        return Question(false(), lambda: Source((live(false()),)))
    made = (col(ImportRow.import_id) == import_id, col(ImportRow.outcome) == "created")
    rows = select(col(ImportRow.contact_id)).where(*made)
    return Question(col(Contact.created_act_id) == kept.act_id, lambda: Source((rows,)))


def _access(work: Work) -> Question:
    ways = tuple(live(branch) for branch in branches(work.sight))
    return Question(None, lambda: Source(ways))
