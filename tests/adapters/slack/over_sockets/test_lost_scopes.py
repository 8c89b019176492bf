"""Tests of scopes that a Slack app loses and gets back, of threads, and of channels that take no cards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes.slack import faults
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.parts import Token
from tests.fakes.slack.server import BOT_TOKEN
from tests.support.chat import WORDS, with_words

POST, MARK = "chat.postMessage", "reactions.add"
DAY = timedelta(days=1)


def takes(room: SlackRoom, *scopes: str) -> None:
    """Take scopes away from the bot's token."""
    token = room.slack.tokens[BOT_TOKEN]
    room.slack.tokens[BOT_TOKEN] = Token(token.workspace, token.scopes - {*scopes})


def gives(room: SlackRoom, *scopes: str) -> None:
    """Give scopes back to the bot's token, as a new installation does."""
    token = room.slack.tokens[BOT_TOKEN]
    room.slack.tokens[BOT_TOKEN] = Token(token.workspace, token.scopes | {*scopes})


@pytest.fixture(autouse=True)
def _asks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the adapter ask Slack for its scopes at each use while one is missing, not once a minute."""
    monkeypatch.setattr("adapters.slack.installation.scopes.PROBE_EVERY", 0.0)


async def somebody_uses_it(room: SlackRoom) -> None:
    """Let somebody use the bot, so that it asks Slack whether its scopes are back."""
    await room.types("Mei", "find")
    await room.settled()


async def test_without_chat_write_everything_waits_and_comes(both: SlackRoom) -> None:
    """Answers name the scope; the card, the question and the emptied card come when it is back."""
    room = both
    await room.types("Ana", WORDS)
    await room.settled()
    takes(room, "chat:write")
    await room.types("Ana", "Nobody reads the second page.")
    await room.types("Ana", "ask What did we learn?")
    await room.types("Ana", "delete 1")
    await room.settled()
    tried = len(room.slack.called(POST))
    for _ in range(12):
        room.clock.forward(minutes=45)
        await room.settled()
    assert len(room.slack.called(POST)) == tried
    told = await room.types("Mei", "failed We put a wizard there")
    assert told
    assert "I can't post in this workspace any more, because the permission chat:write is missing." in told
    assert with_words(await room.channel(), "second page") == []
    gives(room, "chat:write")
    await somebody_uses_it(room)
    channel = await room.channel()
    assert with_words(channel, "second page")
    assert with_words(channel, "What did we learn?")
    assert with_words(channel, "We put a wizard there")
    assert with_words(channel, WORDS) == []
    told = await room.types("Mei", "find")
    assert told
    assert "any more" not in told


async def test_the_recap_comes_again_after_a_week_without_chat_write(room: SlackRoom) -> None:
    """No schedule stops, and nobody is told that one did."""
    await room.types("Ana", WORDS)
    await room.settled()
    takes(room, "chat:write")
    await room.until(room.clock.now + 8 * DAY)
    assert with_words(await room.channel(), "The week") == []
    gives(room, "chat:write")
    await room.types("Ana", "Nobody reads the second page.")
    await room.until(room.clock.now + 7 * DAY)
    assert with_words(await room.channel(), "The week")
    assert with_words(await room.notes("Ana"), "I couldn't post the") == []


async def test_without_reactions_write_it_is_saved_and_told(both: SlackRoom) -> None:
    """Whoever put the 💡 gets a Note, and the bot's own 💡 comes with the scope."""
    room = both
    await room.types("Ana", WORDS)
    await room.settled()
    takes(room, "reactions:write")
    said = await room.says("Ben", "It is fast because nobody logs in twice.")
    await room.reacts("Ana", "💡", said)
    [note] = with_words(await room.notes("Ana"), "#2 is saved, but I can't put my 💡 on the message.")
    told = await room.types("Mei", "find")
    assert told
    assert (
        "I can't put my 💡 on messages any more, because the permission reactions:write is missing." in told
    )
    tried = len(room.slack.called(MARK))
    for _ in range(12):
        room.clock.forward(minutes=45)
        await room.settled()
    assert len(room.slack.called(MARK)) == tried
    gives(room, "reactions:write")
    await somebody_uses_it(room)
    assert "💡" in (await room.message(said)).marks
    assert "My 💡 is on the message of #2 now." in await room.message(note.id)


async def test_a_slack_that_names_no_scopes(room: SlackRoom) -> None:
    """The next post that succeeds shows that the scope is back."""
    await room.types("Ana", WORDS)
    await room.settled()
    room.slack.names_scopes = False
    room.slack.faults.put(POST, faults.Refuses(error="missing_scope"), times=1)
    await room.types("Ana", "Nobody reads the second page.")
    await room.settled()
    assert with_words(await room.channel(), "second page") == []
    await room.types("Ana", "We put a wizard there.")
    assert with_words(await room.channel(), "second page")


async def test_without_im_write_a_note_heads_the_next_answer(room: SlackRoom) -> None:
    """Nothing else waits for that scope."""
    await room.types("Ana", WORDS)
    said = await room.says("Ben", "It is fast because nobody logs in twice.")
    takes(room, "im:write")
    await room.reacts("Ana", "💡", said)
    await room.settled()
    told = await room.types("Ben", "find twice")
    assert told
    assert "Ana saved what you wrote." in told
    assert "any more" not in told


CHANNEL_RULES = {
    "restricted_action_read_only_channel": "Only some people can post in that channel, and I'm not one of them.",
    "restricted_action_thread_only_channel": "I can only reply in threads in that channel.",
    "restricted_action": "The rules of this workspace don't let me post there.",
    "msg_too_long": "It's too long for a message on Slack.",
    "is_archived": "That channel is archived.",
}


@pytest.mark.parametrize("code", CHANNEL_RULES)
async def test_a_card_that_will_never_come_is_told_to_its_author(room: SlackRoom, code: str) -> None:
    """In a Note, once, with the reason."""
    await room.types("Ana", WORDS)
    await room.settled()
    room.slack.faults.put(POST, faults.Refuses(error=code), times=1)
    await room.types("Ana", "Nobody reads the second page.")
    await room.settled()
    [note] = with_words(await room.notes("Ana"), "I couldn't post this in #team-lantern: the card of #2.")
    assert CHANNEL_RULES[code] in note
    assert "It's saved anyway, so search and the recap have it." in note


async def test_the_answer_that_says_the_bot_is_not_there_needs_no_note(before: SlackRoom) -> None:
    """Nor does it promise a card; with the invitation that comes."""
    told = await before.types("Ana", WORDS)
    assert told
    assert "I'm not in this channel yet" in told
    await before.settled()
    assert await before.notes("Ana") == []
    await before.people.invites("Ana", before.home)
    assert with_words(await before.channel(), WORDS)
