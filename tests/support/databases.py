"""The real databases that tests run on, each its own copy of one that was migrated once."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from storage.engine.database import Database, open_database
from storage.engine.schema import migrate_database
from storage.models import Table
from tests.support import postgres as server

ENGINES = ("sqlite", "postgresql")


def made(url: str) -> str:
    """The database at this address, brought up to date and closed."""
    database = open_database(url)
    migrate_database(database)
    database.close()
    return url


@dataclass
class Clock:
    """A clock that stands still until it is told otherwise. It begins on a Monday morning."""

    now: datetime = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """What the core asks."""
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass: `forward(hours=3)`."""
        self.now += timedelta(**by)


@dataclass
class Copies:
    """Copies of a migrated PostgreSQL database, numbered."""

    server: server.Server
    number: Iterator[int] = field(default_factory=count)

    def make(self) -> str:
        """The name of a new one."""
        name = f"copy_{next(self.number)}"
        self.server.create(name, template="ahabot_template")
        return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with our tables and nothing in them."""
    path = tmp_path_factory.mktemp("template") / "ahabot.db"
    made(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def copies(postgres: server.Server) -> Copies:
    """The same on PostgreSQL."""
    made(postgres.create("ahabot_template"))
    return Copies(postgres)


def empty(database: Database) -> None:
    """Take every row out, and let numbers begin at 1 again."""
    with database.writing.begin() as connection:
        server = connection.dialect.name == "postgresql"
        connection.exec_driver_sql(
            "SET LOCAL session_replication_role = replica" if server else "PRAGMA defer_foreign_keys = ON"
        )
        for table in Table.metadata.sorted_tables:
            connection.exec_driver_sql(f'DELETE FROM "{table.name}"')
        if server:
            connection.exec_driver_sql(
                "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
            )


@dataclass
class Lent:
    """Databases that stay open from test to test and are emptied in between.

    To open one for each test takes longer than most tests: every statement is then compiled anew.
    """

    make: Callable[[str], str]
    urls: dict[str, str] = field(default_factory=dict)
    opened: dict[str, Database] = field(default_factory=dict)

    def url(self, engine: str) -> str:
        """The address of an empty, migrated database."""
        if engine not in self.urls:
            self.urls[engine] = self.make(engine)
        return self.urls[engine]

    def lend(self, url: str) -> Database:
        """The same, open."""
        if url not in self.opened:
            self.opened[url] = open_database(url)
        return self.opened[url]

    def take_back(self, url: str) -> None:
        """Empty it; one that cannot be emptied is not lent again."""
        try:
            empty(self.opened[url])
        except DBAPIError:
            self.opened.pop(url).close()
            self.urls = {engine: known for engine, known in self.urls.items() if known != url}
            raise

    def close(self) -> None:
        """All of them."""
        for database in self.opened.values():
            database.close()


@pytest.fixture(scope="session")
def lent(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lent]:
    """What the tests of this process share."""

    def make(engine: str) -> str:
        if engine == "sqlite":
            path = tmp_path_factory.mktemp("lent") / "ahabot.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"
        copies: Copies = request.getfixturevalue("copies")
        return copies.server.url(copies.make())

    all_of_them = Lent(make)
    yield all_of_them
    all_of_them.close()


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, lent: Lent) -> str:
    """The address of an empty, migrated database, once on each engine."""
    return lent.url(request.param)


@pytest.fixture
def database(url: str, lent: Lent) -> Iterator[Database]:
    """An open, empty database, once on each engine."""
    yield lent.lend(url)
    lent.take_back(url)


@pytest.fixture(params=ENGINES)
def own_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of one that no other test has: for what harms, closes or looks into a database."""
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
    """The same, open."""
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()
