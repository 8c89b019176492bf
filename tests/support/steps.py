"""How much SQLite does for a statement: the steps of its virtual machine, the same on a busy machine."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

PRECISION = 10
"""Steps between two counts."""


@contextmanager
def trace_statements(*engines: Engine) -> Iterator[list[str]]:
    """Yield a list to which every statement of these engines is added, with its values."""
    traced: list[str] = []

    def trace(connection: sqlite3.Connection, *_: Any) -> None:
        connection.set_trace_callback(traced.append)

    for engine in engines:
        engine.dispose()
        event.listen(engine, "connect", trace)
    yield traced
    for engine in engines:
        event.remove(engine, "connect", trace)
        engine.dispose()


def count_steps(path: Path, statements: Sequence[str]) -> dict[str, int]:
    """Return the steps that each kind of statement takes on the database, whose rows stay as they are.

    Statements that differ only in their values are one kind.
    """
    steps: dict[str, int] = {}
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        for statement in statements:
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")) and "'main'." not in statement:
                kind = re.sub(r"'(''|[^'])*'|\b\d+\b", "?", " ".join(statement.split()))
                steps[kind] = steps.get(kind, 0) + _count(connection, statement)
    return steps


def _count(connection: sqlite3.Connection, statement: str) -> int:
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += PRECISION
        return 0

    connection.execute("BEGIN")
    connection.set_progress_handler(count, PRECISION)
    connection.execute(statement).fetchall()
    connection.set_progress_handler(None, 0)
    connection.execute("ROLLBACK")
    return counted
