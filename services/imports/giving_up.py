"""The end of an import that keeps failing on our side: counted, told to its owner, never begun again."""

from hooks.i18n import _, use_locale
from services.imports.ending import end, skip_rest
from services.imports.task import begin, begin_review


def give_up(import_id: int, message: str) -> None:
    """End an import, or a review, as failed. What was written before stays, the rest counts as skipped."""
    task = begin(import_id) or begin_review(import_id)
    if task is None:
        return
    with use_locale(task.locale):
        skip_rest(task, "not_done")
        end(task, "failed", _(message))
