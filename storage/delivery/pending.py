"""Pending commands: they wait for a person's answer to a question, so that no typed text is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, bindparam, delete, select
from sqlmodel import Session, col

from storage.engine.leftovers import Leftovers, is_before
from storage.engine.statements import build_once
from storage.models import Pending

MICROSECONDS = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OLD = Leftovers(Pending, Pending.created_at, (is_before(Pending.created_at),))
"""The commands that nobody completed in time."""


def save_command(session: Session, person_id: int, command: str, now: datetime) -> str:
    """Save an encoded command and return its reference, such as `7-1773651600000000`."""
    row = Pending(person_id=person_id, command=command, created_at=now)
    session.add(row)
    session.flush()
    return _reference(row)


def find_command(session: Session, person_id: int, called: str) -> str | None:
    """Return an encoded command, for the person who typed it only, or None."""
    row = _find_row(session, called)
    return row.command if row and row.person_id == person_id else None


def replace_command(session: Session, person_id: int, called: str, command: str) -> bool:
    """Replace a pending command of the same person and return whether it existed."""
    row = _find_row(session, called)
    if row is None or row.person_id != person_id:
        return False
    row.command = command
    session.flush()
    return True


def set_team(session: Session, called: str, team_id: int) -> int:
    """Set the team of a pending command once, and return the team first set.

    The command must exist.
    """
    row = _find_row(session, called)
    assert row is not None
    row.team_id = row.team_id or team_id
    session.flush()
    return row.team_id


def find_team(session: Session, person_id: int, called: str) -> int:
    """Return the team that the person chose for a pending command, or 0."""
    row = _find_row(session, called)
    return row.team_id if row and row.person_id == person_id else 0


def delete_command(session: Session, person_id: int, called: str) -> bool:
    """Delete a pending command of this person and return whether it existed."""
    row = _find_row(session, called)
    if row is None or row.person_id != person_id:
        return False
    session.execute(delete(Pending).where(col(Pending.id) == row.id))
    return True


def belongs_to_another(session: Session, person_id: int, called: str) -> bool:
    """Return whether a command waits for the answer of another person."""
    row = _find_row(session, called)
    return row is not None and row.person_id != person_id


def list_commands(session: Session, person_id: int) -> Sequence[tuple[str, str, int]]:
    """Return the references of a person's commands, with the encoded commands and the teams chosen, or 0."""
    found = session.execute(_select_of_person(), {"person_id": person_id}).scalars()
    return [(_reference(row), row.command, row.team_id or 0) for row in found]


@build_once
def _select_of_person() -> Select[Pending]:
    return select(Pending).where(col(Pending.person_id) == bindparam("person_id"))


def delete_by_event(session: Session, event: str) -> None:
    """Delete the command that ran as an event, such as `pending:7-1773651600000000`.

    Do nothing for other events.
    """
    called = event.removeprefix("pending:")
    if called != event and (row := _find_row(session, called)) is not None:
        session.execute(delete(Pending).where(col(Pending.id) == row.id))


def _find_row(session: Session, called: str) -> Pending | None:
    """Return the row of a reference, or None.

    The id alone is not enough, because SQLite reuses the id of a deleted row. Older references have whole
    seconds, in which two rows may have had one id after the other.
    """
    known, _, since = called.partition("-")
    row = session.get(Pending, int(known)) if known.isdecimal() and len(known) < 10 else None
    if row is None:
        return None
    microseconds = _created_microseconds(row)
    return row if since in ("", str(microseconds), str(microseconds // MICROSECONDS)) else None


def _reference(row: Pending) -> str:
    return f"{row.id}-{_created_microseconds(row)}"


def _created_microseconds(row: Pending) -> int:
    return (row.created_at - EPOCH) // timedelta(microseconds=1)
