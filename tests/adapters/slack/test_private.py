"""Tests that text from a private or shared channel stays there, even if it becomes one later."""

import pytest

from storage.teams import teams
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.faults import Drops


async def is_private(room: SlackRoom, team: int = 1) -> bool:
    """Return whether a team's home is known to be private."""
    return await room.bot.database.read(lambda session: teams.find_home(session, team).private)


@pytest.mark.parametrize("kind", ["open", "private", "shared", "pending"])
async def test_a_channel_from_the_start(room: SlackRoom, kind: str) -> None:
    """No event says that a channel was shared long ago, so Slack is asked, and the team starts private."""
    there = room.here.make("elsewhere")
    if kind != "open":
        setattr(there, kind, True)
    await room.people.invites("Ana", there)
    assert await is_private(room, team=2) is (kind != "open")


@pytest.mark.parametrize("becomes", ["private", "shared"])
async def test_a_channel_becomes(room: SlackRoom, becomes: str) -> None:
    """Then it is readable only from inside, until it is public again."""
    await room.types("Ana", "/aha before that")
    await room.settled()
    assert not await is_private(room)
    for on in (True, False):
        setattr(room.home, becomes, on)
        if becomes == "shared":
            await room.people.changes("Ana", room.home, "shared" if on else "unshared")
        else:
            await room.people.converts("Ana", room.home, on)
        assert await is_private(room) is on


async def test_somebody_from_outside(room: SlackRoom) -> None:
    """In a shared channel their words are not saved, by their own command or by others."""
    room.home.shared = True
    zoe = room.here.add("Zoe", team="T0ELSEWHERE")
    room.home.members.add(zoe.id)
    got = await room.people.types("Zoe", "a thought from outside", room.home.id)
    assert "people in its own organization" in got.text
    assert "a thought from outside" in got.text
    said = await room.people.says("Zoe", "words from outside", room.home.id)
    await room.people.reacts("Ana", "bulb", said)
    await room.settled()
    found = await room.people.types("Ana", "list", room.home.id)
    assert "from outside" not in found.text


@pytest.mark.parametrize("how", ["shortcut", "emoji"])
async def test_somebody_of_whom_slack_tells_nothing(room: SlackRoom, how: str) -> None:
    """Their message says which workspace they belong to, and nothing of it is saved."""
    zoe = room.here.add("Zoe", team="T0ELSEWHERE")
    room.home.members.add(zoe.id)
    await room.types("Ana", "so that there is a team")
    said = await room.people.says("Zoe", "words from outside", room.home.id)
    room.slack.faults.put("users.info", Drops(), times=20)
    if how == "shortcut":
        refused = await room.chooses("Ana", "Save as aha", said.ts)
        assert refused
        assert "outside your organisation" in refused
    else:
        await room.reacts("Ana", "💡", said.ts)
    await room.settled()
    found = await room.types("Ana", "list")
    assert found
    assert "from outside" not in found
