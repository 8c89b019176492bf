"""The hours for a team's follow-up questions: Monday to Friday, 10:00 to 17:00 in its zone.

A question at night or on a Sunday would suggest that someone should be working then.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from bot.core.times import local_day, utc_of, zone_or_utc
from storage.memory import followups
from storage.models import FollowUpKind, Team

MORNING, EVENING = time(10), time(17)
"""When a team's follow-ups may be asked: from ten until five.

Ten is also when its weekly question comes.
"""
DAY = timedelta(days=1)
SATURDAY = 6
"""The ISO weekday from which on nobody is asked."""


def morning_on_or_after(day: date, zone: str) -> datetime:
    """Return ten o'clock, in UTC, on that day, or on the following Monday for a weekend day."""
    while day.isoweekday() >= SATURDAY:
        day += DAY
    return utc_of(day, MORNING, zone)


def next_working_time(at: datetime, zone: str) -> datetime:
    """Return the time itself within working hours, or the next morning after it."""
    local = at.astimezone(zone_or_utc(zone))
    if local.isoweekday() < SATURDAY and MORNING <= local.time() < EVENING:
        return at
    return morning_on_or_after(local.date() + (DAY if local.time() >= EVENING else timedelta()), zone)


def followup_due_at(kept_at: datetime, kind: str, zone: str) -> datetime:
    """Return the first morning on which a follow-up of this kind is asked about a moment."""
    return morning_on_or_after(local_day(kept_at, zone) + followups.ASK_AFTER[kind], zone)


def plan_followups(
    session: Session, team_id: int, moment_id: int, kept_at: datetime, kinds: Collection[FollowUpKind]
) -> None:
    """Plan follow-ups of these kinds for a moment, each once, on their mornings."""
    zone = session.get_one(Team, team_id).zone
    followups.plan_followups(
        session, team_id, moment_id, {kind: followup_due_at(kept_at, kind, zone) for kind in kinds}
    )
