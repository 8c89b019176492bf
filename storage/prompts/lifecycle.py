"""The course of a question: when its turn comes, and which earlier ones the next one closes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.models import Posting


def due(session: Session, now: datetime, limit: int) -> Sequence[Posting]:
    """Questions whose turn has come, for this process alone: another passes over what is taken here."""
    wanted = select(Posting).where(col(Posting.turns_at) <= now)
    first = wanted.order_by(col(Posting.turns_at), col(Posting.id)).limit(limit)
    return session.execute(first.with_for_update(skip_locked=True)).scalars().all()


def next_due(session: Session) -> datetime | None:
    """When the next turn comes."""
    first: datetime | None = session.execute(select(func.min(Posting.turns_at))).scalar_one()
    return first


def open_before(session: Session, posting: Posting, created_before: datetime) -> Sequence[Posting]:
    """The open questions of the same kind that stand in the same channel since before a time."""
    wanted = select(Posting).where(
        col(Posting.team_id) == posting.team_id,
        col(Posting.kind) == posting.kind,
        col(Posting.channel) == posting.channel,
        col(Posting.id) != posting.id,
        col(Posting.closed_at).is_(None),
        col(Posting.withdrawn_at).is_(None),
        col(Posting.turns_at).is_not(None),
        col(Posting.created_at) <= created_before,
    )
    return session.execute(wanted.order_by(col(Posting.id))).scalars().all()
