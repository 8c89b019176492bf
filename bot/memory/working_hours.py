"""When a team is asked something later: from ten on, Monday to Friday, in its own zone.

A question that comes in the night or on a Sunday says that somebody should be working then.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from bot.core import times
from storage.memory import followups
from storage.models import FollowUpKind, Team

MORNING, EVENING = time(10), time(17)
"""From when, and until when, a team is asked; ten is when its question comes too (design, section 6)."""
DAY = timedelta(days=1)
SATURDAY = 6
"""The first ISO weekday on which nobody is asked."""


def morning(day: date, zone: str) -> datetime:
    """Ten o'clock (as UTC) on that day, or on the Monday after where it is a weekend's."""
    while day.isoweekday() >= SATURDAY:
        day += DAY
    return times.utc_of(day, MORNING, zone)


def working(at: datetime, zone: str) -> datetime:
    """That time where it is in working hours, or else the next morning after it."""
    local = at.astimezone(times.zone_or_utc(zone))
    if local.isoweekday() < SATURDAY and MORNING <= local.time() < EVENING:
        return at
    return morning(local.date() + (DAY if local.time() >= EVENING else timedelta()), zone)


def due(kept_at: datetime, kind: str, zone: str) -> datetime:
    """The first morning on which this is asked of a moment."""
    return morning(times.local_day(kept_at, zone) + followups.AFTER[kind], zone)


def expect(
    session: Session, team_id: int, moment_id: int, kept_at: datetime, kinds: Collection[FollowUpKind]
) -> None:
    """Let these be asked of a moment when their mornings come, each once."""
    zone = session.get_one(Team, team_id).zone
    followups.expect(session, team_id, moment_id, {kind: due(kept_at, kind, zone) for kind in kinds})
