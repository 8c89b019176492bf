"""The same rows by the standard library's sqlite3 alone: what this disk and this engine can do at best.

The rows are those of a capture that the bot made, so they are the same by construction: number, moment with
its place in the search index, and the posting of its card.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import perf_counter

from storage.engine.database import WRITER_PRAGMAS

NUMBER = "UPDATE team SET next_number = next_number + 1 WHERE id = ? RETURNING next_number - 1"


@dataclass(frozen=True)
class Pattern:
    """A table's insert, and the values of the row that the bot wrote."""

    insert: str
    values: dict[str, object]

    @classmethod
    def of(cls, connection: sqlite3.Connection, table: str) -> Pattern:
        """As its newest row shows it."""
        cursor = connection.execute(f"SELECT * FROM {table} ORDER BY id DESC LIMIT 1")
        names = [column[0] for column in cursor.description]
        values = dict(zip(names, cursor.fetchone(), strict=True))
        del values["id"]
        places = ", ".join(f":{name}" for name in values)
        return cls(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", values)


@dataclass
class Raw:
    """One connection with the bot's own pragmas, and the rows of one capture."""

    connection: sqlite3.Connection
    moment: Pattern
    posting: Pattern
    events: Iterator[int]

    @classmethod
    def open(cls, path: Path) -> Raw:
        """On a database in which the bot has kept something."""
        connection = sqlite3.connect(path, isolation_level=None)
        for pragma in WRITER_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return cls(connection, Pattern.of(connection, "moment"), Pattern.of(connection, "posting"), count())

    def commit(self, captures: int) -> None:
        """This many captures in one transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        for _ in range(captures):
            self._capture()
        self.connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def _capture(self) -> None:
        run, event = self.connection.execute, next(self.events)
        (number,) = run(NUMBER, (self.moment.values["team_id"],)).fetchone()
        added = run(self.moment.insert, {**self.moment.values, "number": number, "event": f"raw-{event}"})
        run(self.posting.insert, {**self.posting.values, "key": f"raw:{event}", "moment_id": added.lastrowid})


def rate(path: Path, at_once: int, seconds: float) -> float:
    """Captures a second, so many to a commit."""
    raw = Raw.open(path)
    raw.commit(at_once)
    began, done = perf_counter(), 0
    while (passed := perf_counter() - began) < seconds:
        raw.commit(at_once)
        done += at_once
    raw.close()
    return done / passed


def rows(path: Path) -> list[dict[str, object]]:
    """The newest moment and posting, without their ids."""
    connection = sqlite3.connect(path)
    found = [Pattern.of(connection, table).values for table in ("moment", "posting")]
    connection.close()
    return found
