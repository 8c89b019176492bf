"""A team's search as its picture needs it: counted from the rows, day by day in the team's zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from sqlmodel import Session

from bot.charts.cache import drawn
from bot.charts.quest_chart import POINTS, Search, draw
from bot.core.messages import Picture
from bot.core.times import local_day, utc_of
from storage.models import Team
from storage.recaps import recaps
from storage.recaps.recaps import Span


def search(
    session: Session, team: Team, title: str, until: datetime, since: datetime | None = None
) -> Search | None:
    """What was tried and found since a time, or since the search began; none where there was nothing of either."""
    began = recaps.search_began(session, team.id, until)
    if began is None:
        return None
    began = max(began, since or began)
    days = _days(local_day(began, team.zone), local_day(until, team.zone))
    edges = [began, *(_end(day, team.zone, until) for day in days)]
    tried = [experiments for experiments, _, _ in recaps.by_week(session, team.id, edges)]
    times = recaps.breakthrough_times(session, Span(team.id, began, until))
    if not (any(tried) or times):
        return None
    found = [max(local_day(at, team.zone), days[0]) for at in times]
    return Search(title, tuple(days), tuple(accumulate(tried)), tuple(found))


def _days(first: date, last: date) -> Sequence[date]:
    """Days from the first to the last, evenly apart where there are many; two at least."""
    first = min(first, last - timedelta(days=1))
    whole = (last - first).days
    steps = min(whole, POINTS - 1)
    return [first + timedelta(days=round(whole * step / steps)) for step in range(steps + 1)]


def _end(day: date, zone: str, until: datetime) -> datetime:
    return min(utc_of(day + timedelta(days=1), time(), zone), until)


def picture(found: Search | None) -> Picture | None:
    """The picture; none without anything in it, or where it cannot be drawn."""
    if found is None:
        return None
    return drawn(draw, found)
