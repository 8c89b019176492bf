"""How far outside comfortable moments were: counts of taps, and nothing about who tapped or when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from storage.models import Comfort, Moment
from storage.recaps.recaps import Span, standing

MOST = 5
"""Millimetres that a tap can say; the least is 0."""


class Odometer(NamedTuple):
    """How many taps there are, and the millimetres of all of them together."""

    taps: int
    millimetres: int


def tap(session: Session, moment_id: int, millimetres: int) -> None:
    """Count one tap more."""
    counted = update(Comfort).where(
        col(Comfort.moment_id) == moment_id, col(Comfort.millimetres) == millimetres
    )
    more = session.execute(counted.values(taps=col(Comfort.taps) + 1).returning(col(Comfort.taps)))
    if more.first() is None:
        session.add(Comfort(moment_id=moment_id, millimetres=millimetres, taps=1))
        session.flush()


def odometer(session: Session, span: Span) -> Odometer:
    """All taps on the moments that a team kept in a stretch of time: a tap itself has no time."""
    wanted = (
        select(func.sum(Comfort.taps), func.sum(col(Comfort.taps) * col(Comfort.millimetres)))
        .join(Moment, col(Moment.id) == col(Comfort.moment_id))
        .where(standing(span))
    )
    taps, millimetres = session.execute(wanted).one()
    return Odometer(taps or 0, millimetres or 0)


def counts(session: Session, moment_ids: Sequence[int]) -> Mapping[int, Sequence[int]]:
    """How many tapped 0, 1 and so on up to 5 mm, by moment; one that nobody tapped is missing."""
    found: dict[int, list[int]] = defaultdict(lambda: [0] * (MOST + 1))
    wanted = select(Comfort).where(col(Comfort.moment_id).in_(moment_ids))
    for comfort in session.execute(wanted).scalars():
        found[comfort.moment_id][comfort.millimetres] = comfort.taps
    return found


def erase(session: Session, moment_id: int) -> None:
    """Take a moment's counts away for good."""
    session.execute(delete(Comfort).where(col(Comfort.moment_id) == moment_id))
