"""The base class of all tables, and functions that make their columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, MetaData, Text, text
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
    known = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=known, postgresql_where=known)
