"""The days on which survival goals are looked at again: when their cards ask, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.goals.checkpoints import DueDay
from storage.goals.goals import refresh_goal
from storage.models import Goal, GoalKind, Team


def list_due_days(session: Session, until: date = date.max) -> Sequence[DueDay]:
    """Return the first day of an open survival goal that wasn't asked about, for each time zone, up to a day."""
    return [DueDay(zone, day) for zone, day in session.execute(_select_due_days(), {"until": until})]


@build_once
def _select_due_days() -> Select[str, date | None]:
    return (
        select(col(Team.zone), func.min(col(Goal.look_again_on)))
        .join(Team, col(Team.id) == col(Goal.team_id))
        .where(*_unasked(), col(Goal.look_again_on) <= bindparam("until"))
        .group_by(col(Team.zone))
    )


def list_unasked(session: Session, zone: str, day: date, limit: int) -> Sequence[Goal]:
    """Return the survival goals to look at by a day that weren't asked about, in the teams of a time zone."""
    wanted = (
        select(Goal)
        .join(Team, col(Team.id) == col(Goal.team_id))
        .where(*_unasked(), col(Team.zone) == zone, col(Goal.look_again_on) <= day)
        .order_by(col(Goal.look_again_on), col(Goal.id))
        .limit(limit)
    )
    return session.execute(wanted).scalars().all()


def record_look(session: Session, goal: Goal, day: date, asked_at: datetime | None, now: datetime) -> None:
    """Record the day on which a goal is looked at again, and when its card asked about that day, if it did."""
    goal.look_again_on, goal.look_asked_at = day, asked_at
    session.flush()
    refresh_goal(session, goal.id, now)


def _unasked() -> tuple[Any, ...]:
    return (
        col(Goal.kind) == GoalKind.SURVIVAL,
        col(Goal.look_again_on).is_not(None),
        col(Goal.look_asked_at).is_(None),
        col(Goal.closed_at).is_(None),
        col(Goal.withdrawn_at).is_(None),
    )
