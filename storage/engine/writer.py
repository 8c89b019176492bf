"""The one write connection of the process: what waits is written together and committed once.

One commit a command makes a slow disk the limit; one commit for all that wait does not, and a single writer
never meets SQLite's lock errors. Each command has a savepoint of its own, so that a failure rolls back that
command alone, and every caller is let go only after the commit.
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

from storage.engine.errors import REFUSED, Busy, OutcomeUnsure, StoreError, explain
from storage.engine.prepared import on_driver

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[Session], T]

BATCH = 256
"""Commands in one transaction at the most, so that the first of them does not wait for an endless last."""

ATTEMPTS = 3
"""Tries for a command that lost a deadlock or a serialization race to another process."""

RACES = {"40P01", "40001", "55P03", "23505"}
"""PostgreSQL's codes for a deadlock, a serialization failure, a lock not had in time, and a row added just before:
a command run again finds what the other one wrote."""


@dataclass(eq=False, slots=True)
class Job:
    """One command's work, and what became of it."""

    work: Work[Any]
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    lane: str = ""
    result: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        """Let the caller go, on its own loop."""
        if self.done.done():
            return
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.result)


class CannotBegin(Exception):
    """There is no transaction to be had: the database is locked or away."""

    def __init__(self, reason: StoreError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class BatchLost(Exception):
    """The shared transaction is gone, and with it what its earlier commands wrote."""


@dataclass(eq=False)
class Writer:
    """Runs work on one thread, grouped. Work gets a Session, must not commit, and may be run again.

    It may be run again because a batch that fails as a whole is repeated command by command; every command is
    therefore idempotent on what the platform gave.
    """

    engine: Engine
    _waiting: deque[Job] = field(default_factory=deque)
    _wake: threading.Condition = field(default_factory=threading.Condition)
    _stopping: bool = False
    _thread: threading.Thread | None = None
    batches: int = 0

    async def run(self, work: Work[T], within: float | None = None, lane: str = "") -> T:
        """The result of `work`, after it is committed.

        `within` seconds later it is withdrawn (Busy: nothing was written) or, when it is being written just
        then, left alone (OutcomeUnsure). StoreError says what is wrong with the database; whatever `work`
        itself raises comes through after its savepoint is rolled back. Work of one `lane` keeps its order; lanes
        are sorted in a batch, so that two processes lock the same teams in the same order.
        """
        loop = asyncio.get_running_loop()
        job = Job(work, loop.create_future(), loop, lane)
        self._add(job)
        try:
            async with asyncio.timeout(within):
                result: T = await job.done
                return result
        except TimeoutError:
            raise self._withdraw(job) from None

    def stop(self) -> None:
        """Write what waits, then end the thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()

    def _add(self, job: Job) -> None:
        with self._wake:
            if self._stopping:
                raise StoreError("Ahabot is just stopping. Try again in a moment.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="writer", daemon=True)
                self._thread.start()
            self._waiting.append(job)
            self._wake.notify()

    def _withdraw(self, job: Job) -> StoreError:
        with self._wake:
            if job in self._waiting:
                self._waiting.remove(job)
                return Busy("The database is busy right now.")
        return OutcomeUnsure("The database is slow right now, and this may be kept already.")

    def _loop(self) -> None:
        while jobs := self._next():
            try:
                self._write(jobs)
            except Exception:  # nobody may wait for ever: the next batch has to find a writer
                log.exception("a batch of %s could not be written", len(jobs))
                for job in jobs:
                    job.error = StoreError(REFUSED)
            self.batches += 1
            for loop in {job.loop for job in jobs}:
                _settle(loop, [job for job in jobs if job.loop is loop])

    def _next(self) -> list[Job]:
        with self._wake:
            self._wake.wait_for(lambda: self._waiting or self._stopping)
            jobs = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        return sorted(jobs, key=attrgetter("lane"))

    def _write(self, jobs: Sequence[Job]) -> None:
        """All in one transaction; if that is lost as a whole, each in one of its own."""
        try:
            self._transact(jobs)
        except CannotBegin as error:
            for job in jobs:
                job.error = error.reason
        except (DBAPIError, BatchLost):
            for job in jobs:
                self._write_alone(job)

    def _write_alone(self, job: Job) -> None:
        for _ in range(ATTEMPTS):
            try:
                job.error = None
                self._transact([job])
            except CannotBegin as error:
                job.error = error.reason
                return
            except BatchLost as lost:
                if not isinstance(lost.__cause__, DBAPIError) or not _raced(lost.__cause__):
                    return
            except DBAPIError as error:
                job.error = explain(error)
                if not _raced(error):
                    return
            else:
                return

    def _transact(self, jobs: Sequence[Job]) -> None:
        with (
            self._begun() as connection,
            Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session,
        ):
            for job in jobs:
                _attempt(job, session)

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        """A transaction. CannotBegin at once, for everyone: to try it for each alone would take as long again."""
        with _or_cannot_begin(self.engine.connect) as connection, _or_cannot_begin(connection.begin):
            yield connection


def _or_cannot_begin(step: Callable[[], T]) -> T:
    try:
        return step()
    except DBAPIError as error:
        raise CannotBegin(explain(error)) from error


def _attempt(job: Job, session: Session) -> None:
    """Run one job in its savepoint and note how it went. BatchLost when the shared transaction cannot go on.

    After a failed flush it cannot, whatever made it fail: SQLAlchemy has rolled back all of it.
    The savepoint is the driver's own statement: SQLAlchemy's nested transactions cost a third of a capture.
    """
    connection = session.connection()
    on_driver(connection, "SAVEPOINT command")
    try:
        job.result = job.work(session)
        session.flush()
        on_driver(connection, "RELEASE SAVEPOINT command")
    except Exception as error:
        job.error = explain(error) if isinstance(error, DBAPIError) else error
        if not session.is_active or (isinstance(error, DBAPIError) and not _can_go_on(error, session)):
            raise BatchLost from error
        on_driver(connection, "ROLLBACK TO SAVEPOINT command")
        on_driver(connection, "RELEASE SAVEPOINT command")
    finally:
        session.expunge_all()


def _can_go_on(error: DBAPIError, session: Session) -> bool:
    """Whether the batch survives: no race to repeat, and a transaction that still stands.

    SQLite ends a transaction by itself when the disk is full.
    """
    if error.connection_invalidated or _raced(error):
        return False
    return bool(getattr(session.connection().connection.driver_connection, "in_transaction", True))


def _raced(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in RACES


def _settle(loop: asyncio.AbstractEventLoop, jobs: Sequence[Job]) -> None:
    def settle_all() -> None:
        for job in jobs:
            job.settle()

    if not loop.is_closed():
        loop.call_soon_threadsafe(settle_all)
