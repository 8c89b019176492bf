"""The welcome in a new channel: what the bot does, a first question, and when the next ones come."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.core.context import Context
from bot.core.messages import Button, Card, Post, Small, Style, Text, Title
from bot.core.origin import Capabilities
from bot.core.posts import ComposedPost
from bot.prompts.ask import AskNow
from bot.schedules.schedules import Plan, Start
from storage.delivery import postings
from storage.models import Posting, PostingKind

KEEPS = (
    "I keep what becomes clear to you, and what you learn where something fails. "
    "Put a 💡 on a message, or write {command} log and what you saw."
)
BRINGS_BACK = (
    "On Fridays I bring the week back, if something was kept. If you like, I also ask a question on "
    "Tuesdays, and one that looks back every second Thursday."
)


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


def compose_welcome(
    session: Session, posting: Posting, now: datetime, capabilities: Capabilities
) -> ComposedPost:
    """Compose the welcome that everyone in the channel sees."""
    team = str(posting.team_id)
    blocks = (
        Title("Hello, I am Ahabot"),
        Text((KEEPS.format(command=capabilities.command),)),
        Text((BRINGS_BACK,)),
        Small(("Anyone here can change when, or turn it off. Your words stay yours.",)),
    )
    buttons = (
        Button("A first question now", AskNow(team), Style.PRIMARY),
        Button("Start the weekly questions", Start(team)),
        Button("Change when", Plan(team)),
    )
    return ComposedPost(Post(Card(blocks, buttons)))
