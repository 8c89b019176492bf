"""The base class of all tables, and functions that make their columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Index, MetaData, Text, TextClause, event, text
from sqlmodel import Field, SQLModel

from storage.engine.types import UtcDateTime

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """The base class of all tables. Its naming convention lets a migration find constraints."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    model_config = {"defer_build": True}  # rows are never validated, and the validators take 0.7 MB


def id_column() -> Any:
    """Return a primary key column with an integer given by the database."""
    return Field(default=None, primary_key=True)


def reference_column(target: str, **options: Any) -> Any:
    """Return a foreign key column to a row of another table, such as `team.id`."""
    return Field(foreign_key=target, **options)


def text_column(default: str | None = "") -> Any:
    """Return a column for a text of any length."""
    return Field(default=default, sa_type=Text)


def time_column(default: None = None, **options: Any) -> Any:
    """Return a column for a time in UTC."""
    return Field(default=default, sa_type=UtcDateTime, **options)


def index_of_known(table: str, column: str) -> Index:
    """Return the index of a column that few rows have a value in, such as who removed a moment.

    Rows without a value aren't in it, so that they cost nothing.
    """
    return partial_index(f"ix_{table}_{column}", column, where=text(f"{column} IS NOT NULL"))


def partial_index(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """Return an index of the rows that meet a condition, on both engines.

    PostgreSQL learns of the condition in `state_conditions`, because naming that engine here would load its dialect,
    2 MB, wherever the database is SQLite.
    """
    return Index(name, *columns, unique=unique, sqlite_where=where)


def state_conditions(metadata: MetaData) -> None:
    """State the conditions of all partial indexes for PostgreSQL too. It's called before tables are made there."""
    for table in metadata.tables.values():
        for index in table.indexes:
            index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]


@event.listens_for(Table.metadata, "before_create")
def _prepare_indexes(metadata: MetaData, connection: Connection, **_given: Any) -> None:
    if connection.dialect.name == "postgresql":
        state_conditions(metadata)
