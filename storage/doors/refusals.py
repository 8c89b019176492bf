"""What a team declined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.models import Kind, Moment
from storage.models.span import Span


def list_kept(session: Session, span: Span, limit: int) -> Sequence[int]:
    """Return the ids of what a team declined in a span, newest first."""
    return session.execute(_select_kept(), {**span._asdict(), "limit": limit}).scalars().all()


@build_once
def _select_kept() -> Select[int]:
    newest = (col(Moment.created_at).desc(), col(Moment.id).desc())
    return _kept(col(Moment.id)).order_by(*newest).limit(bindparam("limit", type_=Integer))


def count_kept(session: Session, span: Span) -> int:
    """Return the number of things that a team declined in a span."""
    number: int = session.execute(_count_kept(), span._asdict()).scalar_one()
    return number


@build_once
def _count_kept() -> Select[int]:
    return _kept(func.count(col(Moment.id)))


def _kept(wanted: Any) -> Select[int]:
    """Return a query over what a team declined in a span and didn't remove."""
    return select(wanted).where(
        col(Moment.team_id) == bindparam("team_id"),
        col(Moment.created_at) >= bindparam("since"),
        col(Moment.created_at) < bindparam("until"),
        col(Moment.kind) == Kind.NO,
        col(Moment.deleted_at).is_(None),
    )
