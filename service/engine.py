"""The job engine: Procrastinate on the service's own PostgreSQL.

A stage defers the next job on the connection of its own transaction, so that neither exists without the other. Names of queues:
``analyse``, ``report``, and one ``deliver:<destination>`` each, so that a dead destination holds up nobody else.
"""

import asyncio
import errno
import logging
import signal
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import procrastinate
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from sqlalchemy import ColumnElement, Connection, cast, func, null
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.types import UserDefinedType

from integrations.errors import Unavailable

log = logging.getLogger(__name__)


DATABASE_AWAY = (OperationalError, NoConnectionFree, ConnectorException)
"""What a database that does not answer looks like, to SQLAlchemy and to Procrastinate; one that may only be read, too (`database`)."""
_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EAGAIN, errno.EMFILE, errno.ENFILE})
MOST_DEATHS = 5
"""A job whose worker died so often is what killed it: it is given up, and what it was about is parked for a person.

Those that ran beside it died with it. Analyses that were left so go one at a time, so that none dies of another's image again.
"""
ANALYSES_AT_ONCE = 2
"""One image is read and drawn while the network answers others, together (models.batching). Each more takes its own memory."""
_ALONE = "analyse:left-by-a-dead-worker"


class Stage(StrEnum):
    """The jobs there are."""

    ANALYSE = "analyse"
    REPORT = "report"
    DELIVER = "deliver"
    FEED = "feed"


def delivery_queue(destination: str) -> str:
    """Return the name of a destination's own queue."""
    return f"deliver:{destination}"


def feed_queue(repository: str) -> str:
    """Return the name of an audit repository's own queue."""
    return f"feed:{repository}"


def is_transient(error: BaseException) -> bool:
    """Tell whether waiting may mend it: a peer, the database or the disk. A file that is not there will not come back."""
    return isinstance(error, (Unavailable, *DATABASE_AWAY)) or (isinstance(error, OSError) and error.errno in _DISK)


class Jobs:
    """Where a stage leaves the next job, inside its own transaction."""

    def __init__(self, url: str) -> None:
        self._app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=url))

    def defer(
        self,
        db: Connection,
        stage: Stage,
        *,
        queue: str,
        lock: str | None = None,
        at: datetime | None = None,
        priority: int = 0,
        once: str | None = None,
        **arguments: str,
    ) -> None:
        """Write the job on ``db``; it exists when ``db`` commits, and starts at ``at`` or at once.

        ``lock``: one at a time, the older first; a higher ``priority`` goes before older ones that still wait for their time.
        ``once``: raises AlreadyEnqueued, and spoils the transaction, where a job of that name has not begun.
        """
        self._app.configure_task(
            stage.value,
            queue=queue,
            lock=lock,
            schedule_at=at,
            priority=priority,
            queueing_lock=once,
            connection=db.connection.driver_connection,
        ).defer(**arguments)


class _JobToDefer(UserDefinedType[object]):
    """Procrastinate's composite type: queue, task, priority, lock, queueing lock, arguments, time."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Return the type's name."""
        return "procrastinate_job_to_defer_v1"


def job_of(stage: Stage, **arguments: ColumnElement[str]) -> ColumnElement[object]:
    """Return the call of Procrastinate's own function by which a statement that writes rows leaves the job of each, too."""
    named = [part for name, value in arguments.items() for part in (name, value)]
    row = func.row(stage.value, stage.value, 0, null(), null(), func.jsonb_build_object(*named), null())
    return func.procrastinate_defer_jobs_v1(array([cast(row, _JobToDefer())]))


class Backoff(procrastinate.BaseRetryStrategy):
    """Try again only what may come back: 2, 4, 8 ... seconds, then every ``longest_s``, for as long as it takes."""

    def __init__(self, first_s: float, longest_s: float) -> None:
        self._first_s = first_s
        self._longest_s = longest_s

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        """Return when to try again, or None for an error that waiting does not mend."""
        if not is_transient(exception):
            return None
        wait_s = min(self._first_s * 2 ** min(job.attempts, 30), self._longest_s)
        asked_s = getattr(exception, "retry_after_s", None)
        return procrastinate.RetryDecision(retry_in={"seconds": max(1, round(max(wait_s, asked_s or 0)))})


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker beats and waits, in seconds."""

    retry_first_s: float
    retry_longest_s: float
    stalled_after_s: float


async def work(
    url: str,
    stages: Mapping[Stage, Callable[..., None]],
    give_up: Mapping[Stage, Callable[..., None]],
    peers: Sequence[str],
    options: WorkerOptions,
    background: Sequence[Callable[[], Coroutine[None, None, None]]] = (),
) -> None:
    """Run jobs until cancelled: `ANALYSES_AT_ONCE`, one report, and one for each of the queues of ``peers`` at a time.

    ``give_up`` is called with a job's arguments where its worker died `MOST_DEATHS` times; a stage without one (a
    delivery, which has waited for its peer often) is tried for ever.
    ``background`` coroutines run beside the workers; an error in one of them ends all.
    """
    asyncio.get_running_loop().set_default_executor(
        ThreadPoolExecutor(max_workers=8 + ANALYSES_AT_ONCE + 2 * len(peers), thread_name_prefix="job")
    )
    # A queue listens on one connection, and asks and tells on another; each analysis may tell of its end at the same time.
    most = 4 + ANALYSES_AT_ONCE + 2 * (2 + len(peers))
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, min_size=2, max_size=most))
    for stage, function in stages.items():
        app.task(name=stage.value, retry=Backoff(options.retry_first_s, options.retry_longest_s))(function)
    queues = [Stage.ANALYSE.value, Stage.REPORT.value, *peers]
    async with app.open_async(), asyncio.TaskGroup() as group:
        group.create_task(_rescue(app, options.stalled_after_s, give_up))
        for queue in queues:
            group.create_task(_keep_working(app, queue, options.stalled_after_s))
        for coroutine in background:
            group.create_task(coroutine())


async def _keep_working(app: procrastinate.App, queue: str, stalled_after_s: float) -> None:
    """Work on one queue until cancelled; a worker that lost its database ends quietly, and is started again."""
    this = asyncio.current_task()
    while True:
        try:
            await app.run_worker_async(
                queues=[queue],
                name=queue,
                concurrency=ANALYSES_AT_ONCE if queue == Stage.ANALYSE else 1,
                install_signal_handlers=False,
                delete_jobs="successful",
                fetch_job_polling_interval=1.0,
                update_heartbeat_interval=stalled_after_s / 4,
                stalled_worker_timeout=stalled_after_s,
                shutdown_graceful_timeout=10.0,
            )
        except DATABASE_AWAY:
            log.warning("the database does not answer: queue %s waits", queue)
        if this is not None and this.cancelling():
            raise asyncio.CancelledError
        await asyncio.sleep(1)


async def _rescue(app: procrastinate.App, stalled_after_s: float, give_up: Mapping[Stage, Callable[..., None]]) -> None:
    """Give the jobs of dead workers back to the living."""
    clock = asyncio.get_running_loop().time
    pause_s = stalled_after_s / 2
    while True:
        try:
            await _give_back(app, stalled_after_s, give_up)
        except DATABASE_AWAY:
            log.warning("the database does not answer: jobs of dead workers wait")
        began = clock()
        await asyncio.sleep(pause_s)
        while clock() - began > stalled_after_s:
            # This process itself was held up, and its own heartbeats with it: they come first.
            began = clock()
            await asyncio.sleep(pause_s)


async def _give_back(
    app: procrastinate.App, stalled_after_s: float, give_up: Mapping[Stage, Callable[..., None]]
) -> None:
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after_s):
        stage = Stage(job.task_name)
        if stage in give_up and job.attempts >= MOST_DEATHS:
            log.error("job %s (%s) has killed %s workers: given up", job.id, job.task_name, job.attempts)
            await asyncio.to_thread(give_up[stage], **job.task_kwargs)
            await app.job_manager.finish_job(job, procrastinate.jobs.Status.FAILED, delete_job=False)
        else:
            log.warning("job %s (%s) was left by a dead worker: it runs again", job.id, job.task_name)
            await app.job_manager.retry_job(job, lock=_ALONE if stage is Stage.ANALYSE else None)


def run_until_signalled(main: Coroutine[None, None, None]) -> None:
    """Run ``main`` until it ends or SIGINT / SIGTERM asks it to."""

    async def supervised() -> None:
        task = asyncio.ensure_future(main)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            log.info("asked to stop")
        except BaseExceptionGroup as group:
            # The first failure ended the others; it is the one to tell.
            raise group.exceptions[0] from None

    asyncio.run(supervised())
