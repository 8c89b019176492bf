"""Schedules of a team, which of them are due, and whether anybody answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, exists, func, or_, select
from sqlmodel import Session, col

from storage.delivery import refresh
from storage.engine.statements import build_once
from storage.models import Answer, Channel, Posting, PostingKind, PostingState, Schedule, Team, Workspace


class HomeChannel(NamedTuple):
    """The workspace and channel that a team's scheduled posts go to."""

    workspace_id: int
    channel: str


def add_schedule(session: Session, schedule: Schedule) -> None:
    """Add a schedule to a team, unless it has one of that kind."""
    if find_schedule(session, schedule.team_id, schedule.kind) is None:
        session.add(schedule)
        session.flush()


def list_schedules(session: Session, team_id: int) -> Sequence[Schedule]:
    """Return the schedules of a team."""
    return session.execute(_select_schedules(), {"team_id": team_id}).scalars().all()


def is_active(session: Session, team_id: int, kind: str) -> bool:
    """Return whether a team has a schedule of a kind that is on."""
    return any(each.active and each.kind == kind for each in list_schedules(session, team_id))


@build_once
def _select_schedules() -> Select[Schedule]:
    theirs = select(Schedule).where(col(Schedule.team_id) == bindparam("team_id"))
    return theirs.order_by(col(Schedule.id))


def find_schedule(session: Session, team_id: int, kind: str) -> Schedule | None:
    """Return the schedule of a kind of a team, or None."""
    given = {"team_id": team_id, "kind": kind}
    return session.execute(_select_of_kind(), given).scalar_one_or_none()


@build_once
def _select_of_kind() -> Select[Schedule]:
    return select(Schedule).where(
        col(Schedule.team_id) == bindparam("team_id"), col(Schedule.kind) == bindparam("kind")
    )


def list_due(session: Session, now: datetime, limit: int) -> Sequence[Schedule]:
    """Return the schedules due, longest waiting first, and lock them.

    Schedules locked by another process are skipped.
    """
    return session.execute(_select_due(), {"now": now, "limit": limit}).scalars().all()


@build_once
def _select_due() -> Select[Schedule]:
    due = select(Schedule).where(col(Schedule.next_at) <= bindparam("now"))
    first = due.order_by(col(Schedule.next_at), col(Schedule.id)).limit(bindparam("limit", type_=Integer))
    return first.with_for_update(skip_locked=True)


def next_due(session: Session) -> datetime | None:
    """Return the time when the next schedule is due, or None."""
    first: datetime | None = session.execute(_select_next_due()).scalar_one()
    return first


@build_once
def _select_next_due() -> Select[Any]:
    return select(func.min(Schedule.next_at))


def last_posting_date(session: Session, schedule_id: int) -> date | None:
    """Return the local date of a schedule's latest posting, or None.

    A schedule posts at most once on one day.
    """
    last: date | None = session.execute(_select_last_date(), {"schedule_id": schedule_id}).scalar_one()
    return last


@build_once
def _select_last_date() -> Select[Any]:
    posted = col(Posting.schedule_id) == bindparam("schedule_id")
    return select(func.max(Posting.local_date)).where(posted)


def home_channels(session: Session, team_ids: Collection[int]) -> Mapping[int, HomeChannel]:
    """Return the home channels of teams by team id, without those the bot cannot post in."""
    rows = session.execute(
        select(col(Team.id), col(Team.workspace_id), col(Channel.external_id))
        .join(Channel, (col(Channel.team_id) == col(Team.id)) & col(Channel.home))
        .join(Workspace, col(Workspace.id) == col(Team.workspace_id))
        .where(
            col(Team.id).in_(team_ids), col(Channel.closed_at).is_(None), col(Workspace.removed_at).is_(None)
        )
    )
    return {team_id: HomeChannel(workspace_id, channel) for team_id, workspace_id, channel in rows}


def count_unanswered(session: Session, schedule_id: int, since: date, at_most: int) -> int:
    """Return how many of the latest questions of a schedule in a row nobody answered.

    Only the latest `at_most` questions since a day are counted. Of an anonymous one nobody may know
    before it closes, so it is passed over until then.
    """
    given = {"schedule_id": schedule_id, "since": since, "at_most": at_most}
    flags = list(session.execute(_select_answered(), given).scalars())
    return flags.index(True) if True in flags else len(flags)


@build_once
def _select_answered() -> Select[bool]:
    answered = exists().where(col(Answer.posting_id) == col(Posting.id), col(Answer.deleted_at).is_(None))
    return (
        select(answered)
        .where(
            col(Posting.schedule_id) == bindparam("schedule_id"),
            col(Posting.local_date) >= bindparam("since"),
            col(Posting.kind).in_([PostingKind.PROMPT, PostingKind.RETRO]),
            col(Posting.state) == PostingState.SENT,
            or_(~col(Posting.anonymous), col(Posting.closed_at).is_not(None)),
        )
        .order_by(col(Posting.local_date).desc())
        .limit(bindparam("at_most", type_=Integer))
    )


def change_zone(session: Session, team_id: int, old: str, new: str) -> Sequence[Schedule]:
    """Change the time zone of a team, and of its schedules that had the old zone.

    Return those schedules.
    """
    session.get_one(Team, team_id).zone = new
    moved = [schedule for schedule in list_schedules(session, team_id) if schedule.zone == old]
    for schedule in moved:
        schedule.zone = new
    session.flush()
    return moved


def stop_schedule(session: Session, schedule_id: int, now: datetime) -> int | None:
    """Turn a schedule off. Return the person who set it up, or None when it was off already."""
    schedule = session.get_one(Schedule, schedule_id)
    if not schedule.active:
        return None
    schedule.active, schedule.next_at = False, None
    session.flush()
    refresh.refresh_schedule(session, schedule.team_id, now)
    return schedule.set_by_id
