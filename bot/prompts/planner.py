"""Planning a scheduled question, or the pause after three that nobody answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.core.timers import DueSchedule
from bot.prompts.bank.goal_questions import asked_fields
from bot.prompts.bank.hosts import take_pick
from bot.prompts.bank.team_bank import draw_question, find_bank_question
from bot.prompts.lifecycle import close_earlier_questions, first_step_at
from bot.prompts.seasons.planner import season_question
from bot.prompts.seasons.rests import current_season
from storage.engine.batch_reads import has_none
from storage.models import Posting, PostingKind, Schedule, ScheduleKind, Season
from storage.prompts.lifecycle import refresh_before_first
from storage.prompts.steps import ask_about_steps
from storage.schedules import schedules
from storage.schedules.planning_batch import ASKED

SILENCE_LIMIT = 3
"""Questions in a row without any answer until the schedule pauses."""


def plan_question(session: Session, due: DueSchedule, now: datetime) -> None:
    """Plan the next question, and close the ones before it.

    After SILENCE_LIMIT questions without an answer, plan the notice of the pause instead. Nothing is
    planned if there is no question to draw, or while another schedule has a season of one question.
    """
    schedule = due.schedule
    season = current_season(session, schedule.team_id, due.occurrence.at)
    if season is not None and season.schedule_id != schedule.id:
        return
    if _is_silent(session, schedule):
        schedules.stop_schedule(session, schedule.id, now)
        due.plan_posting(now, PostingKind.QUIET)
    elif asked := _choose_question(session, due, season):
        refresh_before_first(session, schedule.team_id, now)
        form = asked.get("form", "")
        anonymous = schedule.anonymous and not form
        turns_at = first_step_at(form, now, anonymous)
        due.plan_posting(
            now, PostingKind(schedule.kind), lambda posting: _follow_question(session, posting, now),
            anonymous=anonymous, turns_at=turns_at, **asked,
        )  # fmt: skip


def _is_silent(session: Session, schedule: Schedule) -> bool:
    """Return whether nobody answered the last SILENCE_LIMIT questions."""
    if has_none(session, ASKED, schedule.team_id):
        return False
    return schedules.count_unanswered(session, schedule.id, schedule.anchor, SILENCE_LIMIT) == SILENCE_LIMIT


def _follow_question(session: Session, posting: Posting, now: datetime) -> None:
    """Close the questions before a new one, and let a retrospective open with the steps given."""
    assert posting.team_id is not None
    if not has_none(session, ASKED, posting.team_id):
        close_earlier_questions(session, posting, now)
    if posting.kind == PostingKind.RETRO:
        ask_about_steps(session, posting, now)


def _choose_question(session: Session, due: DueSchedule, season: Season | None) -> dict[str, Any]:
    """Return the fields of the season's question, of the host's pick, or else of a drawn question.

    Empty if there is none to draw. In a season a host's pick waits.
    """
    schedule, day = due.schedule, due.occurrence.day
    if season is not None:
        return season_question(session, season)
    talks = schedule.kind == ScheduleKind.PROMPT
    if talks and (picked := take_pick(session, schedule.team_id, day)):
        asked = {"text": picked.text, "question": picked.question}
        if chosen := find_bank_question(session, schedule.team_id, picked.question):
            asked = asked_fields(session, schedule.team_id, chosen)
        return {**asked, "form": picked.form, "asked_by_id": picked.person_id}
    drawn = draw_question(session, schedule.team_id, schedule.kind)
    return asked_fields(session, schedule.team_id, drawn) if drawn else {}
