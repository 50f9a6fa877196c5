"""The bell's sentences."""

import pytest

from models.bulk import BULK_STATES
from pages.parts.notices import leads, sentence
from services.jobs import KINDS

ENDS = ("started", "done", "done_with_rejects", "failed", "cancelled")
TOLD = [
    *(f"import_{end}" for end in ENDS),
    *(f"bulk_{state}" for state in BULK_STATES if state not in ("accepted", "running")),
    "export_done",
    *(f"{kind}_failed" for kind in KINDS),
]


@pytest.mark.parametrize("kind", TOLD)
def test_every_end_of_a_job_has_a_sentence_of_its_own(kind: str) -> None:
    told = sentence(kind, {"import_id": 1, "file": "clients.csv", "rows": 10, "rejected": 2})
    assert told != kind
    assert told.endswith(".")


def test_numbers_are_told_in_one_and_many() -> None:
    assert sentence("export_done", {"rows": 1}) == "An export of 1 contact is ready."
    assert sentence("export_done", {"rows": 1234}) == "An export of 1,234 contacts is ready."
    both = {"file": "clients.csv", "rows": 1, "rejected": 1}
    assert sentence("import_done_with_rejects", both) == "clients.csv is in: 1 row, 1 of them rejected."


def test_a_failure_that_knows_no_file_is_told_all_the_same() -> None:
    assert sentence("import_failed", {"import_id": 1}) == "The import of a file failed."


def test_a_notice_leads_to_what_it_tells_of() -> None:
    assert leads("import_done", {"import_id": 7}) == ("/imports", {"id": "7"})
    assert leads("review_failed", {"import_id": 7}) == ("/imports", {"id": "7"})
    assert leads("export_done", {"export_id": 3}) == ("/exports", {})
    assert leads("bulk_done", {"bulk_id": 3, "act_id": 5}) == ("/actions", {"act": "5"})
    assert leads("bulk_cancelled", {"bulk_id": 3, "act_id": None}) == ("/actions", {})


def test_a_deed_of_many_contacts_is_named_and_counted() -> None:
    assert (
        sentence("bulk_done", {"deed": "put_tag_on", "done": 9000}) == "Tagging is done for 9,000 contacts."
    )
    assert sentence("bulk_failed", {"deed": "new_one"}) == "A bulk action failed. Nothing was changed."


def test_the_undo_of_a_sheet_is_told_in_segments() -> None:
    told = {"file": "seg.csv", "removed": 1, "restored": 2, "left": 0}
    assert sentence("undo_done", told) == "The import of seg.csv is undone: 1 to the bin, 2 put back."
    of_sheet = told | {"kind": "segments"}
    assert sentence("undo_done", of_sheet) == (
        "The import of seg.csv is undone: 1 segment deleted, 2 segments put back."
    )
    assert sentence("undo_done", of_sheet | {"restored": 0, "left": 1}).endswith(
        "1 segment deleted, 1 thing left as it is."
    )
    for end in ("undo_failed", "undo_cancelled"):
        assert sentence(end, of_sheet).endswith("Nothing was taken back.")
        assert sentence(end, told).endswith("What was taken back until then stays so.")
    nothing = {"file": "seg.csv", "kind": "segments"}
    assert sentence("undo_done", nothing) == "The import of seg.csv is undone: nothing had to change."
