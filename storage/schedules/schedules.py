"""What is posted when: the schedules of a team, which of them are due, and whether anybody answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlmodel import Session, col

from storage.models import Answer, Channel, Posting, PostingKind, PostingState, Schedule, Team, Workspace


class Home(NamedTuple):
    """Where a team's scheduled posts go."""

    workspace_id: int
    channel: str


def add(session: Session, schedule: Schedule) -> None:
    """A team's schedule of a kind, unless it has one."""
    if one(session, schedule.team_id, schedule.kind) is None:
        session.add(schedule)
        session.flush()


def of(session: Session, team_id: int) -> Sequence[Schedule]:
    """A team's schedules."""
    wanted = select(Schedule).where(col(Schedule.team_id) == team_id).order_by(col(Schedule.id))
    return session.execute(wanted).scalars().all()


def one(session: Session, team_id: int, kind: str) -> Schedule | None:
    """A team's schedule of a kind."""
    return session.execute(
        select(Schedule).where(col(Schedule.team_id) == team_id, col(Schedule.kind) == kind)
    ).scalar_one_or_none()


def due(session: Session, now: datetime, limit: int) -> Sequence[Schedule]:
    """What is due, longest waiting first, for this process alone: another passes over what is taken here."""
    wanted = select(Schedule).where(col(Schedule.next_at) <= now)
    first = wanted.order_by(col(Schedule.next_at), col(Schedule.id)).limit(limit)
    return session.execute(first.with_for_update(skip_locked=True)).scalars().all()


def next_due(session: Session) -> datetime | None:
    """When the next schedule is due."""
    first: datetime | None = session.execute(select(func.min(Schedule.next_at))).scalar_one()
    return first


def last_day(session: Session, schedule_id: int) -> date | None:
    """The local date of a schedule's latest posting: it has no second one on that day."""
    days = select(func.max(Posting.local_date)).where(col(Posting.schedule_id) == schedule_id)
    last: date | None = session.execute(days).scalar_one()
    return last


def homes(session: Session, team_ids: Collection[int]) -> Mapping[int, Home]:
    """The home channels of teams by team, without those we can no longer speak in."""
    rows = session.execute(
        select(col(Team.id), col(Team.workspace_id), col(Channel.external_id))
        .join(Channel, (col(Channel.team_id) == col(Team.id)) & col(Channel.home))
        .join(Workspace, col(Workspace.id) == col(Team.workspace_id))
        .where(
            col(Team.id).in_(team_ids), col(Channel.closed_at).is_(None), col(Workspace.removed_at).is_(None)
        )
    )
    return {team_id: Home(workspace_id, channel) for team_id, workspace_id, channel in rows}


def unheard(session: Session, schedule_id: int, since: date, at_most: int) -> int:
    """How many of a schedule's latest questions in a row, of `at_most` since a day, nobody answered."""
    answered = exists().where(col(Answer.posting_id) == col(Posting.id), col(Answer.deleted_at).is_(None))
    latest = session.execute(
        select(answered)
        .where(
            col(Posting.schedule_id) == schedule_id,
            col(Posting.local_date) >= since,
            col(Posting.kind).in_([PostingKind.PROMPT, PostingKind.RETRO]),
            col(Posting.state) == PostingState.SENT,
        )
        .order_by(col(Posting.local_date).desc())
        .limit(at_most)
    ).scalars()
    flags = list(latest)
    return flags.index(True) if True in flags else len(flags)


def give_zone(session: Session, team_id: int, old: str, new: str) -> Sequence[Schedule]:
    """Put a team, and those of its schedules that are in the old zone, into another; those schedules."""
    session.get_one(Team, team_id).zone = new
    moved = [schedule for schedule in of(session, team_id) if schedule.zone == old]
    for schedule in moved:
        schedule.zone = new
    session.flush()
    return moved


def stop(session: Session, schedule_id: int) -> int | None:
    """Turn a schedule off; the person who set it up, if it was on."""
    schedule = session.get_one(Schedule, schedule_id)
    if not schedule.active:
        return None
    schedule.active, schedule.next_at = False, None
    session.flush()
    return schedule.set_by_id
