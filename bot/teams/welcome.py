"""The welcome in a new channel: what the bot does, a first question, and when the next ones come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.core.context import Context
from bot.core.language.words import Lazy, _, lazy, nline
from bot.core.messages import Block, Button, Card, Emoji, Line, Post, Small, Style, Text, Title
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.timers import is_running
from bot.core.times import weekday_names
from bot.core.zones.names import UNASKED, describe_zone
from bot.prompts.ask import AskNow
from bot.schedules.schedules import Plan, Start
from bot.schedules.zone import where_button
from storage.delivery import postings
from storage.models import Person, Posting, PostingKind, Schedule, ScheduleKind, Team
from storage.prompts.lifecycle import was_ever_asked
from storage.schedules import schedules

KEEPS = lazy("I save your team's aha moments, and what you learn when something doesn't work.")
BY_NAME = lazy("You can also reply to a message with my name and “remember this”.")
ON_DAYS: Mapping[ScheduleKind, tuple[Lazy, Lazy]] = {
    ScheduleKind.RECAP: (
        lazy("Every {days} I post a short recap, unless nothing was saved."),
        lazy("Every other {days} I post a short recap, unless nothing was saved."),
    ),
    ScheduleKind.PROMPT: (
        lazy("Every {days} I ask a question."),
        lazy("Every other {days} I ask a question."),
    ),
    ScheduleKind.RETRO: (
        lazy("Every {days} I ask a retro question."),
        lazy("Every other {days} I ask a retro question."),
    ),
}
"""What a schedule posts, each week and every second one."""
IF_WANTED: Mapping[ScheduleKind, tuple[Lazy, Lazy]] = {
    ScheduleKind.PROMPT: (
        lazy("I can also ask a question every {days}."),
        lazy("I can also ask a question every other {days}."),
    ),
    ScheduleKind.RETRO: (
        lazy("I can also ask a retro question every {days}."),
        lazy("I can also ask a retro question every other {days}."),
    ),
}
"""What a schedule would post if it were on."""
BOTH_ON = lazy("I ask a question every {days}, and a retro question every other {retro_days}.")
BOTH_WANTED = lazy("I can also ask a question every {days}, and a retro question every other {retro_days}.")


def plan_welcome(context: Context, team_id: int) -> None:
    """Plan the welcome of a new team in its channel. It is posted once.

    In a forum it is posted where the first command was given.
    """
    origin = context.origin
    thread = origin.thread if origin.threads_only else ""
    postings.plan_once(
        context.session, f"hello:{team_id}", PostingKind.HELLO, context.caller.workspace_id, context.now,
        team_id=team_id, channel=origin.channel, thread=thread,
    )  # fmt: skip


def _describe_schedules(session: Session, posting: Posting, now: datetime) -> str:
    """Return what comes and when, as the team's schedules are now."""
    found = {each.kind: each for each in schedules.list_schedules(session, posting.team_id or 0)}
    on = {kind: is_running(each, now) for kind, each in found.items()}
    recap, prompt, retro = map(found.get, (ScheduleKind.RECAP, ScheduleKind.PROMPT, ScheduleKind.RETRO))
    said = [
        _name_days(ON_DAYS, recap) if recap and on[recap.kind] else _("The weekly recap is off for now."),
    ]
    asking = [each for each in (prompt, retro) if each]
    if prompt and retro and on[prompt.kind] is on[retro.kind] and (prompt.every, retro.every) == (1, 2):
        both = BOTH_ON if on[prompt.kind] else BOTH_WANTED
        days, retro_days = weekday_names(prompt.weekdays), weekday_names(retro.weekdays)
        return " ".join((*said, both(days=days, retro_days=retro_days)))
    said += [_name_days(ON_DAYS, each) for each in asking if on[each.kind]]
    said += [_name_days(IF_WANTED, each) for each in asking if not on[each.kind]]
    return " ".join(said)


def _name_days(sentences: Mapping[ScheduleKind, tuple[Lazy, Lazy]], schedule: Schedule) -> str:
    """Return a schedule's sentence with its days."""
    weekly, every_other = sentences[ScheduleKind(schedule.kind)]
    return (every_other if schedule.every == 2 else weekly)(days=weekday_names(schedule.weekdays))


def compose_welcome(
    session: Session, posting: Posting, now: datetime, capabilities: Capabilities
) -> ComposedPost:
    """Compose the welcome that everyone in the channel sees.

    Its buttons go once somebody did what they offer, here or elsewhere, and a small line says so.
    """
    team = session.get_one(Team, posting.team_id)
    done: list[Block] = []
    buttons: list[Button] = []
    if was_ever_asked(session, team.id):
        done.append(Small((_("I've asked the first question."),)))
    else:
        buttons.append(Button(_("Ask a question now"), AskNow(str(team.id)), Style.PRIMARY))
    if said := _questions_line(session, team.id):
        done.append(Small((said,)))
    else:
        buttons.append(Button(_("Turn on questions"), Start(str(team.id))))
    buttons += where_button(team.id, team.zone)
    blocks = (
        Title(_("Hello, I'm Ahabot")),
        Text((KEEPS(), " ", *_saving_sentence(team, capabilities.command), " ", BY_NAME())),
        Text((_describe_schedules(session, posting, now),)),
        Small((_zone_sentence(team.zone), " ", _("Anyone here can change that. Your words stay yours."))),
        *done,
    )
    return ComposedPost(Post(Card(blocks, (*buttons, Button(_("Change schedule"), Plan(str(team.id)))))))


def _zone_sentence(zone: str) -> str:
    """Return which clock the team's times are in."""
    if zone == UNASKED:
        return _("Times are in UTC until I know where you are.")
    return _("Times are in {zone}.", zone=describe_zone(zone))


def _saving_sentence(team: Team, command: str) -> Line:
    """Return how a message is saved in this team: by which emoji, and of how many people."""
    return nline(
        "React to a message with {emoji} to save it, or type {command} log and what you noticed.",
        "When {n} people react to a message with {emoji}, I save it. "
        "Or type {command} log and what you noticed.",
        team.threshold,
        emoji=Emoji(team.emoji),
        command=command,
    )


def _questions_line(session: Session, team_id: int) -> str:
    """Return the line that says which questions are on, or an empty string if none is."""
    prompt, retro = (
        schedules.find_schedule(session, team_id, kind) for kind in (ScheduleKind.PROMPT, ScheduleKind.RETRO)
    )
    if prompt is not None and prompt.active:
        name = _name_setter(session, prompt)
        return _("{name} turned on questions.", name=name) if name else _("Questions are on.")
    if retro is not None and retro.active:
        name = _name_setter(session, retro)
        return _("{name} turned on retro questions.", name=name) if name else _("Retro questions are on.")
    return ""


def _name_setter(session: Session, schedule: Schedule) -> str:
    """Return the name of the person who set a schedule as it is, or an empty string."""
    person = session.get(Person, schedule.set_by_id) if schedule.set_by_id else None
    return person.name if person else ""
