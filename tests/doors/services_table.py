"""Who gets what from the public functions of services/: administrator, manager, advisor, analyst.

"yes" it is done, "no" the role lacks the permission, "gone" it answers as if it were not there, any other word
is what comes back or the code of the refusal.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hooks.viewer import SYSTEM, Viewer
from models.base import now
from models.bulk import (
    AddToSegment,
    Bulk,
    Delete,
    PutTagOn,
    RemoveFromSegment,
    SetField,
    SetResponsible,
    TakeTagOff,
)  # fmt: skip
from models.contact import ContactCreate, ContactUpdate
from models.import_mapping import MappingUpdate
from models.imports import ImportOptions
from models.people import RoleCreate, RoleUpdate, TeamCreate, TeamUpdate, UserCreate, UserUpdate
from models.segment import SegmentCreate, SegmentUpdate
from models.tag import TagCreate, TagUpdate
from services import (
    acts,
    bin,  # noqa: A004 - the word of the field
    bulk,
    card,
    check,
    contacts,
    denials,
    exports,
    filters,
    history,
    notifications,
    password_links,
    people,
    plugins,
    preferences,
    roles,
    search,
    segment_bin,
    segment_story,
    segments,
    sessions,
    tags,
    teams,
    tokens,
    undo,
)
from services.imports import runs, saved_mappings
from services.imports.undo import job as undo_job
from services.imports.undo import runs as undos
from services.listing import Query, count, count_kept, grid_page, page
from services.preferences import ColumnChoice
from services.segment_sheets import writing
from services.work import unit_of_work
from tests.doors.house import FILE, PASSWORD, SHEET, House

Try = Callable[[House, Viewer], Any]


@dataclass(frozen=True)
class Line:
    """One try of a door: for each role, in the order of the house, what it comes to."""

    door: str
    expected: str
    call: Try
    of: str = ""


def _names(found: list[Any]) -> str:
    return "+".join(one.name for one in found)


def _first_names(viewer: Viewer, **asked: Any) -> str:
    return (
        "+".join(one.first_name or "" for one in page(viewer, Query(sort="first_name", **asked)).items)
        or "none"
    )


def _found(viewer: Viewer, text: str) -> str:
    found = search.everywhere(viewer, text)
    names = [one.first_name or "" for one in found.contacts]
    names += [one.name for one in (*found.segments, *found.people)]
    return "+".join(names) or "none"


def _names_in(sheet: bytes) -> str:
    return "+".join(line.partition(",")[0] for line in sheet.decode().splitlines()[1:])


def _members_of(name: str) -> dict[str, Any]:
    return {"v": 1, "where": {"field": "segments", "op": "has_any", "value": [name]}}


OURS, OTHERS = "behind a wall that is open to North", "behind a wall that is open to South"
OTHERS_IMPORT = "somebody else's import"
OTHERS_MAPPING = "somebody else's mapping"

LINES = (
    # contacts
    Line("contacts.detail", "yes yes yes yes", lambda h, v: contacts.detail(v, h.open)),
    Line("contacts.detail", "yes yes yes yes", lambda h, v: contacts.detail(v, h.seen), OURS),
    Line("contacts.detail", "yes yes gone yes", lambda h, v: contacts.detail(v, h.hidden), OTHERS),
    Line("contacts.detail", "Label+Theirs Label+Theirs gone Label+Theirs",
         lambda h, v: "+".join(contacts.detail(v, h.hidden).segments), "its segments"),
    Line("card.on_day", "yes yes yes yes", lambda h, v: card.on_day(v, h.seen, _today()), OURS),
    Line("card.on_day", "yes yes gone yes", lambda h, v: card.on_day(v, h.hidden, _today()), OTHERS),
    Line("card.on_day", "Label+Theirs Label+Theirs gone Label+Theirs",
         lambda h, v: "+".join(card.on_day(v, h.hidden, _today()).segments), "its segments"),
    Line("contacts.create", "yes yes yes no", lambda h, v: contacts.create(v, ContactCreate(first_name="New"))),
    Line("contacts.create", "email_known email_known not_available no",
         lambda h, v: contacts.create(v, ContactCreate(first_name="New", email="hugo@example.com")),
         "with the e-mail of one behind others' wall"),
    Line("contacts.create", "yes yes unknown_segment no",
         lambda h, v: contacts.create(v, ContactCreate(first_name="New", segments=["Theirs"])),
         "behind a wall that is open to South"),
    Line("contacts.create", "yes yes no no",
         lambda h, v: contacts.create(v, ContactCreate(first_name="New", segments=["Ours"])),
         "behind a wall that is open to North"),
    Line("contacts.change", "yes yes yes no",
         lambda h, v: contacts.change(v, h.seen, ContactUpdate(first_name="X")), OURS),
    Line("contacts.change", "yes yes gone no",
         lambda h, v: contacts.change(v, h.hidden, ContactUpdate(first_name="X")), OTHERS),
    Line("contacts.delete", "1 1 no no", lambda h, v: contacts.delete(v, [h.seen]), OURS),
    Line("history.of_contact", "yes yes yes yes", lambda h, v: history.of_contact(v, h.seen), OURS),
    Line("history.of_contact", "yes yes gone yes", lambda h, v: history.of_contact(v, h.hidden), OTHERS),
    Line("listing.pages.page", "Hugo+Olga+Sara Hugo+Olga+Sara Olga+Sara Hugo+Olga+Sara",
         lambda h, v: _first_names(v)),
    Line("listing.pages.page", "Hugo Hugo none Hugo", lambda h, v: _first_names(v, search="hugo"), "by search"),
    Line("listing.pages.page", "Hugo Hugo unknown_name Hugo",
         lambda h, v: _first_names(v, filter=_members_of("Theirs")), "by a filter that names others' wall"),
    Line("listing.pages.page", "Hugo Hugo gone Hugo",
         lambda h, v: _first_names(v, segment_id=h.theirs), "within others' wall"),
    Line("listing.pages.page", "none none gone gone",
         lambda h, v: _first_names(v, import_id=h.imports["other"]), "that somebody else's import made"),
    Line("listing.pages.grid_page", "3 3 2 3", lambda h, v: len(grid_page(v, Query(), ["name"]).items)),
    Line("listing.pages.count", "3 3 2 3", lambda h, v: count(v, Query()).n),
    Line("listing.kept.count_kept", "3 3 2 3", lambda h, v: count_kept(v, Query(), 100).count.n),
    Line("listing.pages.count", "3 3 2 3", lambda h, v: count(v, Query(filter=_members_of("Label"))).n, "by label"),
    Line("search.everywhere", "Hugo Hugo none Hugo", lambda h, v: _found(v, "hugo"), "a contact behind others' wall"),
    Line("search.everywhere", "Theirs Theirs none Theirs", lambda h, v: _found(v, "theirs"), "others' wall"),
    Line("search.everywhere", "other other other other", lambda h, v: _found(v, "other@"), "a person"),
    Line("filters.words.describe", "Theirs Theirs Theirs Theirs",
         lambda h, v: filters.describe(v, _members_of("Theirs")).split()[-1], "says back what was asked"),
    Line("bin.listed", "1 1 no no", lambda h, v: _binned(h.seen) and len(bin.listed(v))),
    Line("bin.bring_back", "yes yes no no", lambda h, v: bin.bring_back(v, _binned(h.seen))),
    # what they are labelled with
    Line("segments.listed", "Label+Ours+Theirs Label+Ours+Theirs Label+Ours Label+Ours+Theirs",
         lambda h, v: _names(segments.listed(v))),
    Line("segments.known", "Label+Ours+Theirs Label+Ours+Theirs Label+Ours Label+Ours+Theirs",
         lambda h, v: _names(segments.known(v))),
    Line("segments.listed", "3 3 2 3",
         lambda h, v: next(one.members for one in segments.listed(v) if one.name == "Label"), "members"),
    Line("segments.one", "yes yes gone yes", lambda h, v: segments.one(v, h.theirs), OTHERS),
    Line("segments.create", "yes yes no no", lambda h, v: segments.create(v, SegmentCreate(name="New"))),
    Line("segments.create", "yes no no no",
         lambda h, v: segments.create(v, SegmentCreate(name="New", restricted=True)), "a wall"),
    Line("segments.change", "yes yes no no", lambda h, v: segments.change(v, h.label, SegmentUpdate(name="New"))),
    Line("segments.change", "yes no no no",
         lambda h, v: segments.change(v, h.ours, SegmentUpdate(teams=[])), "its links"),
    Line("segments.change", "yes no no no",
         lambda h, v: segments.change(v, h.label, SegmentUpdate(restricted=True)), "into a wall"),
    Line("segments.delete", "3 3 no no", lambda h, v: segments.delete(v, h.label)),
    Line("segments.delete", "1 1 no no", lambda h, v: segments.delete(v, h.theirs), "a wall"),
    Line("segments.impact", "yes yes no no",
         lambda h, v: segments.impact(v, h.ours, SegmentUpdate(active=False))),
    Line("segments.switch", "2 2 no no", lambda h, v: segments.switch(v, [h.ours, h.label], active=False)),
    Line("segments.impact_of_switching", "yes yes no no",
         lambda h, v: segments.impact_of_switching(v, [h.ours], active=False)),
    Line("segment_bin.listed", "Theirs Theirs no no",
         lambda h, v: _deleted(h.theirs) and _names(segment_bin.listed(v)), "a wall"),
    Line("segment_bin.listed", "Label Label no no", lambda h, v: _deleted(h.label) and _names(segment_bin.listed(v))),
    Line("segment_bin.bring_back", "yes yes no no", lambda h, v: segment_bin.bring_back(v, _deleted(h.theirs))),
    Line("segment_bin.impact", "yes yes no no", lambda h, v: segment_bin.impact(v, _deleted(h.theirs))),
    Line("segment_story.lines", "1 1 1 1", lambda h, v: len(segment_story.lines(v, h.ours))),
    Line("segment_story.lines", "1 1 gone 1", lambda h, v: len(segment_story.lines(v, h.theirs)), OTHERS),
    Line("segment_story.growth", "3 3 2 3",
         lambda h, v: segment_story.growth(v, {h.label: 3})[h.label][-1].joined, "those one sees"),
    Line("segment_story.growth", "yes yes gone yes", lambda h, v: segment_story.growth(v, {h.theirs: 0}), OTHERS),
    Line("bulk.add_to_segment", "1 1 1 no",
         lambda h, v: bulk.add_to_segment(v, _fresh_label(), Query(only=[h.seen])).done, OURS),
    Line("bulk.add_to_segment", "1 1 0 no",
         lambda h, v: bulk.add_to_segment(v, _fresh_label(), Query(only=[h.hidden])).done, OTHERS),
    Line("bulk.add_to_segment", "1 1 no no",
         lambda h, v: bulk.add_to_segment(v, h.ours, Query(only=[h.open])).done, "into a wall that is open to North"),
    Line("bulk.add_to_segment", "1 1 gone no",
         lambda h, v: bulk.add_to_segment(v, h.theirs, Query(only=[h.open])).done, "into others' wall"),
    Line("bulk.remove_from_segment", "1 1 0 no",
         lambda h, v: bulk.remove_from_segment(v, h.label, Query(only=[h.hidden])).done, OTHERS),
    Line("bulk.remove_from_segment", "1 1 no no",
         lambda h, v: bulk.remove_from_segment(v, h.ours, Query(only=[h.seen])).done, "from a wall"),
    Line("bulk.do", "1 1 1 no",
         lambda h, v: bulk.do(v, AddToSegment(segment_id=_fresh_label()), Query(only=[h.seen])).done, OURS),
    Line("bulk.do", "1 1 0 no",
         lambda h, v: bulk.do(v, AddToSegment(segment_id=_fresh_label()), Query(only=[h.hidden])).done, OTHERS),
    Line("bulk.do", "1 1 no no",
         lambda h, v: bulk.do(v, AddToSegment(make="New"), Query(only=[h.open])).done, "into a new segment"),
    Line("bulk.do", "1 1 gone no",
         lambda h, v: bulk.do(v, AddToSegment(segment_id=h.theirs), Query(only=[h.open])).done, "into others' wall"),
    Line("bulk.do", "1 1 no no",
         lambda h, v: bulk.do(v, RemoveFromSegment(segment_id=h.ours), Query(only=[h.seen])).done, "from a wall"),
    Line("bulk.do", "1 1 1 no",
         lambda h, v: bulk.do(v, PutTagOn(make="New"), Query(only=[h.seen])).done, "with a new tag"),
    Line("bulk.do", "0 0 0 no",
         lambda h, v: bulk.do(v, TakeTagOff(tag_id=_other_tag()), Query(only=[h.seen])).done, "takes a tag off"),
    Line("bulk.do", "1 1 1 no",
         lambda h, v: bulk.do(v, SetResponsible(responsible="advisor@example.com"), Query(only=[h.seen])).done,
         "sets who is responsible"),
    Line("bulk.do", "1 1 0 no",
         lambda h, v: bulk.do(v, SetField(field="city", value="Lima"), Query(only=[h.hidden])).done, "sets a field"),
    Line("bulk.do", "1 1 no no", lambda h, v: bulk.do(v, Delete(), Query(only=[h.hidden])).done, "deletes"),
    Line("bulk.here", "1 1 0 no",
         lambda h, v: bulk.here(v, SetField(field="city", value="Lima"), Query(only=[h.hidden])).done, OTHERS),
    Line("bulk.get", "gone gone gone gone",
         lambda h, v: bulk.get(v, _waiting_for(h.users["other"])), "somebody else's"),
    Line("bulk.cancel", "gone gone gone gone",
         lambda h, v: bulk.cancel(v, _waiting_for(h.users["other"])), "somebody else's"),
    Line("bulk.again", "gone gone gone gone",
         lambda h, v: bulk.again(v, _waiting_for(h.users["other"])), "somebody else's"),
    Line("bulk.recent", "0 0 0 0",
         lambda h, v: bool(_waiting_for(h.users["other"])) and len(bulk.recent(v)), "somebody else's"),
    Line("undo.undo", "1 1 1 1", lambda h, v: undo.undo(_again_able(v), _added_by(v, h.seen)).done, "one's own"),
    Line("undo.undo", "no no no no", lambda h, v: undo.undo(_reading(v), _added_by(v, h.seen)), "without the right"),
    Line("undo.undo", "1 gone gone gone",
         lambda h, v: undo.undo(v, _added_by(h.viewer("other"), h.open)).done, "somebody else's"),
    Line("acts.recent", "1 0 0 0", lambda h, v: bool(_added_by(h.viewer("other"), h.open)) and len(acts.recent(v)),
         "somebody else's"),
    Line("acts.recent", "1 1 1 1", lambda h, v: bool(_added_by(v, h.seen)) and len(acts.recent(v)), "one's own"),
    Line("acts.one", "yes gone gone gone", lambda h, v: acts.one(v, _added_by(h.viewer("other"), h.open))),
    Line("acts.conflicts", "0 gone gone gone",
         lambda h, v: len(acts.conflicts(v, _added_by(h.viewer("other"), h.open)))),
    # tags
    Line("tags.listed", "3 3 2 3", lambda h, v: _tagged(h) and tags.listed(v)[0].contacts),
    Line("tags.known", "Tagged Tagged Tagged Tagged", lambda h, v: _tagged(h) and _names(tags.known(v))),
    Line("tags.create", "yes yes yes no", lambda h, v: tags.create(v, TagCreate(name="New"))),
    Line("tags.change", "yes yes no no", lambda h, v: tags.change(v, _tagged(h), TagUpdate(name="New"))),
    Line("tags.merge", "yes yes no no", lambda h, v: tags.merge(v, _tagged(h), _other_tag())),
    Line("tags.remove", "3 3 no no", lambda h, v: tags.remove(v, _tagged(h))),
    Line("tags.put_on", "1 1 1 no", lambda h, v: tags.put_on(v, _other_tag(), Query(only=[h.seen])).done, OURS),
    Line("tags.put_on", "1 1 0 no", lambda h, v: tags.put_on(v, _other_tag(), Query(only=[h.hidden])).done, OTHERS),
    Line("tags.take_off", "1 1 0 no", lambda h, v: tags.take_off(v, _tagged(h), Query(only=[h.hidden])).done, OTHERS),
    # files that come in
    Line("imports.runs.receive", "yes yes yes no", lambda h, v: runs.receive(v, "a.csv", iter([FILE]))),
    Line("imports.runs.receive", "yes yes no no",
         lambda h, v: runs.receive(v, "a.csv", iter([FILE]), ImportOptions(unknown_segments="create")),
         "that makes segments"),
    Line("imports.runs.receive", "yes yes no no", lambda h, v: runs.receive(v, "a.csv", iter([SHEET])),
         "a sheet of segments"),
    Line("segment_sheets.writing.sheet", "Label+Ours+Theirs Label+Ours+Theirs Label+Ours Label+Ours+Theirs",
         lambda h, v: _names_in(writing.sheet(v, "csv"))),
    Line("imports.runs.inspect", "yes yes yes no", lambda h, v: runs.inspect(v, h.import_of(v))),
    Line("imports.runs.inspect", "gone gone gone no",
         lambda h, v: runs.inspect(v, h.imports["other"]), OTHERS_IMPORT),
    Line("imports.runs.choose", "yes yes yes no", lambda h, v: runs.choose(v, h.import_of(v), ImportOptions())),
    Line("imports.runs.choose", "gone gone gone no",
         lambda h, v: runs.choose(v, h.imports["other"], ImportOptions()), OTHERS_IMPORT),
    Line("imports.runs.review", "yes yes yes no", lambda h, v: runs.review(v, h.import_of(v))),
    Line("imports.runs.review", "gone gone gone no", lambda h, v: runs.review(v, h.imports["other"]), OTHERS_IMPORT),
    Line("imports.runs.accept", "yes yes yes no", lambda h, v: runs.accept(v, h.import_of(v))),
    Line("imports.runs.accept", "gone gone gone no", lambda h, v: runs.accept(v, h.imports["other"]), OTHERS_IMPORT),
    Line("imports.runs.cancel", "yes yes yes no", lambda h, v: runs.cancel(v, h.import_of(v))),
    Line("imports.runs.cancel", "gone gone gone no", lambda h, v: runs.cancel(v, h.imports["other"]), OTHERS_IMPORT),
    Line("imports.runs.discard", "yes yes yes no", lambda h, v: runs.discard(v, h.import_of(v))),
    Line("imports.runs.discard", "gone gone gone no", lambda h, v: runs.discard(v, h.imports["other"]), OTHERS_IMPORT),
    Line("imports.runs.get", "yes yes yes no", lambda h, v: runs.get(v, h.import_of(v))),
    Line("imports.runs.get", "yes yes gone no", lambda h, v: runs.get(v, h.imports["other"]), OTHERS_IMPORT),
    Line("imports.runs.recent", "4 4 1 no", lambda h, v: len(runs.recent(v))),
    Line("imports.runs.rows_in_file", "1 1 1 no", lambda h, v: runs.rows_in_file(v, h.import_of(v))),
    Line("imports.runs.rows_in_file", "gone gone gone no",
         lambda h, v: runs.rows_in_file(v, h.imports["other"]), OTHERS_IMPORT),
    Line("imports.report.rows", "yes yes yes no", lambda h, v: runs.rows(v, h.import_of(v))),
    Line("imports.report.rows", "yes yes gone no", lambda h, v: runs.rows(v, h.imports["other"]), OTHERS_IMPORT),
    Line("imports.report.rejected_file", "gone gone gone no", lambda h, v: runs.rejected_file(v, h.import_of(v))),
    Line("imports.undo.runs.reach", "1 1 1 no", lambda h, v: undos.reach(v, h.loaded_of(v)).removed),
    Line("imports.undo.runs.reach", "1 gone gone no",
         lambda h, v: undos.reach(v, h.loaded_by("other")).removed, OTHERS_IMPORT),
    Line("imports.undo.runs.possible", "1 1 1 no", lambda h, v: len(undos.possible(v, [h.loaded_of(v), 99]))),
    Line("imports.undo.runs.possible", "1 0 0 no",
         lambda h, v: len(undos.possible(v, [h.loaded_by("other")])), OTHERS_IMPORT),
    Line("imports.undo.runs.begin", "yes yes yes no", lambda h, v: undos.begin(v, h.loaded_of(v))),
    Line("imports.undo.runs.begin", "yes gone gone no",
         lambda h, v: undos.begin(v, h.loaded_by("other")), OTHERS_IMPORT),
    Line("imports.undo.runs.of_import", "done done done no",
         lambda h, v: undos.of_import(v, _undone(h.loaded_of(v))).state),
    Line("imports.undo.runs.of_import", "done done gone no",
         lambda h, v: undos.of_import(v, _undone(h.loaded_by("other"))).state, OTHERS_IMPORT),
    Line("imports.undo.runs.latest", "1 1 0 no",
         lambda h, v: len(undos.latest(v, [_undone(h.loaded_by("other"))])), OTHERS_IMPORT),
    Line("imports.undo.runs.cancel", "yes yes yes no",
         lambda h, v: undos.cancel(v, undos.begin(v, h.loaded_of(v)).import_id)),
    Line("imports.undo.runs.cancel", "gone gone gone no",
         lambda h, v: undos.cancel(v, _undone(h.loaded_by("other"))), OTHERS_IMPORT),
    Line("imports.undo.runs.conflicts", "1 1 1 no",
         lambda h, v: len(undos.conflicts(v, _undone_in_part(h.loaded_of(v))).items)),
    Line("imports.undo.runs.conflicts", "1 1 gone no",
         lambda h, v: len(undos.conflicts(v, _undone_in_part(h.loaded_by("other"))).items), OTHERS_IMPORT),
    Line("imports.saved_mappings.keep", "yes yes yes no",
         lambda h, v: saved_mappings.keep(v, h.import_of(v), "Mine")),
    Line("imports.saved_mappings.keep", "gone gone gone no",
         lambda h, v: saved_mappings.keep(v, h.imports["other"], "Mine"), OTHERS_IMPORT),
    Line("imports.saved_mappings.listed", "1 1 1 no",
         lambda h, v: _kept_mapping(h, v) and len(saved_mappings.listed(v))),
    Line("imports.saved_mappings.one", "yes yes yes no", lambda h, v: saved_mappings.one(v, _kept_mapping(h, v))),
    Line("imports.saved_mappings.one", "gone gone gone no",
         lambda h, v: saved_mappings.one(v, _kept_mapping(h, SYSTEM)), OTHERS_MAPPING),
    Line("imports.saved_mappings.change", "yes yes yes no",
         lambda h, v: saved_mappings.change(v, _kept_mapping(h, v), MappingUpdate(name="New"))),
    Line("imports.saved_mappings.change", "gone gone gone no",
         lambda h, v: saved_mappings.change(v, _kept_mapping(h, SYSTEM), MappingUpdate(name="New")), OTHERS_MAPPING),
    Line("imports.saved_mappings.remove", "yes yes yes no",
         lambda h, v: saved_mappings.remove(v, _kept_mapping(h, v))),
    Line("imports.saved_mappings.remove", "gone gone gone no",
         lambda h, v: saved_mappings.remove(v, _kept_mapping(h, SYSTEM)), OTHERS_MAPPING),
    # files that go out
    Line("exports.request", "yes yes yes yes", lambda h, v: exports.request(v, "csv", Query())),
    Line("exports.request", "yes no no no", lambda h, v: exports.request(v, "csv", Query(), exact=True), "exact"),
    Line("exports.get", "3 3 2 3", lambda h, v: exports.get(v, h.export_of(v)).rows),
    Line("exports.get", "gone gone gone gone", lambda h, v: exports.get(v, h.exports["other"]), "somebody else's"),
    Line("exports.again", "yes yes yes yes", lambda h, v: exports.again(v, h.export_of(v)) and None),
    Line("exports.again", "gone gone gone gone", lambda h, v: exports.again(v, h.exports["other"]), "somebody else's"),
    Line("exports.recent", "1 1 1 1", lambda h, v: len(exports.recent(v))),
    Line("exports.path_of", "yes yes yes yes", lambda h, v: exports.path_of(v, h.export_of(v))),
    Line("exports.path_of", "gone gone gone gone",
         lambda h, v: exports.path_of(v, h.exports["other"]), "somebody else's"),
    # people
    Line("denials.recent", "1 no no no", lambda h, v: len(denials.recent(v))),
    Line("people.names", "5 5 5 5", lambda h, v: len(people.names(v))),
    Line("people.users", "5 5 5 5", lambda h, v: len(people.users(v))),
    Line("people.user", "yes yes yes yes", lambda h, v: people.user(v, h.users["other"])),
    Line("people.add_user", "yes no no no",
         lambda h, v: people.add_user(v, UserCreate(email="new@example.com", name="New", role="advisor"))),
    Line("people.update_user", "yes no no no",
         lambda h, v: people.update_user(v, h.users["other"], UserUpdate(active=False))),
    Line("people.update_user", "last_administrator no no no",
         lambda h, v: people.update_user(v, h.users["administrator"], UserUpdate(active=False)),
         "the only administrator"),
    Line("people.update_me", "yes yes yes yes", lambda h, v: people.update_me(v, UserUpdate(locale="fr"))),
    Line("people.update_me", "no no no no",
         lambda h, v: people.update_me(v, UserUpdate(role="administrator")), "one's own role"),
    Line("people.me", "yes yes yes yes", lambda h, v: people.me(v)),
    Line("people.change_password", "yes yes yes yes",
         lambda h, v: people.change_password(v, PASSWORD, "another long one")),
    Line("teams.listed", "North+South North+South North+South North+South", lambda h, v: _names(teams.listed(v))),
    Line("teams.one", "yes yes yes yes", lambda h, v: teams.one(v, h.team)),
    Line("teams.add", "yes no no no", lambda h, v: teams.add(v, TeamCreate(name="West"))),
    Line("roles.listed", "4 4 4 4", lambda h, v: len(roles.listed(v))),
    Line("people.impact", "yes no no no",
         lambda h, v: people.impact(v, h.users["other"], UserUpdate(role="analyst"))),
    Line("teams.change", "yes no no no", lambda h, v: teams.change(v, h.team, TeamUpdate(users=[]))),
    Line("teams.delete", "yes no no no", lambda h, v: teams.delete(v, h.team)),
    Line("teams.impact", "yes no no no", lambda h, v: teams.impact(v, h.team, None)),
    Line("roles.add", "yes no no no", lambda h, v: roles.add(v, RoleCreate(name="New"))),
    Line("roles.change", "yes no no no", lambda h, v: roles.change(v, h.roles["analyst"], RoleUpdate(scope="mine"))),
    Line("roles.change", "last_administrator no no no",
         lambda h, v: roles.change(v, h.roles["administrator"], RoleUpdate(permissions=[])), "one's own, to nothing"),
    Line("roles.delete", "in_use no no no", lambda h, v: roles.delete(v, h.roles["analyst"])),
    Line("roles.impact", "yes no no no", lambda h, v: roles.impact(v, h.roles["analyst"], RoleUpdate(scope="mine"))),
    Line("password_links.make", "yes no no no", lambda h, v: password_links.make(v, h.users["other"], "http://h")),
    Line("sessions.mine", "0 0 0 0", lambda h, v: len(sessions.mine(v))),
    Line("sessions.of_user", "yes no no no", lambda h, v: sessions.of_user(v, h.users["other"])),
    Line("sessions.end", "yes gone gone gone",
         lambda h, v: sessions.end(v, _session_of(h.users["other"])), "somebody else's"),
    Line("sessions.end_others", "1 1 1 1",
         lambda h, v: _others_sessions_after(h.users["other"], lambda: sessions.end_others(v, 0)), "nobody else's"),
    Line("tokens.add", "yes yes yes yes", lambda h, v: tokens.add(v, "new", ["read"])),
    Line("tokens.add", "yes no no no",
         lambda h, v: tokens.add(v, "new", ["read"], user_id=h.users["other"]), "for somebody else"),
    Line("tokens.mine", "5 1 1 1", lambda h, v: len(tokens.mine(v))),
    Line("tokens.end", "yes gone gone gone", lambda h, v: tokens.end(v, h.token_ids["other"]), "somebody else's"),
    Line("notifications.recent", "1 1 1 1", lambda h, v: len(notifications.recent(v))),
    Line("notifications.unread", "1 1 1 1", lambda h, v: notifications.unread(v)),
    Line("notifications.mark_read", "yes yes yes yes", lambda h, v: notifications.mark_read(v)),
    Line("preferences.columns", "0 0 0 0", lambda h, v: len(preferences.columns(v))),
    Line("preferences.keep_columns", "yes yes yes yes",
         lambda h, v: preferences.keep_columns(v, [ColumnChoice("name")])),
    Line("preferences.filter_fields", "0 0 0 0", lambda h, v: len(preferences.filter_fields(v))),
    Line("preferences.keep_filter_fields", "yes yes yes yes",
         lambda h, v: preferences.keep_filter_fields(v, ["city"])),
    # the house itself
    Line("check.check", "yes no no no", lambda h, v: check.check(v)),
    Line("plugins.states", "yes no no no", lambda h, v: plugins.states(v)),
    Line("plugins.switch", "built_in no no no", lambda h, v: plugins.switch(v, "basics", on=False)),
    Line("plugins.new", "bad_name no no no", lambda h, v: plugins.new(v, "no name")),
)  # fmt: skip

# Functions that take a viewer and are no doors: parts of the doors above, which have asked already.
WITHIN = {
    "exports.exporter_for": "asks the plugins which files they write",
    "segments.require_walls": "is the question itself",
    "access.sight_of": "reads the lists that the rule compares with",
    "access.visible_import": "is the rule itself",
    "denials.noting_unit": "opens the unit of work of another door, and writes down a refusal",
    "imports.files.endings": "asks the plugins which files they read",
    "imports.files.importer_for": "asks the plugins which of them reads a file",
    "imports.files.inspect": "reads a file that its owner sent",
    "imports.files.rows_in": "reads a file that its owner sent",
    "imports.files.stage": "reads a file that its owner sent",
    "imports.labels.require_create": "is the question itself",
    "membership.obstacle": "is the question itself",
    "permissions.may_read": "is the question itself",
    "permissions.may_know_acts": "is the question itself",
    "permissions.require": "is the question itself",
    "permissions.require_reading": "is the question itself",
    "repeats.claim": "keeps the viewer's own answers",
    "repeats.release": "keeps the viewer's own answers",
    "repeats.settle": "keeps the viewer's own answers",
    "undo.can_be_undone": "looks at an act that a door has found",
    "work.unit_of_work": "opens the transaction in which a door is",
}


def _deleted(segment_id: int) -> int:
    segments.delete(SYSTEM, segment_id)
    return segment_id


def _waiting_for(user_id: int) -> int:
    """Return a large deed of somebody's that nobody has begun."""
    with unit_of_work(replace(SYSTEM, user_id=user_id, permissions=frozenset()), write=True) as work:
        options = {"locale": "en", "may": [], "all_contacts": False, "search": None, "sort": "-created"}
        kept = Bulk(
            owner_id=user_id, command=Delete().model_dump(), created_at=work.now,
            options=options | {"segment_id": None, "import_id": None, "only": [], "excluded": []},
        )  # fmt: skip
        work.session.add(kept)
        work.session.flush()
        assert kept.id is not None
        return kept.id


def _kept_mapping(house: House, viewer: Viewer) -> int:
    """Return a mapping of this person's; somebody else's for one who may have none."""
    owner = viewer if viewer.may("contacts.import") else SYSTEM
    import_id = house.imports["other"] if owner.is_system else house.import_of(owner)
    return saved_mappings.keep(owner, import_id, "Mine").id


def _undone(import_id: int) -> int:
    """Return an import that was taken back."""
    undo_job.carry_out(undos.begin(SYSTEM, import_id).id)
    return import_id


def _undone_in_part(import_id: int) -> int:
    """Return an import that was taken back, though somebody had changed the contact that it made."""
    made = max(one.id for one in page(SYSTEM, Query()).items)
    contacts.change(SYSTEM, made, ContactUpdate(city="Lima"))
    return _undone(import_id)


def _today() -> date:
    return now().date()


def _added_by(viewer: Viewer, contact_id: int) -> int:
    """Return the act by which somebody, who may do so for once, puts a contact into a segment."""
    command = AddToSegment(segment_id=_fresh_label())
    act_id = bulk.do(_again_able(viewer), command, Query(only=[contact_id])).act_id
    assert act_id is not None
    return act_id


def _again_able(viewer: Viewer) -> Viewer:
    return replace(viewer, permissions=viewer.permissions | {"segments.assign"})


def _reading(viewer: Viewer) -> Viewer:
    return replace(viewer, permissions=frozenset({"contacts.view"}))


def _fresh_label() -> int:
    return segments.create(SYSTEM, SegmentCreate(name="Fresh")).id


def _binned(contact_id: int) -> int:
    contacts.delete(SYSTEM, [contact_id])
    return contact_id


def _other_tag() -> int:
    return tags.create(SYSTEM, TagCreate(name="Other")).id


def _tagged(house: House) -> int:
    """Return a tag that stands on all three contacts."""
    tag = tags.create(SYSTEM, TagCreate(name="Tagged")).id
    tags.put_on(SYSTEM, tag, Query(only=[house.open, house.seen, house.hidden]))
    return tag


def _session_of(user_id: int) -> int:
    sessions.open_for(user_id)
    return sessions.mine(people.viewer_of(user_id, "page"))[0].id


def _others_sessions_after(user_id: int, call: Callable[[], None]) -> int:
    sessions.open_for(user_id)
    call()
    return len(sessions.mine(people.viewer_of(user_id, "page")))
