"""The data of a team's quest chart: experiments and finds, counted per day in the team's zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate, pairwise

from sqlmodel import Session

from bot.charts.plans import plan_quest_chart
from bot.charts.quest_chart import MAX_POINTS, QuestHistory
from bot.core.pictures.drawing import Drawing, ShareMark
from bot.core.times import last_day, local_day, utc_of
from storage.models.span import Span
from storage.recaps import recaps


@dataclass(frozen=True)
class ChartSpan:
    """A team's time up to `until`, counted in days of a zone.

    It begins at `since`, or at the team's first quest, experiment or breakthrough if that is later.
    """

    team_id: int
    zone: str
    until: datetime
    since: datetime | None = None


def load_quest_chart_data(session: Session, span: ChartSpan, title: str) -> QuestHistory | None:
    """Count the experiments and breakthroughs per day. Return None if nothing was tried or found."""
    began = recaps.first_quest_activity(session, span.team_id, span.until)
    if began is None:
        return None
    began = max(began, span.since or began)
    days = _spaced_days(local_day(began, span.zone), last_day(span.until, span.zone))
    return _count_history(session, span, title, days, began)


def subtract_removed(session: Session, span: ChartSpan, posted: QuestHistory) -> QuestHistory | None:
    """Return a posted chart's data less what was removed since. Return None if nothing is left.

    What was saved or moved into these days since then is not counted.
    """
    began = utc_of(posted.days[0], time(), span.zone)
    now = _count_history(session, span, posted.title, posted.days, max(began, span.since or began))
    if now is None:
        return None
    tried = accumulate(map(min, _count_each(posted.experiments), _count_each(now.experiments)))
    found = Counter(posted.breakthroughs) & Counter(now.breakthroughs)
    left = replace(posted, experiments=tuple(tried), breakthroughs=tuple(sorted(found.elements())))
    return left if left.experiment_total or left.breakthroughs else None


def _count_each(totals: Sequence[int]) -> Iterator[int]:
    """Yield the number of each day from running totals."""
    return (total - before for before, total in pairwise((0, *totals)))


def _count_history(
    session: Session, span: ChartSpan, title: str, days: Sequence[date], began: datetime
) -> QuestHistory | None:
    edges = [began, *(_day_end(day, span.zone, span.until) for day in days)]
    tried = recaps.count_experiments(session, span.team_id, edges)
    times = recaps.breakthrough_times(session, Span(span.team_id, began, span.until))
    if not (any(tried) or times):
        return None
    found = [max(local_day(at, span.zone), days[0]) for at in times]
    return QuestHistory(title, tuple(days), tuple(accumulate(tried)), tuple(found))


def _spaced_days(first: date, last: date) -> Sequence[date]:
    """Return at most `MAX_POINTS` evenly spaced days from first to last."""
    whole = (last - first).days
    steps = min(whole, MAX_POINTS - 1)
    return [first + timedelta(days=round(whole * step / steps)) for step in range(steps)] + [last]


def _day_end(day: date, zone: str, until: datetime) -> datetime:
    return min(utc_of(day + timedelta(days=1), time(), zone), until)


def plan_quest_picture(found: QuestHistory | None, mark: ShareMark | None = None) -> Drawing | None:
    """Return the drawing of the quest chart, with a mark if there is one, or None if there is no data."""
    return None if found is None else plan_quest_chart(found, mark)
