"""When each schedule is due next, and handing the due ones to the planner of their kind.

The database rows hold all times, so any process may plan. A schedule has at most one post per
local date, and posts missed while nothing ran do not pile up.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from time import thread_time

from sqlmodel import Session

from bot.core.timers import DueSchedule, Planner
from bot.core.times import Occurrence, Rhythm, next_occurrence
from storage.delivery import refresh
from storage.engine.batch_reads import forget_batch
from storage.models import Schedule
from storage.schedules import planning_batch, schedules

log = logging.getLogger(__name__)

BATCH = 25
"""Schedules planned in one transaction, until it is known how long one takes."""
MOST = 100
"""The most schedules planned in one transaction, however short that is."""
JOB = 0.012
"""Seconds of processor time that planning takes at a time, because people's commands wait for it."""

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


@dataclass
class SchedulePlanning:
    """The planning of due schedules, in jobs of as many as take about JOB seconds."""

    planners: Mapping[str, Planner]
    size: int = BATCH

    def run_due(self, session: Session, now: datetime) -> int:
        """Plan as many due schedules as one job may take, and return how many. There may be more until 0."""
        began = thread_time()
        many = plan_due_schedules(session, now, self.planners, self.size)
        if many:
            self.size = _next_size(self.size, many, thread_time() - began)
        return many


def _next_size(size: int, many: int, took: float) -> int:
    """Return how many schedules the next job plans, after one of a size planned so many in some seconds."""
    if took > JOB:
        return max(1, int(many * JOB / took))
    return min(MOST, size * 2) if many == size and took < JOB / 2 else size


def plan_due_schedules(
    session: Session, now: datetime, planners: Mapping[str, Planner], limit: int = BATCH
) -> int:
    """Plan a batch of due schedules and return how many were advanced.

    There may be more until it returns 0.
    """
    found = schedules.list_due(session, now, limit)
    due = _list_worth_planning(session, found, now, planners)
    session.flush()
    for one_each in _group_by_turn(due):
        try:
            planning_batch.load_batch(session, {each.schedule.team_id for each in one_each}, now)
            _plan_together(session, one_each, now, planners)
        finally:
            forget_batch(session)
    return len(found)


def _list_worth_planning(
    session: Session, found: Sequence[Schedule], now: datetime, planners: Mapping[str, Planner]
) -> Sequence[DueSchedule]:
    """Set the next time of each schedule, and return those that are not too late to post."""
    homes = schedules.home_channels(session, {schedule.team_id for schedule in found})
    due = []
    for schedule in found:
        rhythm = _readable_rhythm(session, schedule, now)
        latest = rhythm and _advance_schedule(schedule, rhythm, now, planners[schedule.kind].late)
        if rhythm and latest and (home := homes.get(schedule.team_id)):
            due.append(DueSchedule(schedule, rhythm, latest, home))
    return due


def _group_by_turn(due: Sequence[DueSchedule]) -> Sequence[Sequence[DueSchedule]]:
    """Return groups in which each team has one schedule, so that its second sees what the first has planned."""
    groups: list[list[DueSchedule]] = []
    before: Counter[int] = Counter()
    for each in due:
        turn = before[each.schedule.team_id]
        before[each.schedule.team_id] += 1
        if turn == len(groups):
            groups.append([])
        groups[turn].append(each)
    return groups


def _plan_together(
    session: Session, due: Sequence[DueSchedule], now: datetime, planners: Mapping[str, Planner]
) -> None:
    """Plan schedules of different teams, whose postings are written in one statement."""
    for each in due:
        planners[each.schedule.kind].plan(session, each, now)
    planned = [one for each in due for one in each.planned]
    written = planning_batch.write_postings(session, [one.row for one in planned])
    for one in planned:
        if one.then is not None and (posting := written.get(one.row["key"])):
            one.then(posting)


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
