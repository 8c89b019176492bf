"""Links from moments and quests to the goals that they serve.

A removed moment keeps its link, as it keeps its number, and counts nowhere meanwhile. A closed goal
keeps its links too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from storage.delivery import refresh
from storage.goals.goals import refresh_goal
from storage.models import Goal, GoalMoment, GoalQuest, Moment, MomentState, Quest


def link_moment(session: Session, goal_id: int, moment_id: int, person_id: int, now: datetime) -> bool:
    """Link a moment to a goal that it serves, and return whether the link is new."""
    if session.get(GoalMoment, (goal_id, moment_id)) is not None:
        return False
    session.add(GoalMoment(goal_id=goal_id, moment_id=moment_id, made_by_id=person_id, created_at=now))
    session.flush()
    _refresh_ends(session, goal_id, moment_id, now)
    return True


def unlink_moment(session: Session, goal_id: int, moment_id: int, now: datetime) -> bool:
    """Remove the link of a moment to a goal, and return whether there was one."""
    known = session.get(GoalMoment, (goal_id, moment_id))
    if known is None:
        return False
    session.delete(known)
    session.flush()
    _refresh_ends(session, goal_id, moment_id, now)
    return True


def link_quest(session: Session, goal_id: int, quest_id: int, person_id: int, now: datetime) -> bool:
    """Link a quest to a goal that it serves, and return whether the link is new."""
    if session.get(GoalQuest, (goal_id, quest_id)) is not None:
        return False
    session.add(GoalQuest(goal_id=goal_id, quest_id=quest_id, made_by_id=person_id, created_at=now))
    session.flush()
    refresh_goal(session, goal_id, now)
    return True


def unlink_quest(session: Session, goal_id: int, quest_id: int, now: datetime) -> bool:
    """Remove the link of a quest to a goal, and return whether there was one."""
    known = session.get(GoalQuest, (goal_id, quest_id))
    if known is None:
        return False
    session.delete(known)
    session.flush()
    refresh_goal(session, goal_id, now)
    return True


def list_goals_of_moment(session: Session, moment_id: int) -> Sequence[Goal]:
    """Return the goals that a moment serves, open or closed, by number."""
    wanted = select(Goal).join(GoalMoment, col(GoalMoment.goal_id) == col(Goal.id))
    wanted = wanted.where(col(GoalMoment.moment_id) == moment_id, col(Goal.withdrawn_at).is_(None))
    return session.execute(wanted.order_by(col(Goal.number))).scalars().all()


def list_goals_of_quest(session: Session, quest_id: int) -> Sequence[Goal]:
    """Return the goals that a quest serves, open or closed, by number."""
    wanted = select(Goal).join(GoalQuest, col(GoalQuest.goal_id) == col(Goal.id))
    wanted = wanted.where(col(GoalQuest.quest_id) == quest_id, col(Goal.withdrawn_at).is_(None))
    return session.execute(wanted.order_by(col(Goal.number))).scalars().all()


def list_moments(session: Session, goal_id: int) -> Sequence[Moment]:
    """Return the moments that serve a goal, oldest first, without removed ones."""
    wanted = select(Moment).join(GoalMoment, col(GoalMoment.moment_id) == col(Moment.id))
    wanted = wanted.where(
        col(GoalMoment.goal_id) == goal_id,
        col(Moment.deleted_at).is_(None),
        col(Moment.state) == MomentState.KEPT,
    )
    return session.execute(wanted.order_by(col(Moment.number))).scalars().all()


def list_quests(session: Session, goal_id: int) -> Sequence[Quest]:
    """Return the quests that serve a goal, oldest first, without those taken back."""
    wanted = select(Quest).join(GoalQuest, col(GoalQuest.quest_id) == col(Quest.id))
    wanted = wanted.where(col(GoalQuest.goal_id) == goal_id, col(Quest.withdrawn_at).is_(None))
    return session.execute(wanted.order_by(col(Quest.id))).scalars().all()


def numbers_by_moment(session: Session, moment_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """Return the numbers of the goals that each of these moments serves."""
    wanted = (
        select(col(GoalMoment.moment_id), col(Goal.number))
        .join(Goal, col(Goal.id) == col(GoalMoment.goal_id))
        .where(col(GoalMoment.moment_id).in_(moment_ids), col(Goal.withdrawn_at).is_(None))
        .order_by(col(Goal.number))
    )
    found: dict[int, list[int]] = defaultdict(list)
    for moment_id, number in session.execute(wanted):
        found[moment_id].append(number)
    return found


def _refresh_ends(session: Session, goal_id: int, moment_id: int, now: datetime) -> None:
    refresh_goal(session, goal_id, now)
    refresh.refresh_card(session, moment_id, now)
