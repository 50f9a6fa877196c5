"""`carteira serve`: the web process, and the worker that lives and ends with it."""

import contextlib
import ctypes
import os
import platform
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from types import FrameType
from typing import Self

import structlog

from commands.output import DONE, cannot, line
from hooks.i18n import _
from services.errors import Refused
from services.settings import HOME, settings

SQLITE_NEEDED = (3, 42)
STOP_SECONDS = 10
_AGAIN_AFTER = (1, 2, 5, 10, 30)
# malloc.h of glibc
_ARENA_MAX = -8

log = structlog.get_logger(__name__)


def serve(host: str, port: int, *, with_worker: bool, safe_mode: bool) -> int:
    """Serve until SIGTERM or SIGINT. Raises Refused for a port that is taken."""
    refuse_old_sqlite()
    listening = listen(host, port)
    from services import first_start, logs, plugins

    logs.start()
    signal.signal(signal.SIGTERM, _end)
    plugins.start(safe_mode=safe_mode)
    first_start.from_environment()
    address = settings().web.public_url or f"http://{_named(host)}:{port}"
    with WorkerBeside(safe_mode) if with_worker else contextlib.nullcontext():
        line(_("Carteira is at {address}").format(address=address))
        if link := first_start.set_up_link(address):
            line(_("Nobody is administrator yet. Set up here: {link}").format(link=link))
        sys.stdout.flush()
        served = _serve(listening)
    if not served:
        return cannot("failed", "not_served", _("The web server could not start; the log says why."), False)
    return DONE


def _serve(listening: socket.socket) -> bool:
    """Run the web server to its end; say whether it ever started."""
    # Streamlit reads its settings from the folder it is started in.
    os.chdir(HOME)
    # Each statement gives the interpreter away and waits for it again. Where fifty people turn pages, Python's own five
    # milliseconds add up: the slowest twentieth of the pages took a third longer.
    sys.setswitchinterval(0.0005)
    _share_memory()
    import uvicorn

    server = uvicorn.Server(
        uvicorn.Config(
            "app:app",
            proxy_headers=False,
            server_header=False,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=5,
        )
    )
    with contextlib.suppress(KeyboardInterrupt, SystemExit):
        server.run(sockets=[listening])
    return server.started


def _share_memory() -> None:
    """Let all threads take memory from the same two pools.

    glibc gives new threads pools of their own, up to eight a core (mallopt(3)), and each keeps what was freed in it:
    with a thread a page they grow for hours. Python's one lock leaves little to quarrel about.
    """
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(DONE)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises Refused for a port or address that cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(2048)
    except OSError as error:
        made.close()
        reason = (error.strerror or str(error)).lower()
        raise Refused(
            "port_taken",
            _("Port {port} of {host} cannot be used: {reason}. Choose another with --port.").format(
                port=port, host=host, reason=reason
            ),
        ) from error
    made.set_inheritable(True)
    return made


def _named(host: str) -> str:
    return "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104 - compared only


def refuse_old_sqlite() -> None:
    """Raise Refused where the job queue could not work: from Python 3.12 on it needs a newer SQLite."""
    if sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < SQLITE_NEEDED:
        raise Refused(
            "old_sqlite",
            _(
                "Python {python} has SQLite {sqlite}; Carteira needs 3.42 or newer there, or Python 3.11."
            ).format(python=".".join(map(str, sys.version_info[:2])), sqlite=sqlite3.sqlite_version),
        )


class WorkerBeside:
    """A worker as a child of this process: started again when it dies, ended with us however we end.

    It has a session of its own, so that Ctrl-C reaches this process alone, which then ends it in order.
    """

    def __init__(self, safe_mode: bool) -> None:
        self._command = [sys.executable, "-m", "cli", "worker", "--parent", str(os.getpid())]
        self._command += ["--safe-mode"] if safe_mode else []
        self._ending = threading.Event()
        self._child = self._begin()
        self._watch = threading.Thread(target=self._keep_alive, name="worker-watch", daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ending.set()
        self._watch.join()
        self._child.terminate()
        try:
            self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def _begin(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self._command, cwd=HOME, stdin=subprocess.DEVNULL, start_new_session=True)

    def _keep_alive(self) -> None:
        deaths = 0
        while not self._ending.wait(0.5):
            code = self._child.poll()
            if code is None:
                continue
            after = _AGAIN_AFTER[min(deaths, len(_AGAIN_AFTER) - 1)]
            deaths += 1
            log.warning("the worker died and is started again", code=code, after_seconds=after)
            if not self._ending.wait(after):
                self._child = self._begin()
