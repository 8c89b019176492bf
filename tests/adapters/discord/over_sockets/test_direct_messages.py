"""Tests of what people write to the bot in direct messages, and of its answers there."""

from __future__ import annotations

import pytest

from adapters.discord.addressed import handlers
from storage.engine.database import database_file
from tests.fakes.discord import faults, read
from tests.fakes.discord.chat import DiscordRoom
from tests.fakes.discord.world import Message, Server
from tests.support.chat import WORDS, the
from tests.support.databases import locked

POST = "POST /channels/{channel_id}/messages"


async def writes(room: DiscordRoom, who: str, text: str) -> Message:
    """Write a direct message to the bot, and return its one answer."""
    message = await room.people.writes(who, text)
    await room.adapter.gateway.tasks.drain()
    [found] = room.people.replies(message)
    return found


def second_server(room: DiscordRoom) -> Server:
    """Found another server with the bot and everybody on it."""
    garden = room.discord.world.found("Garden")
    room.discord.world.make(garden, "quiet")
    room.discord.welcomed(garden)
    return garden


async def test_help_for_somebody_new(deaf: DiscordRoom) -> None:
    """No server knows them yet, so Discord is asked. The answer is an ordinary message, and replies to none."""
    answer = await writes(deaf, "Mei", "help")
    assert "What I can do" in read.words(answer)
    assert answer.reference == ""
    assert "[Remove]" not in read.words(answer)
    assert [len(await deaf.notes(who)) for who in ("Ana", "Ben", "Mei")] == [0, 0, 1]


async def test_a_thought_is_asked_about_first(deaf: DiscordRoom) -> None:
    """Nothing is posted before a yes, and the yes takes the place of the question."""
    await deaf.types("Ana", "The first.")
    answer = await writes(deaf, "Ana", WORDS)
    assert "Post it in #team-lantern?" in read.name_channels(read.words(answer), deaf.discord.world)
    assert [each for each in await deaf.channel() if WORDS in each] == []
    await deaf.people.presses("Ana", "Post it", answer)
    the(await deaf.channel(), "Aha #2", WORDS)
    assert "[Post it]" not in read.words(answer)
    assert "Saved as #2" in read.words(answer)


async def test_a_form(deaf: DiscordRoom) -> None:
    """It opens with a button, and the answer to it takes the button's place."""
    await deaf.types("Ana", "The first.")
    answer = await writes(deaf, "Ana", "failed")
    form = (await deaf.people.presses("Ana", "Log an experiment", answer)).modal
    assert form
    await deaf.people.submits(form, text="We put a wizard in front of the import")
    assert "Saved as #2" in read.words(answer)


async def test_a_long_answer_with_a_picture(deaf: DiscordRoom) -> None:
    """A picture comes behind it."""
    await deaf.types("Ana", "quest How do people get their data in?")
    await deaf.types("Ben", "failed We put a wizard in front of the import")
    message = await deaf.people.writes("Ana", "cycle")
    await deaf.adapter.gateway.tasks.drain()
    answer, picture = deaf.people.replies(message)
    assert "How do people get their data in?" in read.words(answer)
    assert read.picture(picture).startswith("Experiments and breakthroughs over time")


async def test_on_several_servers(deaf: DiscordRoom) -> None:
    """The bot asks which one is meant, and the answer takes the place of the question. It's asked in their language."""
    second_server(deaf)
    await deaf.people.heard()
    for place in (deaf.home, deaf.discord.world.channel("quiet")):
        await deaf.gives("Ana", "The first.", place)
    answer = await writes(deaf, "Ana", "find")
    assert "Which server is this about?" in read.words(answer)
    await deaf.people.presses("Ana", "Garden", answer)
    assert "The first." in read.words(answer)
    assert "[Garden]" not in read.words(answer)


async def test_somebody_new_on_several_servers(deaf: DiscordRoom) -> None:
    """Discord is asked on which of them they are."""
    garden = second_server(deaf)
    await deaf.people.heard()
    del garden.members[deaf.discord.world.person("Mei").id]
    assert "What I can do" in read.words(await writes(deaf, "Mei", "help"))
    assert "[Garden]" in read.words(await writes(deaf, "Chidi", "help"))


async def test_on_too_many_servers_to_ask(deaf: DiscordRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says how the bot gets to know which one it is."""
    monkeypatch.setattr(handlers, "SERVERS_ASKED", 0)
    assert "I don't know your server yet." in read.words(await writes(deaf, "Mei", "help"))
    await deaf.types("Mei", "The first.")
    assert "What I can do" in read.words(await writes(deaf, "Mei", "help"))


async def test_a_picture_alone_opens_the_menu(deaf: DiscordRoom) -> None:
    """A message without words is as good as the bare command."""
    await deaf.types("Ana", "The first.")
    await deaf.people.shows("Ana", deaf.discord.world.direct(deaf.discord.world.person("Ana").id))
    [answer] = await deaf.notes("Ana")
    assert "[" in answer.text


async def test_our_own_messages_and_edits_there(deaf: DiscordRoom) -> None:
    """The bot doesn't answer itself, and an edited message gets no second answer."""
    await deaf.types("Ana", "The first.")
    message = await deaf.people.writes("Ana", "help")
    await deaf.people.edits(message, "find")
    assert len(await deaf.notes("Ana")) == 1


# Bad days


async def test_the_message_is_gone_before_a_server_is_chosen(deaf: DiscordRoom) -> None:
    """The person is asked to write again."""
    second_server(deaf)
    await deaf.people.heard()
    for place in (deaf.home, deaf.discord.world.channel("quiet")):
        await deaf.gives("Ana", "The first.", place)
    message = await deaf.people.writes("Ana", "find")
    [answer] = deaf.people.replies(message)
    await deaf.people.deletes(message)
    got = await deaf.people.presses("Ana", "Garden", answer)
    assert "I can't see that message any more. Please write it again." in got.text


async def test_the_database_is_away(deaf: DiscordRoom) -> None:
    """The person gets their words back."""
    await deaf.types("Ana", "The first.")
    path = database_file(deaf.bot.database.url)
    assert path is not None
    with locked(path):
        answer = await writes(deaf, "Ana", WORDS)
    assert WORDS in read.words(answer)
    assert "Nothing was saved" in read.words(answer)


async def test_discord_limits_the_answer(deaf: DiscordRoom) -> None:
    """It comes a little later, and once."""
    await deaf.types("Ana", "The first.")
    deaf.discord.faults.put(POST, faults.Limited(seconds=0.05, via=False))
    assert "What I can do" in read.words(await writes(deaf, "Ana", "help"))


async def test_messages_are_closed_meanwhile(deaf: DiscordRoom, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing can be said, and the log has no words of people."""
    caplog.set_level("INFO")
    await deaf.types("Ana", "The first.")
    deaf.discord.faults.put(POST, faults.Refuses(403, 50007, "Cannot send messages to this user"))
    assert deaf.people.replies(await deaf.people.writes("Ana", WORDS)) == []
    assert "an answer can't be sent" in caplog.text
    assert WORDS not in caplog.text
