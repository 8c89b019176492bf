"""Missions and goals for the export of a team, with steps, checkpoints and what serves them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select, union
from sqlmodel import Session, col

from storage.models import (
    Checkpoint,
    Goal,
    GoalMoment,
    GoalQuest,
    GoalStep,
    Mission,
    MissionUse,
    Moment,
    Person,
    Quest,
)


class GoalParts(NamedTuple):
    """What belongs to a goal: steps, checkpoints, the numbers of its moments and the ids of its quests."""

    steps: Sequence[GoalStep]
    checkpoints: Sequence[Checkpoint]
    moments: Sequence[int]
    quests: Sequence[int]


def read_missions(session: Session, team_id: int) -> Sequence[Mission]:
    """Return the versions of a team's mission, oldest first, without those taken back."""
    wanted = select(Mission).where(col(Mission.team_id) == team_id).order_by(col(Mission.id))
    return [one for one in session.execute(wanted).scalars() if one.who or one.how or one.offer or one.why]


def read_goals(session: Session, team_id: int) -> Sequence[Goal]:
    """Return the goals of a team by number, without those taken back."""
    wanted = select(Goal).where(col(Goal.team_id) == team_id, col(Goal.withdrawn_at).is_(None))
    return session.execute(wanted.order_by(col(Goal.number))).scalars().all()


def read_parts(session: Session, goal_id: int) -> GoalParts:
    """Return what belongs to a goal. Removed moments and quests taken back are left out."""
    steps = select(GoalStep).where(col(GoalStep.goal_id) == goal_id, col(GoalStep.deleted_at).is_(None))
    checkpoints = select(Checkpoint).where(col(Checkpoint.goal_id) == goal_id)
    moments = (
        select(col(Moment.number))
        .join(GoalMoment, col(GoalMoment.moment_id) == col(Moment.id))
        .where(col(GoalMoment.goal_id) == goal_id, col(Moment.deleted_at).is_(None))
    )
    quests = (
        select(col(Quest.id))
        .join(GoalQuest, col(GoalQuest.quest_id) == col(Quest.id))
        .where(col(GoalQuest.goal_id) == goal_id, col(Quest.withdrawn_at).is_(None))
    )
    return GoalParts(
        session.execute(steps.order_by(col(GoalStep.id))).scalars().all(),
        session.execute(checkpoints.order_by(col(Checkpoint.due_on))).scalars().all(),
        session.execute(moments.order_by(col(Moment.number))).scalars().all(),
        session.execute(quests.order_by(col(Quest.id))).scalars().all(),
    )


def read_uses(session: Session, moment_ids: Sequence[int]) -> Mapping[int, str]:
    """Return the line of the mission that moments serve, by their ids."""
    wanted = select(col(MissionUse.moment_id), col(MissionUse.line))
    found: dict[int, str] = defaultdict(str)
    for moment_id, line in session.execute(wanted.where(col(MissionUse.moment_id).in_(moment_ids))):
        found[moment_id] = line
    return found


def read_numbers(session: Session, goals: Sequence[Goal]) -> Mapping[int, int]:
    """Return the numbers of the moments that goals became, by their ids, without removed ones."""
    ids = [goal.became_id for goal in goals if goal.became_id is not None]
    wanted = select(col(Moment.id), col(Moment.number)).where(
        col(Moment.id).in_(ids), col(Moment.deleted_at).is_(None)
    )
    return {moment_id: int(number) for moment_id, number in session.execute(wanted)}


def read_person_ids(session: Session, team_id: int) -> Mapping[int, str]:
    """Return the platform ids of all people of a team's missions and goals, by their row's id."""
    everyone = union(*select_goal_people(team_id)).subquery()
    wanted = select(col(Person.id), col(Person.external_id)).where(col(Person.id).in_(select(everyone)))
    return {person_id: str(external_id) for person_id, external_id in session.execute(wanted)}


def select_goal_people(team_id: int) -> Sequence[Select[Any]]:
    """Return queries for the ids of all people of missions and goals in the export of a team."""
    ours = (col(Goal.team_id) == team_id, col(Goal.withdrawn_at).is_(None))
    lines = (Mission.who, Mission.how, Mission.offer, Mission.why)
    has_words = or_(*(col(line) != "" for line in lines))
    step = select(col(GoalStep.author_id)).join(Goal, col(Goal.id) == col(GoalStep.goal_id)).where(*ours)
    done = select(col(GoalStep.done_by_id)).join(Goal, col(Goal.id) == col(GoalStep.goal_id)).where(*ours)
    kept = col(GoalStep.deleted_at).is_(None)
    checked = select(col(Checkpoint.answered_by_id)).join(Goal, col(Goal.id) == col(Checkpoint.goal_id))
    return (
        select(col(Mission.author_id)).where(col(Mission.team_id) == team_id, has_words),
        select(col(Goal.author_id)).where(*ours),
        select(col(Goal.owner_id)).where(*ours),
        select(col(Goal.closed_by_id)).where(*ours),
        step.where(kept),
        done.where(kept),
        checked.where(*ours),
    )
