"""Databases that look as after years of use: one big team among small ones, with all that people added.

`grow` fills a migrated database of either engine by SQL, with some ten rows to a moment: a thousand moments take half a
second, sixty thousand a quarter of a minute. A test grows two, a young and an old one, and compares the cost of the
same command in them. `benchmarks.scale` measures in the same data.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection

from storage.engine.database import Database
from storage.models import Table
from tests.support.grown_rows import list_rows
from tests.support.grown_shape import NOW, Dialect, Ids, Rows, Shape

__all__ = ["NOW", "Shape", "grow"]


def grow(database: Database, shape: Shape, team_id: int = 1, now: datetime = NOW) -> None:
    """Add years of moments to a team, which becomes the big one, and small teams to its workspace.

    The small teams have the channels `G1`, `G2` and so on, and the people `small-1` …; those of the big team are
    `big-1` and so on.
    """
    with database.writing.begin() as connection:
        dialect, ids = Dialect(connection.dialect.name, now), Ids.find(connection, team_id)
        for rows in list_rows(dialect, ids, shape):
            if isinstance(rows, str):
                _run(connection, rows)
                continue
            _run(connection, write_insert(dialect, rows))
            if "id" in rows.columns:
                _move_sequence(connection, rows.model.__table__.name)  # type: ignore[attr-defined]


def write_insert(dialect: Dialect, rows: Rows) -> str:
    """Return the statement that adds the rows."""
    table: Any = rows.model.__table__  # type: ignore[attr-defined]
    columns = {**_defaults(dialect, rows), **rows.columns}
    assert columns.keys() <= set(table.columns.keys()) | {"name"}, (table.name, columns)
    return (
        f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {', '.join(columns.values())} {rows.source}"
    )


def _defaults(dialect: Dialect, rows: Rows) -> dict[str, str]:
    """Return the columns that are not given and cannot be null, with the defaults of the model."""
    table: Any = rows.model.__table__  # type: ignore[attr-defined]
    left_out = [each for each in table.columns if each.name not in rows.columns and not each.nullable]
    return {each.name: _literal(dialect, rows.model, each) for each in left_out if each.name != "id"}


def _literal(dialect: Dialect, model: type[Table], column: Column[Any]) -> str:
    value = model.model_fields[column.key].get_default(call_default_factory=True)
    if isinstance(value, dict):
        return dialect.json("{}")
    if isinstance(value, bool | int):
        return str(value).lower()
    assert isinstance(value, str), f"{column} is not given, and has no default"
    return f"'{value}'"


def _run(connection: Connection, statement: str) -> None:
    connection.execution_options(no_parameters=True).exec_driver_sql(statement)


def _move_sequence(connection: Connection, table: str) -> None:
    """Let PostgreSQL give the next ids behind those that were given here. SQLite does so by itself."""
    if connection.dialect.name != "sqlite":
        sequence = f"pg_get_serial_sequence('{table}', 'id')"
        _run(connection, f"SELECT setval({sequence}, (SELECT coalesce(max(id), 0) + 1 FROM {table}), false)")
