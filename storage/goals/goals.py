"""Goals of teams: made, owned, closed and opened again.

A goal's posting has the key `goal:7`, with the goal's id. A goal that was taken back stays as an
empty row, so that a repeated event does not make it again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from storage.delivery import pending, postings, refresh
from storage.goals.missions import refresh_mission
from storage.models import (
    BigTime,
    Checkpoint,
    Goal,
    GoalKind,
    GoalMoment,
    GoalQuest,
    GoalStep,
    Moment,
    Parked,
    Person,
    Posting,
    Workspace,
)
from storage.teams import teams

OWNER_CHECKS = timedelta(days=1)
"""How long after one answer the platform is asked again whether a goal's owner is there."""
SLIP = timedelta(hours=1)
"""A goal that has been the big one for less than this, until it got another class, was that by mistake."""
GOAL_KEY_PREFIX = "goal:"
"""The prefix of the key of a goal's posting."""


def add_once(
    session: Session, team_id: int, person_id: int, text: str, today: date, event: str, now: datetime,
    kind: str = GoalKind.SUPPORTING, **more: Any,
) -> tuple[Goal, bool]:  # fmt: skip
    """Make a goal once per event, and return it and whether it is new. Its maker owns it.

    A goal that was taken back is not made again by the same event. Locks the team's row.
    """
    teams.lock_team(session, team_id)
    known = find_by_event(session, team_id, event)
    if known is not None:
        return known, False
    highest = session.execute(select(func.max(Goal.number)).where(col(Goal.team_id) == team_id)).scalar_one()
    goal = Goal(
        team_id=team_id, number=(highest or 0) + 1, author_id=person_id, owner_id=person_id, kind=kind, text=text,
        starts_on=today, event=event, created_at=now, owner_check_at=now + OWNER_CHECKS, **more,
    )  # fmt: skip
    session.add(goal)
    session.flush()
    return goal, True


def find_by_event(session: Session, team_id: int, event: str) -> Goal | None:
    """Return the goal that an event made, or None."""
    wanted = select(Goal).where(col(Goal.team_id) == team_id, col(Goal.event) == event)
    return session.execute(wanted).scalar_one_or_none()


def find_by_number(session: Session, team_id: int, number: int) -> Goal | None:
    """Return a goal of a team by its number, open or closed. Return None for one that was taken back."""
    wanted = select(Goal).where(
        col(Goal.team_id) == team_id, col(Goal.number) == number, col(Goal.withdrawn_at).is_(None)
    )
    return session.execute(wanted).scalar_one_or_none()


def find_in_team(session: Session, team_id: int, goal_id: int) -> Goal | None:
    """Return a goal of a team by its id, open or closed. Return None for one that was taken back."""
    goal = session.get(Goal, goal_id)
    return goal if goal and goal.team_id == team_id and goal.withdrawn_at is None else None


def list_open(session: Session, team_id: int, kind: str = "") -> Sequence[Goal]:
    """Return the open goals of a team, the big one first, then by number. `kind` selects one class."""
    wanted = select(Goal).where(*_open_conditions(team_id))
    if kind:
        wanted = wanted.where(col(Goal.kind) == kind)
    found = session.execute(wanted.order_by(col(Goal.number))).scalars().all()
    return sorted(found, key=lambda goal: goal.kind != GoalKind.BIG)


def list_open_at(session: Session, team_id: int, at: datetime) -> Sequence[Goal]:
    """Return the goals of a team that were open at a time, the big one first, without those taken back."""
    wanted = select(Goal).where(
        col(Goal.team_id) == team_id,
        col(Goal.created_at) <= at,
        col(Goal.closed_at).is_(None) | (col(Goal.closed_at) > at),
        col(Goal.withdrawn_at).is_(None),
    )
    found = session.execute(wanted.order_by(col(Goal.number))).scalars().all()
    return sorted(found, key=lambda goal: goal.kind != GoalKind.BIG)


def list_closed(session: Session, team_id: int, limit: int, before: int | None = None) -> Sequence[Goal]:
    """Return the closed goals of a team with numbers below `before`, the newest number first."""
    wanted = select(Goal).where(
        col(Goal.team_id) == team_id, col(Goal.closed_at).is_not(None), col(Goal.withdrawn_at).is_(None)
    )
    if before is not None:
        wanted = wanted.where(col(Goal.number) < before)
    return session.execute(wanted.order_by(col(Goal.number).desc()).limit(limit)).scalars().all()


def latest_number(session: Session, team_id: int) -> int:
    """Return the number of a team's newest goal, or 0 without one."""
    wanted = select(func.max(Goal.number)).where(
        col(Goal.team_id) == team_id, col(Goal.withdrawn_at).is_(None)
    )
    return session.execute(wanted).scalar_one() or 0


def find_big(session: Session, team_id: int) -> Goal | None:
    """Return the open big goal of a team, or None."""
    return next(iter(list_open(session, team_id, GoalKind.BIG)), None)


def list_by_ids(session: Session, ids: Sequence[int]) -> Sequence[Goal]:
    """Return the goals with these ids, by number, without those taken back."""
    wanted = select(Goal).where(col(Goal.id).in_(ids), col(Goal.withdrawn_at).is_(None))
    return session.execute(wanted.order_by(col(Goal.number))).scalars().all()


def change_goal(session: Session, goal: Goal, now: datetime, values: Mapping[str, Any]) -> None:
    """Change columns of a goal, and refresh what names it and the mission that counts it.

    A change of its class keeps the time in which it was the big one.
    """
    _keep_big_time(session, goal, str(values.get("kind", goal.kind)), now)
    for name, value in values.items():
        setattr(goal, name, value)
    goal.edited_at = now
    session.flush()
    refresh.refresh_naming(session, goal.id, now)
    if "line" in values:
        refresh_mission(session, goal.team_id, now)


def close_goal(
    session: Session, goal: Goal, outcome: str, taught: str, person_id: int, now: datetime
) -> None:
    """Close a goal with what came of it and what it taught. What serves it stays linked."""
    goal.outcome, goal.taught = outcome, taught
    goal.closed_at, goal.closed_by_id = now, person_id
    goal.owner_check_at = None
    session.flush()
    refresh_goal(session, goal.id, now)


def replace_goal(session: Session, goal: Goal, replaced: Goal, person_id: int, now: datetime) -> None:
    """Replace a goal by another one, and close the first. What it taught before stays with it."""
    goal.replaces_id = replaced.id
    close_goal(session, replaced, "stopped", replaced.taught, person_id, now)


def find_replacing(session: Session, goal: Goal) -> Goal | None:
    """Return the goal that took the place of a goal last, or None."""
    wanted = select(Goal).where(
        col(Goal.team_id) == goal.team_id,
        col(Goal.replaces_id) == goal.id,
        col(Goal.withdrawn_at).is_(None),
    )
    return session.execute(wanted.order_by(col(Goal.number).desc()).limit(1)).scalar_one_or_none()


def reopen_goal(session: Session, goal: Goal, now: datetime, kind: str = "") -> None:
    """Open a closed goal again, as another class if one is given. What it taught stays until it is closed again.

    No other goal has its place any more. The time in which it was closed is no time in which it was the big goal.
    """
    _keep_big_time(session, goal, kind or goal.kind, now)
    goal.kind = kind or goal.kind
    goal.closed_at = goal.closed_by_id = None
    goal.owner_check_at = now
    goal.outcome = ""
    if (replacing := find_replacing(session, goal)) is not None:
        replacing.replaces_id = None
    session.flush()
    refresh_goal(session, goal.id, now)


def _keep_big_time(session: Session, goal: Goal, kind: str, now: datetime) -> None:
    """Store the time in which a goal was the big one, before it gets another kind or is opened again."""
    was, stays = goal.kind == GoalKind.BIG, goal.closed_at is None
    if (was and kind == GoalKind.BIG and stays) or GoalKind.BIG not in (goal.kind, kind):
        return
    since, until = goal.big_since or goal.created_at, (goal.closed_at or now) if was else goal.big_until
    if until is None or (stays and until - since < SLIP):
        goal.big_since = goal.big_until = None
    elif kind != GoalKind.BIG:
        goal.big_since, goal.big_until = since, until
    else:
        session.add(BigTime(goal_id=goal.id, since=since, until=until))
    if kind == GoalKind.BIG:
        goal.big_since, goal.big_until = now, None


def record_became(session: Session, goal: Goal, moment_id: int, now: datetime) -> None:
    """Record the moment that a closed goal became."""
    goal.became_id = moment_id
    session.flush()
    refresh_goal(session, goal.id, now)


def find_became(session: Session, goal: Goal) -> Moment | None:
    """Return the moment that a closed goal became, or None. A removed one doesn't count."""
    moment = session.get(Moment, goal.became_id) if goal.became_id is not None else None
    return moment if moment is not None and moment.deleted_at is None else None


def withdraw_goal(session: Session, goal: Goal, now: datetime) -> None:
    """Delete a goal: its words, steps, days and checkpoints are erased, and its number stays."""
    for name in (
        "text",
        "unit",
        "start",
        "target",
        "line",
        "quote",
        "attainable",
        "relevant",
        "funds",
        "taught",
        "outcome",
    ):
        setattr(goal, name, "")
    goal.due_on = goal.look_again_on = goal.look_asked_at = goal.from_id = None
    goal.withdrawn_at, goal.owner_check_at = now, None
    session.execute(delete(Checkpoint).where(col(Checkpoint.goal_id) == goal.id))
    for step in session.execute(select(GoalStep).where(col(GoalStep.goal_id) == goal.id)).scalars():
        step.text, step.deleted_at = "", now
    _forget_parked(session, goal, now)
    pending.delete_by_event(session, goal.event or "")
    session.flush()
    refresh.refresh_naming(session, goal.id, now)
    refresh_mission(session, goal.team_id, now)
    _refresh_serving(session, goal, now)
    if goal.replaces_id is not None:  # its card says whose place was taken
        refresh_goal(session, goal.replaces_id, now)


def _refresh_serving(session: Session, goal: Goal, now: datetime) -> None:
    """Refresh the cards of the moments and quests that serve a goal, because they name it."""
    moments = select(col(GoalMoment.moment_id)).where(col(GoalMoment.goal_id) == goal.id)
    for moment_id in session.execute(moments).scalars().all():
        refresh.refresh_card(session, moment_id, now)
    served = select(col(GoalQuest.quest_id)).where(col(GoalQuest.goal_id) == goal.id)
    for quest_id in session.execute(served).scalars().all():
        if (posting := postings.find_by_key(session, f"quest:{quest_id}")) is not None:
            refresh.refresh_posting(session, posting.id, now)


def _forget_parked(session: Session, goal: Goal, now: datetime) -> None:
    """Park the moment that became a goal again until its day, unless its card has asked by now.

    It is due at once. Whatever asks about it moves that to its day.
    """
    for row in session.execute(select(Parked).where(col(Parked.goal_id) == goal.id)).scalars():
        row.goal_id, row.decision, row.decided_at, row.decided_by_id = None, "", None, None
        row.due_at = now if row.asked_at is None else None
        session.flush()
        refresh.refresh_moment(session, row.moment_id, now)


def list_owned(session: Session, team_id: int, person_id: int) -> Sequence[Goal]:
    """Return the open goals of a team that a person owns."""
    wanted = select(Goal).where(*_open_conditions(team_id), col(Goal.owner_id) == person_id)
    return session.execute(wanted.order_by(col(Goal.number))).scalars().all()


class OwnerCheck(NamedTuple):
    """An open goal of whose owner the platform is to be asked."""

    platform: str
    workspace: str
    team_id: int
    goal_id: int
    person_id: int
    person: str


def list_owner_checks(session: Session, now: datetime, limit: int) -> Sequence[OwnerCheck]:
    """Return the goal owners whose membership is due to be checked."""
    wanted = (
        select(
            col(Workspace.platform),
            col(Workspace.external_id),
            col(Goal.team_id),
            col(Goal.id),
            col(Person.id),
            col(Person.external_id),
        )
        .join(Person, col(Person.id) == col(Goal.owner_id))
        .join(Workspace, col(Workspace.id) == col(Person.workspace_id))
        .where(col(Goal.owner_check_at) <= now, col(Workspace.removed_at).is_(None))
        .order_by(col(Goal.owner_check_at), col(Goal.id))
        .limit(limit)
    )
    return [OwnerCheck(*row) for row in session.execute(wanted)]


def plan_owner_checks(session: Session, team_id: int, person_id: int, now: datetime) -> None:
    """Make the membership check of the owner of these open goals due now."""
    for goal in list_owned(session, team_id, person_id):
        goal.owner_check_at = now
    session.flush()


def record_owner_check(
    session: Session, goal_id: int, owner_id: int, left: bool | None, now: datetime, again_at: datetime
) -> None:
    """Record whether a goal's owner has left, or None if that's not known, and when it is asked again.

    Nothing is recorded about a goal that is closed or owned by somebody else by now.
    """
    goal = session.get_one(Goal, goal_id)
    if goal.owner_id != owner_id or goal.owner_check_at is None:
        return
    goal.owner_check_at = again_at
    session.flush()
    if left is not None and left != (goal.owner_left_at is not None):
        record_owner(session, goal, now, owner_id=owner_id, left=left)


def list_owned_in(session: Session, person_id: int, team_ids: Collection[int]) -> Sequence[Goal]:
    """Return the open goals that a person owns in these teams, the big ones first, then by age."""
    wanted = select(Goal).where(
        col(Goal.owner_id) == person_id,
        col(Goal.team_id).in_(team_ids),
        col(Goal.closed_at).is_(None),
        col(Goal.withdrawn_at).is_(None),
    )
    found = session.execute(wanted.order_by(col(Goal.id))).scalars().all()
    return sorted(found, key=lambda goal: goal.kind != GoalKind.BIG)


def record_owner(session: Session, goal: Goal, now: datetime, *, owner_id: int, left: bool = False) -> None:
    """Record who owns a goal, and whether they have left the team's channels."""
    goal.owner_id, goal.owner_left_at = owner_id, now if left else None
    goal.owner_check_at = now + OWNER_CHECKS
    session.flush()
    refresh_goal(session, goal.id, now)


def names_by_id(session: Session, ids: Sequence[int | None]) -> Mapping[int, str]:
    """Return the names of people, as others see them, by their ids."""
    wanted = select(Person).where(col(Person.id).in_([one for one in ids if one]))
    return {person.id: person.name for person in session.execute(wanted).scalars()}


def refresh_goal(session: Session, goal_id: int, now: datetime) -> None:
    """Refresh a goal's card, if it has one."""
    if (posting := postings.find_by_key(session, f"{GOAL_KEY_PREFIX}{goal_id}")) is not None:
        refresh.refresh_posting(session, posting.id, now)


def find_by_posting(session: Session, posting: Posting) -> Goal | None:
    """Return the goal of a card's posting."""
    return session.get(Goal, int(posting.key.removeprefix(GOAL_KEY_PREFIX)))


def _open_conditions(team_id: int) -> tuple[Any, ...]:
    return col(Goal.team_id) == team_id, col(Goal.closed_at).is_(None), col(Goal.withdrawn_at).is_(None)
