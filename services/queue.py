"""The queue that wakes workers: DBOS, in the application's own database. Only this file knows it."""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from secrets import token_hex

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, error

from services.jobs import KINDS
from services.settings import settings

NAME = "carteira"
# Never raised: any worker must be able to end what any other has begun. A changed workflow uses DBOS.patch.
VERSION = "1"
SCHEMA = "dbos"
WORKFLOW = "carteira.job"
WAITING = ["ENQUEUED", "DELAYED", "PENDING"]
_PAGE = 1000


def launch(executor_id: str, carry_out: Callable[[str, int], None], listen_to: Iterable[str] = KINDS) -> None:
    """Take jobs off the queues from here on, in threads of this process."""
    config: DBOSConfig = {
        "name": NAME,
        "system_database_url": settings().database_url,
        "dbos_system_schema": SCHEMA,
        "application_version": VERSION,
        "executor_id": executor_id,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
        "scheduler_polling_interval_sec": 3600,
        "sys_db_pool_size": 5,
    }
    DBOS(config=config)

    DBOS.workflow(name=WORKFLOW)(carry_out)
    DBOS.launch()
    # Queues are rows of the database, so there are none before the launch.
    for kind in listen_to:
        DBOS.register_queue(
            kind,
            worker_concurrency=KINDS[kind].at_once,
            polling_interval_sec=settings().jobs.poll_seconds,
            on_conflict="always_update",
        )


def end() -> None:
    """Take nothing more, and close the connections."""
    DBOS.destroy()


def enqueue(kind: str, subject_id: int) -> None:
    """Put a job on its queue, unless it waits there already."""
    # A queue that nobody listens to takes whatever comes, and never gives it back.
    assert kind in KINDS
    try:
        client(settings().database_url).enqueue(
            {
                "queue_name": kind,
                "workflow_name": WORKFLOW,
                "workflow_id": f"{_prefix(kind, subject_id)}{token_hex(6)}",
                "deduplication_id": f"{kind}:{subject_id}",
                "app_version": VERSION,
                "application_name": NAME,
            },
            kind,
            subject_id,
        )
    except error.DBOSQueueDeduplicatedError:
        return


@lru_cache(maxsize=1)
def client(url: str) -> DBOSClient:
    """Return this process's connection to the queue, which takes nothing off it."""
    return DBOSClient(
        system_database_url=url,
        dbos_system_schema=SCHEMA,
        serializer=DBOSPortableJSONSerializer(),
        application_name=NAME,
        retry_connection_errors=False,
        system_database_pool_size=2,
    )


def ensure(kind: str, subject_id: int) -> None:
    """Put a job on its queue if the queue has lost it."""
    waiting = client(settings().database_url).list_workflows(
        workflow_id_prefix=_prefix(kind, subject_id), status=WAITING, load_input=False, load_output=False
    )
    if not waiting:
        enqueue(kind, subject_id)


def put_back(kind: str, subject_id: int, executor_id: str) -> None:
    """Put a job back on its queue that is noted as taken by a process which is not at it."""
    asked = client(settings().database_url)
    for taken in asked.list_workflows(
        workflow_id_prefix=_prefix(kind, subject_id), status="PENDING", load_input=False, load_output=False
    ):
        if taken.executor_id == executor_id:
            asked.resume_workflow(taken.workflow_id, queue_name=kind)


def hand_on(living: Collection[str]) -> None:
    """Put back on its queue what processes had taken that live no more."""
    asked = client(settings().database_url)
    for taken in asked.list_workflows(status="PENDING", load_input=False, load_output=False, limit=_PAGE):
        if taken.executor_id not in living:
            asked.resume_workflow(taken.workflow_id, queue_name=taken.workflow_id.partition(":")[0])


def forget_old(days: int) -> None:
    """Delete what ended more than so many days ago: DBOS itself keeps it for ever."""
    before = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    asked = client(settings().database_url)
    while old := asked.list_workflows(
        completed_before=before, load_input=False, load_output=False, limit=_PAGE
    ):
        asked.delete_workflows([ended.workflow_id for ended in old])


def _prefix(kind: str, subject_id: int) -> str:
    return f"{kind}:{subject_id}:"
