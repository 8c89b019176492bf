"""Whys: the rungs of the ladder under an experiment, who climbed it, and the one rung that is the insight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from storage.delivery import pending
from storage.models import Moment, Person, Why


def add_once(session: Session, why: Why) -> bool:
    """Keep a rung, once an event: also one taken out since is not kept again. Whether it was new."""
    known = select(col(Why.id)).where(col(Why.moment_id) == why.moment_id, col(Why.event) == why.event)
    if session.execute(known).first() is not None:
        return False
    session.add(why)
    session.flush()
    return True


def of(session: Session, moment_id: int) -> Sequence[Why]:
    """All rungs, oldest first; those taken out are there without their words, since others may hang on them."""
    wanted = select(Why).where(col(Why.moment_id) == moment_id).order_by(col(Why.id))
    return session.execute(wanted).scalars().all()


def numbers(session: Session, moment_ids: Iterable[int]) -> Mapping[int, int]:
    """How many rungs each ladder has; a moment without one is missing."""
    wanted = (
        select(col(Why.moment_id), func.count())
        .where(col(Why.moment_id).in_(list(moment_ids)), col(Why.deleted_at).is_(None))
        .group_by(col(Why.moment_id))
    )
    return {moment_id: number for moment_id, number in session.execute(wanted).all() if number}


def insights(session: Session, moment_ids: Iterable[int]) -> Mapping[int, Why]:
    """The insight of each ladder that has one, by moment."""
    wanted = select(Why).where(col(Why.moment_id).in_(list(moment_ids)), col(Why.insight))
    return {why.moment_id: why for why in session.execute(wanted).scalars()}


def climbers(session: Session, moment_id: int) -> Sequence[str]:
    """The names of those who added a rung, in alphabetical order."""
    wanted = (
        select(col(Person.name))
        .join(Why, col(Why.author_id) == col(Person.id))
        .where(col(Why.moment_id) == moment_id, col(Why.deleted_at).is_(None))
        .group_by(col(Person.id), col(Person.name))
    )
    return sorted(session.execute(wanted).scalars(), key=str.casefold)


def mark(session: Session, moment_id: int, why_id: int, instead_of: int) -> bool:
    """Make a rung the insight, in place of `instead_of` (0 for none). Whether that still was the insight.

    The moment's row is held, so that of two people at once one comes second.
    """
    session.execute(select(col(Moment.id)).where(col(Moment.id) == moment_id).with_for_update())
    present = select(col(Why.id)).where(col(Why.moment_id) == moment_id, col(Why.insight))
    if (session.execute(present).scalar() or 0) != instead_of:
        return False
    unmark(session, moment_id)
    session.execute(update(Why).where(col(Why.id) == why_id).values(insight=True))
    return True


def unmark(session: Session, moment_id: int) -> None:
    """No rung is the insight."""
    session.execute(
        update(Why).where(col(Why.moment_id) == moment_id, col(Why.insight)).values(insight=False)
    )


def take_out(session: Session, why: Why, now: datetime) -> None:
    """Empty a rung; its row stays for those that hang on it, and so that a redelivery does not bring it back."""
    why.text, why.insight, why.deleted_at = "", False, now
    pending.drop(session, why.event or "")
    session.flush()


def erase(session: Session, moment_id: int) -> None:
    """Take a whole ladder away for good, with what still waits of it."""
    for why in of(session, moment_id):
        pending.drop(session, why.event or "")
    session.execute(delete(Why).where(col(Why.moment_id) == moment_id))
