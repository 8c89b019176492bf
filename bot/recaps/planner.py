"""Planning the weekly recap, or the quarterly harvest in its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from sqlmodel import Session

from bot.core.parts.posts import sources_on
from bot.core.posts import RecapSource
from bot.core.timers import DueSchedule
from bot.core.times import Period, next_occurrence, utc_of
from bot.memory.followup_planner import ask_in_recap
from bot.memory.look_backs import refresh_due_cards
from bot.memory.quiet_month import QUIET, is_quiet_month
from bot.recaps.harvest import harvest_period
from bot.recaps.selection import is_period_empty
from storage.models import Posting, PostingKind
from storage.recaps import recaps


def plan_recap(
    session: Session, due: DueSchedule, now: datetime, sources: Sequence[RecapSource] = ()
) -> None:
    """Plan the recap of the schedule's last weeks, or the harvest if one is due.

    One that has anything to tell also asks one follow-up question that waits for a recap, and the other
    rooms note what they ask in it. After a quiet month, one line offers to look back in its place.
    """
    team_id = due.schedule.team_id
    refresh_due_cards(session, team_id, due.schedule.id, now)
    harvest = harvest_period(session, due.schedule, due.occurrence, _next_day(due))
    period = harvest or _weeks_before(session, due)
    empty = is_period_empty(session, team_id, period, sources)
    if empty and _is_quiet(session, team_id, period.until, sources):
        due.plan_posting(now, PostingKind.LOOK_BACK)
        return
    kind = PostingKind.HARVEST if harvest else PostingKind.RECAP
    then = None if empty else partial(_note_questions, session, now=now, sources=sources)
    due.plan_posting(now, kind, then, since=period.since, until=period.until)


def _note_questions(
    session: Session, posting: Posting, now: datetime, sources: Sequence[RecapSource]
) -> None:
    """Ask one question that waits for a recap, and let the other rooms note what they ask in it."""
    ask_in_recap(session, posting, now)
    for each in sources_on(session, posting.team_id, sources):
        each.plan(session, posting, now)


def _is_quiet(session: Session, team_id: int, until: datetime, sources: Sequence[RecapSource]) -> bool:
    """Return whether nothing was kept or answered for a month, and the team wasn't offered to look back since."""
    if not is_quiet_month(session, team_id, until):
        return False
    return is_period_empty(session, team_id, Period(until - QUIET, until), sources)


def _weeks_before(session: Session, due: DueSchedule) -> Period:
    """Return the time from the same wall time one interval earlier to the occurrence.

    If a late harvest took the place of the recap before, this one begins where the harvest ended, so that
    nothing in between is told by neither.
    """
    first = utc_of(due.occurrence.day - timedelta(weeks=due.schedule.every), due.rhythm.at, due.rhythm.zone)
    harvest = recaps.last_harvest(session, due.schedule.team_id)
    if harvest is not None and harvest.until is not None and harvest.created_at >= first:
        first = min(first, harvest.until)
    return Period(first, due.occurrence.at)


def _next_day(due: DueSchedule) -> date:
    return next_occurrence(due.rhythm, due.occurrence.at).day
