"""The first minute in a channel: what the bot does, a first question, and when the next ones come."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.core.adapter import Ways
from bot.core.context import Turn
from bot.core.messages import Button, Card, Post, Small, Style, Text, Title
from bot.core.posts import Composed
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


def plan(turn: Turn, team_id: int, channel: str) -> None:
    """Promise the hello of a new team, once."""
    postings.plan_once(
        turn.session, f"hello:{team_id}", PostingKind.HELLO, turn.seat.workspace_id, turn.now,
        team_id=team_id, channel=channel,
    )  # fmt: skip


def compose(session: Session, posting: Posting, now: datetime, ways: Ways) -> Composed:
    """What everyone in the channel sees, once."""
    team = str(posting.team_id)
    blocks = (
        Title("Hello, I am Ahabot"),
        Text((KEEPS.format(command=ways.command),)),
        Text((BRINGS_BACK,)),
        Small(("Anyone here can change when, or turn it off. Your words stay yours.",)),
    )
    buttons = (
        Button("A first question now", AskNow(team), Style.PRIMARY),
        Button("Start the weekly questions", Start(team)),
        Button("Change when", Plan(team)),
    )
    return Composed(Post(Card(blocks, buttons)))
