"""The shape of a grown database, and the SQL of which its rows are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

from storage.models import Table
from storage.moments.fulltext import index_tokens

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
"""The time at which the data ends: that of the clock of the tests."""

TEXTS = (
    "We used to cache the tokens; they are signed now, and the lesson holds",
    "A lesson about caching: the cache was never the slow part",
    "The queue of the printer was a lesson in patience",
    "缓存失效是最难的问题 and a lesson",
    "Nobody reads the second page, which is the lesson of the survey",
    "Standing up in the meeting made it short, a lesson for Mondays",
    "The lesson of the release: small ones hurt less",
    "Whoever asks twice learns the lesson once",
    "A logbook beside the machine is a lesson worth its paper",
    "The deployment fails on Fridays, a lesson that is free",
)
"""The words of the moments, each behind `Moment 42:`. All have `lesson`, one in five has `cach`, one Chinese."""

SENTINEL_TEAM, SENTINEL_NUMBER = 987654321, 876543219
"""Numbers that stand for the team and for the moment in tokens, until the SQL replaces them."""


@dataclass(frozen=True)
class Shape:
    """How much there is.

    The last `recent` moments of the big team are of the last `recent_days`, however many others are older,
    so that a period has the same in a young and an old database. Without `recent` all are spread evenly.
    """

    big: int
    small: int
    each: int = 50
    recent: int = 0
    recent_days: int = 400
    years: int = 5
    people: int = 40

    def __post_init__(self) -> None:
        """Check that quests, which take ten moments each, never reach across two teams."""
        assert self.big % 10 == self.each % 10 == 0

    @property
    def moments(self) -> int:
        """The number of moments of all teams."""
        return self.big + self.small * self.each


class Rows(NamedTuple):
    """An INSERT: the columns as SQL by name, and where they come from. Others get the model's defaults."""

    model: type[Table]
    columns: Mapping[str, str]
    source: str


@dataclass(frozen=True)
class Ids:
    """The ids after which those of the new rows begin, and of the rows that were there."""

    team: int
    workspace: int
    channel: str
    first: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def find(cls, connection: Connection, team_id: int) -> Ids:
        """Find them in a database that has the team already."""
        workspace, channel = connection.execute(
            text("SELECT workspace_id, external_id FROM channel WHERE team_id = :team AND home"),
            {"team": team_id},
        ).one()
        names = [table.name for table in Table.metadata.sorted_tables if "id" in table.columns]
        first = {
            name: connection.execute(text(f"SELECT coalesce(max(id), 0) FROM {name}")).scalar_one()
            for name in names
        }
        return cls(team_id, workspace, channel, first)

    def __getitem__(self, table: str) -> int:
        """Return the last id of a table before the growth."""
        return self.first[table]


@dataclass(frozen=True)
class Dialect:
    """The few fragments of SQL in which the engines differ."""

    name: str
    now: datetime

    def ago(self, days: str) -> str:
        """Return the time this many days before now, where `days` is SQL."""
        if self.name == "sqlite":
            now, seconds = f"{self.now:%Y-%m-%d %H:%M:%S}", f"(-86400.0 * ({days})) || ' seconds'"
            return f"strftime('%Y-%m-%d %H:%M:%f000', '{now}', {seconds})"
        return f"CAST('{self.now.isoformat()}' AS timestamptz) - ({days}) * interval '1 day'"

    def day(self, days: str) -> str:
        """Return the date this many days before now."""
        return f"date({self.ago(days)})" if self.name == "sqlite" else f"CAST({self.ago(days)} AS date)"

    def json(self, value: str) -> str:
        """Return a JSON value."""
        return f"'{value}'" if self.name == "sqlite" else f"CAST('{value}' AS json)"


def numbers(last: int) -> str:
    """Return the source of the numbers `i` from 1 to the last one."""
    counting = f"SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {last}"
    return f"(WITH RECURSIVE n(i) AS ({counting}) SELECT i FROM n) AS numbered"


def write_words() -> Iterator[str]:
    """Yield the statements that make the table of the moments' words and of their tokens."""
    yield "DROP TABLE IF EXISTS grown_word"
    yield "CREATE TEMP TABLE grown_word (j INTEGER PRIMARY KEY, words TEXT, tokens TEXT)"
    for number, words in enumerate(TEXTS):
        tokens = index_tokens(SENTINEL_TEAM, [f"Moment {SENTINEL_NUMBER}: {words}"])
        yield f"INSERT INTO grown_word VALUES ({number}, '{words}', '{tokens}')"
