"""A scene: all rows and messages that a story left, kept so that the next test begins there at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from storage.engine.database import Database
from storage.models import Table as Model
from tests.support.databases import Clock
from tests.support.recorder import Recorder, Standing


@dataclass(frozen=True)
class Scene:
    """The rows of every table, the next generated numbers, the messages in the chat and the time."""

    rows: Sequence[tuple[Table, Sequence[Mapping[str, Any]]]]
    sequences: Sequence[tuple[str, int, bool]]
    standing: Mapping[str, Standing]
    marks: frozenset[str]
    now: datetime

    @classmethod
    def take(cls, database: Database, recorder: Recorder, clock: Clock) -> "Scene":
        """Return what there is now."""
        with database.writing.connect() as connection:
            rows = [(table, _read_rows(connection, table)) for table in Model.metadata.sorted_tables]
            sequences = _read_sequences(connection)
        return cls(rows, sequences, dict(recorder.standing), frozenset(recorder.marks), clock.now)

    def restore(self, database: Database, recorder: Recorder, clock: Clock) -> None:
        """Write all that into an empty database, an empty chat and the clock."""
        with database.writing.begin() as connection:
            server = connection.dialect.name == "postgresql"
            connection.exec_driver_sql(
                "SET LOCAL session_replication_role = replica" if server else "PRAGMA defer_foreign_keys = ON"
            )
            for table, rows in self.rows:
                if rows:
                    connection.execute(insert(table), rows)
            for name, value, called in self.sequences:
                connection.exec_driver_sql(
                    "SELECT setval(%(name)s, %(value)s, %(called)s)",
                    {"name": name, "value": value, "called": called},
                )
        recorder.standing.update(self.standing)
        recorder.marks.update(self.marks)
        recorder.numbers = count(1 + max((int(message[1:]) for message in self.standing), default=0))
        clock.now = self.now


def _read_rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """Return a table's rows in the order of their keys."""
    found = connection.execute(select(table).order_by(*table.primary_key))
    return [dict(row) for row in found.mappings()]


def _read_sequences(connection: Connection) -> Sequence[tuple[str, int, bool]]:
    """Return PostgreSQL's sequences, each with its last value and whether that one was given out."""
    if connection.dialect.name != "postgresql":
        return []
    names = connection.exec_driver_sql("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'S'")
    return [
        (name, *connection.exec_driver_sql(f"SELECT last_value, is_called FROM {name}").one())
        for name in names.scalars().all()
    ]
