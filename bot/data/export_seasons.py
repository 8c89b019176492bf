"""The part of a team's export about its seasons of one question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage.data.export_seasons import read_pairs, read_seasons

Json = dict[str, Any]


def export_team_seasons(
    session: Session, team_id: int, format_time: Callable[[datetime], str]
) -> Iterator[Json]:
    """Yield the seasons of a team, oldest first."""
    shown = read_pairs(session, team_id)
    for season, kind, begun_by, ended_by in read_seasons(session, team_id):
        yield {
            "question": season.question,
            "schedule": kind,
            "from": season.from_on.isoformat(),
            "until": season.until_on.isoformat(),
            "begun_by": begun_by,
            "created_at": format_time(season.created_at),
            "ended_at": format_time(season.ended_at) if season.ended_at else None,
            "ended_by": ended_by,
            "shown": list(shown.get(season.id, ())),
        }
