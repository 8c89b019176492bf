"""Tests of channels that are renamed, archived and restored, shared, made private, or get another id."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.core.events import PersonRenamed
from bot.core.origin import Origin
from storage.engine.database import Database
from storage.teams import teams
from tests.adapters.slack.over_sockets.conftest import MONDAY
from tests.fakes.slack import read
from tests.fakes.slack.chat import HTTP, TRANSPORTS, SlackRoom, opened
from tests.fakes.slack.faults import Breaks
from tests.fakes.slack.world import Channel

WORDS = "We used to cache tokens, now we sign them."
WEEK = timedelta(days=7)


async def shown(room: SlackRoom, channel: Channel) -> str:
    """Return all that the bot has posted in a channel, once everything has arrived."""
    await room.settled()
    said = [m for m in room.here.standing(channel.id) if m.by_bot]
    return "\n".join(read.words(m.blocks, m.text) for m in said)


async def finds(room: SlackRoom, words: str, channel: Channel) -> str:
    """Return the reply to Mei's `find` in that channel."""
    await room.settled()
    return (await room.people.types("Mei", f"find {words}", channel.id)).text


async def lets_keep(room: SlackRoom, name: str) -> Channel:
    """Add another public channel, with the bot in it, whose moments belong to the home's team."""
    other: Channel = room.here.make(name)
    await room.people.invites("Ana", other, on=False)
    menu = await room.types("Ana", "setup")
    assert menu
    asked = await room.presses("Ana", "Add a channel", menu.id)
    assert asked
    assert await room.fills("Ana", asked.id, channel=other.id)
    await room.people.invites("Ana", other)
    return other


async def test_a_person_renamed(both: SlackRoom) -> None:
    """Slack reports it, so that answers and the card's next edit have the new name, and no login name."""
    await both.types("Ben", WORDS)
    assert "Ben" in await shown(both, both.home)
    await both.people.renames("Ben", "\u202etcideneB Stein")
    assert "tcideneB Stein" in await finds(both, "tokens", both.home)
    asked = await both.channel()
    await both.presses("Mei", "High-five", asked[-1].id)
    card = await shown(both, both.home)
    assert "tcideneB Stein" in card
    assert "\u202e" not in card
    assert all_taken(both)


async def test_an_old_name_is_no_news(room: SlackRoom) -> None:
    """The event of a new name may have gone to another process, while this one remembers the old name."""
    await room.types("Ben", WORDS)
    slack: Any = room.bot.adapters["slack"]
    directory = slack.directory
    vars(directory)["_clock"] = lambda: time.monotonic() + 120
    ben = room.here.person("Ben")
    origin = Origin("slack", room.here.team, room.home.id, ben.id, "", "elsewhere")
    await room.bot.handle(PersonRenamed("Benedict"), origin)
    await room.types("Ben", "We sign every token twice now.")
    assert "Benedict" in await finds(room, "twice", room.home)


def all_taken(room: SlackRoom) -> bool:
    """Return whether every event was acknowledged."""
    return all(answer.ok for _payload, answer, _attempt in room.slack.delivered)


async def test_renamed(both: SlackRoom) -> None:
    """The new name is known at once."""
    await both.types("Ana", WORDS)
    await both.people.changes("Ana", both.home, "rename", "team-sun")
    got = await both.types("Ana", "setup")
    assert got
    assert "team-sun" in got
    assert all_taken(both)


async def test_renamed_while_slack_does_not_say_what_it_is(room: SlackRoom) -> None:
    """The event's name is used, and a failed request makes no channel private."""
    await room.types("Ana", WORDS)
    other = await lets_keep(room, "other")
    room.slack.faults.put("conversations.info", Breaks(), times=5)
    await room.people.changes("Ana", room.home, "rename", "team-sun")
    found = await room.bot.database.read(lambda session: teams.list_channels(session, 1))
    assert [(each.external_id, each.private) for each in found] == [(room.home.id, False), (other.id, False)]
    assert found[0].name == "team-sun"


async def test_a_private_channel_open_again(both: SlackRoom) -> None:
    """While archived it gets no posts, and nobody gets an error. Restored, it is as before."""
    room = both
    secret = room.here.make("secret", private=True)
    await room.people.invites("Ana", secret)
    await room.people.types("Ana", WORDS, secret.id)
    before = await shown(room, secret)
    await room.people.changes("Ana", secret, "archive")
    await room.until(room.clock.now + WEEK)
    assert await shown(room, secret) == before
    await room.people.changes("Ana", secret, "unarchive")
    assert await shown(room, secret) == before
    assert await room.notes("Ana") == []
    await room.people.types("Ana", "Something new.", secret.id)
    await room.until(room.clock.now + WEEK)
    after = await shown(room, secret)
    assert "The week to" in after
    assert after.count("I'm Ahabot") == 1
    assert all_taken(room)


async def test_archived_between_planning_and_posting(room: SlackRoom) -> None:
    """The failure stops no schedule, because the channel is known to be closed."""
    secret = room.here.make("secret", private=True)
    await room.people.invites("Ana", secret)
    await room.people.types("Ana", WORDS, secret.id)
    await room.settled()
    room.clock.now += timedelta(days=5)
    await room.bot.plan_due()
    await room.people.changes("Ana", secret, "archive")
    await room.settled()
    await room.people.changes("Ana", secret, "unarchive")
    await room.people.types("Ana", "Something new.", secret.id)
    await room.until(room.clock.now + WEEK)
    assert "The week to" in await shown(room, secret)
    assert await room.notes("Ana") == []


async def test_a_public_channel_open_again(room: SlackRoom) -> None:
    """Slack removed all members, so nothing is posted until the bot is invited again."""
    await room.types("Ana", WORDS)
    await room.settled()
    await room.people.changes("Ana", room.home, "archive")
    await room.people.changes("Ana", room.home, "unarchive")
    room.slack.calls.clear()
    await room.until(room.clock.now + WEEK)
    assert room.slack.called("chat.postMessage") == []
    room.home.members.update({"U0ANA", "U0MEI"})
    await room.people.invites("Ana", room.home)
    await room.types("Ana", "Something new.")
    await room.until(room.clock.now + WEEK)
    assert "The week to" in await shown(room, room.home)


async def test_a_channel_known_by_another_id(both: SlackRoom) -> None:
    """A private channel is to be shared: its team, moments, questions and schedule move along."""
    room = both
    secret = room.here.make("secret", private=True)
    await room.people.invites("Ana", secret)
    await room.people.types("Ana", WORDS, secret.id)
    said = await room.people.says("Ben", "Somebody said it first.", secret.id)
    await room.people.reacts("Ana", "💡", said)
    await room.people.types("Ana", "ask What did we learn?", secret.id)
    await room.settled()
    before = secret.id
    await room.people.moves(secret)
    assert secret.id != before
    assert WORDS in await finds(room, "cache", secret)
    await room.people.edits(said, "Ben said it first.")
    assert "Ben said it first." in await finds(room, "first", secret)
    question = next(m for m in room.here.standing(secret.id) if "What did we learn?" in read.words(m.blocks))
    await room.people.says("Ben", "Much.", secret.id, thread=question.ts)
    assert "1 answered" in await shown(room, secret)
    got = await room.people.types("Ana", "Another.", secret.id)
    assert "Saved as #3" in got.text
    await room.until(room.clock.now + WEEK)
    after = await shown(room, secret)
    assert "The week to" in after
    assert after.count("I'm Ahabot") == 1
    [payload] = [p for p, _, _ in room.slack.delivered if p["event"]["type"] == "channel_id_changed"]
    assert (await room.slack.deliver(payload)).ok
    assert WORDS in await finds(room, "cache", secret)
    assert all_taken(room)


async def test_a_channel_becomes_private(both: SlackRoom) -> None:
    """Only a message in it says so. From then on no other channel reads its moments."""
    await both.types("Ana", WORDS)
    other = await lets_keep(both, "other")
    assert WORDS in await finds(both, "cache", other)
    await both.people.converts("Ana", both.home)
    await both.types("Ana", "A private word about caches.")
    assert "caches" not in await finds(both, "private", other)
    assert all_taken(both)


@pytest.fixture(params=TRANSPORTS)
async def unheard(database: Database, request: pytest.FixtureRequest) -> AsyncIterator[SlackRoom]:
    """Yield a chat without history scopes.

    The bot gets no message events, so none can say that a channel became private.
    """
    async with opened(database, MONDAY, request.param, SLACK_MESSAGE_CONTENT="0") as there:
        await there.settled()
        yield there
        heard = [p["event"] for p, _, _ in there.slack.delivered if p["event"]["type"] == "message"]
        assert not [event for event in heard if event["channel_type"] != "im"]


async def becomes_private_unheard(room: SlackRoom) -> Channel:
    """Make the home private just after everything about it was requested, and return its other channel."""
    await room.types("Ana", WORDS)
    other = await lets_keep(room, "other")
    assert WORDS in await finds(room, "cache", other)
    await room.people.converts("Ana", room.home)
    return other


async def test_unheard_a_command_tells(unheard: SlackRoom) -> None:
    """Slack's name for the channel of a command shows it."""
    other = await becomes_private_unheard(unheard)
    await unheard.types("Ana", "A private word about caches.")
    assert "caches" not in await finds(unheard, "private", other)


async def test_unheard_a_button_and_a_form_tell(unheard: SlackRoom) -> None:
    """Slack's name for the channel of a card shows it, even if Slack does not respond to requests."""
    await becomes_private_unheard(unheard)
    [card] = [seen for seen in await unheard.channel() if WORDS in seen]
    unheard.slack.faults.put("conversations.info", Breaks(), times=2)
    asked = await unheard.presses("Ben", "Add my version", card.id)
    assert asked
    assert await unheard.fills("Ben", asked.id, text="A private word about caches.")
    [home] = await unheard.bot.database.read(lambda session: teams.list_channels(session, 1))
    assert home.private


async def test_unheard_a_shortcut_tells(unheard: SlackRoom) -> None:
    """A message shortcut shows it too."""
    other = await becomes_private_unheard(unheard)
    said = await unheard.says("Ben", "A private word about caches.")
    assert await unheard.chooses("Ana", "Save as aha", said)
    assert "caches" not in await finds(unheard, "private", other)


@pytest.mark.parametrize("where", ["home", "other"])
async def test_unheard_the_fetched_words_tell(unheard: SlackRoom, where: str) -> None:
    """An emoji event lacks the channel's name, so Slack is asked again before the text is saved."""
    room = unheard
    await room.types("Ana", WORDS)
    other = await lets_keep(room, "other")
    here, there = (room.home, other) if where == "home" else (other, room.home)
    assert WORDS in await finds(room, "cache", other)
    await room.people.converts("Ana", here)
    said = await room.people.says("Ben", "A private word about caches.", here.id)
    await room.people.reacts("Ana", "💡", said)
    assert "caches" not in await finds(room, "private", there)
    room.clock.now += timedelta(days=5)
    assert "caches" not in await shown(room, there)


async def test_unheard_a_question_promises_what_it_can(unheard: SlackRoom) -> None:
    """Replies are not received, so the card only says that the form's answers are saved."""
    room = unheard
    await room.types("Ana", "ask What did we learn?")
    [card] = [seen for seen in await room.channel() if "What did we learn?" in seen]
    assert "reply to this message" not in card
    assert "Use the button. I can't read replies here" in card
    asked = await room.presses("Ben", "Answer", card.id)
    assert asked
    await room.fills("Ben", asked.id, text="Much.")
    assert "1 answered" in await room.message(card.id)


async def test_unheard_an_emoji_keeps_the_words(database: Database) -> None:
    """Without history scopes and message events, the message can still be fetched by its reactions."""
    async with opened(database, MONDAY, HTTP, SLACK_MESSAGE_CONTENT="0") as room:
        await room.types("Ana", "so that there is a team")
        said = await room.says("Ben", "Kept without <history>, <@U0ANA> & all")
        await room.reacts("Ana", "💡", said)
        assert "Kept without <history>" in await finds(room, "history", room.home)
        assert room.slack.problems == []
