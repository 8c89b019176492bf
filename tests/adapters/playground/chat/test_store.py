"""Tests of the chat's store: one change per event, on disk before anyone is told, and after restarts."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.playground.adapter import Playground
from adapters.playground.chat import disk, views
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import BOT
from bot.core.events import ReplyWritten
from bot.core.messages import Card, Field, Form, Picture, Post, Quote, Title, text_reply
from bot.core.origin import Place, PostFailedError
from tests.adapters.playground.conftest import Running
from tests.adapters.playground.stand_in import Log, StandIn

PLACE = Place("playground", "random")
CARD = Post(Card((Title("Aha #1"), Quote("We sign once."))))
PNG = b"\x89PNG\r\n\x1a\n twelve weeks"
RECAP = Post(Card((Title("The week"),)), Picture(PNG, "Twelve weeks: one aha.", "recap.png"))


async def again(path: Path) -> Playground:
    """Start a playground on the same file, as the next process does."""
    playground = Playground(Chat.open_file(path))
    await playground.start(cast(Any, StandIn()))
    return playground


async def test_a_post_stands_before_post_returns(here: Running, path: Path) -> None:
    """After a kill, the next process finds the post by its key and does not post it twice."""
    await here.people.invite_bot("ana", "random")
    sent = await here.playground.post(PLACE, CARD, "posting-7")
    killed = await again(path)
    assert await killed.find(PLACE, "posting-7") == sent
    assert await killed.post(PLACE, CARD, "posting-7") == sent
    assert [m.key for m in killed.chat.world.messages.values()] == ["posting-7"]
    assert await killed.find(PLACE, "posting-8") is None


async def test_everything_is_there_after_a_restart(here: Running, path: Path) -> None:
    """Messages, threads, emoji, channels, people, private replies, open forms and the clock are."""
    here.bot.answers[Log] = text_reply("Kept.")
    await here.people.invite_bot("ana", "random")
    root = (await here.people.type_line("ana", "random", "Hello.")).message
    await here.people.type_line("ben", "random", "Hi.", thread=root)
    await here.people.add_reaction("ben", root, "💡")
    await here.people.type_line("ana", "random", "/aha We sign once.")
    here.bot.answers[Log] = Form("Keep an aha", Log(), (Field("text", "What?"),))
    form = (await here.people.type_line("ana", "random", "/aha log")).id
    here.playground.chat.add_person("Noor", "Asia/Dubai")
    await here.playground.jump_to(here.playground.current_time().replace(year=2030))
    before = await here.page.world("ana")

    after = await again(path)
    assert views.view_world(after.chat, "ana").items() <= before.items()
    assert after.current_time().year == 2030
    await after.people.submit_form("ana", form, {"text": "Later."})
    assert cast(Any, after.people.bot).last[0] == Log("Later.")


async def test_a_retry_is_the_same_doing(here: Running) -> None:
    """A request repeated by the page gives one message, one private reply and the same event."""
    here.bot.answers[Log] = text_reply("Kept.")
    for _ in range(2):
        await here.page.do("type", person="ana", channel="random", text="Hello.", event="e1")
        await here.page.do("type", person="ana", channel="random", text="/aha We sign once.", event="e2")
    world = await here.page.world("ana")
    assert len(world["messages"]) == 1
    assert len(world["whispers"]) == 1
    assert [origin.event for _, origin in here.bot.heard] == ["e2", "e2"]


async def test_a_retry_tells_the_bot_what_it_missed(here: Running) -> None:
    """If the bot failed, the same event reaches it again, without a second message."""
    await here.people.invite_bot("ana", "random")
    root = (await here.people.type_line("ana", "random", "Hello.")).message
    here.bot.answers[ReplyWritten] = RuntimeError("away")
    body = {"person": "ben", "channel": "random", "text": "Hi.", "thread": root, "event": "e1"}
    assert (await here.page.try_to("type", **body))[0] == 503
    here.bot.answers[ReplyWritten] = None
    said = await here.page.do("type", **body)
    assert [command for command, _ in here.bot.heard if isinstance(command, ReplyWritten)] == [
        ReplyWritten(said["message"], "Hi.")
    ] * 2


async def test_edits_marks_and_words_as_they_are_now(here: Running) -> None:
    """The bot edits only its own messages, marks any, and reads the current text."""
    await here.people.invite_bot("ana", "random")
    said = (await here.people.type_line("ben", "random", "Wrods.")).message
    await here.people.edit_message("ben", said, "Words.")
    await here.playground.mark(PLACE, said, True)
    await here.playground.mark(PLACE, said, True)
    assert here.playground.chat.world.messages[said].reactions == {"💡": [BOT]}
    source = await here.playground.read(PLACE, said)
    assert source is not None
    assert (source.text, source.person, source.person_name, source.by_bot) == ("Words.", "ben", "Ben", False)
    with pytest.raises(PostFailedError, match="because I didn't write it"):
        await here.playground.edit(PLACE, said, CARD)
    sent = await here.playground.post(PLACE, CARD, "p1")
    await here.playground.edit(PLACE, sent.message, Post(Card((Title("Removed."),))))
    assert "We sign once." not in here.playground.chat.world.path.read_text()
    await here.people.delete_message("ben", said)
    assert await here.playground.read(PLACE, said) is None


async def test_where_nothing_can_be_posted(here: Running) -> None:
    """Each refusal is certain and says what a person can do."""
    here.playground.chat.allow_notes("mei", False)
    refusals = {
        "I'm not in that channel. Please invite me there.": PLACE,
        "That channel no longer exists.": Place("playground", "deep"),
        "That message no longer exists.": Place("playground", "with-ana", thread="99"),
        "They don't accept direct messages from me.": Place("playground", person="mei"),
        "That person is no longer here.": Place("playground", person="ahab"),
    }
    for sentence, place in refusals.items():
        with pytest.raises(PostFailedError) as refused:
            await here.playground.post(place, CARD, "p1")
        assert str(refused.value) == sentence
        assert refused.value.closed == (place.person == "mei")


async def test_pictures_come_and_go_with_what_shows_them(here: Running, path: Path) -> None:
    """A picture survives a restart, and is deleted when its post is emptied."""
    await here.people.invite_bot("ana", "random")
    sent = await here.playground.post(PLACE, RECAP, "r1")
    picture = (await here.page.world("ben"))["messages"][0]["picture"]
    assert picture["alt"] == "Twelve weeks: one aha."
    async with here.page.session.get(here.page.base + picture["src"]) as answer:
        assert (await answer.read(), answer.content_type) == (PNG, "image/png")
    await here.playground.edit(PLACE, sent.message, CARD)
    async with here.page.session.get(here.page.base + picture["src"]) as answer:
        assert answer.status == 404


async def test_stopping_finishes_what_is_in_hand(here: Running) -> None:
    """New requests are refused, the running one is answered, and all open pages are disconnected."""
    goes_on = asyncio.Event()

    async def slow(command: Any, origin: Any) -> Any:
        await goes_on.wait()
        return text_reply("Kept.")

    here.bot.handle = slow  # type: ignore[method-assign]
    line = await here.page.listen("ana")
    at_work = asyncio.create_task(
        here.page.do("type", person="ana", channel="random", text="/aha We sign once.")
    )
    await asyncio.sleep(0.05)
    stopping = asyncio.create_task(here.playground.stop())
    await asyncio.sleep(0.05)
    status, _ = await here.page.try_to("type", person="ben", channel="random", text="/aha y")
    assert status == 503
    goes_on.set()
    await stopping
    assert (await at_work)["reply"]
    while not line.closed:
        await line.receive(timeout=30)


def test_a_file_that_is_not_ours(path: Path) -> None:
    """The error says what to do and leaves the file unchanged. A fresh start deletes everything."""
    path.write_text("{}[")
    with pytest.raises(disk.UnreadableChatError, match="--fresh"):
        Chat.open_file(path)
    assert path.read_text() == "{}["
    disk.erase_chat(path)
    assert len(Chat.open_file(path).world.people) == 4
