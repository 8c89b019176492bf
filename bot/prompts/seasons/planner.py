"""The question of a season when its schedule is due, and the end of a season by its date."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlmodel import Session

from bot.core.times import latest_day, utc_of
from bot.prompts.seasons.end import end_season
from storage.delivery import postings
from storage.models import Season
from storage.prompts import seasons
from storage.prompts.seasons import CARD_KEY, EndingDay

BATCH = 5
"""Seasons that end in one transaction."""


def season_question(session: Session, season: Season) -> dict[str, Any]:
    """Return the fields of the posting that asks a season's question, always in the same words."""
    card = postings.find_by_key(session, f"{CARD_KEY}{season.id}")
    return {"text": season.question, "question": card.question if card else ""}


def end_due_seasons(session: Session, now: datetime) -> int:
    """End a batch of the seasons whose day has come. Return how many.

    There may be more until it returns 0.
    """
    due = _list_due(session, now)
    found = seasons.lock_ending(session, due, BATCH) if due else ()
    for season in found:
        end_season(session, season, now)
    return len(found)


def has_due(session: Session, now: datetime) -> bool:
    """Return whether a season is to end now."""
    return bool(_list_due(session, now))


def _list_due(session: Session, now: datetime) -> list[EndingDay]:
    return [day for day in seasons.list_ending_days(session, latest_day(now)) if _ends_at(day) <= now]


def next_due(session: Session) -> datetime | None:
    """Return when the next season ends by its date, or None."""
    return min(map(_ends_at, seasons.list_ending_days(session)), default=None)


def _ends_at(day: EndingDay) -> datetime:
    """Return the midnight at which a season ends."""
    return utc_of(day.until_on, time(), day.zone)
