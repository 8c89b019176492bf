"""How much of what a team keeps serves its big goal, counted in the database.

What counts are ahas, breakthroughs and experiments that are kept. The big goal of a span is the one
that was open in it, even if it was closed since. No query here knows who kept a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.models import Goal, GoalKind, GoalMoment, Moment
from storage.models.span import Span
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
    moments, linked, served, survival = session.execute(_count_moments(), span._asdict()).one()
    goals = session.execute(_count_goals(), span._asdict()).scalar_one()
    return FocusCount(moments, linked, served, survival, goals)


def count_by_week(session: Session, team_id: int, edges: Sequence[datetime]) -> Sequence[FocusCount]:
    """Count the moments between neighbouring edges, each by the big goal that was open then."""
    return [count_focus(session, Span(team_id, since, until)) for since, until in pairwise(edges)]


@build_once
def _count_moments() -> Select[*tuple[Any, ...]]:
    span = span_parameters()
    survival = col(Goal.kind) == GoalKind.SURVIVAL
    return select(
        func.count(),
        func.count().filter(_serves()),
        func.count().filter(_serves(_is_big_in(span))),
        func.count().filter(_serves(survival)),
    ).where(kept_in_span(span))


@build_once
def _count_goals() -> Select[int]:
    return (
        select(func.count(func.distinct(col(GoalMoment.goal_id))))
        .join(Goal, col(Goal.id) == col(GoalMoment.goal_id))
        .join(Moment, col(Moment.id) == col(GoalMoment.moment_id))
        .where(col(Goal.withdrawn_at).is_(None), kept_in_span(span_parameters()))
    )


def find_big_in(session: Session, span: Span) -> Goal | None:
    """Return the big goal that was open in a span. Of several in turn, return the latest."""
    return session.execute(_select_big_in(), span._asdict()).scalar_one_or_none()


@build_once
def _select_big_in() -> Select[Goal]:
    span = span_parameters()
    wanted = select(Goal).where(
        col(Goal.team_id) == span.team_id, col(Goal.withdrawn_at).is_(None), _is_big_in(span)
    )
    return wanted.order_by(col(Goal.created_at).desc(), col(Goal.id).desc()).limit(1)


def _is_big_in(span: Span) -> ColumnElement[bool]:
    """Return the SQL condition that a goal was the big one at some time of a span."""
    return and_(
        col(Goal.kind) == GoalKind.BIG,
        col(Goal.created_at) < span.until,
        or_(col(Goal.closed_at).is_(None), col(Goal.closed_at) > span.since),
    )


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
