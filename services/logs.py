"""The log: of processes that run for long on standard error, of commands in a file; never anybody's data."""

import logging
import os
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from typing import Any

import structlog

from services.errors import Refused
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


def start_beside_an_answer() -> None:
    """Keep the log of a command out of its answer: warnings are lines on standard error, errors go to the file."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _where_it_went_wrong,
            _errors_into_the_file,
            structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("warning"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def write_down(what: str, frames: list[str]) -> Path | None:
    """Add an error to the log file; return the file, null where it cannot be written."""
    try:
        folder = settings().data / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "carteira.log"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as log:
            log.write("\n    ".join([f"{datetime.now(UTC).isoformat()} {what}", *frames]) + "\n")
    except (OSError, Refused):
        return None
    return path


def _errors_into_the_file(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    frames = event.pop("at", None)
    if frames is None:
        return event
    told = " ".join(f"{name}={value}" for name, value in event.items() if name != "event")
    if write_down(f"{event['event']} {told}", frames) is None:
        return event
    raise structlog.DropEvent


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
