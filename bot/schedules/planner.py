"""From schedules to postings: when each comes next, and what is due now.

The rows are the truth of time: any process may plan, a post is planned once a local date, and what was missed
while nothing ran does not pile up.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session

from bot.core import times
from bot.core.times import Occurrence, Rhythm
from bot.memory import followups
from bot.prompts import lifecycle as course
from bot.prompts.bank import hosts, team_bank
from bot.recaps import harvest as harvests
from bot.recaps.selection import is_empty
from storage.delivery import postings
from storage.models import PostingKind, Schedule, ScheduleKind
from storage.schedules import schedules
from storage.schedules.schedules import Home

log = logging.getLogger(__name__)

BATCH = 25
"""Schedules planned in one transaction: a tenth of a second, for which whoever writes meanwhile waits."""

INSTANT = timedelta(microseconds=1)

LATE = {
    ScheduleKind.PROMPT: timedelta(hours=6),  # a question for the morning makes no sense at night
    ScheduleKind.RETRO: timedelta(hours=6),
    ScheduleKind.RECAP: timedelta(days=3),  # Friday's recap is still good on Monday morning
}
"""How late a post may be, when nothing ran at its time; later than that it is left out."""

UNHEARD = 3
"""Questions in a row without any answer, until they pause (design, section 1)."""


def rhythm(schedule: Schedule) -> Rhythm:
    """The schedule's rhythm. ValueError where its row makes none."""
    return Rhythm(
        schedule.weekdays, time.fromisoformat(schedule.at), schedule.zone, schedule.every, schedule.anchor,
        schedule.paused_until,
    )  # fmt: skip


def coming(session: Session, schedule: Schedule, after: datetime) -> Occurrence:
    """The next occurrence, on a day that has no posting of this schedule yet."""
    return _free(session, schedule.id, rhythm(schedule), after)


def _free(session: Session, schedule_id: int, beat: Rhythm, after: datetime) -> Occurrence:
    found, last = times.next_occurrence(beat, after), schedules.last_day(session, schedule_id)
    while last is not None and found.day <= last:
        found = times.next_occurrence(beat, found.at)
    return found


def begin(session: Session, schedule: Schedule, now: datetime) -> None:
    """Turn a schedule on: its weeks, and the answers it hopes for, are counted from its first time on."""
    schedule.active = True
    schedule.anchor = _free(session, schedule.id, replace(rhythm(schedule), every=1), now).day
    schedule.next_at = coming(session, schedule, now).at
    session.flush()


def plan_due(session: Session, now: datetime) -> int:
    """Plan a batch of what is due; how many schedules were moved on. There may be more until it is 0."""
    due = schedules.due(session, now, BATCH)
    homes = schedules.homes(session, {schedule.team_id for schedule in due})
    for schedule in due:
        latest, home = _move_on(session, schedule, now), homes.get(schedule.team_id)
        if latest is not None and home is not None:
            _plan_post(session, schedule, home, latest, now)
    session.flush()
    return len(due)


def _move_on(session: Session, schedule: Schedule, now: datetime) -> Occurrence | None:
    """Set the next time, and give back the latest of those that are due, unless it is too late for that."""
    assert schedule.next_at is not None
    try:
        beat = rhythm(schedule)
    except ValueError:
        log.warning("schedule %s has no rhythm that can be read, so it is off now", schedule.id)
        schedules.stop(session, schedule.id)
        return None
    since = max(schedule.next_at, now - LATE[ScheduleKind(schedule.kind)])
    latest, coming_up = None, times.next_occurrence(beat, since - INSTANT)
    while coming_up.at <= now:
        latest, coming_up = coming_up, times.next_occurrence(beat, coming_up.at)
    schedule.next_at = coming_up.at
    return latest


def _plan_post(session: Session, schedule: Schedule, home: Home, due: Occurrence, now: datetime) -> None:
    if schedule.kind == ScheduleKind.RECAP:
        first, beat = due.day - timedelta(weeks=schedule.every), rhythm(schedule)
        since = times.utc_of(first, beat.at, beat.zone)
        harvest = harvests.period(session, schedule, due, times.next_occurrence(beat, due.at).day)
        kind = PostingKind.HARVEST if harvest else PostingKind.RECAP
        told = harvest or times.Period(since, due.at)
        _plan(session, schedule, home, due, now, kind=kind, since=told.since, until=told.until)
        posting = postings.by_key(session, _key(schedule, due))
        if posting and not is_empty(session, schedule.team_id, told):
            followups.ask_in_recap(session, posting, now)
    elif schedules.unheard(session, schedule.id, schedule.anchor, UNHEARD) == UNHEARD:
        schedules.stop(session, schedule.id)
        _plan(session, schedule, home, due, now, kind=PostingKind.QUIET)
    elif asked := _to_ask(session, schedule, due.day):
        turns_at = course.first(asked.get("form", ""), now)
        _plan(
            session, schedule, home, due, now, kind=PostingKind(schedule.kind), anonymous=schedule.anonymous,
            turns_at=turns_at, **asked,
        )  # fmt: skip
        if posting := postings.by_key(session, _key(schedule, due)):
            course.close_earlier(session, posting, now)


def _to_ask(session: Session, schedule: Schedule, day: date) -> dict[str, Any]:
    """What the host picked, else what is drawn; nothing where there is nothing to draw."""
    talks = schedule.kind == ScheduleKind.PROMPT
    if talks and (picked := hosts.take(session, schedule.team_id, day)):
        return {
            "text": picked.text, "question": picked.question, "form": picked.form,
            "asked_by_id": picked.person_id,
        }  # fmt: skip
    drawn = team_bank.draw(session, schedule.team_id, schedule.kind)
    return {"text": drawn.text, "question": drawn.key} if drawn else {}


def _plan(
    session: Session, schedule: Schedule, home: Home, due: Occurrence, now: datetime, **more: Any
) -> None:
    """One posting for a schedule's local date, however often it is planned."""
    postings.plan_once(
        session, _key(schedule, due), workspace_id=home.workspace_id, now=now,
        team_id=schedule.team_id, channel=home.channel, schedule_id=schedule.id, local_date=due.day, **more,
    )  # fmt: skip


def _key(schedule: Schedule, due: Occurrence) -> str:
    return f"schedule:{schedule.id}:{due.day}"
