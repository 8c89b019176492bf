"""Which moments a recap tells, and how many there were: chosen and counted where the rows are.

A team may keep a hundred thousand moments; a recap needs a dozen of them and a few figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, literal, select, union_all
from sqlmodel import Session, col

from storage.models import (
    Attempt,
    Kind,
    Moment,
    MomentState,
    Posting,
    PostingKind,
    Quest,
    Quotation,
    Tap,
    TapKind,
    Version,
)

WEEKLY = (Kind.EXPERIMENT, Kind.AHA, Kind.BREAKTHROUGH)
"""What is counted week by week, in this order."""


class Span(NamedTuple):
    """A stretch of a team's time: from `since` up to, and without, `until`."""

    team_id: int
    since: datetime
    until: datetime


class Quoted(NamedTuple):
    """The ids of what a recap tells, in the order it tells them."""

    moments: Sequence[int]
    answers: Sequence[int]


def quoted(session: Session, posting_id: int) -> Quoted | None:
    """What a recap quoted when it was first sent; nothing before that."""
    rows = session.execute(
        select(col(Quotation.moment_id), col(Quotation.answer_id))
        .where(col(Quotation.posting_id) == posting_id)
        .order_by(col(Quotation.id))
    ).all()
    moments = dict.fromkeys(moment for moment, _ in rows if moment is not None)
    answers = dict.fromkeys(answer for _, answer in rows if answer is not None)
    return Quoted(list(moments), list(answers)) if rows else None


def best(session: Session, span: Span, limit: int, *where: Any, first: Sequence[Any] = ()) -> Sequence[int]:
    """The moments most worth telling again, their ids.

    Breakthroughs come first, being rare; then what is known to have taught something; then what most people
    told in their own words, or were there for; then the older, which is the likelier to be forgotten. An order that
    is to come before all that is given as `first`.
    """
    wanted = select(col(Moment.id)).where(standing(span), *where)
    ranked = wanted.order_by(
        *first,
        case((col(Moment.kind) == Kind.BREAKTHROUGH, 0), else_=1),
        case((_is_untaught(), 1), else_=0),
        _count_of(Version).desc(),
        _count_of(Tap, col(Tap.kind) == TapKind.THERE).desc(),
        col(Moment.created_at),
        col(Moment.id),
    )
    return session.execute(ranked.limit(limit)).scalars().all()


def best_of(session: Session, span: Span, limit: int, kind: Kind) -> Sequence[int]:
    """The same of one kind alone."""
    return best(session, span, limit, col(Moment.kind) == kind)


def best_experiments(session: Session, span: Span, limit: int) -> Sequence[int]:
    """The same of experiments alone: of the attempts at one idea the last one first."""
    later = Moment.__table__.alias("later")  # type: ignore[attr-defined]
    followed = (
        select(col(Attempt.moment_id))
        .join(later, later.c.id == col(Attempt.moment_id))
        .where(col(Attempt.previous_id) == col(Moment.id), later.c.deleted_at.is_(None))
        .correlate(Moment)
        .exists()
    )
    last = case((followed, 1), else_=0)
    return best(session, span, limit, col(Moment.kind) == Kind.EXPERIMENT, first=(last,))


def best_moments(session: Session, span: Span, limit: int) -> Sequence[int]:
    """The same of ahas and breakthroughs."""
    return best(session, span, limit, col(Moment.kind) != Kind.EXPERIMENT)


def untaught(session: Session, span: Span, limit: int) -> Sequence[int]:
    """The latest experiments of which nobody wrote yet what they taught, their ids."""
    wanted = select(col(Moment.id)).where(standing(span), _is_untaught())
    return session.execute(wanted.order_by(col(Moment.number).desc()).limit(limit)).scalars().all()


def standing(span: Span) -> ColumnElement[bool]:
    """The condition that a moment was kept in this time, and is not removed."""
    return and_(
        col(Moment.team_id) == span.team_id,
        col(Moment.created_at) >= span.since,
        col(Moment.created_at) < span.until,
        col(Moment.state) == MomentState.KEPT,
        col(Moment.deleted_at).is_(None),
    )


def _is_untaught() -> ColumnElement[bool]:
    taught = col(Moment.parts)["taught"].as_string()
    return and_(col(Moment.kind) == Kind.EXPERIMENT, func.coalesce(taught, "") == "")


def _count_of(table: Any, *where: Any) -> Any:
    counted = select(func.count()).where(col(table.moment_id) == col(Moment.id), *where)
    return counted.correlate(Moment).scalar_subquery()


def told(session: Session, ids: Sequence[int]) -> Sequence[Moment]:
    """Moments by id, in that order, those deleted since included."""
    found = session.execute(select(Moment).where(col(Moment.id).in_(ids))).scalars()
    return sorted(found, key=lambda moment: ids.index(moment.id))


def versions(session: Session, ids: Iterable[int], as_of: datetime) -> Mapping[int, Sequence[Version]]:
    """The versions of moments that were there at `as_of`, by moment, oldest first."""
    wanted = select(Version).where(col(Version.moment_id).in_(list(ids)), col(Version.created_at) <= as_of)
    by_moment: dict[int, list[Version]] = defaultdict(list)
    for version in session.execute(wanted.order_by(col(Version.id))).scalars():
        by_moment[version.moment_id].append(version)
    return by_moment


def kept(session: Session, span: Span) -> int:
    """How many moments there are."""
    number: int = session.execute(select(func.count(col(Moment.id))).where(standing(span))).scalar_one()
    return number


def breakthroughs(session: Session, span: Span, limit: int) -> Sequence[Moment]:
    """Those of a time, oldest first; of very many the newest."""
    wanted = select(Moment).where(standing(span), col(Moment.kind) == Kind.BREAKTHROUGH)
    newest = session.execute(
        wanted.order_by(col(Moment.created_at).desc(), col(Moment.id).desc()).limit(limit)
    )
    return newest.scalars().all()[::-1]


def breakthrough_times(session: Session, span: Span) -> Sequence[datetime]:
    """When each of them was kept, oldest first."""
    wanted = select(col(Moment.created_at)).where(standing(span), col(Moment.kind) == Kind.BREAKTHROUGH)
    return session.execute(wanted.order_by(col(Moment.created_at))).scalars().all()


def search_began(session: Session, team_id: int, until: datetime) -> datetime | None:
    """When a team first looked for, tried or found something; nothing where it never did before `until`."""
    kept = select(func.min(col(Moment.created_at))).where(
        col(Moment.team_id) == team_id,
        col(Moment.kind).in_([Kind.EXPERIMENT, Kind.BREAKTHROUGH]),
        col(Moment.created_at) < until,
        col(Moment.state) == MomentState.KEPT,
        col(Moment.deleted_at).is_(None),
    )
    opened = select(func.min(col(Quest.created_at))).where(
        col(Quest.team_id) == team_id, col(Quest.created_at) < until, col(Quest.withdrawn_at).is_(None)
    )
    found = [session.execute(each).scalar() for each in (kept, opened)]
    return min((at for at in found if at is not None), default=None)


def last_harvest(session: Session, team_id: int) -> Posting | None:
    """A team's newest harvest, sent or on its way."""
    wanted = select(Posting).where(col(Posting.team_id) == team_id, col(Posting.kind) == PostingKind.HARVEST)
    return session.execute(wanted.order_by(col(Posting.id).desc()).limit(1)).scalar_one_or_none()


def by_week(session: Session, team_id: int, edges: Sequence[datetime]) -> Sequence[tuple[int, int, int]]:
    """How many experiments, ahas and breakthroughs lie between one edge and the next.

    A count for each week reads its part of the index and sorts nothing; grouping all of them takes five times
    as long.
    """
    weeks = (
        select(literal(place).label("place"), *map(_number_of, WEEKLY)).where(standing(Span(team_id, *both)))
        for place, both in enumerate(pairwise(edges))
    )
    each = union_all(*weeks).subquery()
    rows = session.execute(select(each).order_by(each.c.place))
    return [(experiments, ahas, breakthroughs) for _, experiments, ahas, breakthroughs in rows]


def _number_of(kind: Kind) -> Any:
    return func.count().filter(col(Moment.kind) == kind).label(kind.value)
