"""Parked things: until when each rests, whether it was asked about, and what was decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.models import Goal, Moment, Parked, Person
from storage.models.span import Span


def add_parked(session: Session, parked: Parked) -> None:
    """Save until when a new parked thing rests."""
    session.add(parked)
    session.flush()


def find_parked(session: Session, moment_id: int) -> Parked | None:
    """Return until when a moment rests and what was decided, or None for another kind of moment."""
    return session.execute(_select_parked(), {"moment_id": moment_id}).scalar_one_or_none()


@build_once
def _select_parked() -> Select[Parked]:
    return select(Parked).where(col(Parked.moment_id) == bindparam("moment_id"))


def list_asked(session: Session, span: Span) -> Sequence[int]:
    """Return the ids of the parked things asked about in a span and not decided yet, oldest first."""
    return session.execute(_select_asked(), span._asdict()).scalars().all()


@build_once
def _select_asked() -> Select[int]:
    return (
        select(col(Moment.id))
        .join(Parked, col(Parked.moment_id) == col(Moment.id))
        .where(
            col(Parked.team_id) == bindparam("team_id"),
            col(Moment.deleted_at).is_(None),
            col(Parked.asked_at) >= bindparam("since"),
            col(Parked.asked_at) < bindparam("until"),
            col(Parked.decision) == "",
        )
        .order_by(col(Parked.asked_at), col(Moment.id))
    )


def undecided(session: Session, moment_ids: Collection[int]) -> set[int]:
    """Return which of these moments still wait for a decision after they were asked about."""
    wanted = select(col(Parked.moment_id)).where(
        col(Parked.moment_id).in_(moment_ids), col(Parked.decision) == "", col(Parked.asked_at).is_not(None)
    )
    return set(session.execute(wanted).scalars())


def read_parked(session: Session, moment_ids: Collection[int]) -> Mapping[int, tuple[Parked, str | None]]:
    """Return parked things for an export by moment id, each with the platform id of who decided."""
    wanted = (
        select(Parked, col(Person.external_id))
        .outerjoin(Person, col(Person.id) == col(Parked.decided_by_id))
        .where(col(Parked.moment_id).in_(moment_ids))
    )
    return {parked.moment_id: (parked, decider) for parked, decider in session.execute(wanted)}


def goal_numbers(session: Session, moment_ids: Collection[int]) -> Mapping[int, int]:
    """Return the numbers of the goals that parked things became, by moment id."""
    wanted = (
        select(col(Parked.moment_id), col(Goal.number))
        .join(Goal, col(Goal.id) == col(Parked.goal_id))
        .where(col(Parked.moment_id).in_(moment_ids), col(Goal.withdrawn_at).is_(None))
    )
    return {row[0]: row[1] for row in session.execute(wanted)}


def select_deciders(moment_ids: Select[int]) -> Sequence[Select[int | None]]:
    """Return queries for the ids of the people who decided about these moments."""
    return (select(col(Parked.decided_by_id)).where(col(Parked.moment_id).in_(moment_ids)),)
