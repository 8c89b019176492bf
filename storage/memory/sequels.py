"""Sequels: lines about what a moment makes possible, and later about what it led to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from storage.delivery import pending
from storage.models import Sequel, SequelKind


def add_once(session: Session, sequel: Sequel) -> bool:
    """Save a line once per event and return whether it is new.

    A removed line is not saved again by the same event.
    """
    known = select(col(Sequel.id)).where(
        col(Sequel.moment_id) == sequel.moment_id, col(Sequel.event) == sequel.event
    )
    if session.execute(known).first() is not None:
        return False
    session.add(sequel)
    session.flush()
    return True


def find_by_event(session: Session, moment_id: int, event: str) -> Sequel | None:
    """Return the line saved for an event, removed or not, or None."""
    return session.execute(
        select(Sequel).where(col(Sequel.moment_id) == moment_id, col(Sequel.event) == event)
    ).scalar_one_or_none()


def list_sequels(session: Session, moment_id: int, kind: SequelKind | None = None) -> Sequence[Sequel]:
    """Return the lines of a moment, of one kind or of all kinds, oldest first."""
    return _select_lines(
        session, col(Sequel.moment_id) == moment_id, *((col(Sequel.kind) == kind,) if kind else ())
    )


def list_by_author(session: Session, moment_id: int, author_id: int) -> Sequence[Sequel]:
    """Return the lines that a person wrote on a moment, oldest first."""
    return _select_lines(session, col(Sequel.moment_id) == moment_id, col(Sequel.author_id) == author_id)


def _select_lines(session: Session, *where: Any) -> Sequence[Sequel]:
    wanted = select(Sequel).where(*where, col(Sequel.deleted_at).is_(None))
    return session.execute(wanted.order_by(col(Sequel.id))).scalars().all()


def remove_sequels(session: Session, lines: Sequence[Sequel], now: datetime) -> None:
    """Remove lines and erase their text. The rows stay, so that a repeated event adds nothing."""
    for line in lines:
        line.text, line.deleted_at = "", now
        pending.delete_by_event(session, line.event or "")
    session.flush()


def erase_for_moment(session: Session, moment_id: int) -> None:
    """Delete all lines of a moment, and their pending commands."""
    for line in list_sequels(session, moment_id):
        pending.delete_by_event(session, line.event or "")
    session.execute(delete(Sequel).where(col(Sequel.moment_id) == moment_id))
