"""The same rows written with the standard library's sqlite3: this machine's maximum.

The rows are copied from a capture that the bot made, so they are the same by construction: the
number, the moment with its full-text search entry, and the posting of its card.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import perf_counter, process_time

from storage.engine.database import WRITER_PRAGMAS

NEXT_NUMBER = "UPDATE team SET next_number = next_number + 1 WHERE id = ? RETURNING next_number - 1"


@dataclass(frozen=True)
class RowPattern:
    """A table's INSERT statement, and the values of a row that the bot wrote."""

    insert: str
    values: dict[str, object]

    @classmethod
    def from_newest(cls, connection: sqlite3.Connection, table: str) -> RowPattern:
        """Return the pattern of the table's newest row."""
        cursor = connection.execute(f"SELECT * FROM {table} ORDER BY id DESC LIMIT 1")
        names = [column[0] for column in cursor.description]
        values = dict(zip(names, cursor.fetchone(), strict=True))
        del values["id"]
        places = ", ".join(f":{name}" for name in values)
        return cls(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", values)


@dataclass
class RawWriter:
    """A connection with the bot's own pragmas, and the rows of one capture."""

    connection: sqlite3.Connection
    moment: RowPattern
    posting: RowPattern
    events: Iterator[int]

    @classmethod
    def open_file(cls, path: Path) -> RawWriter:
        """Open a database in which the bot has saved a moment."""
        connection = sqlite3.connect(path, isolation_level=None)
        for pragma in WRITER_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return cls(
            connection,
            RowPattern.from_newest(connection, "moment"),
            RowPattern.from_newest(connection, "posting"),
            count(),
        )

    def commit_captures(self, captures: int) -> None:
        """Write this many captures in one transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        for _ in range(captures):
            self._insert_capture()
        self.connection.execute("COMMIT")

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _insert_capture(self) -> None:
        run, event = self.connection.execute, next(self.events)
        (number,) = run(NEXT_NUMBER, (self.moment.values["team_id"],)).fetchone()
        added = run(self.moment.insert, {**self.moment.values, "number": number, "event": f"raw-{event}"})
        run(self.posting.insert, {**self.posting.values, "key": f"raw:{event}", "moment_id": added.lastrowid})


@dataclass(frozen=True)
class Rate:
    """Captures a second, and the seconds of the processor that one took."""

    captures: float
    processor: float


def measure_raw_rate(path: Path, at_once: int, seconds: float) -> Rate:
    """Return the rate of captures, with `at_once` captures in each commit."""
    raw = RawWriter.open_file(path)
    raw.commit_captures(at_once)
    began, used, done = perf_counter(), process_time(), 0
    while (passed := perf_counter() - began) < seconds:
        raw.commit_captures(at_once)
        done += at_once
    used = process_time() - used
    raw.close()
    return Rate(done / passed, used / done)


def newest_rows(path: Path) -> list[dict[str, object]]:
    """Return the newest moment and posting, without their ids."""
    connection = sqlite3.connect(path)
    found = [RowPattern.from_newest(connection, table).values for table in ("moment", "posting")]
    connection.close()
    return found
