"""The welcome in a new channel: what the bot does, a first question, and when the next ones come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.core.context import Context
from bot.core.messages import Button, Card, Post, Small, Style, Text, Title
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.timers import is_running
from bot.core.times import weekday_names
from bot.prompts.ask import AskNow
from bot.schedules.schedules import Plan, Start
from storage.delivery import postings
from storage.models import Posting, PostingKind, Schedule, ScheduleKind
from storage.schedules import schedules

KEEPS = (
    "I keep what becomes clear to you, and what you learn where something fails. "
    "Put a 💡 on a message, or write {command} log and what you saw."
)
RECAP_OFF = "The recap of the week is off for now."


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
    found = schedules.list_schedules(session, posting.team_id or 0)
    on, off = (
        {each.kind: each for each in found if is_running(each, now) is state} for state in (True, False)
    )
    recap = on.get(ScheduleKind.RECAP)
    back = f"{_days(recap)} I bring the week back, if something was kept." if recap else RECAP_OFF
    asked = (_describe_questions("I also ask", on), _describe_questions("If you like, I also ask", off))
    return " ".join(filter(None, (back[:1].upper() + back[1:], *asked)))


def _describe_questions(begins: str, found: Mapping[str, Schedule]) -> str:
    """Return a sentence about the questions among these schedules, or an empty one without any."""
    prompt, retro = found.get(ScheduleKind.PROMPT), found.get(ScheduleKind.RETRO)
    asked = [f"a question {_days(prompt)}"] if prompt else []
    if retro:
        asked.append(f"{'one' if prompt else 'a question'} that looks back {_days(retro)}")
    return f"{begins} {', and '.join(asked)}." if asked else ""


def _days(schedule: Schedule) -> str:
    """Return a schedule's days, such as `on Tuesdays` or `every second Thursday`."""
    days = weekday_names(schedule.weekdays)
    if schedule.every == 2:
        return f"every second {days}"
    return f"on {days.replace(',', 's,').replace(' and', 's and')}s"


def compose_welcome(
    session: Session, posting: Posting, now: datetime, capabilities: Capabilities
) -> ComposedPost:
    """Compose the welcome that everyone in the channel sees."""
    team = str(posting.team_id)
    blocks = (
        Title("Hello, I am Ahabot"),
        Text((KEEPS.format(command=capabilities.command),)),
        Text((_describe_schedules(session, posting, now),)),
        Small(("Anyone here can change when, or turn it off. Your words stay yours.",)),
    )
    buttons = (
        Button("A first question now", AskNow(team), Style.PRIMARY),
        Button("Start the weekly questions", Start(team)),
        Button("Change when", Plan(team)),
    )
    return ComposedPost(Post(Card(blocks, buttons)))
