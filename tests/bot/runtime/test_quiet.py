"""Tests that messages between people leave no trace, not even their names."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.core.events import EmojiAdded, EmojiRemoved, MessageDeleted, MessageEdited, ReplyWritten
from bot.runtime.bot import Bot
from storage.models import Person
from tests.support.people import Everyone


@pytest.mark.parametrize(
    "event",
    [
        ReplyWritten("m9", "just talking"),
        MessageEdited("m9", "just talking still"),
        MessageDeleted("m9"),
        EmojiAdded("m9", "👍", "U-mei", "Mei"),
        EmojiRemoved("m9", "👍"),
    ],
)
async def test_talk_among_themselves(people: Everyone, bot: Bot, event: object) -> None:
    """Ben and Mei talk in the channel. The bot knows only Ana, who used it."""
    await people.ana.types("something")
    await people.ben.does(event, thread="m8")
    names = select(col(Person.platform_name))
    assert bot.database.read_now(lambda session: list(session.execute(names).scalars())) == ["Ana"]
