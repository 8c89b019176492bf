"""The capture path's statements, each compiled once and then run on the driver's own connection.

SQLAlchemy looks a statement up, binds it and wraps its result anew at every execution, which was more than
half of a capture. It still writes the SQL, converts the values and names the errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

Convert = Callable[[Any], Any]
Statement = Select[*tuple[Any, ...]] | Insert | Update


def on_driver(connection: Connection, text: str, given: Any = ()) -> Any:
    """The driver's cursor after this statement. DBAPIError says, as ever, whether the server is gone."""
    driver: Any = connection.connection.driver_connection
    dialect: Any = connection.dialect
    try:
        return driver.execute(text, given)
    except dialect.dbapi.Error as error:
        raise DBAPIError.instance(
            text, None, error, dialect.dbapi.Error, hide_parameters=True,
            connection_invalidated=dialect.is_disconnect(error, driver, None), dialect=dialect,
        ) from error  # fmt: skip


@dataclass(frozen=True)
class Ready:
    """A statement as one engine takes it, its values in order, and how they and its results convert."""

    text: str
    values: Sequence[tuple[str, Any, Convert | None]]
    positional: bool
    results: Sequence[Convert | None]

    def given(self, values: Mapping[str, Any]) -> Any:
        """The driver's parameters; what `values` does not name, the statement itself holds."""
        converted = [
            values.get(name, own) if convert is None else convert(values.get(name, own))
            for name, own, convert in self.values
        ]
        names = (name for name, _, _ in self.values)
        return converted if self.positional else dict(zip(names, converted, strict=True))

    def taken(self, row: Sequence[Any]) -> list[Any]:
        """The driver's row as the columns' types have it."""
        pairs = zip(row, self.results, strict=True)
        return [value if convert is None else convert(value) for value, convert in pairs]


@dataclass(eq=False)
class Prepared:
    """A statement of the capture path. An insert has the columns it is given; each set is compiled once."""

    statement: Statement
    _ready: dict[tuple[str, ...], Ready] = field(default_factory=dict)

    def run(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """Its first row with these values; an empty one where it gives none."""
        connection = session.connection()
        key = (connection.dialect.name, *values)
        ready = self._ready.get(key)
        if ready is None:
            ready = self._ready[key] = _made(self.statement, connection.dialect, list(values))
        cursor = on_driver(connection, ready.text, ready.given(values))
        row = cursor.fetchone() if ready.results else None
        return ready.taken(row) if row else []


def _made(statement: Statement, dialect: Dialect, names: list[str]) -> Ready:
    columns = names if isinstance(statement, Insert) else None
    compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
    binds = [(name, compiled.binds[name]) for name in compiled.positiontup or compiled.binds]
    return Ready(
        str(compiled),
        [(name, bind.effective_value, _own(bind, dialect).bind_processor(dialect)) for name, bind in binds],
        bool(compiled.positional),
        [_own(column, dialect).result_processor(dialect, None) for column in statement.exported_columns],
    )


def _own(typed: Any, dialect: Dialect) -> Any:
    """The engine's own variant of a bind's or column's type."""
    return typed.type.dialect_impl(dialect)
