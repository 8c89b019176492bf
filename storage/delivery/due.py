"""Postings that are due: found by a walk over the index of due times, and marked when their process died."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Integer,
    Select,
    Update,
    bindparam,
    exists,
    func,
    select,
    tuple_,
    update,
)
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.engine.types import UtcDateTime
from storage.models import Lane, Posting, PostingState, Workspace
from storage.models.postings import CLAIMED_POSTING

Destination = tuple[int, str, int]
"""The destination of a posting: the workspace id, a channel, and a person id.

The person id is that of the receiver for a note, else 0.
"""

Place = tuple[datetime, int]
"""A place in the order of all due postings: a due time, and a posting's id."""


class DueRow(NamedTuple):
    """A due posting as the walk finds it: its place in the order, and its destination.

    `taken` tells that another process sends to that destination.
    """

    id: int
    due_at: datetime
    workspace_id: int
    channel: str
    person_id: int
    platform: str
    taken: bool

    @property
    def destination(self) -> Destination:
        """The destination, whose postings are sent one after another."""
        return self.workspace_id, self.channel, self.person_id

    @property
    def place(self) -> Place:
        """The place in the order of all due postings."""
        return self.due_at, self.id


def list_due_rows(
    session: Session, now: datetime, after: Place | None, limit: int, process: str | None = None
) -> Sequence[DueRow]:
    """Return the due postings that come after a place, oldest first.

    `process` is the name under which this process claims destinations, or None if it is alone.
    """
    given: dict[str, Any] = {"now": now, "limit": limit, "process": process}
    if after is not None:
        given |= {"after_due": after[0], "after_id": after[1]}
    found = session.execute(_select_due(after is not None, process is not None), given)
    return [DueRow(*row) for row in found]


@build_once
def _select_due(later: bool, shared: bool) -> Select[*tuple[Any, ...]]:
    platform = select(col(Workspace.platform)).where(col(Workspace.id) == col(Posting.workspace_id))
    person_id = func.coalesce(Posting.person_id, 0)
    claimed = exists().where(
        col(Lane.workspace_id) == col(Posting.workspace_id),
        col(Lane.channel) == col(Posting.channel),
        col(Lane.person_id) == person_id,
        col(Lane.claimed_by) != bindparam("process"),
        col(Lane.claimed_until) > bindparam("now"),
    )
    order = (col(Posting.due_at), col(Posting.id))
    due = select(
        col(Posting.id),
        col(Posting.due_at),
        col(Posting.workspace_id),
        col(Posting.channel),
        person_id,
        platform.scalar_subquery(),
        claimed if shared else _never(),
    ).where(col(Posting.due_at) <= bindparam("now"), col(Posting.state) != PostingState.SENDING)
    if later:
        after = tuple_(bindparam("after_due", type_=UtcDateTime), bindparam("after_id", type_=Integer))
        due = due.where(tuple_(*order) > after)
    return due.order_by(*order).limit(bindparam("limit", type_=Integer))


def _never() -> Any:
    return (col(Posting.id) < 0).label("taken")


def count_due(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """Return how many postings are due, and since when the oldest is."""
    many, oldest = session.execute(_select_count(), {"now": now}).one()
    return many, oldest


@build_once
def _select_count() -> Select[*tuple[Any, ...]]:
    return select(func.count(), func.min(Posting.due_at)).where(col(Posting.due_at) <= bindparam("now"))


def next_due(session: Session, after: datetime | None = None) -> datetime | None:
    """Return the time when the next posting is due, of all or of those due after `after`."""
    wanted = _select_next_due(late=after is not None)
    first: datetime | None = session.execute(wanted, {"after": after}).scalar_one()
    return first


@build_once
def _select_next_due(late: bool) -> Select[Any]:
    due = col(Posting.due_at)
    return select(func.min(due)).where(due > bindparam("after") if late else due.is_not(None))


def is_orphaned(session: Session, claimed_before: datetime) -> bool:
    """Return whether a process died while sending a posting."""
    return session.execute(_select_orphaned(), {"claimed_before": claimed_before}).first() is not None


@build_once
def _select_orphaned() -> Select[int]:
    return select(col(Posting.id)).where(*_was_orphaned()).order_by(col(Posting.claimed_at)).limit(1)


def mark_orphaned(session: Session, claimed_before: datetime, now: datetime) -> None:
    """Mark postings as unknown whose process died while sending them.

    Nobody can tell whether the platform shows them.
    """
    session.execute(_update_orphaned(), {"claimed_before": claimed_before, "now": now})


@build_once
def _update_orphaned() -> Update:
    return (
        update(Posting)
        .where(*_was_orphaned())
        .values(state=PostingState.UNKNOWN, due_at=bindparam("now"))
        .execution_options(synchronize_session=False)
    )


def _was_orphaned() -> tuple[Any, ...]:
    return (
        CLAIMED_POSTING,
        col(Posting.due_at).is_not(None),
        col(Posting.claimed_at) <= bindparam("claimed_before"),
    )
