"""What a piece of work costs a database, in figures that no other load on the machine changes.

On SQLite they are the steps of its virtual machine, by statement. On PostgreSQL they are the rows and the entries of
indexes that were read, by table.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import Connection, event

from storage.engine.database import Database

STEPS = 10
"""The steps of SQLite after which they are counted. It is exact enough, and costs a test little."""

READ_ROWS = """
SELECT coalesce(i.indrelid, c.oid)::regclass::text,
 sum(pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid)), pg_stat_force_next_flush()
FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE c.relkind IN ('r', 'i') AND c.relnamespace = 'public'::regnamespace GROUP BY 1
"""


class Meter:
    """The costs since the last look, by statement or table. It has to be attached before the first connection."""

    def __init__(self, database: Database) -> None:
        """Attach the meter to both engines of a database that was just opened."""
        self.costs: Counter[str] = Counter()
        self.statements: Counter[str] = Counter()
        for engine in (database.writing, database.reading):
            if engine.dialect.name == "sqlite":
                event.listen(engine, "do_connect", self._watch_sqlite)
            else:
                event.listen(engine, "commit", self._count_rows)
                event.listen(engine, "rollback", self._count_rows)
                event.listen(engine, "before_cursor_execute", self._count_statement)

    def take(self) -> tuple[Counter[str], Counter[str]]:
        """Return the costs and the numbers of statements since the last look."""
        taken = self.costs, self.statements
        self.costs, self.statements = Counter(), Counter()
        return taken

    def _watch_sqlite(self, _dialect: Any, _record: Any, _given: Any, named: dict[str, Any]) -> None:
        named["factory"] = lambda *given, **more: WatchedConnection(self, *given, **more)

    def _count_rows(self, connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        with suppress(psycopg.Error):  # a transaction that failed reads nothing any more
            for table, rows, _ in driver.execute(READ_ROWS).fetchall():
                self.costs[table] += int(rows)

    def _count_statement(self, _connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        self.statements[statement] += 1


class WatchedConnection(sqlite3.Connection):
    """A connection that counts its steps for a meter, beside the handler that the bot sets."""

    def __init__(self, meter: Meter, *given: Any, **more: Any) -> None:
        """Connect, and count."""
        super().__init__(*given, **more)
        self.meter, self.statement = meter, ""
        self.handler: Callable[[], Any] | None = None
        self.set_progress_handler(None, 0)
        self.set_trace_callback(self._begin_statement)

    def set_progress_handler(self, handler: Callable[[], Any] | None, /, _steps: int) -> None:
        """Remember the bot's own handler, and call it whenever steps are counted."""
        self.handler = handler
        super().set_progress_handler(self._count_steps, STEPS)

    def _begin_statement(self, statement: str) -> None:
        if statement.startswith("--"):  # the search's own, within the statement that searches
            return
        self.statement = plain_statement(statement)
        self.meter.statements[self.statement] += 1

    def _count_steps(self) -> bool:
        self.meter.costs[self.statement] += STEPS
        return bool(self.handler and self.handler())


def plain_statement(statement: str) -> str:
    """Return a statement on one line, without its values and without the numbers of values in a list."""
    plain = re.sub(r"'(''|[^'])*'|\b\d+\b", "?", statement)
    return re.sub(r"\(\?(, \?)+\)", "(?, …)", " ".join(plain.split()))
