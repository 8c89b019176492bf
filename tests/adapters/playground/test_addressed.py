"""Tests of messages to the bot: with its name in a channel, and in its direct messages."""

from __future__ import annotations

import pytest

from bot.core.messages import Reply, text_reply
from bot.core.origin import OutcomeUnknownError, Place
from tests.adapters.playground.conftest import Running
from tests.adapters.playground.stand_in import Log, Menu

PLACE = "playground"


async def test_by_name(here: Running) -> None:
    """What is behind the name is a command. It knows its message, and is answered in private in its thread."""
    await here.people.invite_bot("ana", "random")
    here.bot.answers[Log] = text_reply("Saved as #1.")
    root = (await here.people.type_line("ben", "random", "The cache was cold.")).message
    said = await here.people.type_line("ana", "random", "hey @AHABOT log We warm it", thread=root)
    command, origin = here.bot.last
    assert command == Log("We warm it")
    assert (origin.called, origin.message, origin.thread) == ("@AHABOT", said.message, root)
    assert isinstance(said.what, Reply)
    assert here.playground.chat.world.whispers[said.id].thread == root


async def test_sent_again(here: Running) -> None:
    """The page sends the same event again after a lost answer: there is one message and one private answer."""
    await here.people.invite_bot("ana", "random")
    here.bot.answers[Log] = text_reply("Saved as #1.")
    for _again in range(2):
        await here.people.type_line("ana", "random", "@Ahabot log We warm it", event="e1")
    world = here.playground.chat.world
    assert [each.text for each in world.messages.values()] == ["@Ahabot log We warm it"]
    assert len(world.whispers) == 1
    assert {origin.event for command, origin in here.bot.heard if isinstance(command, Log)} == {"e1"}


@pytest.mark.parametrize("text", ["let's ask @Ahabot later", "@Ahabot's card is nice"])
async def test_in_passing(here: Running, text: str) -> None:
    """It's a message like any other, and no answer to a question either."""
    await here.people.invite_bot("ana", "random")
    root = (await here.people.type_line("ben", "random", "The cache was cold.")).message
    heard = len(here.bot.heard)
    assert (await here.people.type_line("ana", "random", text, thread=root)).what is None
    assert len(here.bot.heard) == heard


@pytest.mark.parametrize(
    "text", ["mail me at ana@ahabot.example", "@Ahaboty is somebody else", "Ahabot, save this"]
)
async def test_what_is_no_name(here: Running, text: str) -> None:
    """A reply with it is a reply, which the bot hears as such."""
    await here.people.invite_bot("ana", "random")
    root = (await here.people.type_line("ben", "random", "The cache was cold.")).message
    await here.people.type_line("ana", "random", text, thread=root)
    assert type(here.bot.last[0]).__name__ == "ReplyWritten"


async def test_where_the_bot_is_not(here: Running) -> None:
    """The bot doesn't hear its name in a channel that it isn't in."""
    assert (await here.people.type_line("ana", "random", "@Ahabot log We warm it")).what is None
    assert here.bot.heard == []


@pytest.mark.parametrize("text", ["log We warm it", "@Ahabot, log We warm it"])
async def test_direct_messages(here: Running, text: str) -> None:
    """Whatever is written there is said to the bot, with or without its name."""
    said = await here.people.type_line("ana", "with-ana", text)
    command, origin = here.bot.last
    assert command == Log("We warm it")
    assert (origin.direct, origin.called, origin.message) == (True, "", "")
    assert here.playground.chat.world.messages[said.message].text == text
    await here.people.type_line("ana", "with-ana", "/aha")
    assert here.bot.last[0] == Menu()


async def test_a_thread_is_read(here: Running) -> None:
    """The first message and the latest, by people, without those to the bot. None from where the bot isn't."""
    await here.people.invite_bot("ana", "random")
    root = (await here.people.type_line("ben", "random", "First")).message
    for number in range(30):
        await here.people.type_line("ana", "random", f"Reply {number}", thread=root)
    await here.people.type_line("ben", "random", "@Ahabot remember this thread", thread=root)
    place = Place(PLACE, "random", thread=root)
    texts = [each.text for each in await here.playground.read_thread(place)]
    assert texts == ["First", *(f"Reply {number}" for number in range(6, 30))]
    assert len(texts) == 25
    await here.people.remove_bot("ana", "random")
    with pytest.raises(OutcomeUnknownError):
        await here.playground.read_thread(place)
