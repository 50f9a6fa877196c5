"""What an import says of itself."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hooks.i18n import use_locale
from models.imports import IMPORT_STATES, ImportOptions, ImportProgress, ImportRead, ImportRowRead
from pages.parts import import_columns, import_list, import_rows, import_words

BEGUN = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
NOTHING: dict[str, Any] = dict.fromkeys(
    ("rows", "created", "updated", "unchanged", "skipped", "rejected", "segments_added", "segments_removed",
     "last_wall_lost", "out_of_sight", "in_bin", "shares_phone", "other_name", "changed_since_review"),
    0,
)  # fmt: skip


def run(state: str = "done", **given: Any) -> ImportRead:
    return ImportRead(
        id=1,
        file_name="clients.csv",
        bytes=10,
        owner_id=1,
        state=state,
        **NOTHING
        | {
            "message": None, "unknown_segments": [], "nearest": {}, "created_segments": [], "reasons": {},
            "progress": ImportProgress(), "options": ImportOptions(), "seconds": None, "act_id": 1,
            "has_rejected_file": False, "created_at": BEGUN, "started_at": BEGUN, "ended_at": BEGUN,
        }
        | given,
    )  # fmt: skip


@pytest.mark.parametrize("state", IMPORT_STATES)
def test_every_state_has_a_step_and_a_line_in_the_list(state: str) -> None:
    assert 1 <= import_words.step_of(run(state)) <= 3
    assert import_words.tone(state) in ("goes", "good", "mixed", "bad", "rests")
    assert import_words.STATES[state] in import_list.row(run(state), "UTC")


def test_what_ended_before_anything_came_in_stands_at_the_step_where_it_ended() -> None:
    assert import_words.step_of(run("failed")) == 3
    assert import_words.step_of(run("failed", act_id=None)) == 2
    assert import_words.step_of(run("cancelled", act_id=None, started_at=None)) == 1
    assert import_words.step_of(run("accepted", act_id=None, started_at=None)) == 3


def test_an_import_says_how_it_ended() -> None:
    assert "Every row" in import_words.ending(run("done"))
    assert "2 rows were rejected" in import_words.ending(run("done_with_rejects", rejected=2))
    assert "has stayed" in import_words.ending(run("cancelled"))
    assert "before anything came in" in import_words.ending(run("cancelled", act_id=None))
    assert import_words.ending(run("failed", message="The disk is full.")) == "The disk is full."


@pytest.mark.parametrize(
    ("locale", "one", "two"),
    [
        ("en", "1 new row · 1 rejected row", "2 new rows · 2 rejected rows"),
        ("pt_BR", "1 nova · 1 rejeitada", "2 novas · 2 rejeitadas"),
        ("fr", "1 nouvelle · 1 rejetée", "2 nouvelles · 2 rejetées"),
    ],
)
def test_the_list_counts_rows_in_the_plural_of_each_language(locale: str, one: str, two: str) -> None:
    with use_locale(locale):
        counted = import_words.counted
        assert " · ".join(counted(run(created=1, rejected=1, rows=2)).values()) == one
        assert " · ".join(counted(run(created=2, rejected=2, rows=4)).values()) == two


def test_what_is_being_done_is_told_with_rate_and_time_left() -> None:
    at = ImportProgress(phase="writing", done=500, of=1000, rate=1234.5, seconds_left=90)
    assert import_words.speed(run("running", progress=at)) == ["1,234 rows a second", "2 minutes left"]
    assert "50 % · 1,234 rows a second · 2 minutes left" in import_list.row(
        run("running", progress=at), "UTC"
    )


def test_in_the_list_every_number_leads_to_its_rows_and_the_rejected_ones_to_their_file() -> None:
    line = import_list.row(run(created=2, rejected=1, has_rejected_file=True, owner="Ana <b>"), "UTC")
    assert '<a class="within" href="/imports?id=1&amp;rows=created">2 new rows</a>' in line
    assert '<a class="within" href="/imports?id=1&amp;rows=rejected">1 rejected row</a>' in line
    assert '<a href="/api/v1/imports/1/rejected" download>' in line
    assert "Ana &lt;b&gt;" in line


def test_an_import_that_goes_on_shows_no_numbers_that_are_not_final() -> None:
    line = import_list.row(run("running", created=2), "UTC")
    assert "<progress" in line
    assert "rows=created" not in line


def row(outcome: str, **given: Any) -> ImportRowRead:
    plain: dict[str, Any] = {
        "code": None,
        "reason": None,
        "notes": [],
        "contact_id": None,
        "cells": [],
        "values": {},
    }
    return ImportRowRead(row=3, outcome=outcome, changes=given.pop("changes", {}), **plain | given)


def test_a_rejected_row_shows_its_reason_and_stands_as_in_the_file() -> None:
    columns, rows = import_rows.table(
        "rejected", [row("rejected", reason="No number.", cells=["BR", "", "João"])]
    )
    assert [column.field for column in columns] == ["row", "reason", "cells"]
    assert (rows[0]["reason"], rows[0]["cells"]) == ("No number.", "BR · João")


def test_an_updated_row_shows_before_and_after() -> None:
    changes = {"organization": (None, "Agro"), "phones": (["+5511961234567"], [])}
    columns, rows = import_rows.table(
        "updated", [row("updated", values={"first_name": "João"}, changes=changes)]
    )
    assert "changes" in [column.field for column in columns]
    assert rows[0]["who"] == "João"
    assert rows[0]["changes"] == [["Organization", "", "Agro"], ["Phones", "+55 11 96123-4567", ""]]


def test_two_columns_for_one_field_are_found() -> None:
    assert import_columns.twice({0: "email", 1: None, 2: "email"}) == "email"
    assert import_columns.twice({0: "email", 1: None, 2: None}) is None


def test_segments_that_do_not_exist_are_named_with_the_nearest_that_does() -> None:
    found = run(unknown_segments=["Nort", "Zzz"], nearest={"Nort": "Norte"}, segments_added=3)
    assert list(import_words.remarks(found)) == ["Segments: +3 −0"]
    assert list(import_words.unknown_names(found)) == [
        "Segments that do not exist: **Nort** (did you mean **Norte**?), **Zzz**",
    ]


def test_what_is_nothing_is_not_said() -> None:
    assert list(import_words.remarks(run())) == []
    assert list(import_words.remarks(run(in_bin=1))) == [
        "1 row matches a contact in the bin only; it comes in as a new one."
    ]
