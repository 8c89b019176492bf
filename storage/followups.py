"""Follow-ups: what shall be asked of a moment days later, which of it is due, and when a team was last asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, exists, func, or_, select
from sqlmodel import Session, col

from storage import postings
from storage.models import FollowUp, FollowUpKind, Moment, Posting, Schedule, ScheduleKind, Sequel, Version

KEY = "followup:"
"""How the key of a follow-up's posting begins."""

AFTER: Mapping[str, timedelta] = {
    FollowUpKind.NEXT: timedelta(days=3),
    FollowUpKind.SET_OFF: timedelta(days=30),
    FollowUpKind.STUCK: timedelta(days=90),
}
"""How long after a moment was kept each is asked."""

LATER = (FollowUpKind.SET_OFF, FollowUpKind.STUCK)
"""What is asked of any moment that people told together; what is next, of breakthroughs alone."""


def expect(
    session: Session, team_id: int, moment_id: int, kept_at: datetime, kinds: Collection[FollowUpKind]
) -> None:
    """Let these be asked of a moment when their time comes, each once."""
    known = select(col(FollowUp.kind)).where(col(FollowUp.moment_id) == moment_id)
    missing = [kind for kind in kinds if kind not in set(session.execute(known).scalars())]
    session.add_all(
        FollowUp(team_id=team_id, moment_id=moment_id, kind=kind, due_at=kept_at + AFTER[kind])
        for kind in missing
    )
    session.flush()


def due(session: Session, now: datetime, limit: int) -> Sequence[FollowUp]:
    """What is due, longest waiting first, for this process alone: another passes over what is taken here."""
    wanted = select(FollowUp).where(col(FollowUp.done_at).is_(None), col(FollowUp.due_at) <= now)
    first = wanted.order_by(col(FollowUp.due_at), col(FollowUp.id)).limit(limit)
    return session.execute(first.with_for_update(skip_locked=True)).scalars().all()


def next_due(session: Session) -> datetime | None:
    """When the next one is due."""
    first: datetime | None = session.execute(
        select(func.min(FollowUp.due_at)).where(col(FollowUp.done_at).is_(None))
    ).scalar_one()
    return first


def last_asked(session: Session, team_id: int) -> datetime | None:
    """When a team was last asked, in a thread or in its recap."""
    asked = select(func.max(FollowUp.asked_at)).where(col(FollowUp.team_id) == team_id)
    last: datetime | None = session.execute(asked).scalar_one()
    return last


def is_paused(
    session: Session, team_id: int, today: date, kinds: Collection[ScheduleKind] = tuple(ScheduleKind)
) -> bool:
    """Whether nothing of these kinds is posted by itself in a team just now: its schedules are off or rest."""
    on = select(col(Schedule.id)).where(
        col(Schedule.team_id) == team_id,
        col(Schedule.kind).in_(kinds),
        col(Schedule.active),
        or_(col(Schedule.paused_until).is_(None), col(Schedule.paused_until) <= today),
    )
    return session.execute(on.limit(1)).first() is None


def told_together(session: Session, moment_id: int) -> bool:
    """Whether somebody added a version to a moment, or a line of what it makes possible."""
    told = exists().where(col(Version.moment_id) == moment_id)
    said = exists().where(col(Sequel.moment_id) == moment_id, col(Sequel.deleted_at).is_(None))
    return bool(session.execute(select(or_(told, said))).scalar())


def by_id(session: Session, given: str) -> FollowUp | None:
    """The follow-up of an id as a posting's key holds it."""
    return session.get(FollowUp, int(given)) if given.isdecimal() else None


def of_posting(session: Session, posting: Posting) -> FollowUp | None:
    """The follow-up that a posting asks."""
    return by_id(session, posting.key.removeprefix(KEY))


def for_recap(
    session: Session, team_id: int, since: datetime, until: datetime
) -> tuple[FollowUp, Moment] | None:
    """What the recap of this time asks, because its moment has no card: at most one, and of a moment that stands."""
    wanted = (
        select(FollowUp, Moment)
        .join(Moment, col(Moment.id) == col(FollowUp.moment_id))
        .where(
            col(FollowUp.team_id) == team_id,
            col(FollowUp.in_recap),
            col(FollowUp.asked_at) >= since,
            col(FollowUp.asked_at) < until,
            col(Moment.deleted_at).is_(None),
        )
    )
    found = session.execute(wanted.order_by(col(FollowUp.asked_at), col(FollowUp.id)).limit(1)).first()
    return (found[0], found[1]) if found else None


def touch(session: Session, moment_id: int, kind: FollowUpKind, now: datetime) -> None:
    """Let the question in the thread follow what was answered to it."""
    asked = select(col(FollowUp.id)).where(col(FollowUp.moment_id) == moment_id, col(FollowUp.kind) == kind)
    for followup_id in session.execute(asked).scalars():
        if (posting := postings.by_key(session, f"{KEY}{followup_id}")) is not None:
            postings.touch(session, posting.id, now)


def erase(session: Session, moment_id: int) -> None:
    """Nothing is asked of a moment any more."""
    session.execute(delete(FollowUp).where(col(FollowUp.moment_id) == moment_id))
