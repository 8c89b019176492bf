"""Opening the database: one door for SQLite and PostgreSQL, one writer, a small pool of readers.

SQLite gets the pragmas and the explicit BEGIN that keep it safe; nothing above this file knows which engine it is.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlmodel import Session

from storage.engine.errors import CannotOpen, explain
from storage.engine.lock import FileLock
from storage.engine.writer import Work, Writer

T = TypeVar("T")

READERS = 4
"""Threads that read beside the writer; more than the cores of a small machine only queue in the engine."""

WRITER_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # WAL's default would lose the last commits in a power cut
    "foreign_keys = ON",
    "secure_delete = ON",  # deleted words are overwritten in the file
    "busy_timeout = 1000",  # a person is answered within two seconds
)
LOCK_WITHIN = 400
"""Milliseconds that a batch waits for a row another process holds; then its commands are done one by one."""
READER_PRAGMAS = ("query_only = ON", "busy_timeout = 1000")


@dataclass(eq=False)
class Database:
    """An open database. `write` groups and commits; `read` runs beside it and sees one committed state."""

    url: URL
    writing: Engine
    reading: Engine
    writer: Writer = field(init=False)
    lock: FileLock | None = None
    _readers: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        """Start nothing yet: both threads begin with the first work."""
        self.writer = Writer(self.writing)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    async def write(self, work: Work[T], within: float | None = None, lane: str = "") -> T:
        """See `Writer.run`."""
        return await self.writer.run(work, within, lane)

    async def read(self, work: Callable[[Session], T]) -> T:
        """The result of `work` on a session that cannot write. StoreError says what is wrong."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def read_now(self, work: Callable[[Session], T]) -> T:
        """The same on the caller's own thread."""
        try:
            with Session(self.reading, expire_on_commit=False) as session:
                return work(session)
        except DBAPIError as error:
            raise explain(error) from error

    async def fold(self) -> None:
        """Bring SQLite's journal into the file and empty it, so that erased words are in neither.

        Where somebody reads or writes just then, nothing is done and nobody waits: the next time will do.
        """
        path = file_of(self.url)
        if path is not None:
            await asyncio.get_running_loop().run_in_executor(self._readers, _fold, path)

    def close(self) -> None:
        """Write what waits, then let go of file, connections and lock."""
        self.writer.stop()
        self._readers.shutdown()
        self.reading.dispose()
        self.writing.dispose()
        if self.lock is not None:
            self.lock.release()


def open_database(url: str, *, writes: bool = True) -> Database:
    """The database at `url` (sqlite:///… or postgresql+psycopg://…), its schema as it is.

    `writes` takes the lock beside an SQLite file, so that only one process writes. CannotOpen says which setting
    to change.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite":
        reading = _postgresql(parsed).execution_options(isolation_level="REPEATABLE READ")
        return Database(parsed, _postgresql(parsed, LOCK_WITHIN), reading)
    path = file_of(parsed)
    if not writes and path is not None and not path.exists():
        raise CannotOpen(f"There is no database {path.name} there. Check DATABASE_URL.")
    lock = _lock(parsed) if writes else None
    return Database(parsed, _sqlite(parsed, WRITER_PRAGMAS, "BEGIN IMMEDIATE"), _reader(parsed), lock)


def parse_url(url: str) -> URL:
    """The address, checked. CannotOpen in one sentence that never repeats it, for it may hold a password."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise CannotOpen(BAD_URL) from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql") or not parsed.database:
        raise CannotOpen(BAD_URL)
    return parsed


BAD_URL = (
    "DATABASE_URL is not an address I know. Use sqlite:///ahabot.db, or "
    "postgresql+psycopg://user:password@host/name."
)


def file_of(url: URL) -> Path | None:
    """The file of an SQLite database; nothing for a server's."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _lock(url: URL) -> FileLock:
    path = file_of(url)
    assert path is not None
    if not path.parent.is_dir():
        raise CannotOpen(
            f"The folder of the database is not there: make {path.parent}, or change DATABASE_URL."
        )
    return FileLock.take(path.with_name(path.name + ".lock"))


def _reader(url: URL) -> Engine:
    return _sqlite(url, READER_PRAGMAS, "BEGIN")


def _fold(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=0)) as connection, suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _postgresql(url: URL, lock_timeout: int = 0) -> Engine:
    options = f"{url.query.get('options', '')} -c lock_timeout={lock_timeout}".strip()
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args={"options": options})


def _sqlite(url: URL, pragmas: tuple[str, ...], begin: str) -> Engine:
    """An engine that sets up each connection and begins transactions itself.

    Python's sqlite3 would begin late and as a reader, and then fail at once when another connection has written.
    """
    engine = create_engine(url, hide_parameters=True, pool_size=READERS)

    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", start)
    return engine
