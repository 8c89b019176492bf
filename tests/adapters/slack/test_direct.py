"""Direct messages on Slack: the bot's own, and those between two people, which look the same in a payload."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from storage.engine.database import Database
from tests.fakes.slack.chat import HTTP, SlackRoom, opened
from tests.fakes.slack.faults import Refuses
from tests.fakes.slack.world import Channel

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
SECRET = "between us: I am leaving in May"
"""What nobody else may read."""
FIRST_WORDS = ["", "failed ", "ask ", "quest ", "breakthrough "]


@pytest.fixture
async def room(database: Database) -> AsyncIterator[SlackRoom]:
    """Open the fake Slack, with a team that Ana and Ben belong to."""
    async with opened(database, MONDAY, HTTP) as there:
        await there.types("Ana", "We begin")
        await there.channel()
        yield there


def between(room: SlackRoom) -> Channel:
    """Return the direct messages between Ana and Ben."""
    found: Channel = room.here.between("Ana", "Ben")
    return found


async def everything_public(room: SlackRoom) -> str:
    """Return all that anybody but its receiver can read, after everything is delivered."""
    await room.settled()
    return "\n".join(f"{each.text} {each.blocks}" for each in room.here.messages if not each.to)


@pytest.mark.parametrize("word", FIRST_WORDS)
async def test_between_two_people(room: SlackRoom, word: str) -> None:
    """What is typed there stays there, and the words come back."""
    got = await room.people.types("Ana", word + SECRET, between(room).id)
    assert "I don't save or show anything from this conversation" in got.text
    assert SECRET in got.text
    assert "leaving" not in await everything_public(room)


async def test_menus_and_forms_between_two_people(room: SlackRoom) -> None:
    """A message's menu saves nothing there, and no form opens."""
    said = await room.people.says("Ben", SECRET, between(room).id)
    for entry in ("Save as aha", "Add my version", "Ask why"):
        got = await room.people.chooses("Ana", room._callback(entry), said)
        assert "I don't save or show anything from this conversation" in got.text
        assert got.view is None
    for typed in ("", "log", "setup", "me"):
        got = await room.people.types("Ana", typed, between(room).id)
        assert "I don't save or show anything from this conversation" in got.text
        assert got.view is None
    assert "leaving" not in (await everything_public(room)).replace(SECRET, "", 1)


async def test_the_bots_own(room: SlackRoom) -> None:
    """Its id is asked for once, and then it asks where to post."""
    asked = await room.writes("Ana", SECRET)
    assert asked
    assert "Post it in #team-lantern?" in asked
    await room.writes("Ana", "list")
    assert len(room.slack.called("conversations.open")) == 1


async def test_its_id_is_known_from_opening_it(room: SlackRoom) -> None:
    """Slack tells it with the event that somebody looks at the bot's page or messages."""
    await room.people.looks_home("Ben")
    room.slack.faults.put("conversations.open", Refuses(error="ratelimited"))
    asked = await room.writes("Ben", SECRET)
    assert asked
    assert "I don't save or show anything from this conversation" not in asked


async def test_when_slack_does_not_say(room: SlackRoom) -> None:
    """It counts as not the bot's, and is asked again the next time."""
    room.slack.faults.put("conversations.open", Refuses(error="fatal_error"))
    got = await room.writes("Ana", SECRET)
    assert got
    assert "I don't save or show anything from this conversation" in got
    assert SECRET in got
    again = await room.writes("Ana", SECRET)
    assert again
    assert "Post it in #team-lantern?" in again


async def test_a_group_conversation_is_a_team_of_its_own(room: SlackRoom) -> None:
    """As it was before: what is said there is posted there."""
    group = room.here.make("mpdm-ana--ben--mei-1", private=True)
    await room.people.invites("Ana", group)
    got = await room.people.types("Ana", SECRET, group.id)
    assert "Saved as #1" in got.text
    assert "leaving" in await everything_public(room)
    assert not [each for each in room.here.standing(room.home.id) if "leaving" in each.text]
