"""What rests while a season of one question is on, and until when."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from bot.core.language.words import _
from bot.core.times import format_day, local_day
from storage.models import Schedule, Season, Team
from storage.prompts import seasons


def current_season(session: Session, team_id: int, at: datetime) -> Season | None:
    """Return the team's season that is on at a time, or None.

    It begins and ends at midnight in the team's zone.
    """
    season = seasons.find_open(session, team_id)
    return season if season and is_on(season, local_day(at, session.get_one(Team, team_id).zone)) else None


def is_on(season: Season, day: date) -> bool:
    """Return whether a season that has not ended is on at a date in the team's zone."""
    return season.from_on <= day < season.until_on


def rests_until(session: Session, schedule: Schedule, at: datetime) -> date | None:
    """Return when a schedule of questions asks again, if it rests at a time because another one has a season."""
    season = current_season(session, schedule.team_id, at)
    return season.until_on if season and season.schedule_id != schedule.id else None


def later_sentence(session: Session, team_id: int, at: datetime) -> str:
    """Return the sentence that says when a question that was chosen to come next really comes.

    It begins with a space, and is empty while no season is on.
    """
    season = current_season(session, team_id, at)
    if season is None:
        return ""
    day = format_day(season.until_on)
    return " " + _("A season of one question is on, so it has to wait until {day}.", day=day)
