"""The rows of a moment that is a parked thing or a chance: which are due to be asked about, and their end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, delete, func, select
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.models import Chance, DoorKey, Moment, Parked

ASKING = (Parked, Chance)
"""The rows whose cards ask something on a day."""


def list_due_teams(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Return the ids of the teams that have had something due the longest, in ascending order.

    Callers lock the teams in that order.
    """
    found: set[int] = set()
    for select_teams in _select_due_teams():
        found |= set(session.execute(select_teams, {"now": now, "limit": limit}).scalars())
    return sorted(found)[:limit]


@build_once
def _select_due_teams() -> Sequence[Select[int]]:
    return [
        select(col(Moment.team_id))
        .join(table, col(table.moment_id) == col(Moment.id))
        .where(col(table.due_at) <= bindparam("now"))
        .order_by(col(table.due_at))
        .limit(bindparam("limit", type_=Integer))
        for table in ASKING
    ]


def list_due(session: Session, team_id: int, now: datetime) -> Sequence[tuple[Parked | Chance, Moment]]:
    """Return what is due to be asked about in a team, with the moments, removed ones included."""
    found: list[tuple[Parked | Chance, Moment]] = []
    for select_rows in _select_due():
        rows = session.execute(select_rows, {"team_id": team_id, "now": now})
        found += [(row, moment) for row, moment in rows]
    return found


@build_once
def _select_due() -> Sequence[Select[Any, Moment]]:
    return [
        select(table, Moment)
        .join(Moment, col(Moment.id) == col(table.moment_id))
        .where(col(Moment.team_id) == bindparam("team_id"), col(table.due_at) <= bindparam("now"))
        .order_by(col(table.due_at), col(table.moment_id))
        for table in ASKING
    ]


def next_due(session: Session) -> datetime | None:
    """Return the time when the next card asks something, or None."""
    dues = [session.execute(each).scalar_one() for each in _select_next_due()]
    return min((due for due in dues if due is not None), default=None)


@build_once
def _select_next_due() -> Sequence[Select[Any]]:
    return [select(func.min(col(table.due_at))).where(col(table.due_at).is_not(None)) for table in ASKING]


def erase_for_moment(session: Session, moment_id: int) -> None:
    """Delete what a moment has here, and every key to its door, with their words."""
    for table in (DoorKey, *ASKING):
        session.execute(delete(table).where(col(table.moment_id) == moment_id))
