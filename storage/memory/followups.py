"""Follow-ups: what shall be asked of a moment days later, which of it is due, and when a team was last asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, exists, func, or_, select
from sqlmodel import Session, col

from storage.delivery import postings
from storage.models import FollowUp, FollowUpKind, Moment, Posting, Schedule, Sequel, Version

KEY = "followup:"
"""How the key of a follow-up's posting begins."""

AFTER: Mapping[str, timedelta] = {
    FollowUpKind.NEXT: timedelta(days=3),
    FollowUpKind.SET_OFF: timedelta(days=30),
    FollowUpKind.STUCK: timedelta(days=90),
}
"""How many days after the one on which a moment was kept each is asked."""

LATER = (FollowUpKind.SET_OFF, FollowUpKind.STUCK)
"""What is asked of any moment that people told together; what is next, of breakthroughs alone."""


def expect(session: Session, team_id: int, moment_id: int, dues: Mapping[FollowUpKind, datetime]) -> None:
    """Let these be asked of a moment when their time comes, each once."""
    known = select(col(FollowUp.kind)).where(col(FollowUp.moment_id) == moment_id)
    there = set(session.execute(known).scalars())
    session.add_all(
        FollowUp(team_id=team_id, moment_id=moment_id, kind=kind, due_at=due_at)
        for kind, due_at in dues.items()
        if kind not in there
    )
    session.flush()


def teams_due(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """The teams of which something is due, in the order in which whoever goes through them holds them."""
    wanted = (
        select(col(FollowUp.team_id))
        .where(col(FollowUp.done_at).is_(None), col(FollowUp.due_at) <= now)
        .group_by(col(FollowUp.team_id))
    )
    return session.execute(wanted.order_by(col(FollowUp.team_id)).limit(limit)).scalars().all()


def due(session: Session, team_id: int, now: datetime) -> Sequence[tuple[FollowUp, Moment]]:
    """What is due in a team, with the moment it is asked of."""
    wanted = (
        select(FollowUp, Moment)
        .join(Moment, col(Moment.id) == col(FollowUp.moment_id))
        .where(col(FollowUp.team_id) == team_id, col(FollowUp.done_at).is_(None), col(FollowUp.due_at) <= now)
    )
    rows = session.execute(wanted.order_by(col(FollowUp.due_at), col(FollowUp.id))).all()
    return [(followup, moment) for followup, moment in rows]


def waiting(session: Session, team_id: int) -> Sequence[tuple[FollowUp, Moment]]:
    """What waits for a team's next recap, of moments that stand."""
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


def is_paused(session: Session, team_id: int, today: date) -> bool:
    """Whether nothing at all is posted by itself in a team just now: its schedules are off or rest."""
    on = select(col(Schedule.id)).where(
        col(Schedule.team_id) == team_id,
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


def of_recap(session: Session, posting_id: int) -> tuple[FollowUp, Moment] | None:
    """What a recap asks: at most one thing, and of a moment that stands."""
    wanted = (
        select(FollowUp, Moment)
        .join(Moment, col(Moment.id) == col(FollowUp.moment_id))
        .where(col(FollowUp.recap_id) == posting_id, col(Moment.deleted_at).is_(None))
    )
    found = session.execute(wanted.limit(1)).first()
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
