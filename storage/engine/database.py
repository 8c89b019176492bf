"""The connection to SQLite or PostgreSQL: one writer and a small pool of readers.

SQLite gets the pragmas and the explicit BEGIN that keep it safe. No code above this file needs
to know which engine it is.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlmodel import Session

from storage.engine import files
from storage.engine.errors import BUSY_SENTENCE, BusyError, OpenError, explain_error
from storage.engine.limits import Deadline, limit_session, watch_deadlines
from storage.engine.lock import FileLock
from storage.engine.prepared import Driver
from storage.engine.writer import Work, Writer

T = TypeVar("T")

READER_COUNT = 4
"""The number of threads that read beside the writer.

More threads than the cores of a small machine would only queue in the engine.
"""
BACKGROUND_COUNT = 2
"""The number of threads that read what nobody waits for. Sending never queues behind people."""

READ_LIMIT = 10.0
"""Seconds after which a read is interrupted, unless its caller gives a limit."""
BACKGROUND_LIMIT = 60.0
"""Seconds after which a read that nobody waits for is interrupted, such as the composing of a recap."""

WRITER_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # WAL's default would lose the last commits in a power cut
    "foreign_keys = ON",
    "secure_delete = ON",  # deleted words are overwritten in the file
    "busy_timeout = 1000",  # milliseconds; a person must get a reply within two seconds
)
LOCK_TIMEOUT_MS = 400
"""The milliseconds that a batch waits for a row locked by another process.

After that its commands run one by one.
"""
READER_PRAGMAS = ("query_only = ON", "busy_timeout = 1000")


@dataclass(eq=False)
class Database:
    """An open database.

    `write` groups commands and commits them. `read` runs beside it and sees one committed state.
    So does `read_in_background`, for work that nobody waits for.
    """

    url: URL
    writing: Engine
    reading: Engine
    writer: Writer = field(init=False)
    lock: FileLock | None = None
    _readers: ThreadPoolExecutor = field(init=False)
    _background: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        """Create the writer and the readers. Their threads start with the first work."""
        self.writer = Writer(self.writing)
        self._readers = ThreadPoolExecutor(READER_COUNT, thread_name_prefix="reader")
        self._background = ThreadPoolExecutor(BACKGROUND_COUNT, thread_name_prefix="background")

    async def write(self, work: Work[T], within: float | None = None, lane: str = "") -> T:
        """Run `work` on the writer and return its result after the commit. See `Writer.run_work`."""
        return await self.writer.run_work(work, within, lane)

    async def read(self, work: Callable[[Session], T], within: float | None = None) -> T:
        """Return the result of `work`, run on a reader thread with a session that cannot write.

        After `within` seconds, by default READ_LIMIT, it is interrupted and its caller gets a
        BusyError. Raise WriteRefusedError when it tries to write, and StoreError when the database fails.
        """
        return await self._read_on(self._readers, work, READ_LIMIT if within is None else within)

    async def read_in_background(self, work: Callable[[Session], T]) -> T:
        """Return the result of `work` like `read`, on threads of its own and with a generous limit.

        It is for work that nobody waits for.
        """
        return await self._read_on(self._background, work, BACKGROUND_LIMIT)

    def read_now(self, work: Callable[[Session], T], deadline: Deadline | None = None) -> T:
        """Return the result of `work`, run on the caller's own thread. Raise StoreError like `read`.

        Without a deadline it may take any time.
        """
        try:
            with Session(self.reading, expire_on_commit=False) as session:
                if deadline is None:
                    return work(session)
                with limit_session(session, deadline):
                    return work(session)
        except DBAPIError as error:
            raise explain_error(error) from error

    async def _read_on(self, threads: ThreadPoolExecutor, work: Callable[[Session], T], within: float) -> T:
        """Run a read on one of these threads. One that has not begun at its limit never begins."""
        loop, deadline = asyncio.get_running_loop(), Deadline.within(within)
        try:
            async with asyncio.timeout(within):
                return await loop.run_in_executor(threads, self.read_now, work, deadline)
        except TimeoutError:
            raise BusyError(BUSY_SENTENCE) from None

    async def empty_journal(self) -> None:
        """Move SQLite's journal into the database file and empty it.

        Erased text is then in neither. While another connection reads or writes, nothing happens and
        nobody waits, because the next call will do. Does nothing on PostgreSQL.
        """
        path = database_file(self.url)
        if path is not None:
            await asyncio.get_running_loop().run_in_executor(self._background, _empty_wal, path)

    async def remove_old_copies(self, now: datetime) -> None:
        """Remove the copies of before a migration whose time is over. Does nothing on PostgreSQL."""
        path = database_file(self.url)
        if path is not None:
            await asyncio.get_running_loop().run_in_executor(
                self._background, files.remove_old_copies, path, now.date()
            )

    def close(self) -> None:
        """Write what is queued, then close the connections and release the lock."""
        self.writer.stop()
        self._readers.shutdown()
        self._background.shutdown()
        self.reading.dispose()
        self.writing.dispose()
        if self.lock is not None:
            self.lock.release_lock()


def open_database(url: str, *, writes: bool = True) -> Database:
    """Open the database at `url` (sqlite:///… or postgresql+psycopg://…) without changing its schema.

    `writes` takes the lock beside an SQLite file, so that only one process writes. Raise OpenError
    with the setting to change.
    """
    parsed = parse_database_url(url)
    if parsed.get_backend_name() != "sqlite":
        reading = watch_deadlines(_postgresql_engine(parsed)).execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        return Database(parsed, _postgresql_engine(parsed, LOCK_TIMEOUT_MS), reading)
    path = database_file(parsed)
    if not writes and path is not None and not path.exists():
        raise OpenError(f"There's no database {path.name}. Check DATABASE_URL.")
    lock = _take_lock(parsed) if writes else None
    if lock is not None and path is not None and not parsed.query:
        files.protect_database(path)
    return Database(
        parsed, _sqlite_engine(parsed, WRITER_PRAGMAS, "BEGIN IMMEDIATE"), _reader_engine(parsed), lock
    )


def parse_database_url(url: str) -> URL:
    """Return the database URL, checked and with its driver.

    Raise OpenError with a sentence that never repeats the URL, because it may hold a password.
    """
    if url.startswith("postgres") and url.partition("?")[0].count("@") > 1:
        raise OpenError(TWO_AT_SIGNS)
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise OpenError(BAD_URL) from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql") or not parsed.database:
        raise OpenError(BAD_URL)
    if parsed.get_backend_name() == "sqlite" and (
        parsed.host is not None or parsed.username is not None or parsed.query
    ):
        raise OpenError(MORE_THAN_A_PATH)
    if "@" in (parsed.host or ""):
        raise OpenError(TWO_AT_SIGNS)
    return parsed


TWO_AT_SIGNS = "DATABASE_URL has an @ within its user, password or name: write each of those as %40."
MORE_THAN_A_PATH = (
    "DATABASE_URL for SQLite takes only a path: sqlite:///ahabot.db in this folder, sqlite:////data/ahabot.db"
    " elsewhere."
)
BAD_URL = (
    "DATABASE_URL is not an address I know. Use sqlite:///ahabot.db, or "
    "postgresql+psycopg://user:password@host/name."
)


def database_file(url: URL) -> Path | None:
    """Return the path of an SQLite database, or None for a server or an in-memory database."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _take_lock(url: URL) -> FileLock:
    path = database_file(url)
    assert path is not None
    if not path.parent.is_dir():
        raise OpenError(
            f"The folder of the database is not there: make {path.parent}, or change DATABASE_URL."
        )
    return FileLock.acquire_lock(path.with_name(path.name + ".lock"))


def _reader_engine(url: URL) -> Engine:
    return watch_deadlines(_sqlite_engine(url, READER_PRAGMAS, "BEGIN"))


def _empty_wal(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=0)) as connection, suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _postgresql_engine(url: URL, lock_timeout: int = 0) -> Engine:
    options = f"{url.query.get('options', '')} -c lock_timeout={lock_timeout}".strip()
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=READER_COUNT + BACKGROUND_COUNT,
        pool_pre_ping=True,
        connect_args={"options": options},
    )


def _sqlite_engine(url: URL, pragmas: tuple[str, ...], begin: str) -> Engine:
    """Return an engine that sets up each connection and begins transactions itself.

    Python's sqlite3 would begin late and as a reader, and then fail at once when another
    connection has written.
    """
    engine = create_engine(url, hide_parameters=True, pool_size=READER_COUNT + BACKGROUND_COUNT)

    def set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    def begin_transaction(connection: Connection) -> None:
        Driver.of_connection(connection).execute(begin)

    event.listen(engine, "connect", set_pragmas)
    event.listen(engine, "begin", begin_transaction)
    return engine
