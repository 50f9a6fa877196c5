"""The process that carries out jobs: `carteira worker`, which `carteira serve` starts as its child."""

import os
import signal
import sys
import threading
import time
from types import FrameType

import structlog

from services import beats, jobs, pulse
from services.nightly import nightly_if_due
from services.pulse import Pulse
from services.settings import settings

GRACE = 5.0

log = structlog.get_logger(__name__)


def run(parent: int | None = None) -> None:
    """Carry out jobs until SIGTERM or SIGINT, or until the process `parent` that started this one is gone.

    Never returns: a job that does not let go within GRACE seconds is left, to be taken up again by others.
    """
    end = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        end.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    worker = Worker()
    worker.start()
    log.info("worker ready", worker=worker.pulse.id)
    while not end.wait(settings().jobs.poll_seconds):
        if parent is not None and os.getppid() != parent:
            log.warning("the process that started this worker is gone")
            break
        worker.sweep()
    worker.stop()
    log.info("worker ended", worker=worker.pulse.id)
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of jobs that did not let go would keep the interpreter waiting.
    os._exit(0)


class Worker:
    """A heartbeat, the queue, and the sweep that finds what the queue lost and what dead workers left."""

    def __init__(self) -> None:
        self.pulse = Pulse("worker")
        self._idle_since: dict[tuple[str, int], float] = {}

    def start(self) -> None:
        """Begin to take jobs."""
        from services import queue

        self.pulse.start()
        queue.launch(self.pulse.id, lambda kind, subject_id: jobs.carry_out(self.pulse, kind, subject_id))

    def sweep(self) -> None:
        """Hand on the jobs of dead workers, queue those that were never queued, and tidy up once a night."""
        from services import queue

        try:
            if self.pulse.may_judge:
                queue.hand_on(beats.living())
            for kind, subject_id in self._idle():
                queue.ensure(kind, subject_id)
            nightly_if_due(self.pulse)
        except Exception as error:  # noqa: BLE001 - a database that is away for a while must not end the worker
            log.warning("sweep failed, tried again", error=type(error).__name__)

    def _idle(self) -> list[tuple[str, int]]:
        """Return the jobs that nobody is at; those that the queue holds to be in hand here are put back on it.

        A database that was away when a job ended, or fell over, has not let the queue note that.
        """
        from services import queue

        now = time.monotonic()
        idle = jobs.idle_jobs(self.pulse)
        self._idle_since = {job: self._idle_since.get(job, now) for job in idle}
        for (kind, subject_id), since in self._idle_since.items():
            is_here = pulse.has_here(self.pulse, f"{kind}:{subject_id}")
            if now - since > settings().jobs.beat_seconds and not is_here:
                queue.put_back(kind, subject_id, self.pulse.id)
        return idle

    def stop(self) -> None:
        """Take nothing more, let the jobs at hand stop at their next commit, and end the heartbeat."""
        from services import queue

        self.pulse.let_go()
        deadline = time.monotonic() + GRACE
        while pulse.running_here() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.pulse.stop()
        queue.end()
