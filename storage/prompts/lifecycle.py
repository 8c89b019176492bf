"""The lifecycle of a prompt: its next step by time, and the older prompts that it closes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Integer, Select, bindparam, func, select, union_all
from sqlmodel import Session, col

from storage.delivery import refresh
from storage.engine.batch_reads import has_none
from storage.engine.statements import build_once
from storage.models import Posting, PostingKind, PostingState


def list_due(session: Session, now: datetime, limit: int) -> Sequence[Posting]:
    """Return the prompts whose next lifecycle step is due, longest waiting first, and lock them.

    Rows locked by another process are skipped.
    """
    return session.execute(_select_due(), {"now": now, "limit": limit}).scalars().all()


@build_once
def _select_due() -> Select[Posting]:
    due = select(Posting).where(col(Posting.turns_at) <= bindparam("now"))
    first = due.order_by(col(Posting.turns_at), col(Posting.id)).limit(bindparam("limit", type_=Integer))
    return first.with_for_update(skip_locked=True)


def next_due(session: Session) -> datetime | None:
    """Return the time of the next lifecycle step of any prompt, or None."""
    first: datetime | None = session.execute(_select_next_due()).scalar_one()
    return first


@build_once
def _select_next_due() -> Select[Any]:
    return select(func.min(Posting.turns_at)).where(col(Posting.turns_at).is_not(None))


def has_closed_another(session: Session, posting: Posting) -> bool:
    """Return whether a question closed an earlier one of its kind and channel when it was planned."""
    closed = select(col(Posting.id)).where(
        col(Posting.team_id) == posting.team_id,
        col(Posting.kind) == posting.kind,
        col(Posting.channel) == posting.channel,
        col(Posting.id) < posting.id,
        col(Posting.closed_at) == posting.created_at,
    )
    return session.execute(closed.limit(1)).first() is not None


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


def was_ever_asked(session: Session, team_id: int) -> bool:
    """Return whether a team was asked a question that was not taken back."""
    if has_none(session, "asked", team_id):
        return False
    return session.execute(_select_asked(), {"team_id": team_id}).first() is not None


@build_once
def _select_asked() -> CompoundSelect[int]:
    asked = (_select_first_of(kind) for kind in (PostingKind.PROMPT, PostingKind.RETRO))
    return union_all(*asked)


def _select_first_of(kind: PostingKind) -> Select[int]:
    """Return a query for a team's first posting of a kind. Its order keeps PostgreSQL on the index."""
    first = select(col(Posting.id)).where(
        col(Posting.team_id) == bindparam("team_id"),
        col(Posting.kind) == kind,
        col(Posting.withdrawn_at).is_(None),
        col(Posting.state).not_in([PostingState.FAILED, PostingState.SKIPPED]),
    )
    return select(first.order_by(col(Posting.created_at)).limit(1).subquery().c.id)


def refresh_before_first(session: Session, team_id: int, now: datetime) -> None:
    """Refresh a team's hello while no question is asked, because it offers the first one.

    Call it before a question is planned, and after one was taken back.
    """
    if not was_ever_asked(session, team_id):
        refresh.refresh_kinds(session, team_id, [PostingKind.HELLO], now)
