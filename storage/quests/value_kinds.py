"""The kinds of value that a team added to the built-in ones.

A kind is there as long as a breakthrough has it, so that no word of it outlives an undo.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import Session, col

from storage.models import Kind, Moment, ValueKind


def list_value_kinds(session: Session, team_id: int) -> Sequence[str]:
    """Return the names of the kinds of value that a team added, in alphabetical order.

    Those that only removed breakthroughs have are left out. They come back when one is restored.
    """
    added = _list_added(session, team_id)
    used = _list_used(session, team_id, col(Moment.deleted_at).is_(None)) if added else ()
    return sorted((name for name in added if name in used), key=str.casefold)


def add_value_kind(session: Session, team_id: int, name: str) -> None:
    """Add a kind of value to a team. Do nothing when the team has it."""
    if session.get(ValueKind, (team_id, name)) is None:
        session.add(ValueKind(team_id=team_id, name=name))
        session.flush()


def erase_unused(session: Session, team_id: int) -> None:
    """Erase the kinds of value that no breakthrough of a team has any more, restorable ones included."""
    added = _list_added(session, team_id)
    used = _list_used(session, team_id, col(Moment.erased_at).is_(None)) if added else ()
    unused = [name for name in added if name not in used]
    if unused:
        theirs = (col(ValueKind.team_id) == team_id, col(ValueKind.name).in_(unused))
        session.execute(delete(ValueKind).where(*theirs))


def _list_added(session: Session, team_id: int) -> Sequence[str]:
    return (
        session.execute(select(col(ValueKind.name)).where(col(ValueKind.team_id) == team_id)).scalars().all()
    )


def _list_used(session: Session, team_id: int, *which: ColumnElement[bool]) -> Collection[str]:
    """Return all kinds of value that such breakthroughs of a team have."""
    value = col(Moment.parts)["value"].as_string()
    wanted = select(value).where(
        col(Moment.team_id) == team_id, col(Moment.kind) == Kind.BREAKTHROUGH, value.is_not(None), *which
    )
    found = session.execute(wanted.distinct()).scalars()
    return {name for part in found for name in part.splitlines()}
