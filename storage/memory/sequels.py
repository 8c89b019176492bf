"""Sequels: lines about what a moment makes possible, and later about what it led to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, bindparam, delete, select
from sqlmodel import Session, col

from storage.delivery import pending
from storage.engine.batch_reads import has_none
from storage.engine.statements import build_once
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
    if has_none(session, Sequel, moment_id):
        return ()
    wanted = _select_lines(of_kind=kind is not None)
    return session.execute(wanted, {"moment_id": moment_id, "kind": kind}).scalars().all()


def list_by_author(session: Session, moment_id: int, author_id: int) -> Sequence[Sequel]:
    """Return the lines that a person wrote on a moment, oldest first."""
    given = {"moment_id": moment_id, "author_id": author_id}
    return session.execute(_select_lines(by_author=True), given).scalars().all()


@build_once
def _select_lines(of_kind: bool = False, by_author: bool = False) -> Select[Sequel]:
    wanted = select(Sequel).where(col(Sequel.moment_id) == bindparam("moment_id"))
    if of_kind:
        wanted = wanted.where(col(Sequel.kind) == bindparam("kind"))
    if by_author:
        wanted = wanted.where(col(Sequel.author_id) == bindparam("author_id"))
    return wanted.where(col(Sequel.deleted_at).is_(None)).order_by(col(Sequel.id))


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
