"""Sequels: one line each of what a moment makes possible, and later of what it set off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from storage.delivery import pending
from storage.models import Sequel, SequelKind


def add_once(session: Session, sequel: Sequel) -> bool:
    """Keep a line, once an event: also one taken out since is not kept again. Whether it was new."""
    known = select(col(Sequel.id)).where(
        col(Sequel.moment_id) == sequel.moment_id, col(Sequel.event) == sequel.event
    )
    if session.execute(known).first() is not None:
        return False
    session.add(sequel)
    session.flush()
    return True


def by_event(session: Session, moment_id: int, event: str) -> Sequel | None:
    """The line that came as this event, one taken out included."""
    return session.execute(
        select(Sequel).where(col(Sequel.moment_id) == moment_id, col(Sequel.event) == event)
    ).scalar_one_or_none()


def of(session: Session, moment_id: int, kind: SequelKind | None = None) -> Sequence[Sequel]:
    """A moment's lines, of one kind or all of them, oldest first."""
    return _found(session, col(Sequel.moment_id) == moment_id, *((col(Sequel.kind) == kind,) if kind else ()))


def by(session: Session, moment_id: int, author_id: int) -> Sequence[Sequel]:
    """The lines that a person wrote on a moment, oldest first."""
    return _found(session, col(Sequel.moment_id) == moment_id, col(Sequel.author_id) == author_id)


def _found(session: Session, *where: Any) -> Sequence[Sequel]:
    wanted = select(Sequel).where(*where, col(Sequel.deleted_at).is_(None))
    return session.execute(wanted.order_by(col(Sequel.id))).scalars().all()


def take_out(session: Session, lines: Sequence[Sequel], now: datetime) -> None:
    """Empty lines; their rows stay, so that a redelivery does not bring them back."""
    for line in lines:
        line.text, line.deleted_at = "", now
        pending.drop(session, line.event or "")
    session.flush()


def erase(session: Session, moment_id: int) -> None:
    """Take all of a moment's lines away for good, with what still waits of them."""
    for line in of(session, moment_id):
        pending.drop(session, line.event or "")
    session.execute(delete(Sequel).where(col(Sequel.moment_id) == moment_id))
