"""How far outside their comfort zone people were: counts of taps per moment.

Who tapped and when is not stored. New taps wait until several of a moment's come out together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from storage.models import Comfort, Moment
from storage.models.span import Span
from storage.recaps.recaps import kept_in_span

MOST_MILLIMETRES = 5
"""The largest number of millimetres of a tap. The smallest is 0."""


class ComfortTotal(NamedTuple):
    """The number of taps that came out, and the sum of their millimetres."""

    taps: int
    millimetres: int


def count_tap(session: Session, moment_id: int, millimetres: int, together: int) -> None:
    """Count one more tap of some millimetres on a moment.

    It waits until `together` taps of the moment do. Then all of them come out at once. The moment
    is locked, so that two processes cannot let out a rest.
    """
    session.execute(select(col(Moment.id)).where(col(Moment.id) == moment_id).with_for_update())
    ours = col(Comfort.moment_id) == moment_id
    counted = update(Comfort).where(ours, col(Comfort.millimetres) == millimetres)
    more = session.execute(counted.values(waiting=col(Comfort.waiting) + 1).returning(col(Comfort.waiting)))
    if more.first() is None:
        session.add(Comfort(moment_id=moment_id, millimetres=millimetres, waiting=1))
        session.flush()
    waiting = session.execute(select(func.sum(Comfort.waiting)).where(ours)).scalar_one()
    if waiting >= together:
        out = update(Comfort).where(ours).values(taps=col(Comfort.taps) + col(Comfort.waiting), waiting=0)
        session.execute(out)


def total_comfort(session: Session, span: Span) -> ComfortTotal:
    """Return the total of the taps that came out, on the moments that a team kept in a span.

    A tap itself has no time.
    """
    wanted = (
        select(func.sum(Comfort.taps), func.sum(col(Comfort.taps) * col(Comfort.millimetres)))
        .join(Moment, col(Moment.id) == col(Comfort.moment_id))
        .where(kept_in_span(span))
    )
    taps, millimetres = session.execute(wanted).one()
    return ComfortTotal(taps or 0, millimetres or 0)


def counts_by_moment(session: Session, moment_ids: Sequence[int]) -> Mapping[int, Sequence[int]]:
    """Return how many taps of 0, 1 and so on up to 5 mm came out, by moment id.

    A moment without taps that came out is missing.
    """
    found: dict[int, list[int]] = defaultdict(lambda: [0] * (MOST_MILLIMETRES + 1))
    wanted = select(Comfort).where(col(Comfort.moment_id).in_(moment_ids), col(Comfort.taps) > 0)
    for comfort in session.execute(wanted).scalars():
        found[comfort.moment_id][comfort.millimetres] = comfort.taps
    return found


def erase_for_moment(session: Session, moment_id: int) -> None:
    """Delete the counts of a moment."""
    session.execute(delete(Comfort).where(col(Comfort.moment_id) == moment_id))
