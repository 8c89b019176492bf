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


DRIVER = "driver"
"""The key in a session's `info` of its `Driver`, where the session has one connection for all its life."""


@dataclass(frozen=True)
class Driver:
    """The driver's own connection, which knows nothing of SQLAlchemy, and its dialect."""

    connection: Any
    dialect: Any

    @classmethod
    def of_connection(cls, connection: Connection) -> Driver:
        """Return what is below a connection of SQLAlchemy."""
        return cls(connection.connection.driver_connection, connection.dialect)

    def execute(self, text: str, given: Any = ()) -> Any:
        """Execute a statement and return the driver's cursor.

        Raise DBAPIError, which also says whether the connection to the server was lost.
        """
        try:
            return self.connection.execute(text, given)
        except self.dialect.dbapi.Error as error:
            raise DBAPIError.instance(
                text, None, error, self.dialect.dbapi.Error, hide_parameters=True,
                connection_invalidated=self.dialect.is_disconnect(error, self.connection, None),
                dialect=self.dialect,
            ) from error  # fmt: skip


@dataclass(frozen=True)
class CompiledStatement:
    """A statement compiled for one engine.

    It holds the SQL text, the parameters in order with their converters, the values that the statement
    holds itself, and the converters of the results.
    """

    text: str
    parameters: Sequence[tuple[str, Convert | None]]
    own: Mapping[str, Any]
    positional: bool
    results: Sequence[Convert | None]

    def driver_parameters(self, values: Mapping[str, Any]) -> Any:
        """Return the driver's parameters for these values and those that the statement holds itself."""
        given = {**self.own, **values} if self.own else values
        if self.positional:
            return [
                given[name] if convert is None else convert(given[name]) for name, convert in self.parameters
            ]
        return {
            name: given[name] if convert is None else convert(given[name])
            for name, convert in self.parameters
        }

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
        driver = session.info.get(DRIVER) or Driver.of_connection(session.connection())
        key = (driver.dialect.name, *values)
        ready = self._ready.get(key)
        if ready is None:
            ready = self._ready[key] = _compile_statement(self.statement, driver.dialect, list(values))
        cursor = driver.execute(ready.text, ready.driver_parameters(values))
        row = cursor.fetchone() if ready.results else None
        return ready.convert_row(row) if row else []


def _compile_statement(statement: Statement, dialect: Dialect, names: list[str]) -> CompiledStatement:
    columns = names if isinstance(statement, Insert) else None
    compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
    binds = [(name, compiled.binds[name]) for name in compiled.positiontup or compiled.binds]
    return CompiledStatement(
        str(compiled),
        [(name, _engine_type(bind, dialect).bind_processor(dialect)) for name, bind in binds],
        {name: bind.effective_value for name, bind in binds if name not in names},
        bool(compiled.positional),
        [
            _engine_type(column, dialect).result_processor(dialect, None)
            for column in statement.exported_columns
        ],
    )


def _engine_type(typed: Any, dialect: Dialect) -> Any:
    """Return the engine's own variant of the type of a parameter or column."""
    return typed.type.dialect_impl(dialect)
