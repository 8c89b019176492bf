"""A conversation without a slash command: the bot is called by its name, in channels, threads and directly."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.engine.database import Database
from tests.product.conftest import MONDAY, PLATFORMS
from tests.support.chat import Room, number_in, sure, the, with_words
from tests.support.chromium_room import on_chromium

pytestmark = pytest.mark.timeout(300)  # a browser, on a busy machine

CHROMIUM = "chromium"
BY_NAME = (CHROMIUM, "playground", "slack-http", "slack-socket", "discord")
"""The platforms on which the bot can be called by its name."""
SIGNED = "we used to cache tokens, now we sign them"


@pytest.fixture(params=BY_NAME)
async def room(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[Room]:
    """Open the home channel on one of these platforms, the playground's also in a browser."""
    at = request.param
    opened = on_chromium(request.getfixturevalue("chromium")) if at == CHROMIUM else PLATFORMS[at]
    async with opened(database, tmp_path, MONDAY) as there:
        yield there


async def test_a_week_by_name(room: Room) -> None:
    """Ana saves by name, Ben keeps what she said in a thread, Mei asks directly. Nobody types a command."""
    saved = sure(await room.names("Ana", SIGNED))
    assert f"Saved as #{number_in(saved)}." in saved
    assert "[Undo]" in saved.text
    assert "💡" in (await room.message(room.spoken)).marks
    assert not with_words(await room.channel(), SIGNED)

    said = await room.says("Ana", "The cache was cold every Monday")
    kept = sure(await room.names("Ben", "remember this", thread=said))
    assert "Saved “The cache was cold every Monday” as #2." in kept
    assert "💡" in (await room.message(said)).marks
    assert "Ben saved what you wrote" in the(await room.notes("Ana"), "Ben").text

    helped = sure(await room.writes_to_bot("Mei", "hi, what can you do?"))
    assert "[Log an aha]" in helped.text or "aha" in helped.text
    asked = sure(await room.writes_to_bot("Mei", "Fewer queries, same page"))
    assert "Post it in" in asked
    posted = sure(await room.presses("Mei", "Post it", asked.id))
    assert f"Saved as #{number_in(posted)}" in posted
    assert with_words(await room.channel(), "Fewer queries, same page")

    recap = sure(await room.names("Ben", "list"))
    assert "#1" in recap.text
    assert SIGNED in recap


async def test_a_message_that_only_mentions_the_bot(room: Room) -> None:
    """Nothing happens."""
    assert await room.names("Ana", "let's ask @Ahabot later") is None
    assert await room.names("Ana", "@Ahabot's card is nice") is None
    assert (await room.message(room.spoken)).marks == frozenset()


async def test_a_form_by_name(room: Room) -> None:
    """A button opens it, and what is written there is posted as ever."""
    offered = sure(await room.names("Ana", "breakthrough"))
    form = sure(await room.presses("Ana", "Log a breakthrough", offered.id))
    done = sure(await room.fills("Ana", form.id, text="It runs on one machine"))
    assert "Saved as #1" in done
    assert with_words(await room.channel(), "It runs on one machine")


async def test_a_thread_by_name(room: Room) -> None:
    """Its messages are ticked, and each is a moment of its own."""
    first = await room.says("Ana", "Why is Monday slow?")
    await room.says("Mei", "The cache is cold then", thread=first)
    await room.says("Ana", "Then let's warm it", thread=first)
    offered = sure(await room.names("Ben", "remember this thread", thread=first))
    form = sure(await room.presses("Ben", "Choose messages", offered.id))
    options = form.fields["chosen"]["options"]
    assert [label.partition(" · ")[2] for label in options] == [
        "Why is Monday slow?", "The cache is cold then", "Then let's warm it",
    ]  # fmt: skip
    done = sure(await room.fills("Ben", form.id, chosen="\n".join(list(options.values())[1:])))
    assert "#1 and #2 saved. I'll tell Mei and Ana, who can remove what's theirs." in done
    assert [len(await room.notes(who)) for who in ("Ana", "Mei", "Ben")] == [1, 1, 0]


async def test_an_edit_and_a_deletion(room: Room) -> None:
    """What was saved by name follows its message."""
    await room.names("Ana", "failed We cached the tokens")
    said = room.spoken
    await room.edits("Ana", said, "@Ahabot failed We cached all tokens")
    shown = sure(await room.names("Ben", "show 1"))
    assert "We cached all tokens" in shown
    assert "@Ahabot" not in shown
    await room.deletes("Ana", said)
    assert "a copy is saved as #1" in the(await room.notes("Ana"), "#1").text
