"""When each schedule is due next, and handing the due ones to the planner of their kind.

The database rows hold all times, so any process may plan. A schedule has at most one post per
local date, and posts missed while nothing ran do not pile up.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlmodel import Session

from bot.core.timers import DueSchedule, Planner
from bot.core.times import Occurrence, Rhythm, next_occurrence
from storage.delivery import refresh
from storage.models import Schedule
from storage.schedules import schedules

log = logging.getLogger(__name__)

BATCH = 25
"""Schedules planned in one transaction.

It takes about a tenth of a second, and other writers wait for it.
"""

INSTANT = timedelta(microseconds=1)


def schedule_rhythm(schedule: Schedule) -> Rhythm:
    """Return the schedule's rhythm. ValueError if its row holds no valid one."""
    return Rhythm(
        schedule.weekdays, time.fromisoformat(schedule.at), schedule.zone, schedule.every, schedule.anchor,
        schedule.paused_until,
    )  # fmt: skip


def coming_occurrence(session: Session, schedule: Schedule, after: datetime) -> Occurrence:
    """Return the next occurrence on a day that has no posting of this schedule yet."""
    return _first_free_occurrence(session, schedule.id, schedule_rhythm(schedule), after)


def _first_free_occurrence(session: Session, schedule_id: int, beat: Rhythm, after: datetime) -> Occurrence:
    found, last = next_occurrence(beat, after), schedules.last_posting_date(session, schedule_id)
    while last is not None and found.day <= last:
        found = next_occurrence(beat, found.at)
    return found


def activate_schedule(session: Session, schedule: Schedule, now: datetime) -> None:
    """Turn a schedule on.

    Its weeks, and its unanswered questions, are counted from its first occurrence.
    """
    schedule.active = True
    schedule.anchor = _first_free_occurrence(
        session, schedule.id, replace(schedule_rhythm(schedule), every=1), now
    ).day
    schedule.next_at = coming_occurrence(session, schedule, now).at
    session.flush()
    refresh.refresh_schedule(session, schedule.team_id, now)


def plan_due_schedules(session: Session, now: datetime, planners: Mapping[str, Planner]) -> int:
    """Plan a batch of due schedules and return how many were advanced.

    There may be more until it returns 0.
    """
    found = schedules.list_due(session, now, BATCH)
    homes = schedules.home_channels(session, {schedule.team_id for schedule in found})
    for schedule in found:
        planner = planners[schedule.kind]
        rhythm = _readable_rhythm(session, schedule, now)
        latest = rhythm and _advance_schedule(schedule, rhythm, now, planner.late)
        if rhythm and latest and (home := homes.get(schedule.team_id)):
            planner.plan(session, DueSchedule(schedule, rhythm, latest, home), now)
    session.flush()
    return len(found)


def _readable_rhythm(session: Session, schedule: Schedule, now: datetime) -> Rhythm | None:
    """Return the schedule's rhythm, or turn the schedule off if its row holds no valid one."""
    try:
        return schedule_rhythm(schedule)
    except ValueError:
        log.warning("schedule %s has no rhythm that can be read, so it is off now", schedule.id)
        schedules.stop_schedule(session, schedule.id, now)
        return None


def _advance_schedule(
    schedule: Schedule, rhythm: Rhythm, now: datetime, late: timedelta
) -> Occurrence | None:
    """Set the schedule's next time and return its latest due occurrence.

    None if that is too late to post.
    """
    assert schedule.next_at is not None
    since = max(schedule.next_at, now - late)
    latest, coming_up = None, next_occurrence(rhythm, since - INSTANT)
    while coming_up.at <= now:
        latest, coming_up = coming_up, next_occurrence(rhythm, coming_up.at)
    schedule.next_at = coming_up.at
    return latest
