"""What a team declined."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.models import Kind, Moment
from storage.models.span import Span


def list_kept(session: Session, span: Span) -> Sequence[int]:
    """Return the ids of what a team declined in a span and didn't remove, newest first."""
    return session.execute(_select_kept(), span._asdict()).scalars().all()


@build_once
def _select_kept() -> Select[int]:
    wanted = select(col(Moment.id)).where(
        col(Moment.team_id) == bindparam("team_id"),
        col(Moment.created_at) >= bindparam("since"),
        col(Moment.created_at) < bindparam("until"),
        col(Moment.kind) == Kind.NO,
        col(Moment.deleted_at).is_(None),
    )
    return wanted.order_by(col(Moment.created_at).desc(), col(Moment.id).desc())
