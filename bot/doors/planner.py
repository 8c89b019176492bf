"""When a card asks about a parked thing or a chance: once, on a working day on which the team isn't paused."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.core.times import local_day, morning_on_or_after, next_working_time
from bot.memory.followup_planner import is_team_silent
from storage.delivery import refresh
from storage.doors import doors
from storage.models import Chance, Kind, Moment, Parked, Team
from storage.teams import teams

BATCH = 5
"""How many are handled in one transaction, for which other writers wait: well below 20 milliseconds."""
DAY = timedelta(days=1)


def ask_due_cards(session: Session, now: datetime) -> int:
    """Let the cards ask that are due in a batch of teams. Return the number of teams.

    There may be more until it returns 0.
    """
    found = doors.list_due_teams(session, now, BATCH)
    for team_id in found:
        teams.lock_team(session, team_id)
        _ask_in_team(session, team_id, now)
        session.flush()
    return len(found)


def _ask_in_team(session: Session, team_id: int, now: datetime) -> None:
    """Ask what is due in a team, or wait for its next morning while it is paused."""
    zone = session.get_one(Team, team_id).zone
    today = local_day(now, zone)
    silent = is_team_silent(session, team_id, today)
    working = next_working_time(now, zone)
    for row, moment in doors.list_due(session, team_id, now):
        if _is_settled(row, moment):
            row.due_at = None
        elif moment.deleted_at is not None or silent:
            row.due_at = morning_on_or_after(today + DAY, zone)
        elif working > now or today < _first_day(row):
            row.due_at = max(working, morning_on_or_after(_first_day(row), zone))
        else:
            row.due_at, row.asked_at = None, now
            session.flush()
            refresh.refresh_card(session, moment.id, now)


def _is_settled(row: Parked | Chance, moment: Moment) -> bool:
    """Return whether there is nothing to ask any more."""
    match row:
        case Parked():
            return bool(row.decision) or moment.kind != Kind.SHINY
        case Chance():
            return bool(row.outcome) or row.until_on is None or moment.kind != Kind.CHANCE


def _first_day(row: Parked | Chance) -> date:
    """Return the first day on which a card asks: that of a parked thing, and the one after a chance's."""
    match row:
        case Parked():
            return row.until_on
        case Chance():
            assert row.until_on is not None
            return row.until_on + DAY
