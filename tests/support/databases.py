"""The databases for tests, on SQLite and PostgreSQL. Each is a copy of a database that was migrated once."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

from storage.engine.database import Database, open_database
from storage.engine.schema import MIGRATIONS, migrate_database
from storage.models import Table
from tests.support import postgres as server

ENGINES = ("sqlite", "postgresql")
SHARED_MEMORY = Path("/dev/shm")  # a folder of a random name is made in it
ENOUGH_MEMORY = 50_000_000
"""The free bytes without which that folder is not used. A database of the tests takes less than two million."""


def made(url: str) -> str:
    """Create and migrate the database at this URL, and return the URL."""
    database = open_database(url)
    migrate_database(database)
    database.close()
    return url


def walks(sqlite: int, postgresql: int) -> list[tuple[str, int]]:
    """Return engines and seeds for the fixture `url` and random walks whose subject is not the database.

    Each engine has the walks of its first seeds. Those on PostgreSQL take three times as long.
    """
    counts = zip(ENGINES, (sqlite, postgresql), strict=True)
    return [(engine, seed) for engine, number in counts for seed in range(number)]


def made_at(url: str, revision: str) -> str:
    """Create the database at this URL as it was at a revision, and return the URL."""
    database = open_database(url)
    with database.writing.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    database.close()
    return url


@dataclass
class Clock:
    """A clock that moves only when a test moves it. It starts on Monday, 16 March 2026, at 9:00 UTC."""

    now: datetime = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the current time."""
        return self.now

    def forward(self, **by: float) -> None:
        """Move the clock forward, as in `forward(hours=3)`."""
        self.now += timedelta(**by)


@dataclass
class Copies:
    """Copies of a migrated PostgreSQL database, numbered."""

    server: server.Server
    number: Iterator[int] = field(default_factory=count)

    def make(self) -> str:
        """Create a copy and return its name."""
        name = f"copy_{next(self.number)}"
        self.server.create(name, template="ahabot_template")
        return name


@pytest.fixture(scope="session")
def memory_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield a temporary folder in memory where the system has one, since every commit waits for the disk."""
    if not os.access(SHARED_MEMORY, os.W_OK) or shutil.disk_usage(SHARED_MEMORY).free < ENOUGH_MEMORY:
        yield tmp_path_factory.mktemp("databases")
        return
    with TemporaryDirectory(prefix="ahabot-", dir=SHARED_MEMORY) as name:
        yield Path(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create an SQLite file with our tables, all empty, and return its path."""
    path = tmp_path_factory.mktemp("template") / "ahabot.db"
    made(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def copies(postgres: server.Server) -> Copies:
    """Create the PostgreSQL template with our tables, all empty, and return its copies."""
    made(postgres.create("ahabot_template"))
    return Copies(postgres)


def empty(database: Database) -> None:
    """Delete every row, and restart the generated numbers at 1."""
    deletes = [f'DELETE FROM "{table.name}"' for table in Table.metadata.sorted_tables]
    with database.writing.begin() as connection:
        if connection.dialect.name == "postgresql":  # all at once, since each would be a round trip
            begin = "SET LOCAL session_replication_role = replica"
            restart = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
            connection.exec_driver_sql("; ".join((begin, *deletes, restart)))
            return
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for delete in deletes:
            connection.exec_driver_sql(delete)


@dataclass
class Lent:
    """Databases that remain open from test to test and are emptied in between.

    Opening one for each test would take longer than most tests, because every statement is then compiled again.
    """

    make: Callable[[str], str]
    urls: dict[str, str] = field(default_factory=dict)
    opened: dict[str, Database] = field(default_factory=dict)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def url(self, engine: str) -> str:
        """Return the URL of this engine's shared database, which is empty and migrated."""
        if engine not in self.urls:
            self.urls[engine] = self.make(engine)
        return self.urls[engine]

    def lend(self, url: str) -> Database:
        """Return the database at this URL, open."""
        if url not in self.opened:
            self.opened[url] = open_database(url)
        return self.opened[url]

    def take_back(self, url: str) -> None:
        """Empty a database, after the writes that its test left behind.

        If that fails, close it, do not use it again, and raise the error.
        """
        try:
            self.loop.run_until_complete(self.opened[url].write(lambda _: None))
            empty(self.opened[url])
        except DBAPIError:
            self.opened.pop(url).close()
            self.urls = {engine: known for engine, known in self.urls.items() if known != url}
            raise

    def close(self) -> None:
        """Close all databases."""
        for database in self.opened.values():
            database.close()
        self.loop.close()


@pytest.fixture(scope="session")
def lent(request: pytest.FixtureRequest, memory_folder: Path) -> Iterator[Lent]:
    """Share the databases among the tests of this process."""

    numbers = count()

    def make(engine: str) -> str:
        if engine == "sqlite":
            path = memory_folder / f"lent{next(numbers)}.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        copies: Copies = request.getfixturevalue("copies")
        return copies.server.url(copies.make())

    all_of_them = Lent(make)
    yield all_of_them
    all_of_them.close()


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, lent: Lent) -> str:
    """Return the URL of an empty, migrated database, once for each engine."""
    return lent.url(request.param)


@pytest.fixture
def database(url: str, lent: Lent) -> Iterator[Database]:
    """Return an open, empty database, once for each engine."""
    yield lent.lend(url)
    lent.take_back(url)


@pytest.fixture(params=ENGINES)
def own_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database that no other test uses, once for each engine.

    It is for tests that damage, close or inspect a database.
    """
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "ahabot.db")
        yield f"sqlite:///{tmp_path / 'ahabot.db'}"
        return
    copies: Copies = request.getfixturevalue("copies")
    name = copies.make()
    yield copies.server.url(name)
    copies.server.drop(name)


@pytest.fixture
def own_database(url: str) -> Iterator[Database]:
    """Open the database at the test's URL, and close it at the end."""
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    """Return a clock that the test moves."""
    return Clock()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a write lock on an SQLite file, as another program would, so that writers must wait."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
