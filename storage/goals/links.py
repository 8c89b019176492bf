"""Links from moments and quests to the goals that they serve.

A removed moment keeps its link, as it keeps its number, and counts nowhere meanwhile. A closed goal
keeps its links too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from storage.delivery import refresh
from storage.engine.batch_reads import has_none
from storage.goals.goals import refresh_goal
from storage.models import Goal, GoalMoment, GoalQuest, Moment, MomentState, Parked, ParkedDecision, Quest


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
    if has_none(session, GoalMoment, moment_id):
        return ()
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


def link_parked(session: Session, moment_id: int, goal: Goal, person_id: int, now: datetime) -> None:
    """Record which goal a parked moment became, and by whom. Its card stops asking."""
    row = session.get_one(Parked, moment_id)
    row.goal_id, row.due_at = goal.id, None
    row.decision, row.decided_at, row.decided_by_id = ParkedDecision.GOAL, now, person_id
    session.flush()
    refresh.refresh_moment(session, moment_id, now)


def find_let_go(session: Session, moment_id: int) -> tuple[int, datetime] | None:
    """Return who let a parked moment go, as a person's id, and when. None if nobody has."""
    row = session.get(Parked, moment_id)
    if row is None or row.decision != ParkedDecision.LET_GO or not row.decided_by_id or not row.decided_at:
        return None
    return row.decided_by_id, row.decided_at


def let_go_again(session: Session, moment_id: int, person_id: int, at: datetime, now: datetime) -> None:
    """Drop a parked moment again, as before it became a goal. Its card stops asking."""
    row = session.get_one(Parked, moment_id)
    row.decision, row.decided_at, row.decided_by_id = ParkedDecision.LET_GO, at, person_id
    row.due_at = None
    session.flush()
    refresh.refresh_moment(session, moment_id, now)


def unlink_parked(session: Session, row: Parked, now: datetime) -> None:
    """Forget which goal a parked moment became. The goal stays, and its card says no more where it began."""
    goal_id, row.goal_id = row.goal_id, None
    session.flush()
    if goal_id is not None:
        refresh_goal(session, goal_id, now)


def find_goal_of_parked(session: Session, moment_id: int) -> Goal | None:
    """Return the goal that a parked moment became, or None."""
    wanted = select(Goal).join(Parked, col(Parked.goal_id) == col(Goal.id))
    found: Goal | None = session.execute(
        wanted.where(col(Parked.moment_id) == moment_id)
    ).scalar_one_or_none()
    return found


def find_parked_of_goal(session: Session, goal_id: int) -> Moment | None:
    """Return the parked moment that became a goal, or None. Return None for a removed one."""
    wanted = select(Moment).join(Parked, col(Parked.moment_id) == col(Moment.id))
    wanted = wanted.where(col(Parked.goal_id) == goal_id, col(Moment.deleted_at).is_(None))
    return session.execute(wanted.limit(1)).scalar_one_or_none()


def _refresh_ends(session: Session, goal_id: int, moment_id: int, now: datetime) -> None:
    refresh_goal(session, goal_id, now)
    refresh.refresh_card(session, moment_id, now)
