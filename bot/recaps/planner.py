"""Planning the weekly recap, or the quarterly harvest in its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.core.posts import RecapSource
from bot.core.timers import DueSchedule
from bot.core.times import Period, next_occurrence, utc_of
from bot.memory.followup_planner import ask_in_recap
from bot.recaps.harvest import harvest_period
from bot.recaps.selection import is_period_empty
from storage.models import PostingKind


def plan_recap(
    session: Session, due: DueSchedule, now: datetime, sources: Sequence[RecapSource] = ()
) -> None:
    """Plan the recap of the schedule's last weeks, or the harvest if one is due.

    One that has anything to tell also asks one follow-up question that waits for a recap.
    """
    harvest = harvest_period(session, due.schedule, due.occurrence, _next_day(due))
    kind = PostingKind.HARVEST if harvest else PostingKind.RECAP
    period = harvest or _weeks_before(due)
    posting = due.plan_posting(session, now, kind, since=period.since, until=period.until)
    if posting and not is_period_empty(session, due.schedule.team_id, period):
        ask_in_recap(session, posting, now)
        for each in sources if kind is PostingKind.RECAP else ():
            each.plan(session, posting, now)


def _weeks_before(due: DueSchedule) -> Period:
    """Return the time from the same wall time one interval earlier to the occurrence."""
    first = due.occurrence.day - timedelta(weeks=due.schedule.every)
    return Period(utc_of(first, due.rhythm.at, due.rhythm.zone), due.occurrence.at)


def _next_day(due: DueSchedule) -> date:
    return next_occurrence(due.rhythm, due.occurrence.at).day
