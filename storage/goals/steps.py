"""The next steps of goals: added, ticked and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from storage.delivery import pending
from storage.goals.goals import refresh_goal
from storage.models import GoalStep


def list_steps(session: Session, goal_id: int) -> Sequence[GoalStep]:
    """Return the steps of a goal in the order in which they were written, without those taken back."""
    wanted = select(GoalStep).where(col(GoalStep.goal_id) == goal_id, col(GoalStep.deleted_at).is_(None))
    return session.execute(wanted.order_by(col(GoalStep.id))).scalars().all()


def number_steps(session: Session, goal_id: int) -> Mapping[int, int]:
    """Return the number of each step of a goal by its id, from 1 in the order in which they were written.

    A step keeps its number: one that was taken back keeps its own too.
    """
    wanted = select(col(GoalStep.id)).where(col(GoalStep.goal_id) == goal_id).order_by(col(GoalStep.id))
    return {step_id: number for number, step_id in enumerate(session.execute(wanted).scalars(), 1)}


def find_step(session: Session, goal_id: int, step_id: int) -> GoalStep | None:
    """Return a step of a goal by its id, or None. Return None for one that was taken back."""
    step = session.get(GoalStep, step_id)
    return step if step and step.goal_id == goal_id and step.deleted_at is None else None


def add_once(
    session: Session, goal_id: int, person_id: int, text: str, event: str, now: datetime
) -> GoalStep:
    """Add a step once per event, and return it. One that was taken back is not added again."""
    known: GoalStep | None = session.execute(
        select(GoalStep).where(col(GoalStep.goal_id) == goal_id, col(GoalStep.event) == event)
    ).scalar_one_or_none()
    if known is not None:
        return known
    step = GoalStep(goal_id=goal_id, text=text, author_id=person_id, event=event, created_at=now)
    session.add(step)
    session.flush()
    refresh_goal(session, goal_id, now)
    return step


def tick_step(session: Session, step: GoalStep, person_id: int | None, now: datetime) -> None:
    """Tick a step as done by a person, or untick it for None."""
    step.done_at, step.done_by_id = (now, person_id) if person_id else (None, None)
    session.flush()
    refresh_goal(session, step.goal_id, now)


def remove_step(session: Session, step: GoalStep, now: datetime) -> None:
    """Take a step back. Its words are erased."""
    step.text, step.deleted_at = "", now
    pending.delete_by_event(session, step.event or "")
    session.flush()
    refresh_goal(session, step.goal_id, now)
