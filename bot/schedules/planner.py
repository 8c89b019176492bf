"""From schedules to postings: when each schedule is due next, and the posts due now.

The database rows hold all times, so any process may plan. A schedule has at most one post per
local date, and posts missed while nothing ran do not pile up.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session

from bot.core.times import Occurrence, Period, Rhythm, next_occurrence, utc_of
from bot.memory.followup_planner import ask_in_recap
from bot.prompts.bank.hosts import take_pick
from bot.prompts.bank.team_bank import draw_question
from bot.prompts.lifecycle import close_earlier_questions, first_step_at
from bot.recaps.harvest import harvest_period
from bot.recaps.selection import is_period_empty
from storage.delivery import postings
from storage.models import PostingKind, Schedule, ScheduleKind
from storage.schedules import schedules
from storage.schedules.schedules import HomeChannel

log = logging.getLogger(__name__)

BATCH = 25
"""Schedules planned in one transaction.

It takes about a tenth of a second, and other writers wait for it.
"""

INSTANT = timedelta(microseconds=1)

LATENESS_LIMITS = {
    ScheduleKind.PROMPT: timedelta(hours=6),  # a question for the morning makes no sense at night
    ScheduleKind.RETRO: timedelta(hours=6),
    ScheduleKind.RECAP: timedelta(days=3),  # Friday's recap is still good on Monday morning
}
"""How late a post may be sent if nothing ran at its time. Later than that it is left out."""

SILENCE_LIMIT = 3
"""Questions in a row without any answer until the schedule pauses (design, section 1)."""


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


def plan_due_schedules(session: Session, now: datetime) -> int:
    """Plan a batch of due schedules and return how many were advanced.

    There may be more until it returns 0.
    """
    due = schedules.list_due(session, now, BATCH)
    homes = schedules.home_channels(session, {schedule.team_id for schedule in due})
    for schedule in due:
        latest, home = _advance_schedule(session, schedule, now), homes.get(schedule.team_id)
        if latest is not None and home is not None:
            _plan_scheduled_post(session, schedule, home, latest, now)
    session.flush()
    return len(due)


def _advance_schedule(session: Session, schedule: Schedule, now: datetime) -> Occurrence | None:
    """Set the schedule's next time and return its latest due occurrence.

    None if that is too late to post. A schedule with an invalid rhythm is turned off.
    """
    assert schedule.next_at is not None
    try:
        beat = schedule_rhythm(schedule)
    except ValueError:
        log.warning("schedule %s has no rhythm that can be read, so it is off now", schedule.id)
        schedules.stop_schedule(session, schedule.id)
        return None
    since = max(schedule.next_at, now - LATENESS_LIMITS[ScheduleKind(schedule.kind)])
    latest, coming_up = None, next_occurrence(beat, since - INSTANT)
    while coming_up.at <= now:
        latest, coming_up = coming_up, next_occurrence(beat, coming_up.at)
    schedule.next_at = coming_up.at
    return latest


def _plan_scheduled_post(
    session: Session, schedule: Schedule, home: HomeChannel, due: Occurrence, now: datetime
) -> None:
    if schedule.kind == ScheduleKind.RECAP:
        first, beat = due.day - timedelta(weeks=schedule.every), schedule_rhythm(schedule)
        since = utc_of(first, beat.at, beat.zone)
        harvest = harvest_period(session, schedule, due, next_occurrence(beat, due.at).day)
        kind = PostingKind.HARVEST if harvest else PostingKind.RECAP
        told = harvest or Period(since, due.at)
        _plan_posting_once(session, schedule, home, due, now, kind=kind, since=told.since, until=told.until)
        posting = postings.find_by_key(session, _posting_key(schedule, due))
        if posting and not is_period_empty(session, schedule.team_id, told):
            ask_in_recap(session, posting, now)
    elif schedules.count_unanswered(session, schedule.id, schedule.anchor, SILENCE_LIMIT) == SILENCE_LIMIT:
        schedules.stop_schedule(session, schedule.id)
        _plan_posting_once(session, schedule, home, due, now, kind=PostingKind.QUIET)
    elif asked := _choose_question(session, schedule, due.day):
        turns_at = first_step_at(asked.get("form", ""), now)
        _plan_posting_once(
            session, schedule, home, due, now, kind=PostingKind(schedule.kind), anonymous=schedule.anonymous,
            turns_at=turns_at, **asked,
        )  # fmt: skip
        if posting := postings.find_by_key(session, _posting_key(schedule, due)):
            close_earlier_questions(session, posting, now)


def _choose_question(session: Session, schedule: Schedule, day: date) -> dict[str, Any]:
    """Return the fields of the host's pick, or else of a drawn question.

    Empty if there is none to draw.
    """
    talks = schedule.kind == ScheduleKind.PROMPT
    if talks and (picked := take_pick(session, schedule.team_id, day)):
        return {
            "text": picked.text, "question": picked.question, "form": picked.form,
            "asked_by_id": picked.person_id,
        }  # fmt: skip
    drawn = draw_question(session, schedule.team_id, schedule.kind)
    return {"text": drawn.text, "question": drawn.key} if drawn else {}


def _plan_posting_once(
    session: Session, schedule: Schedule, home: HomeChannel, due: Occurrence, now: datetime, **more: Any
) -> None:
    """Plan one posting for a schedule's local date, however often it is called."""
    postings.plan_once(
        session, _posting_key(schedule, due), workspace_id=home.workspace_id, now=now,
        team_id=schedule.team_id, channel=home.channel, schedule_id=schedule.id, local_date=due.day, **more,
    )  # fmt: skip


def _posting_key(schedule: Schedule, due: Occurrence) -> str:
    return f"schedule:{schedule.id}:{due.day}"
