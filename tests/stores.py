"""The real databases that tests run on, each its own copy of one that was migrated once."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from storage.database import Database, open_database
from storage.schema import migrate
from tests import postgres as server

ENGINES = ("sqlite", "postgresql")


def made(url: str) -> str:
    """The database at this address, brought up to date and closed."""
    database = open_database(url)
    migrate(database)
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


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database, once on each engine."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "ahabot.db")
        yield f"sqlite:///{tmp_path / 'ahabot.db'}"
        return
    copies: Copies = request.getfixturevalue("copies")
    name = copies.make()
    yield copies.server.url(name)
    copies.server.drop(name)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An open, empty database, once on each engine."""
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    """A clock that the test moves."""
    return Clock()
