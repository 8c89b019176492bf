"""Commands that wait for a person's word, so that nothing they typed is lost while we ask."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from storage.models import Pending


def put(session: Session, person_id: int, command: str, now: datetime) -> int:
    """Keep an encoded command; its id."""
    row = Pending(person_id=person_id, command=command, created_at=now)
    session.add(row)
    session.flush()
    return row.id


def peek(session: Session, person_id: int, pending_id: str) -> str | None:
    """The encoded command, for the person who typed it and nobody else."""
    row = session.get(Pending, int(pending_id)) if pending_id.isdecimal() else None
    return row.command if row and row.person_id == person_id else None


def choose(session: Session, pending_id: str, team_id: int) -> int:
    """Note the team a waiting command is for, once; the team it was first chosen for."""
    row = session.get_one(Pending, int(pending_id))
    row.team_id = row.team_id or team_id
    session.flush()
    return row.team_id


def drop(session: Session, event: str) -> None:
    """Drop the command that was done as this event, `pending:7`; another event has none."""
    pending_id = event.removeprefix("pending:")
    if pending_id != event and pending_id.isdecimal():
        session.execute(delete(Pending).where(col(Pending.id) == int(pending_id)))


def forget(session: Session, before: datetime) -> None:
    """Drop what nobody came back for."""
    session.execute(delete(Pending).where(col(Pending.created_at) <= before))
