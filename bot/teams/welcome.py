"""The welcome in a new channel: what the bot does, a first question, and when the next ones come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from bot.core.context import Context
from bot.core.messages import Block, Button, Card, Emoji, Line, Post, Small, Style, Text, Title
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.core.timers import is_running
from bot.core.times import weekday_names
from bot.core.zones.names import UNASKED, describe_zone
from bot.prompts.ask import AskNow
from bot.schedules.pause_notice import set_by_phrase
from bot.schedules.schedules import Plan, Start
from bot.schedules.zone import where_button
from storage.delivery import postings
from storage.models import Posting, PostingKind, Schedule, ScheduleKind, Team
from storage.prompts.lifecycle import was_ever_asked
from storage.schedules import schedules

KEEPS = "I keep what becomes clear to you, and what you learn where something fails."
RECAP_OFF = "The recap of the week is off for now."


LOOKING_BACK = "questions that look back"


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
    """Compose the welcome that everyone in the channel sees.

    Its buttons go once somebody did what they offer, here or elsewhere, and a small line says so.
    """
    team = session.get_one(Team, posting.team_id)
    done: list[Block] = []
    buttons: list[Button] = []
    if was_ever_asked(session, team.id):
        done.append(Small(("The first question is asked.",)))
    else:
        buttons.append(Button("A first question now", AskNow(str(team.id)), Style.PRIMARY))
    if said := _questions_line(session, team.id):
        done.append(Small((said,)))
    else:
        buttons.append(Button("Start the weekly questions", Start(str(team.id))))
    buttons += where_button(team.id, team.zone)
    blocks = (
        Title("Hello, I am Ahabot"),
        Text((f"{KEEPS} ", *_saving_sentence(team, capabilities.command))),
        Text((_describe_schedules(session, posting, now),)),
        Small(
            (
                f"{_zone_sentence(team.zone)} Anyone here can change when, or turn it off. Your words stay yours.",
            )
        ),
        *done,
    )
    return ComposedPost(Post(Card(blocks, (*buttons, Button("Change when", Plan(str(team.id)))))))


def _zone_sentence(zone: str) -> str:
    """Return which clock the team's times are in."""
    return (
        "Times are in UTC until I know where you are."
        if zone == UNASKED
        else f"Times are in {describe_zone(zone)}."
    )


def _saving_sentence(team: Team, command: str) -> Line:
    """Return how a message is saved in this team: by which emoji, and of how many people."""
    if team.threshold == 1:
        more = f" on what someone wrote, or write {command} log and what you saw."
        return ("Put a ", Emoji(team.emoji), more)
    more = f" on what someone wrote, I save it. Or write {command} log and what you saw."
    return (f"When {team.threshold} people put a ", Emoji(team.emoji), more)


def _questions_line(session: Session, team_id: int) -> str:
    """Return the line that says which questions are on, or an empty string if none is."""
    for kind, which in ((ScheduleKind.PROMPT, "weekly questions"), (ScheduleKind.RETRO, LOOKING_BACK)):
        schedule = schedules.find_schedule(session, team_id, kind)
        if schedule is not None and schedule.active:
            return f"The {which} are on{set_by_phrase(session, schedule)}."
    return ""
