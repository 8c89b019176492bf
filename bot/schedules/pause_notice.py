"""The notice that scheduled questions paused."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.core.language.words import _
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
    sentence = _say_paused(schedule)
    change = Button(_("Change schedule"), Plan(team))
    if schedule.active:
        on = Small((_say_on_again(session, schedule),))
        return ComposedPost(Post(Card((Text((sentence,)), on), (change,))))
    again = Button(_("Ask again"), Resume(schedule.kind, team))
    return ComposedPost(Post(Card((Text((sentence,)),), (again, change))))


def _say_paused(schedule: Schedule) -> str:
    talks = schedule.kind == ScheduleKind.PROMPT
    if schedule.anonymous and talks:
        return _("My last three questions got too few answers to show, so I'll stop asking for now.")
    if schedule.anonymous:
        return _(
            "My last three retro questions got too few answers to show, so I'll stop asking them for now."
        )
    if talks:
        return _("Nobody answered my last three questions, so I'll stop asking for now.")
    return _("Nobody answered my last three retro questions, so I'll stop asking them for now.")


def _say_on_again(session: Session, schedule: Schedule) -> str:
    person = session.get(Person, schedule.set_by_id) if schedule.set_by_id else None
    if person and person.name:
        return _("{name} turned them on again.", name=person.name)
    return _("They're on again.")
