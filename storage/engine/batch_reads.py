"""What is known of many rows at once in a session that composes many posts, so that no post asks again.

Most moments have no versions, lines, taps or goals. One statement finds out which of a batch have any,
and the queries about the others are then left out. A session that never called `note_batch` knows nothing
and asks. Only sessions that read one state of the database may call it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm.util import identity_key
from sqlmodel import Session, SQLModel

BATCH = "ahabot_batch"
"""The name under which a session's info holds what is known of its batch."""

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True)
class Batch:
    """The ids of a batch, which of them have rows in each table, and rows to keep in the session."""

    ids: Collection[int]
    present: Mapping[str, Collection[int]]
    kept: Sequence[Any]


def note_batch(
    session: Session, ids: Collection[int], present: Mapping[str, Collection[int]], kept: Sequence[Any]
) -> None:
    """Note which of these ids have rows, by the table's name, and keep loaded rows in the session."""
    session.info[BATCH] = Batch(ids, present, kept)


def has_none(session: Session, table: type[SQLModel], owner_id: int) -> bool:
    """Return whether a row is known to have none in a table. False if that is not known."""
    batch: Batch | None = session.info.get(BATCH)
    if batch is None or owner_id not in batch.ids:
        return False
    name = str(table.__tablename__)
    return name in batch.present and owner_id not in batch.present[name]


def find_loaded(session: Session, table: type[Row], ids: Collection[int]) -> Mapping[int, Row]:
    """Return those of the rows that a batch has loaded, by id. Empty without a batch."""
    if BATCH not in session.info:
        return {}
    found = {one: session.identity_map.get(identity_key(table, one)) for one in ids}
    return {one: row for one, row in found.items() if row is not None}
