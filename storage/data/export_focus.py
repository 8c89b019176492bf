"""Focus checks for the export of a team, with their lines and the people who wrote and ticked them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select, union
from sqlmodel import Session, col

from storage.models import FocusCheck, FocusItem, Goal, Person


def read_checks(session: Session, team_id: int) -> Sequence[FocusCheck]:
    """Return the focus checks of a team, oldest first, without those taken back."""
    wanted = select(FocusCheck).where(*_ours(team_id))
    return session.execute(wanted.order_by(col(FocusCheck.id))).scalars().all()


def read_items(session: Session, team_id: int) -> Mapping[int, Sequence[FocusItem]]:
    """Return the lines of a team's checks by check id, oldest first, without removed ones."""
    wanted = (
        select(FocusItem)
        .join(FocusCheck, col(FocusCheck.id) == col(FocusItem.check_id))
        .where(*_ours(team_id), col(FocusItem.deleted_at).is_(None))
    )
    found: dict[int, list[FocusItem]] = defaultdict(list)
    for item in session.execute(wanted.order_by(col(FocusItem.id))).scalars():
        found[item.check_id].append(item)
    return found


def read_goal_numbers(session: Session, team_id: int) -> Mapping[int, int]:
    """Return the numbers of a team's goals by their ids, without those taken back."""
    wanted = select(col(Goal.id), col(Goal.number)).where(
        col(Goal.team_id) == team_id, col(Goal.withdrawn_at).is_(None)
    )
    return {goal_id: int(number) for goal_id, number in session.execute(wanted)}


def read_people_ids(session: Session, team_id: int) -> Mapping[int, str]:
    """Return the platform ids of all people of a team's checks, by their row's id."""
    everyone = union(*select_focus_people(team_id)).subquery()
    wanted = select(col(Person.id), col(Person.external_id)).where(col(Person.id).in_(select(everyone)))
    return {person_id: str(external_id) for person_id, external_id in session.execute(wanted)}


def select_focus_people(team_id: int) -> Sequence[Select[Any]]:
    """Return queries for the ids of all people of focus checks in the export of a team."""
    lines = (*_ours(team_id), col(FocusItem.deleted_at).is_(None))
    joined = col(FocusCheck.id) == col(FocusItem.check_id)
    return (
        select(col(FocusCheck.author_id)).where(*_ours(team_id)),
        select(col(FocusItem.author_id)).join(FocusCheck, joined).where(*lines),
        select(col(FocusItem.done_by_id)).join(FocusCheck, joined).where(*lines),
    )


def _ours(team_id: int) -> tuple[Any, ...]:
    return col(FocusCheck.team_id) == team_id, col(FocusCheck.withdrawn_at).is_(None)
