"""Follow-ups: questions about a moment days later, which are due, and when a team was last asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Integer, Select, bindparam, delete, exists, func, or_, select
from sqlmodel import Session, col

from storage.delivery import postings, refresh
from storage.engine.batch_reads import has_none
from storage.engine.statements import build_once
from storage.models import FollowUp, FollowUpKind, Moment, Posting, Schedule, Sequel, Version

FOLLOWUP_KEY_PREFIX = "followup:"
"""The prefix of the key of a follow-up's posting."""

ASK_AFTER: Mapping[str, timedelta] = {
    FollowUpKind.NEXT: timedelta(days=3),
    FollowUpKind.SET_OFF: timedelta(days=30),
    FollowUpKind.STUCK: timedelta(days=90),
}
"""The number of days after the moment was kept until each follow-up is asked."""

LATER_KINDS = (FollowUpKind.SET_OFF, FollowUpKind.STUCK)
"""The follow-ups of every moment that several people told.

The follow-up about what is next is for breakthroughs alone.
"""


def plan_followups(
    session: Session, team_id: int, moment_id: int, dues: Mapping[FollowUpKind, datetime]
) -> None:
    """Plan follow-ups of a moment with their times, each kind once."""
    there = list_planned_kinds(session, moment_id)
    session.add_all(
        FollowUp(team_id=team_id, moment_id=moment_id, kind=kind, due_at=due_at)
        for kind, due_at in dues.items()
        if kind not in there
    )
    session.flush()


def list_planned_kinds(session: Session, moment_id: int) -> set[str]:
    """Return the kinds of follow-ups that were ever planned for a moment."""
    return set(session.execute(_select_planned_kinds(), {"moment_id": moment_id}).scalars())


@build_once
def _select_planned_kinds() -> Select[str]:
    return select(col(FollowUp.kind)).where(col(FollowUp.moment_id) == bindparam("moment_id"))


def list_due_teams(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Return the ids of the teams whose follow-ups have been due longest, in ascending order.

    Callers lock the teams in that order.
    """
    return sorted(set(session.execute(_select_due_teams(), {"now": now, "limit": limit}).scalars()))


@build_once
def _select_due_teams() -> Select[int]:
    due = select(col(FollowUp.team_id)).where(
        col(FollowUp.done_at).is_(None), col(FollowUp.due_at) <= bindparam("now")
    )
    return due.order_by(col(FollowUp.due_at)).limit(bindparam("limit", type_=Integer))


def list_due(session: Session, team_id: int, now: datetime) -> Sequence[tuple[FollowUp, Moment]]:
    """Return the follow-ups due in a team, with their moments."""
    wanted = (
        select(FollowUp, Moment)
        .join(Moment, col(Moment.id) == col(FollowUp.moment_id))
        .where(col(FollowUp.team_id) == team_id, col(FollowUp.done_at).is_(None), col(FollowUp.due_at) <= now)
    )
    rows = session.execute(wanted.order_by(col(FollowUp.due_at), col(FollowUp.id))).all()
    return [(followup, moment) for followup, moment in rows]


def list_waiting(session: Session, team_id: int) -> Sequence[tuple[FollowUp, Moment]]:
    """Return the follow-ups that wait for a team's next recap, without those of deleted moments."""
    if has_none(session, FollowUp, team_id):
        return ()
    wanted = (
        select(FollowUp, Moment)
        .join(Moment, col(Moment.id) == col(FollowUp.moment_id))
        .where(
            col(FollowUp.team_id) == team_id,
            col(FollowUp.in_recap),
            col(FollowUp.done_at).is_(None),
            col(Moment.deleted_at).is_(None),
        )
    )
    return [
        (followup, moment) for followup, moment in session.execute(wanted.order_by(col(FollowUp.id))).all()
    ]


def has_any(session: Session, team_id: int) -> bool:
    """Return whether a team may have follow-ups."""
    return not has_none(session, FollowUp, team_id)


def next_due(session: Session) -> datetime | None:
    """Return the time when the next follow-up is due, or None."""
    first: datetime | None = session.execute(_select_next_due()).scalar_one()
    return first


@build_once
def _select_next_due() -> Select[Any]:
    return select(func.min(FollowUp.due_at)).where(col(FollowUp.done_at).is_(None))


def last_asked(session: Session, team_id: int) -> datetime | None:
    """Return the time when a team was last asked, in a thread or in a recap, or None."""
    last: datetime | None = session.execute(_select_last_asked(), {"team_id": team_id}).scalar_one()
    return last


@build_once
def _select_last_asked() -> Select[Any]:
    return select(func.max(FollowUp.asked_at)).where(
        col(FollowUp.team_id) == bindparam("team_id"), col(FollowUp.asked_at).is_not(None)
    )


def is_paused(session: Session, team_id: int, today: date) -> bool:
    """Return whether all schedules of a team are off or paused today."""
    on = select(col(Schedule.id)).where(
        col(Schedule.team_id) == team_id,
        col(Schedule.active),
        or_(col(Schedule.paused_until).is_(None), col(Schedule.paused_until) <= today),
    )
    return session.execute(on.limit(1)).first() is None


def was_told_together(session: Session, moment_id: int) -> bool:
    """Return whether a moment has an added version or a sequel."""
    return bool(session.execute(_select_told_together(), {"moment_id": moment_id}).scalar())


@build_once
def _select_told_together() -> Select[bool]:
    moment_id: BindParameter[int] = bindparam("moment_id")
    told = exists().where(col(Version.moment_id) == moment_id)
    said = exists().where(col(Sequel.moment_id) == moment_id, col(Sequel.deleted_at).is_(None))
    return select(or_(told, said))


def find_by_id(session: Session, given: str) -> FollowUp | None:
    """Return the follow-up of an id taken from a posting's key, or None."""
    return session.get(FollowUp, int(given)) if given.isdecimal() else None


def find_by_posting(session: Session, posting: Posting) -> FollowUp | None:
    """Return the follow-up that a posting asks, or None."""
    return find_by_id(session, posting.key.removeprefix(FOLLOWUP_KEY_PREFIX))


def find_by_recap(session: Session, posting_id: int) -> tuple[FollowUp, Moment] | None:
    """Return the follow-up that a recap asks, with its moment, or None.

    A recap asks at most one. That of a deleted moment is left out.
    """
    found = session.execute(_select_asked_in_recap(), {"posting_id": posting_id}).first()
    return (found[0], found[1]) if found else None


@build_once
def _select_asked_in_recap() -> Select[FollowUp, Moment]:
    return (
        select(FollowUp, Moment)
        .join(Moment, col(Moment.id) == col(FollowUp.moment_id))
        .where(col(FollowUp.recap_id) == bindparam("posting_id"), col(Moment.deleted_at).is_(None))
        .limit(1)
    )


def refresh_followup(session: Session, moment_id: int, kind: FollowUpKind, now: datetime) -> None:
    """Refresh the posting of a follow-up question after it was answered."""
    asked = select(col(FollowUp.id)).where(col(FollowUp.moment_id) == moment_id, col(FollowUp.kind) == kind)
    for followup_id in session.execute(asked).scalars():
        if (posting := postings.find_by_key(session, f"{FOLLOWUP_KEY_PREFIX}{followup_id}")) is not None:
            refresh.refresh_posting(session, posting.id, now)


def erase_for_moment(session: Session, moment_id: int) -> None:
    """Delete all follow-ups of a moment."""
    session.execute(delete(FollowUp).where(col(FollowUp.moment_id) == moment_id))
