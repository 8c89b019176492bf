"""Who picks a team's question in turn, and what the next one picked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from storage.models import Membership, Person, Pick, Posting, PostingKind, Schedule


def volunteer(session: Session, team_id: int, person_id: int, hosts: bool) -> bool:
    """Note whether a member would like to host; whether that is news."""
    member = session.get_one(Membership, (team_id, person_id))
    news, member.hosts = member.hosts != hosts, hosts
    session.flush()
    return news


def in_turn(session: Session, team_id: int) -> Sequence[Person]:
    """Those who would like to host: first who never did, then who did longest ago."""
    wanted = (
        select(Person)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.team_id) == team_id, col(Membership.hosts))
        .order_by(col(Membership.hosted_on).is_not(None), col(Membership.hosted_on), col(Person.id))
    )
    return session.execute(wanted).scalars().all()


def had_turn(session: Session, team_id: int, person_id: int, day: date) -> None:
    """A host's turn is over, whether they picked or not."""
    member = session.get(Membership, (team_id, person_id))
    if member is not None:
        member.hosted_on = day
        session.flush()


def pick(session: Session, team_id: int) -> Pick | None:
    """What was picked and not asked yet."""
    return session.get(Pick, team_id)


def put(session: Session, picked: Pick) -> None:
    """Note a host's pick; it takes the place of an earlier one."""
    session.merge(picked)
    session.flush()


def drop(session: Session, picked: Pick) -> None:
    """It is asked, or shall not be."""
    session.delete(picked)
    session.flush()


def latest_prompt(session: Session, team_id: int) -> int | None:
    """The posting of a team's newest scheduled question to talk about."""
    wanted = (
        select(col(Posting.id))
        .join(Schedule, col(Schedule.id) == col(Posting.schedule_id))
        .where(col(Schedule.team_id) == team_id, col(Posting.kind) == PostingKind.PROMPT)
        .order_by(col(Posting.local_date).desc())
    )
    return session.execute(wanted.limit(1)).scalar_one_or_none()
