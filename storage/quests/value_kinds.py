"""The kinds of value that a team added to those there are."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from storage.models import ValueKind


def of_team(session: Session, team_id: int) -> Sequence[str]:
    """Their names, in alphabetical order."""
    wanted = select(col(ValueKind.name)).where(col(ValueKind.team_id) == team_id)
    return sorted(session.execute(wanted).scalars(), key=str.casefold)


def add(session: Session, team_id: int, name: str) -> None:
    """One more, unless it is there."""
    if session.get(ValueKind, (team_id, name)) is None:
        session.add(ValueKind(team_id=team_id, name=name))
        session.flush()
