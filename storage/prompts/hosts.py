"""Hosts: the members who choose the question of their team by rotation, and their choices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from storage.engine.batch_reads import has_none
from storage.models import Membership, Person, Pick, Posting, PostingKind, Schedule


def set_volunteer(session: Session, team_id: int, person_id: int, hosts: bool) -> bool:
    """Save whether a member wants to host, and return whether that changed."""
    member = session.get_one(Membership, (team_id, person_id))
    news, member.hosts = member.hosts != hosts, hosts
    session.flush()
    return news


def list_by_rotation(session: Session, team_id: int) -> Sequence[Person]:
    """Return the members who want to host, in the order of the rotation.

    Members who never hosted come first, then those who hosted longest ago.
    """
    if has_none(session, Membership, team_id):
        return ()
    wanted = (
        select(Person)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(col(Membership.team_id) == team_id, col(Membership.hosts))
        .order_by(col(Membership.hosted_on).is_not(None), col(Membership.hosted_on), col(Person.id))
    )
    return session.execute(wanted).scalars().all()


def record_hosted(session: Session, team_id: int, person_id: int, day: date) -> None:
    """Record the day on which a member was the host, with or without a pick."""
    member = session.get(Membership, (team_id, person_id))
    if member is not None:
        member.hosted_on = day
        session.flush()


def find_pick(session: Session, team_id: int) -> Pick | None:
    """Return the picked question of a team that is not asked yet, or None."""
    return None if has_none(session, Pick, team_id) else session.get(Pick, team_id)


def save_pick(session: Session, picked: Pick) -> None:
    """Save a host's pick, in place of an earlier one."""
    session.merge(picked)
    session.flush()


def delete_pick(session: Session, picked: Pick) -> None:
    """Delete a pick that was asked or is not wanted any more."""
    session.delete(picked)
    session.flush()


def latest_prompt_id(session: Session, team_id: int) -> int | None:
    """Return the posting id of a team's newest scheduled prompt, or None."""
    wanted = (
        select(col(Posting.id))
        .join(Schedule, col(Schedule.id) == col(Posting.schedule_id))
        .where(col(Schedule.team_id) == team_id, col(Posting.kind) == PostingKind.PROMPT)
        .order_by(col(Posting.local_date).desc())
    )
    return session.execute(wanted.limit(1)).scalar_one_or_none()
