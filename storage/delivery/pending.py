"""Commands that wait for a person's word, so that nothing they typed is lost while we ask."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from storage.models import Pending


def put(session: Session, person_id: int, command: str, now: datetime) -> str:
    """Keep an encoded command; how it is called from now on, such as `7-1773651600`."""
    row = Pending(person_id=person_id, command=command, created_at=now)
    session.add(row)
    session.flush()
    return f"{row.id}-{_since(row)}"


def peek(session: Session, person_id: int, called: str) -> str | None:
    """The encoded command, for the person who typed it and nobody else."""
    row = _row(session, called)
    return row.command if row and row.person_id == person_id else None


def rewrite(session: Session, person_id: int, called: str, command: str) -> bool:
    """Let another command take the place of one that the same person left here; whether it is here."""
    row = _row(session, called)
    if row is None or row.person_id != person_id:
        return False
    row.command = command
    session.flush()
    return True


def choose(session: Session, called: str, team_id: int) -> int:
    """Note the team a waiting command is for, once; the team it was first chosen for. It has to be here."""
    row = _row(session, called)
    assert row is not None
    row.team_id = row.team_id or team_id
    session.flush()
    return row.team_id


def drop(session: Session, event: str) -> None:
    """Drop the command that was done as this event, `pending:7-1773651600`; another event has none."""
    called = event.removeprefix("pending:")
    if called != event and (row := _row(session, called)) is not None:
        session.execute(delete(Pending).where(col(Pending.id) == row.id))


def forget(session: Session, before: datetime) -> None:
    """Drop what nobody came back for."""
    session.execute(delete(Pending).where(col(Pending.created_at) <= before))


def _row(session: Session, called: str) -> Pending | None:
    """The row that is called so. An id alone would not do: SQLite gives that of a dropped row to the next one."""
    known, _, since = called.partition("-")
    row = session.get(Pending, int(known)) if known.isdecimal() else None
    return row if row and since in ("", str(_since(row))) else None


def _since(row: Pending) -> int:
    return int(row.created_at.timestamp())
