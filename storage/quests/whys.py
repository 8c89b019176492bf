"""Whys: the answers to "why?" under an experiment, their authors, and the one marked as insight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from storage.delivery import pending
from storage.engine.batch_reads import has_none
from storage.models import Moment, Person, Why
from storage.models.shown import shown_name


def add_once(session: Session, why: Why) -> bool:
    """Save a why once per event and return whether it is new.

    A removed why is not saved again by the same event.
    """
    known = select(col(Why.id)).where(col(Why.moment_id) == why.moment_id, col(Why.event) == why.event)
    if session.execute(known).first() is not None:
        return False
    session.add(why)
    session.flush()
    return True


def list_whys(session: Session, moment_id: int) -> Sequence[Why]:
    """Return all whys of a moment, oldest first.

    Removed ones are included with an empty text, because others may be answers to them.
    """
    wanted = select(Why).where(col(Why.moment_id) == moment_id).order_by(col(Why.id))
    return session.execute(wanted).scalars().all()


def count_by_moment(session: Session, moment_ids: Iterable[int]) -> Mapping[int, int]:
    """Return the number of whys of each moment. A moment without whys is missing."""
    asked = [each for each in moment_ids if not has_none(session, Why, each)]
    if not asked:
        return {}
    wanted = (
        select(col(Why.moment_id), func.count())
        .where(col(Why.moment_id).in_(asked), col(Why.deleted_at).is_(None))
        .group_by(col(Why.moment_id))
    )
    return {moment_id: number for moment_id, number in session.execute(wanted).all() if number}


def insights_by_moment(session: Session, moment_ids: Iterable[int]) -> Mapping[int, Why]:
    """Return the insight of each moment that has one, by moment id."""
    asked = [each for each in moment_ids if not has_none(session, Why, each)]
    if not asked:
        return {}
    wanted = select(Why).where(col(Why.moment_id).in_(asked), col(Why.insight))
    return {why.moment_id: why for why in session.execute(wanted).scalars()}


def list_author_names(session: Session, moment_id: int) -> Sequence[str]:
    """Return the names of the people who added a why to a moment, in alphabetical order."""
    wanted = (
        select(col(Person.platform_name))
        .join(Why, col(Why.author_id) == col(Person.id))
        .where(col(Why.moment_id) == moment_id, col(Why.deleted_at).is_(None))
        .group_by(col(Person.id), col(Person.platform_name))
    )
    return sorted(map(shown_name, session.execute(wanted).scalars()), key=str.casefold)


def set_insight(session: Session, moment_id: int, why_id: int, instead_of: int) -> bool:
    """Mark a why as the insight in place of `instead_of` (0 for none), and return success.

    It fails when `instead_of` is no longer the insight. The moment's row is locked, so that of two
    people at the same time one comes second.
    """
    session.execute(select(col(Moment.id)).where(col(Moment.id) == moment_id).with_for_update())
    present = select(col(Why.id)).where(col(Why.moment_id) == moment_id, col(Why.insight))
    if (session.execute(present).scalar() or 0) != instead_of:
        return False
    clear_insight(session, moment_id)
    session.execute(update(Why).where(col(Why.id) == why_id).values(insight=True))
    return True


def clear_insight(session: Session, moment_id: int) -> None:
    """Remove the insight mark from all whys of a moment."""
    session.execute(
        update(Why).where(col(Why.moment_id) == moment_id, col(Why.insight)).values(insight=False)
    )


def remove_why(session: Session, why: Why, now: datetime) -> None:
    """Remove a why and erase its text.

    The row stays for the whys under it, and so that a repeated event does not add it again.
    """
    why.text, why.insight, why.deleted_at = "", False, now
    pending.delete_by_event(session, why.event or "")
    session.flush()


def erase_for_moment(session: Session, moment_id: int) -> None:
    """Delete all whys of a moment, and their pending commands."""
    for why in list_whys(session, moment_id):
        pending.delete_by_event(session, why.event or "")
    session.execute(delete(Why).where(col(Why.moment_id) == moment_id))
