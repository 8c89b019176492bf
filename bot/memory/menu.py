"""What a person can look back at in private, as buttons: `memory` without a second word."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import Declaration, Needs
from bot.core.context import Context
from bot.core.messages import Button, Reply, text_reply
from bot.memory.book.commands import ListOwn, MakeBook
from bot.memory.fuel import Memory
from bot.memory.look_backs import TellAgain
from bot.memory.year_ago import YearAgo


@dataclass(frozen=True)
class Memories:
    """The command to choose what to look back at."""


def offer_memories(_context: Context, _command: Memories) -> Reply:
    """Offer what can be looked back at, each as a button."""
    return text_reply(
        "What would you like to look back at? Only you see it.",
        buttons=(
            Button("A year ago", YearAgo()),
            Button("Tell one again", TellAgain()),
            Button("A breakthrough of yours", Memory()),
            Button("My book", MakeBook()),
            Button("What I kept for myself", ListOwn()),
        ),
    )


DECLARATIONS = (
    Declaration(
        "memories",
        Memories,
        offer_memories,
        "memory",
        "Look back in private",
        typed_only=True,
        instead="memory fuel, and the others that begin with memory",
        read_only=True,
        needs=Needs.PERSON,
        at_once=True,
        button="Memory",
        said_as="memories, remember, recall, look back",
    ),
)
