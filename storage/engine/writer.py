"""The one write connection of the process: queued writes run in one transaction with one commit.

With one commit per command, a slow disk would limit the throughput. A single writer also never
meets SQLite's lock errors. Each command has its own savepoint, so that a failure rolls back
that command alone. Every caller gets the result only after the commit.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage.engine.errors import (
    BUSY_SENTENCE,
    DATABASE_REFUSED,
    MAYBE_SAVED,
    STOPPING,
    BusyError,
    OutcomeUnsureError,
    StoreError,
    explain_error,
)
from storage.engine.prepared import DRIVER, Driver

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[Session], T]

MAX_BATCH = 256
"""The maximum number of commands in one transaction.

It keeps the first command from waiting for too many others.
"""

MAX_TRIES = 3
"""The maximum number of tries for a command that lost a race to another process."""

RACE_CODES = {"40P01", "40001", "55P03", "23505"}
"""PostgreSQL's error codes of a lost race.

They are a deadlock, a serialization failure, a lock timeout, and a row added just before. A
command that runs again finds what the other one wrote.
"""


@dataclass(eq=False, slots=True)
class Job:
    """A queued write: the function to run, and the future of its result."""

    work: Work[Any]
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    lane: str = ""
    result: Any = None
    error: BaseException | None = None

    def resolve_future(self) -> None:
        """Resolve the caller's future. Call it on the caller's event loop."""
        if self.done.done():
            return
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.result)


class BeginError(Exception):
    """No transaction could begin, because the database is locked or unreachable."""

    def __init__(self, reason: StoreError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class BatchLostError(Exception):
    """The shared transaction was rolled back, with the writes of its earlier commands."""


@dataclass(eq=False)
class Writer:
    """A thread that runs queued work in groups.

    Work gets a Session and must not commit. A batch that fails as a whole is repeated command by
    command, so work may run more than once and must be idempotent on the event of the platform.
    """

    engine: Engine
    _waiting: deque[Job] = field(default_factory=deque)
    _wake: threading.Condition = field(default_factory=threading.Condition)
    _stopping: bool = False
    _thread: threading.Thread | None = None
    batches: int = 0

    async def run_work(self, work: Work[T], within: float | None = None, lane: str = "") -> T:
        """Run `work` on the writer thread and return its result after the commit.

        After `within` seconds the work is withdrawn (BusyError: nothing was written) or, while it is
        being written, left running (OutcomeUnsureError). StoreError explains a problem of the
        database. Errors of `work` itself are raised after its savepoint is rolled back. Work of one
        `lane` keeps its order. Lanes are sorted in a batch, so that two processes lock the same teams
        in the same order.
        """
        loop = asyncio.get_running_loop()
        job = Job(work, loop.create_future(), loop, lane)
        self._enqueue_job(job)
        try:
            async with asyncio.timeout(within):
                result: T = await job.done
                return result
        except TimeoutError:
            raise self._withdraw_job(job) from None

    def stop(self) -> None:
        """Write what is queued, then end the thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()

    def _enqueue_job(self, job: Job) -> None:
        with self._wake:
            if self._stopping:
                raise StoreError(STOPPING)
            if self._thread is None:
                self._thread = threading.Thread(target=self._write_batches, name="writer", daemon=True)
                self._thread.start()
            self._waiting.append(job)
            self._wake.notify()

    def _withdraw_job(self, job: Job) -> StoreError:
        with self._wake:
            if job in self._waiting:
                self._waiting.remove(job)
                return BusyError(BUSY_SENTENCE)
        return OutcomeUnsureError(MAYBE_SAVED)

    def _write_batches(self) -> None:
        while jobs := self._next_batch():
            try:
                self._write_batch(jobs)
            except Exception:  # keep the thread alive, or the callers of all later batches would wait forever
                log.exception("a batch of %s could not be written", len(jobs))
                for job in jobs:
                    job.error = StoreError(DATABASE_REFUSED)
            self.batches += 1
            for loop in {job.loop for job in jobs}:
                _settle_jobs(loop, [job for job in jobs if job.loop is loop])

    def _next_batch(self) -> list[Job]:
        with self._wake:
            self._wake.wait_for(lambda: self._waiting or self._stopping)
            jobs = [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]
        return sorted(jobs, key=attrgetter("lane"))

    def _write_batch(self, jobs: Sequence[Job]) -> None:
        """Write all jobs in one transaction. When that fails as a whole, write each in its own."""
        try:
            self._run_transaction(jobs)
        except BeginError as error:
            for job in jobs:
                job.error = error.reason
        except (DBAPIError, BatchLostError):
            for job in jobs:
                self._write_alone(job)

    def _write_alone(self, job: Job) -> None:
        for _ in range(MAX_TRIES):
            try:
                job.error = None
                self._run_transaction([job])
            except BeginError as error:
                job.error = error.reason
                return
            except BatchLostError as lost:
                if not isinstance(lost.__cause__, DBAPIError) or not _is_race(lost.__cause__):
                    return
            except DBAPIError as error:
                job.error = explain_error(error)
                if not _is_race(error):
                    return
            else:
                return

    def _run_transaction(self, jobs: Sequence[Job]) -> None:
        with (
            self._begin_transaction() as connection,
            Session(
                connection, expire_on_commit=False, join_transaction_mode="rollback_only",
                info={DRIVER: Driver.of_connection(connection)},
            ) as session,
        ):  # fmt: skip
            for job in jobs:
                _attempt_job(job, session, alone=len(jobs) == 1)

    @contextmanager
    def _begin_transaction(self) -> Iterator[Connection]:
        """Begin a transaction and yield its connection.

        Raise BeginError for all jobs at once, because trying each job alone would take as long again.
        """
        with _begin_or_raise(self.engine.connect) as connection, _begin_or_raise(connection.begin):
            yield connection


def _begin_or_raise(step: Callable[[], T]) -> T:
    try:
        return step()
    except DBAPIError as error:
        raise BeginError(explain_error(error)) from error


def _attempt_job(job: Job, session: Session, alone: bool) -> None:
    """Run one job in its savepoint and store its result or error. A job `alone` needs no savepoint.

    Raise BatchLostError when the shared transaction cannot continue. After a failed flush it never
    can, because SQLAlchemy has rolled all of it back. The savepoint is a plain statement of the
    driver, because SQLAlchemy's nested transactions cost a third of a capture.
    """
    driver: Driver = session.info[DRIVER]
    if not alone:
        driver.execute("SAVEPOINT command")
    try:
        job.result = job.work(session)
        session.flush()
        if not alone:
            driver.execute("RELEASE SAVEPOINT command")
    except Exception as error:
        job.error = explain_error(error) if isinstance(error, DBAPIError) else error
        if not session.is_active or (isinstance(error, DBAPIError) and not _can_continue(error, session)):
            raise BatchLostError from error
        for step in (
            ("ROLLBACK",) if alone else ("ROLLBACK TO SAVEPOINT command", "RELEASE SAVEPOINT command")
        ):
            driver.execute(step)
        session.expunge_all()
    finally:
        if session.identity_map:
            session.expunge_all()


def _can_continue(error: DBAPIError, session: Session) -> bool:
    """Return whether the transaction can continue after an error of one job.

    It cannot after a lost race or a lost connection, or when SQLite ended it, as it does on a full
    disk.
    """
    if error.connection_invalidated or _is_race(error):
        return False
    return bool(getattr(session.connection().connection.driver_connection, "in_transaction", True))


def _is_race(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in RACE_CODES


def _settle_jobs(loop: asyncio.AbstractEventLoop, jobs: Sequence[Job]) -> None:
    def resolve_all() -> None:
        for job in jobs:
            job.resolve_future()

    if not loop.is_closed():
        loop.call_soon_threadsafe(resolve_all)
