"""The log of processes that run for long: on standard error, in one form, without anybody's data."""

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from traceback import extract_tb
from typing import Any

import structlog

from services.settings import HOME, settings


def start() -> None:
    """Send our own log and that of the libraries to standard error, as the settings say."""
    level = getattr(logging, settings().log.level.upper())
    as_json = settings().log.format == "json"
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _where_it_went_wrong,
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.INFO))
    for library in ("alembic", "dbos", "httpx", "uvicorn", "watchdog", "urllib3"):
        logging.getLogger(library).setLevel(max(level, logging.WARNING))


def _where_it_went_wrong(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace an exception by its type and its frames: its message may repeat what somebody typed."""
    given = event.pop("exc_info", None)
    if given:
        error = given[1] if isinstance(given, tuple) else given
        if not isinstance(error, BaseException):
            error = sys.exc_info()[1]
        if error is not None:
            event["raised"] = type(error).__name__
            event["at"] = frames_of(error)
    return event


def frames_of(error: BaseException) -> list[str]:
    """Return where an error came from, outermost first: file, line and function."""
    frames = extract_tb(error.__traceback__)
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(HOME)) if path.is_relative_to(HOME) else "/".join(path.parts[-2:])
