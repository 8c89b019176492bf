"""The welcome in a new channel: what the bot does, a first question, and when the next ones come."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.core.context import Context
from bot.core.messages import Block, Button, Card, Post, Small, Style, Text, Title
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.prompts.ask import AskNow
from bot.schedules.pause_notice import set_by_phrase
from bot.schedules.schedules import Plan, Start
from storage.delivery import postings
from storage.models import Posting, PostingKind, ScheduleKind, Team
from storage.prompts.lifecycle import was_ever_asked
from storage.schedules import schedules

KEEPS = "I keep what becomes clear to you, and what you learn where something fails."
BRINGS_BACK = (
    "On Fridays I bring the week back, if something was kept. If you like, I also ask a question on "
    "Tuesdays, and one that looks back every second Thursday."
)


LOOKING_BACK = "questions that look back"


def plan_welcome(context: Context, team_id: int, channel: str) -> None:
    """Plan the welcome of a new team. It is posted once."""
    postings.plan_once(
        context.session, f"hello:{team_id}", PostingKind.HELLO, context.caller.workspace_id, context.now,
        team_id=team_id, channel=channel,
    )  # fmt: skip


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
    blocks = (
        Title("Hello, I am Ahabot"),
        Text((f"{KEEPS} {_saving_sentence(team, capabilities.command)}",)),
        Text((BRINGS_BACK,)),
        Small(("Anyone here can change when, or turn it off. Your words stay yours.",)),
        *done,
    )
    return ComposedPost(Post(Card(blocks, (*buttons, Button("Change when", Plan(str(team.id)))))))


def _saving_sentence(team: Team, command: str) -> str:
    """Return how a message is saved in this team: by which emoji, and of how many people."""
    if team.threshold == 1:
        return f"Put a {team.emoji} on what someone wrote, or write {command} log and what you saw."
    return (
        f"When {team.threshold} people put a {team.emoji} on what someone wrote, I save it. "
        f"Or write {command} log and what you saw."
    )


def _questions_line(session: Session, team_id: int) -> str:
    """Return the line that says which questions are on, or an empty string if none is."""
    for kind, which in ((ScheduleKind.PROMPT, "weekly questions"), (ScheduleKind.RETRO, LOOKING_BACK)):
        schedule = schedules.find_schedule(session, team_id, kind)
        if schedule is not None and schedule.active:
            return f"The {which} are on{set_by_phrase(session, schedule)}."
    return ""
