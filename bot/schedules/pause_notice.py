"""The notice that scheduled questions paused."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.core.messages import Button, Card, Post, Small, Text
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.schedules.schedules import Plan, Resume
from storage.models import Person, Posting, Schedule, ScheduleKind


def compose_pause_notice(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost:
    """Compose the one notice that a schedule pauses because its last three questions had no answer.

    Of anonymous ones nobody may know whether they had none or too few to show. Once the schedule is on
    again, it says so and no longer offers that.
    """
    team = str(posting.team_id)
    schedule = session.get_one(Schedule, posting.schedule_id)
    which = "questions" if schedule.kind == ScheduleKind.PROMPT else "questions that look back"
    found = "had too few answers to show" if schedule.anonymous else "found no answer here"
    sentence = f"The last three {which} {found}, so I stop asking for now."
    change = Button("Change when", Plan(team))
    if schedule.active:
        on = Small((f"They're on again{set_by_phrase(session, schedule)}.",))
        return ComposedPost(Post(Card((Text((sentence,)), on), (change,))))
    again = Button("Ask again", Resume(schedule.kind, team))
    return ComposedPost(Post(Card((Text((sentence,)),), (again, change))))


def set_by_phrase(session: Session, schedule: Schedule) -> str:
    """Return who set a schedule as it is, for the end of a sentence. Empty if nobody is known."""
    person = session.get(Person, schedule.set_by_id) if schedule.set_by_id else None
    return f", as {person.name} set them" if person and person.name else ""
