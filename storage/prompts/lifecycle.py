"""The lifecycle of a prompt: its next step by time, and the older prompts that it closes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.models import Posting


def list_due(session: Session, now: datetime, limit: int) -> Sequence[Posting]:
    """Return the prompts whose next lifecycle step is due, longest waiting first, and lock them.

    Rows locked by another process are skipped.
    """
    wanted = select(Posting).where(col(Posting.turns_at) <= now)
    first = wanted.order_by(col(Posting.turns_at), col(Posting.id)).limit(limit)
    return session.execute(first.with_for_update(skip_locked=True)).scalars().all()


def next_due(session: Session) -> datetime | None:
    """Return the time of the next lifecycle step of any prompt, or None."""
    first: datetime | None = session.execute(select(func.min(Posting.turns_at))).scalar_one()
    return first


def list_open_before(session: Session, posting: Posting, created_before: datetime) -> Sequence[Posting]:
    """Return the open prompts of the same kind and channel created until a time.

    The given posting is left out.
    """
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
