"""Rows that are stored for a limited time: found by an index when they expire, and deleted in slices.

One statement for all of them would block other writers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Delete, Integer, Select, Update, bindparam, delete, inspect, select, update
from sqlmodel import Session, col

from storage.models.table import Table


@dataclass(frozen=True, eq=False)
class Leftovers:
    """The rows of a table that meet some conditions, of which one compares with the parameter `before`.

    They are found in the order of a column. Together with a condition that has the words of a partial index,
    it lets both engines begin with that index, however many other rows there are. `values` are the columns
    that are erased. Without any, the rows are deleted.
    """

    table: type[Table]
    order: Any
    conditions: Sequence[Any]
    values: Mapping[str, Any] | None = None

    def list_keys(self, session: Session, before: datetime, limit: int) -> Sequence[Any]:
        """Return the keys of up to `limit` rows whose time was over before a time."""
        return session.execute(self._select_keys, {"before": before, "limit": limit}).scalars().all()

    def clear(self, session: Session, keys: Sequence[Any]) -> None:
        """Erase or delete the rows with these keys."""
        session.execute(self._clear_rows, {"keys": list(keys)})

    @property
    def _key(self) -> Any:
        return inspect(self.table).primary_key[0]

    @cached_property
    def _select_keys(self) -> Select[Any]:
        limit = bindparam("limit", type_=Integer)
        return select(self._key).where(*self.conditions).order_by(col(self.order)).limit(limit)

    @cached_property
    def _clear_rows(self) -> Update | Delete:
        statement = delete(self.table) if self.values is None else update(self.table).values(**self.values)
        theirs = statement.where(self._key.in_(bindparam("keys", expanding=True)))
        return theirs.execution_options(synchronize_session=False)


def is_before(column: Any) -> Any:
    """Return the condition that the time in a column is not after the parameter `before`."""
    return col(column) <= bindparam("before")
