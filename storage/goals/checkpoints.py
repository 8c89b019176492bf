"""The checkpoints of goals: the days on which a goal's card asks, and what was answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, or_, select
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.goals.goals import refresh_goal
from storage.models import Checkpoint, Goal, Team


class DueDay(NamedTuple):
    """The first day on which a checkpoint of the teams of a time zone is due."""

    zone: str
    day: date


def list_checkpoints(session: Session, goal_id: int) -> Sequence[Checkpoint]:
    """Return the checkpoints of a goal by their days."""
    wanted = select(Checkpoint).where(col(Checkpoint.goal_id) == goal_id)
    return session.execute(wanted.order_by(col(Checkpoint.due_on))).scalars().all()


def list_planned_days(session: Session, goal_id: int) -> Sequence[date]:
    """Return the days of a goal's checkpoints that were neither asked about nor answered."""
    found = list_checkpoints(session, goal_id)
    return [one.due_on for one in found if one.asked_at is None and one.answered_at is None]


def find_on(session: Session, goal_id: int, day: date) -> Checkpoint | None:
    """Return the checkpoint of a goal on a day, or None."""
    wanted = select(Checkpoint).where(col(Checkpoint.goal_id) == goal_id, col(Checkpoint.due_on) == day)
    return session.execute(wanted).scalar_one_or_none()


def find_checkpoint(session: Session, goal_id: int, checkpoint_id: int) -> Checkpoint | None:
    """Return a checkpoint of a goal by its id, or None."""
    found = session.get(Checkpoint, checkpoint_id)
    return found if found and found.goal_id == goal_id else None


def find_waiting(session: Session, goal_id: int, today: date) -> Checkpoint | None:
    """Return the latest checkpoint that a goal's card asks about, or None once it or a later one is answered.

    A card asks from the hour on at which it was asked: not before that on its day, and not in a pause.
    """
    asked = or_(col(Checkpoint.asked_at).is_not(None), col(Checkpoint.answered_at).is_not(None))
    return _latest_open(session, goal_id, today, asked)


def find_due(session: Session, goal_id: int, today: date) -> Checkpoint | None:
    """Return the latest checkpoint of a goal that is due by a day, asked or not, unless it is answered.

    An earlier one that nobody answered is over once a later one is answered.
    """
    return _latest_open(session, goal_id, today)


def _latest_open(session: Session, goal_id: int, today: date, *more: Any) -> Checkpoint | None:
    wanted = select(Checkpoint).where(
        col(Checkpoint.goal_id) == goal_id, col(Checkpoint.due_on) <= today, *more
    )
    latest = session.execute(wanted.order_by(col(Checkpoint.due_on).desc()).limit(1)).scalar_one_or_none()
    return latest if latest is not None and latest.answered_at is None else None


def replace_planned(session: Session, goal_id: int, days: Collection[date], now: datetime) -> None:
    """Plan checkpoints on these days. Earlier plans go, and what was answered or asked about stays."""
    kept: set[date] = set()
    for known in list_checkpoints(session, goal_id):
        if known.answered_at is None and known.asked_at is None and known.due_on not in days:
            session.delete(known)
        else:
            kept.add(known.due_on)
    session.flush()
    session.add_all(Checkpoint(goal_id=goal_id, due_on=day) for day in sorted(set(days) - kept))
    session.flush()
    refresh_goal(session, goal_id, now)


def add_checkpoint(session: Session, goal_id: int, day: date, now: datetime) -> Checkpoint:
    """Add a checkpoint that was asked about now."""
    checkpoint = Checkpoint(goal_id=goal_id, due_on=day, asked_at=now)
    session.add(checkpoint)
    session.flush()
    return checkpoint


def answer_checkpoint(
    session: Session,
    checkpoint: Checkpoint,
    progress: str,
    fit: str,
    person_id: int,
    now: datetime,
    mark: str = "",
) -> None:
    """Record a checkpoint's progress, a decimal number as text, and fit, as answered at `now` by a command.

    `mark` is the command's, by which its Undo knows the answer.
    """
    checkpoint.progress, checkpoint.fit, checkpoint.answered_as = progress, fit, mark
    checkpoint.answered_at, checkpoint.answered_by_id = now, person_id
    session.flush()
    refresh_goal(session, checkpoint.goal_id, now)


def find_next(session: Session, goal_id: int, today: date) -> Checkpoint | None:
    """Return the next checkpoint of a goal from a day on that was neither asked nor answered, or None."""
    wanted = select(Checkpoint).where(
        col(Checkpoint.goal_id) == goal_id,
        col(Checkpoint.due_on) >= today,
        col(Checkpoint.asked_at).is_(None),
        col(Checkpoint.answered_at).is_(None),
    )
    return session.execute(wanted.order_by(col(Checkpoint.due_on)).limit(1)).scalar_one_or_none()


def take_back_answer(session: Session, checkpoint: Checkpoint, now: datetime) -> None:
    """Erase a checkpoint's answer, so that its card asks again."""
    checkpoint.progress = checkpoint.fit = checkpoint.answered_as = ""
    checkpoint.answered_at = checkpoint.answered_by_id = None
    session.flush()
    refresh_goal(session, checkpoint.goal_id, now)


def remove_checkpoint(session: Session, checkpoint: Checkpoint, now: datetime) -> None:
    """Delete a checkpoint."""
    goal_id = checkpoint.goal_id
    session.delete(checkpoint)
    session.flush()
    refresh_goal(session, goal_id, now)


def list_due_days(session: Session, until: date = date.max) -> Sequence[DueDay]:
    """Return the first day of an unasked checkpoint of an open goal, for each time zone of a team, up to a day."""
    return [DueDay(zone, day) for zone, day in session.execute(_select_due_days(), {"until": until})]


@build_once
def _select_due_days() -> Select[str, date]:
    return (
        select(col(Team.zone), func.min(col(Checkpoint.due_on)))
        .join(Goal, col(Goal.id) == col(Checkpoint.goal_id))
        .join(Team, col(Team.id) == col(Goal.team_id))
        .where(*_unasked(), col(Checkpoint.due_on) <= bindparam("until"))
        .group_by(col(Team.zone))
    )


def list_unasked(session: Session, zone: str, day: date, limit: int) -> Sequence[tuple[Checkpoint, Goal]]:
    """Return the checkpoints due by a day that were not asked yet, in the teams of a time zone."""
    wanted = (
        select(Checkpoint, Goal)
        .join(Goal, col(Goal.id) == col(Checkpoint.goal_id))
        .join(Team, col(Team.id) == col(Goal.team_id))
        .where(*_unasked(), col(Team.zone) == zone, col(Checkpoint.due_on) <= day)
        .order_by(col(Checkpoint.due_on), col(Checkpoint.id))
        .limit(limit)
    )
    return [(checkpoint, goal) for checkpoint, goal in session.execute(wanted)]


def move_checkpoint(session: Session, checkpoint: Checkpoint, day: date) -> bool:
    """Move a checkpoint to another day, and return whether it is there.

    If there is one on that day already, this one goes.
    """
    if find_on(session, checkpoint.goal_id, day) is not None:
        session.delete(checkpoint)
        session.flush()
        return False
    checkpoint.due_on = day
    session.flush()
    return True


def has_answers(session: Session, goal_id: int) -> bool:
    """Return whether a checkpoint of a goal was answered."""
    wanted = select(col(Checkpoint.id)).where(
        col(Checkpoint.goal_id) == goal_id, col(Checkpoint.answered_at).is_not(None)
    )
    return session.execute(wanted.limit(1)).first() is not None


def list_answered(session: Session, goal_ids: Collection[int], until: datetime) -> Sequence[Checkpoint]:
    """Return the answered checkpoints of goals by the time of their answer, up to before `until`."""
    wanted = select(Checkpoint).where(
        col(Checkpoint.goal_id).in_(goal_ids), col(Checkpoint.answered_at) < until
    )
    return session.execute(wanted.order_by(col(Checkpoint.answered_at), col(Checkpoint.id))).scalars().all()


def _unasked() -> tuple[Any, ...]:
    return (
        col(Checkpoint.answered_at).is_(None),
        col(Checkpoint.asked_at).is_(None),
        col(Goal.closed_at).is_(None),
        col(Goal.withdrawn_at).is_(None),
    )
