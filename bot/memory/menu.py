"""What a person can look back at in private, as buttons: `memory` without a second word."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import Declaration, Needs
from bot.core.context import Context
from bot.core.language.words import _, lazy
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
    note = Button(_("Save as a private note"), context.store_if_long(WriteNote(command.rest)), Style.PRIMARY)
    return text_reply(
        _("What would you like to look back at? Only you can see it."),
        buttons=(
            *((note,) if command.rest else ()),
            Button(_("A year ago"), YearAgo()),
            Button(_("Tell a moment again"), TellAgain()),
            Button(_("What dead ends led to"), Memory()),
            Button(_("My book"), MakeBook()),
            Button(_("My private notes"), ListOwn()),
            Button(_("An aha from my career"), TellCareer()),
        ),
    )


DECLARATIONS = (
    Declaration(
        "memories",
        Memories,
        offer_memories,
        "memory",
        lazy("Look back in private"),
        personal=True,
        typed_only=True,
        instead=lazy("memory year, memory again, memory fuel, memory book, memory note, memory career"),
        read_only=True,
        needs=Needs.PERSON,
        at_once=True,
        button=lazy("Memories"),
        said_as="memories, remember, recall, look back, look back on 1, look back at 1",
    ),
)
