"""The data of a team's quest chart: experiments and finds, counted per day in the team's zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from sqlmodel import Session

from bot.charts.cache import draw_cached
from bot.charts.quest_chart import MAX_POINTS, QuestHistory, draw_quest_chart
from bot.core.messages import Picture
from bot.core.times import local_day, utc_of
from storage.models import Team
from storage.models.span import Span
from storage.recaps import recaps


def load_quest_chart_data(
    session: Session, team: Team, title: str, until: datetime, since: datetime | None = None
) -> QuestHistory | None:
    """Count the experiments and breakthroughs per day.

    The count starts at `since`, or at the team's first quest, experiment or breakthrough if
    that is later. Return None if nothing was tried or found.
    """
    began = recaps.first_quest_activity(session, team.id, until)
    if began is None:
        return None
    began = max(began, since or began)
    days = _spaced_days(local_day(began, team.zone), local_day(until, team.zone))
    edges = [began, *(_day_end(day, team.zone, until) for day in days)]
    tried = [experiments for experiments, _, _ in recaps.count_by_week(session, team.id, edges)]
    times = recaps.breakthrough_times(session, Span(team.id, began, until))
    if not (any(tried) or times):
        return None
    found = [max(local_day(at, team.zone), days[0]) for at in times]
    return QuestHistory(title, tuple(days), tuple(accumulate(tried)), tuple(found))


def _spaced_days(first: date, last: date) -> Sequence[date]:
    """Return at most `MAX_POINTS` evenly spaced days from first to last."""
    whole = (last - first).days
    steps = min(whole, MAX_POINTS - 1)
    return [first + timedelta(days=round(whole * step / steps)) for step in range(steps)] + [last]


def _day_end(day: date, zone: str, until: datetime) -> datetime:
    return min(utc_of(day + timedelta(days=1), time(), zone), until)


def draw_quest_picture(found: QuestHistory | None) -> Picture | None:
    """Draw the quest chart. Return None if there is no data or it cannot be drawn."""
    if found is None:
        return None
    return draw_cached(draw_quest_chart, found)
