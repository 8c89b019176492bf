"""What all tables share, and the columns that they are made of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData, Text
from sqlmodel import Field, SQLModel

from storage.engine.types import UtcDateTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """What all tables share: one set of names for constraints, so that a migration can find them."""

    metadata = MetaData(naming_convention=NAMES)


def an_id() -> Any:
    """A number of ours, given by the database."""
    return Field(default=None, primary_key=True)


def to(target: str, **options: Any) -> Any:
    """The id of a row elsewhere, such as `team.id`."""
    return Field(foreign_key=target, **options)


def words(default: str | None = "") -> Any:
    """A text of any length."""
    return Field(default=default, sa_type=Text)


def when(default: None = None, **options: Any) -> Any:
    """A time, in UTC."""
    return Field(default=default, sa_type=UtcDateTime, **options)
