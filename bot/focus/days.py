"""The days on which a team wants to be out of something: the check's card says so, without a new post."""

from __future__ import annotations

from datetime import datetime, time

from sqlmodel import Session

from bot.core.times import latest_day, local_day, utc_of
from storage.focus import checks

BATCH = 5
"""How many are handled in one transaction, for which other writers wait: well below 20 milliseconds."""


def next_day_due(session: Session) -> datetime | None:
    """Return when the next of these days begins in its team's zone, or None."""
    return min((utc_of(day, time(), zone) for day, zone in checks.list_untold_days(session)), default=None)


def has_day_due(session: Session, now: datetime) -> bool:
    """Return whether one of these days has begun and its card doesn't say so yet."""
    found = checks.list_untold_days(session, latest_day(now))
    return any(utc_of(day, time(), zone) <= now for day, zone in found)


def tell_due_days(session: Session, now: datetime) -> int:
    """Refresh the cards of a batch of lines whose day has come, and return how many there were.

    There may be more until it returns 0.
    """
    for day, zone in checks.list_untold_days(session, latest_day(now)):
        if utc_of(day, time(), zone) <= now:
            found = checks.list_untold(session, zone, local_day(now, zone), BATCH)
            for item in found:
                item.told_at = now
                session.flush()
                checks.refresh_check(session, item.check_id, now)
            return len(found)
    return 0
