"""The people who take next steps: who can be named, and whose membership is checked with the platforms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from storage.models import Membership, NextStep, Person, Workspace
from storage.prompts.steps import ASKED_WITHIN, change_step

TAKER_CHECKS = timedelta(days=1)
"""How long after one answer the platform is asked again whether the taker of a step is there."""
OPEN: tuple[Any, ...] = (
    col(NextStep.settled_at).is_(None),
    col(NextStep.deleted_at).is_(None),
    col(NextStep.taker_check_at).is_not(None),
)


def list_members(session: Session, team_id: int) -> Sequence[Person]:
    """Return the people who take part in a team and let others write of them, by name."""
    wanted = (
        select(Person)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.team_id) == team_id, ~col(Person.opted_out))
    )
    return session.execute(wanted.order_by(col(Person.platform_name), col(Person.id))).scalars().all()


def clear_suggestions(session: Session, person_id: int, now: datetime) -> None:
    """Take a person's name off the open steps to which others have suggested them."""
    wanted = select(NextStep).where(
        col(NextStep.taker_id) == person_id,
        col(NextStep.taken_at).is_(None),
        col(NextStep.settled_at).is_(None),
    )
    for step in session.execute(wanted).scalars().all():
        change_step(session, step, now, **name_taker(None, now))


def name_taker(person_id: int | None, now: datetime, taken_at: datetime | None = None) -> dict[str, Any]:
    """Return the columns of a step for a person who takes it or, without a time, is suggested. None for nobody."""
    return {
        "taker_id": person_id,
        "taken_at": taken_at,
        "taker_left_at": None,
        "taker_check_at": now + TAKER_CHECKS if person_id is not None else None,
    }


class TakerCheck(NamedTuple):
    """An open step of whose taker the platform is to be asked."""

    platform: str
    workspace: str
    team_id: int
    step_id: int
    person_id: int
    person: str


def list_taker_checks(session: Session, now: datetime, limit: int) -> Sequence[TakerCheck]:
    """Return the people with a step whose membership is due to be checked."""
    wanted = (
        select(
            col(Workspace.platform),
            col(Workspace.external_id),
            col(NextStep.team_id),
            col(NextStep.id),
            col(Person.id),
            col(Person.external_id),
        )
        .join(Person, col(Person.id) == col(NextStep.taker_id))
        .join(Workspace, col(Workspace.id) == col(Person.workspace_id))
        .where(*OPEN, col(NextStep.taker_check_at) <= now, col(Workspace.removed_at).is_(None))
        .order_by(col(NextStep.taker_check_at), col(NextStep.id))
        .limit(limit)
    )
    return [TakerCheck(*row) for row in session.execute(wanted)]


def plan_taker_checks(session: Session, team_id: int, person_id: int, now: datetime) -> None:
    """Make the membership check of a person with open steps of a team due now."""
    wanted = select(NextStep).where(
        col(NextStep.team_id) == team_id, col(NextStep.taker_id) == person_id, *OPEN
    )
    for step in session.execute(wanted).scalars().all():
        step.taker_check_at = now
    session.flush()


def record_taker_check(
    session: Session, step_id: int, person_id: int, left: bool | None, now: datetime, again_at: datetime
) -> None:
    """Record whether a step's taker has left, or None if that's not known, and when it is asked again.

    A suggestion of somebody who has left is over. A step that nobody is asked about any more isn't checked.
    """
    step = session.get_one(NextStep, step_id)
    if step.taker_id != person_id or step.taker_check_at is None:
        return
    step.taker_check_at = again_at if step.created_at + ASKED_WITHIN > now else None
    session.flush()
    if left and step.taken_at is None:
        change_step(session, step, now, **name_taker(None, now))
    elif left is not None and left != (step.taker_left_at is not None):
        change_step(session, step, now, taker_left_at=now if left else None)
