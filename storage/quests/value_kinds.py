"""The kinds of value that a team added to the built-in ones."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from storage.models import ValueKind


def list_value_kinds(session: Session, team_id: int) -> Sequence[str]:
    """Return the names of the kinds of value that a team added, in alphabetical order."""
    wanted = select(col(ValueKind.name)).where(col(ValueKind.team_id) == team_id)
    return sorted(session.execute(wanted).scalars(), key=str.casefold)


def add_value_kind(session: Session, team_id: int, name: str) -> None:
    """Add a kind of value to a team. Do nothing when the team has it."""
    if session.get(ValueKind, (team_id, name)) is None:
        session.add(ValueKind(team_id=team_id, name=name))
        session.flush()
