"""The statements of the capture path, compiled once and then executed on the driver's connection.

SQLAlchemy looks up, binds and wraps a statement again at every execution, which took more than
half of the time of a capture. It still writes the SQL, converts the values and names the
errors.
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


def execute_on_driver(connection: Connection, text: str, given: Any = ()) -> Any:
    """Execute a statement on the driver's own connection and return the driver's cursor.

    Raise DBAPIError, which also says whether the connection to the server was lost.
    """
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
class CompiledStatement:
    """A statement compiled for one engine.

    It holds the SQL text, the parameters in order, and the converters of parameters and results.
    """

    text: str
    values: Sequence[tuple[str, Any, Convert | None]]
    positional: bool
    results: Sequence[Convert | None]

    def driver_parameters(self, values: Mapping[str, Any]) -> Any:
        """Return the driver's parameters for these values.

        A parameter missing from `values` gets the value that the statement itself holds.
        """
        converted = [
            values.get(name, own) if convert is None else convert(values.get(name, own))
            for name, own, convert in self.values
        ]
        names = (name for name, _, _ in self.values)
        return converted if self.positional else dict(zip(names, converted, strict=True))

    def convert_row(self, row: Sequence[Any]) -> list[Any]:
        """Convert a row of the driver to the Python types of its columns."""
        pairs = zip(row, self.results, strict=True)
        return [value if convert is None else convert(value) for value, convert in pairs]


@dataclass(eq=False)
class PreparedStatement:
    """A statement of the capture path, compiled once for each set of given columns.

    An insert gets exactly the columns of the values given.
    """

    statement: Statement
    _ready: dict[tuple[str, ...], CompiledStatement] = field(default_factory=dict)

    def fetch_first(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """Execute the statement and return its first row, or an empty list when it has none."""
        connection = session.connection()
        key = (connection.dialect.name, *values)
        ready = self._ready.get(key)
        if ready is None:
            ready = self._ready[key] = _compile_statement(self.statement, connection.dialect, list(values))
        cursor = execute_on_driver(connection, ready.text, ready.driver_parameters(values))
        row = cursor.fetchone() if ready.results else None
        return ready.convert_row(row) if row else []


def _compile_statement(statement: Statement, dialect: Dialect, names: list[str]) -> CompiledStatement:
    columns = names if isinstance(statement, Insert) else None
    compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
    binds = [(name, compiled.binds[name]) for name in compiled.positiontup or compiled.binds]
    return CompiledStatement(
        str(compiled),
        [
            (name, bind.effective_value, _engine_type(bind, dialect).bind_processor(dialect))
            for name, bind in binds
        ],
        bool(compiled.positional),
        [
            _engine_type(column, dialect).result_processor(dialect, None)
            for column in statement.exported_columns
        ],
    )


def _engine_type(typed: Any, dialect: Dialect) -> Any:
    """Return the engine's own variant of the type of a parameter or column."""
    return typed.type.dialect_impl(dialect)
