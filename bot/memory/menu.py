"""What a person can look back at in private, as buttons: `memory` without a second word."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import Declaration, Needs
from bot.core.context import Context
from bot.core.language.words import lazy
from bot.core.messages import Button, Reply, Style, text_reply
from bot.core.params import user_text
from bot.memory.book.commands import ListOwn, MakeBook, TellCareer, WriteNote
from bot.memory.fuel import Memory
from bot.memory.look_backs import TellAgain
from bot.memory.year_ago import YearAgo


@dataclass(frozen=True)
class Memories:
    """The command to choose what to look back at. `rest` is text behind it, which may become a note."""

    rest: str = user_text()


def offer_memories(context: Context, command: Memories) -> Reply:
    """Offer what can be looked back at, each as a button. Text that was typed too can be kept as a note."""
    note = Button(
        "Keep it as a note to myself", context.store_if_long(WriteNote(command.rest)), Style.PRIMARY
    )
    return text_reply(
        "What would you like to look back at? Only you see it.",
        buttons=(
            *((note,) if command.rest else ()),
            Button("A year ago", YearAgo()),
            Button("Tell one again", TellAgain()),
            Button("A breakthrough of yours", Memory()),
            Button("My book", MakeBook()),
            Button("What I kept for myself", ListOwn()),
            Button("An aha of my career", TellCareer()),
        ),
    )


DECLARATIONS = (
    Declaration(
        "memories",
        Memories,
        offer_memories,
        "memory",
        lazy("Look back in private"),
        typed_only=True,
        instead="memory fuel, and the others that begin with memory",
        read_only=True,
        needs=Needs.PERSON,
        at_once=True,
        button=lazy("Memory"),
        said_as="memories, remember, recall, look back, look back on 1, look back at 1",
    ),
)
