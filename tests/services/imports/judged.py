"""A file loaded as a person would, and held to what every file is held to: a report that closes, or one sentence."""

from collections.abc import Iterable

from hooks.viewer import SYSTEM
from services.errors import Refused
from services.imports import runs
from services.settings import settings
from tests.services.imports.loading import closed


def one_sentence(message: str | None) -> bool:
    """Say whether this is what a person may be told: a sentence, without what stands around errors of ours."""
    assert message is not None
    signs = ("\n", "Traceback", "Error(", "b'", "{")
    return message.endswith(".") and len(message) < 500 and not any(sign in message for sign in signs)


def holds(refused: Refused) -> None:
    """Hold a refusal to what a person may be told."""
    assert one_sentence(refused.message), refused.message


def loaded(file_name: str, content: Iterable[bytes]) -> str:
    """Load a file; return the state in which it ends, or "refused"."""
    before = len(list((settings().data / "imports").glob("*")))
    try:
        received = runs.receive(SYSTEM, file_name, content)
    except Refused as refused:
        holds(refused)
        left = len(list((settings().data / "imports").glob("*"))) - before
        return f"refused, and left {left} files" if left else "refused"
    try:
        runs.accept(SYSTEM, received.id)
    except Refused as refused:
        holds(refused)
        runs.discard(SYSTEM, received.id)
        return "refused"
    runs.carry_out(received.id)
    read = closed(runs.get(SYSTEM, received.id))
    assert read.state in ("done", "done_with_rejects", "failed")
    if read.state == "failed":
        assert read.code, "the fault is ours"
        assert one_sentence(read.message), read.message
    else:
        rows = runs.rows(SYSTEM, read.id, limit=500).items
        assert len(rows) == min(500, read.rows)
        assert all(one_sentence(row.reason) or "{" in row.reason for row in rows if row.outcome == "rejected")
    return read.state
