"""Tests of *remember this*: the message that is answered, the thread's first one, or messages of the whole thread."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.origin import OutcomeUnknownError, Place
from tests.fakes.discord import faults, read
from tests.fakes.discord.chat import DiscordRoom
from tests.fakes.discord.world import FORUM, Channel, Message, User
from tests.support.chat import WORDS, sure, the

READ = "GET /channels/{channel_id}/messages/{message_id}"
HISTORY = "GET /channels/{channel_id}/messages"
BULB = "💡"


async def remembers(room: DiscordRoom, who: str, what: str, **more: Any) -> str:
    """Have something remembered by name, and return the reply's text."""
    place = more.pop("place", room.home)
    message = await room.people.names(who, what, place, **more)
    await room.adapter.gateway.tasks.drain()
    await room.settled()
    [reply] = room.people.replies(message)
    return read.words(reply)


async def test_the_message_that_is_answered(room: DiscordRoom) -> None:
    """With the message intent its words come along. It gets the bot's 💡, its author a Note, and there's no card."""
    said = room.standing(await room.says("Ben", WORDS))
    assert "as #1. I'll tell Ben" in await remembers(room, "Ana", "remember this", to=said)
    assert BULB in said.marks(room.discord.world.bot.id)
    the(await room.notes("Ben"), "Ana saved what you wrote", WORDS)
    assert WORDS in await room.finds("cache tokens")
    assert [each for each in await room.channel() if "[High-five]" in each] == []


async def test_without_the_message_intent(deaf: DiscordRoom) -> None:
    """Discord hides the words of the message that is answered, so it's a draft, and its author is asked for them."""
    said = deaf.standing(await deaf.says("Ben", WORDS))
    assert "I'll tell Ben" in await remembers(deaf, "Ana", "remember this", to=said)
    note = the(await deaf.notes("Ben"), "Ana")
    assert WORDS not in note
    assert "Nothing here has" in await deaf.finds("cache tokens")


async def test_an_answered_message_that_mentions_us(deaf: DiscordRoom) -> None:
    """Discord gives its words, so it's saved at once."""
    said = await deaf.people.names("Ben", "let's ask @Ahabot why we sign tokens", deaf.home)
    assert "as #1. I'll tell Ben" in await remembers(deaf, "Ana", "remember this", to=said)
    assert "why we sign tokens" in await deaf.finds("sign tokens")


async def test_what_can_not_be_kept(room: DiscordRoom) -> None:
    """No message, a deleted one, one of the bot's own, or of another bot: one sentence each, and nothing is saved."""
    assert "with my name in a reply to it" in await remembers(room, "Ana", "remember this")
    gone = room.standing(await room.says("Ben", WORDS))
    await room.people.deletes(gone)
    assert "with my name in a reply to it" in await remembers(room, "Ana", "remember this", to=gone)
    world = room.discord.world
    robo = User(world.mint.mint(), "Robo", bot=True)
    world.users[robo.id] = robo
    for author in (world.bot.id, robo.id):
        said = room.discord.stands(Message(world.mint.mint(), room.home.id, author, WORDS))
        assert "Saved" not in await remembers(room, "Ana", "remember this", to=said)
    assert WORDS not in await room.finds("cache tokens")


async def test_the_first_message_of_a_thread(room: DiscordRoom) -> None:
    """It's meant in a thread and in a forum post where nothing else is answered."""
    root = room.standing(await room.says("Ben", WORDS))
    thread = await room.people.threads("Mei", root)
    assert "as #1. I'll tell Ben" in await remembers(room, "Ana", "remember this", place=thread)
    assert BULB in root.marks(room.discord.world.bot.id)
    forum = room.discord.made(room.discord.world.make(room.server, "ideas", FORUM))
    post, first = await room.people.posts("Ben", forum, "An idea", "A template instead of a wizard.")
    assert "I'll tell Ben, who can remove it." in await remembers(room, "Ana", "remember this", place=post)
    assert BULB in first.marks(room.discord.world.bot.id)


async def test_the_first_message_can_not_be_read(room: DiscordRoom) -> None:
    """The sentence says how it's done otherwise."""
    thread = await room.people.threads("Mei", room.standing(await room.says("Ben", WORDS)))
    for fault in (faults.Refuses(404, 10008, "Unknown Message"), faults.Breaks()):
        room.discord.faults.put(READ, fault)
        assert "with my name in a reply to it" in await remembers(room, "Ana", "remember this", place=thread)


async def test_edits_of_a_named_message(deaf: DiscordRoom) -> None:
    """The moment has the new words, without the name in front."""
    message = await deaf.people.names("Ana", WORDS, deaf.home)
    await deaf.people.edits(message, f"<@{deaf.discord.world.bot.id}> We sign tokens now.")
    await deaf.settled()
    found = await deaf.finds("tokens")
    assert "We sign tokens now." in found
    assert "@Ahabot" not in found


# A whole thread


async def a_thread(room: DiscordRoom) -> Channel:
    """Return a thread under Ben's message with two messages of others and one of a bot."""
    world = room.discord.world
    thread = await room.people.threads("Mei", room.standing(await room.says("Ben", WORDS)))
    await room.people.says("Mei", "The second page is never read.", thread)
    room.discord.stands(Message(world.mint.mint(), thread.id, world.bot.id, "Ours."))
    await room.people.says("Chidi", "It never was.", thread)
    return thread


async def test_messages_of_a_thread_are_chosen(room: DiscordRoom) -> None:
    """People's messages are offered, the first one too, and the one that asks isn't. Each chosen one is a moment."""
    thread = await a_thread(room)
    offered = sure(await room.names("Ana", "remember this thread", thread.id))
    form = sure(await room.presses("Ana", "Choose messages", offered.id))
    [field] = form.fields.values()
    assert [label.partition(" ")[0].rstrip(":") for label in field["options"]] == ["Ben", "Mei", "Chidi"]
    first, second, _ = field["options"].values()
    await room.fills("Ana", form.id, chosen=f"{first}\n{second}")
    await room.settled()
    assert WORDS in await room.finds("cache tokens")
    assert "The second page is never read." in await room.finds("second page")
    for who in ("Ben", "Mei"):
        the(await room.notes(who), "Ana")
    assert await room.notes("Chidi") == []


async def test_a_thread_without_the_message_intent(deaf: DiscordRoom) -> None:
    """Its messages are offered by author and time."""
    thread = await a_thread(deaf)
    offered = sure(await deaf.names("Ana", "remember this thread", thread.id))
    form = sure(await deaf.presses("Ana", "Choose messages", offered.id))
    [field] = form.fields.values()
    assert len(field["options"]) == 3
    assert not any("second page" in label for label in field["options"])


async def test_a_thread_that_can_not_be_read(room: DiscordRoom) -> None:
    """One sentence says what to do instead."""
    thread = await a_thread(room)
    room.discord.faults.put(HISTORY, faults.Refuses(403, 50001, "Missing Access"))
    assert "I can't read this thread." in await remembers(room, "Ana", "remember this thread", place=thread)


async def test_a_long_thread(room: DiscordRoom) -> None:
    """The first and the latest of its messages are read, 25 at most, in their order."""
    thread = await a_thread(room)
    for number in range(120):
        message = Message(
            room.discord.world.mint.mint(), thread.id, room.discord.world.person("Mei").id, f"No. {number}"
        )
        room.discord.world.messages[message.id] = message
    place = Place(room.server.id, room.home.id, thread.id)
    found = [each.text for each in await room.adapter.read_thread(place)]
    assert len(found) == 25
    assert found[0] == WORDS
    assert found[-1] == "No. 119"
    room.discord.faults.put(HISTORY, faults.Refuses(403, 50001, "Missing Access"))
    with pytest.raises(OutcomeUnknownError):
        await room.adapter.read_thread(place)
