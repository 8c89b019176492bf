"""A team's weeks on a Discord without slash commands, and without any emoji: by name, by menu and by button."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from storage.engine.database import Database
from tests.adapters.discord.over_sockets.conftest import MONDAY
from tests.fakes.discord.chat import DiscordRoom, opened
from tests.support.chat import Seen, number_in, sure, the

TUESDAY = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 20, 18, 0, tzinfo=UTC)
CACHE = "We used to cache tokens, now we sign them."


@pytest.fixture
async def plain(database: Database) -> AsyncIterator[DiscordRoom]:
    """Yield a chat of people whose Discord has no slash commands, with a bot that can't read messages."""
    async with opened(database, MONDAY, hears=False) as there:
        await there.settled()
        there.people.commands = False
        yield there


async def test_a_slash_command_is_refused(plain: DiscordRoom) -> None:
    """Else the tests here would show nothing."""
    with pytest.raises(AssertionError, match="no slash commands"):
        await plain.types("Ana", CACHE)


async def test_the_main_job(plain: DiscordRoom) -> None:
    """From the first thought to the recap."""
    kept = sure(await plain.names("Ana", CACHE))
    assert "Saved as #1" in kept
    hello = the(await plain.channel(), "I'm Ahabot")
    await _versions(plain)
    await _a_question(plain, hello)
    await _a_failure(plain)
    await _a_message_of_somebody_else(plain)
    await _friday(plain)


async def _versions(room: DiscordRoom) -> None:
    shown = sure(await room.names("Ben", "show 1"))
    assert CACHE in shown
    form = sure(await room.presses("Ben", "Add my version", shown.id))
    told = sure(await room.fills("Ben", form.id, text="For me it was the silence after the demo."))
    assert "It stays hidden until someone else adds theirs" in told
    offered = sure(await room.names("Mei", "version 1"))
    form = sure(await room.presses("Mei", "Add my version", offered.id))
    await room.fills("Mei", form.id, text="The customer's own spreadsheet.")
    shown = sure(await room.names("Chidi", "show 1"))
    assert "For me it was the silence after the demo." in shown
    assert "The customer's own spreadsheet." in shown


async def _a_question(room: DiscordRoom, hello: Seen) -> None:
    await room.presses("Ana", "Turn on questions", hello.id)
    await room.until(TUESDAY)
    prompt = the(await room.channel(), "A question for us")
    await room.people.says("Chidi", "That nobody reads it.", room.home, to=room.standing(prompt.id))
    form = sure(await room.presses("Mei", "Answer", prompt.id))
    await room.fills("Mei", form.id, text="The import, again.")
    assert "2 answered" in await room.message(prompt.id)


async def _a_failure(room: DiscordRoom) -> None:
    kept = sure(await room.names("Chidi", "failed We put a wizard in front of the import"))
    form = sure(await room.presses("Chidi", "Edit", kept.id))
    await room.fills(
        "Chidi", form.id, text="We put a wizard in front of the import", happened="Nobody got past step two."
    )
    assert "Nobody got past step two." in sure(await room.names("Mei", f"show {number_in(kept)}"))


async def _a_message_of_somebody_else(room: DiscordRoom) -> None:
    """Its author is told, by name and from the menu. Without its words, by name, the author is asked for them."""
    said = await room.says("Ben", "It is fast because nobody logs in twice.")
    assert "Saved as #" in sure(await room.chooses("Ana", "Save as aha", said))
    the(await room.notes("Ben"), "Ana saved what you wrote", "nobody logs in twice")
    other = room.standing(await room.says("Ben", "Half a thought."))
    message = await room.people.names("Ana", "remember this", room.home, to=other)
    [reply] = room.people.replies(message)
    await room.settled()
    asked = the(await room.notes("Ben"), "Ana")
    assert "[" in asked.text
    assert not reply.deleted


async def _friday(room: DiscordRoom) -> None:
    await room.until(FRIDAY)
    recap = the(await room.channel(), "The week to")
    assert CACHE in recap
    assert "We put a wizard in front of the import" in recap
    assert "Half a thought" not in recap


async def test_in_direct_messages(plain: DiscordRoom) -> None:
    """Help, looking back and one's own settings, and a thought that's posted after a yes."""
    await plain.names("Ana", CACHE)
    help_ = sure(await plain.writes_to_bot("Ana", "hi, what can you do?"))
    assert "What I can do" in help_ or "[" in help_.text
    assert CACHE in sure(await plain.writes_to_bot("Ana", "find tokens"))
    asked = sure(await plain.writes_to_bot("Ana", "Nobody reads the second page."))
    assert "Post it in #team-lantern?" in asked
    await plain.presses("Ana", "Post it", asked.id)
    the(await plain.channel(), "Nobody reads the second page.")
