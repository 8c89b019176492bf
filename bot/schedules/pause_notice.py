"""The notice that scheduled questions paused."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.core.messages import Button, Card, Post, Text
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.schedules.schedules import Plan, Resume
from storage.models import Posting, Schedule, ScheduleKind


def compose_pause_notice(
    session: Session, posting: Posting, now: datetime, _capabilities: Capabilities
) -> ComposedPost:
    """Compose the one notice that a schedule pauses because its last three questions had no answer.

    Of anonymous ones nobody may know whether they had none or too few to show.
    """
    team = str(posting.team_id)
    schedule = session.get_one(Schedule, posting.schedule_id)
    which = "questions" if schedule.kind == ScheduleKind.PROMPT else "questions that look back"
    found = "had too few answers to show" if schedule.anonymous else "found no answer here"
    sentence = f"The last three {which} {found}, so I stop asking for now."
    buttons = (Button("Ask again", Resume(schedule.kind, team)), Button("Change when", Plan(team)))
    return ComposedPost(Post(Card((Text((sentence,)),), buttons)))
