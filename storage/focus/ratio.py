"""How much of what a team keeps serves its big goal, counted in the database.

Saved ahas, breakthroughs and experiments count. The big goal of a span is the one
that was open in it, even if it was closed since. No query here knows who kept a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlmodel import Session, col

from storage.engine.batch_reads import has_none
from storage.engine.statements import build_once
from storage.models import COUNTED_KINDS, BigTime, Goal, GoalKind, GoalMoment, Moment
from storage.models.span import Span
from storage.recaps import recaps
from storage.recaps.recaps import kept_in_span, span_parameters


class FocusCount(NamedTuple):
    """The moments of a span: all of them, those linked to any goal, and those that serve two classes.

    `served` counts those that serve the big goal that was open in the span, `survival` those that
    serve a survival goal. `goals` is the number of goals that the moments touched.
    """

    moments: int = 0
    linked: int = 0
    served: int = 0
    survival: int = 0
    goals: int = 0


def count_focus(session: Session, span: Span) -> FocusCount:
    """Count the moments of a span by what they serve."""
    moments = recaps.count_kept(session, span)
    if not moments:
        return FocusCount()
    return FocusCount(moments, *session.execute(_count_linked(), span._asdict()).one())


def count_by_week(session: Session, team_id: int, edges: Sequence[datetime]) -> Sequence[FocusCount]:
    """Count the moments between neighbouring edges, each by the big goal that was open then."""
    return [count_focus(session, Span(team_id, since, until)) for since, until in pairwise(edges)]


@build_once
def _count_linked() -> Select[*tuple[Any, ...]]:
    """Return the query for what follows `moments` in a FocusCount, from the links of the span's moments."""
    span = span_parameters()
    moment, goal = col(GoalMoment.moment_id), col(GoalMoment.goal_id)
    return (
        select(
            func.count(moment.distinct()),
            func.count(moment.distinct()).filter(_is_big_in(span)),
            func.count(moment.distinct()).filter(col(Goal.kind) == GoalKind.SURVIVAL),
            func.count(goal.distinct()),
        )
        .join(Goal, col(Goal.id) == goal)
        .join(Moment, col(Moment.id) == moment)
        .where(col(Goal.withdrawn_at).is_(None), kept_in_span(span))
    )


def list_big_in(session: Session, span: Span) -> Sequence[Goal]:
    """Return the big goals that were open in a span, one after the other."""
    if has_none(session, Goal, span.team_id):
        return ()
    return session.execute(_select_big_in(), span._asdict()).scalars().all()


@build_once
def _select_big_in() -> Select[Goal]:
    span = span_parameters()
    wanted = select(Goal).where(
        col(Goal.team_id) == span.team_id, col(Goal.withdrawn_at).is_(None), _is_big_in(span)
    )
    return wanted.order_by(_big_since(), col(Goal.id))


def _big_since() -> ColumnElement[datetime]:
    return func.coalesce(col(Goal.big_since), col(Goal.created_at))


def _is_big_in(span: Span) -> ColumnElement[bool]:
    """Return the SQL condition that a goal was the big one at some time of a span.

    One whose class was changed, or which was closed and opened again, counts for the times in which it was
    the open big one.
    """
    latest = and_(
        or_(col(Goal.kind) == GoalKind.BIG, col(Goal.big_until) > span.since),
        _big_since() < span.until,
        or_(col(Goal.closed_at).is_(None), col(Goal.closed_at) > span.since),
    )
    earlier = (
        select(col(BigTime.id))
        .where(
            col(BigTime.goal_id) == col(Goal.id),
            col(BigTime.since) < span.until,
            col(BigTime.until) > span.since,
        )
        .correlate(Goal)
        .exists()
    )
    return or_(latest, earlier)


def first_kept_at(session: Session, team_id: int) -> datetime | None:
    """Return when a team kept the first moment that counts, or None."""
    first: datetime | None = session.execute(_select_first_kept(), {"team_id": team_id}).scalar_one()
    return first


@build_once
def _select_first_kept() -> Select[datetime | None]:
    return recaps.kept_edge(func.min, bindparam("team_id"), COUNTED_KINDS)


def _serves(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the SQL condition that a moment is linked to such a goal, or to any."""
    return (
        select(col(GoalMoment.goal_id))
        .join(Goal, col(Goal.id) == col(GoalMoment.goal_id))
        .where(col(GoalMoment.moment_id) == col(Moment.id), col(Goal.withdrawn_at).is_(None), *which)
        .correlate(Moment)
        .exists()
    )


class Serving(NamedTuple):
    """A moment of a span by its id: whether it is linked to any goal, and whether it serves the big one."""

    moment_id: int
    linked: bool
    served: bool


def list_serving(session: Session, span: Span) -> Sequence[Serving]:
    """Return the moments of a span with what they serve, oldest first."""
    rows = session.execute(_select_serving(), span._asdict())
    return [Serving(moment_id, bool(linked), bool(served)) for moment_id, linked, served in rows]


@build_once
def _select_serving() -> Select[*tuple[Any, ...]]:
    span = span_parameters()
    wanted = select(col(Moment.id), _serves().label("linked"), _serves(_is_big_in(span)).label("served"))
    return wanted.where(kept_in_span(span)).order_by(col(Moment.id))
