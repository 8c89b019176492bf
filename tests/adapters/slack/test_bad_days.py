"""Bad days of Slack: what the person sees, what is posted, and that nothing is ever posted twice."""

import asyncio
from datetime import timedelta

import pytest

from tests.slack import read
from tests.slack.faults import Breaks, Drops, Limited, Refuses
from tests.slack.room import SlackRoom


def cards(room: SlackRoom, words: str) -> list[str]:
    """What stands in the home channel with these words."""
    shown = [read.words(m.blocks, m.text) for m in room.here.standing(room.home.id) if m.by_bot]
    return [text for text in shown if words in text]


async def later(room: SlackRoom) -> None:
    """Half an hour, in steps."""
    for _ in range(30):
        room.clock.now += timedelta(minutes=1)
        await room.bot.tick()


async def test_a_form_that_opens_too_late(room: SlackRoom) -> None:
    """The person gets a button that opens it, and what they had typed."""
    await room.types("Ana", "a thought")
    await room.settled()
    room.slack.faults.put("views.open", Refuses(error="expired_trigger_id"))
    got = await room.types("Ana", "setup")
    assert got
    shown = await room.presses("Ana", "Emoji and zone", got.id)
    assert shown
    assert "did not let me open the form in time" in shown
    asked = await room.presses("Ana", "Open the form", shown.id)
    assert asked
    assert "emoji" in asked.fields


@pytest.mark.parametrize(
    "fault", [Drops(after=True), Breaks(after=True, status=502), Refuses(after=True, error="internal_error")]
)
async def test_accepted_but_never_answered(room: SlackRoom, fault: Drops) -> None:
    """The card stands although nobody said so: it is found, and not posted again."""
    await room.settled()
    room.slack.faults.put("chat.postMessage", fault)
    await room.types("Ana", "a thought")
    await room.settled()
    await later(room)
    assert len(cards(room, "a thought")) == 1
    await room.types("Ana", "delete 1")
    await room.settled()
    assert cards(room, "a thought") == []


@pytest.mark.parametrize("fault", [Drops(), Breaks(status=503)])
async def test_not_accepted_and_never_answered(room: SlackRoom, fault: Drops) -> None:
    """It is looked for, is not there, and is posted once."""
    await room.settled()
    room.slack.faults.put("chat.postMessage", fault)
    await room.types("Ana", "a thought")
    await room.settled()
    await later(room)
    assert len(cards(room, "a thought")) == 1


async def test_slack_asks_to_slow_down(room: SlackRoom) -> None:
    """The card comes after the wait; until then nothing is asked of that method, and everything else goes on."""
    await room.settled()
    room.slack.faults.put("chat.postMessage", Limited(seconds=1))
    calls = len(room.slack.called("chat.postMessage"))
    await room.types("Ana", "a thought")
    await room.settled()
    room.clock.now += timedelta(seconds=1)
    await room.bot.tick()
    assert len(room.slack.called("chat.postMessage")) == calls + 1
    assert await room.types("Ana", "list")
    await asyncio.sleep(1)
    await later(room)
    assert len(cards(room, "a thought")) == 1


async def test_without_history_nobody_can_look(room: SlackRoom) -> None:
    """An unknown outcome stays unknown: better one message less than one twice."""
    await room.settled()
    room.slack.faults.put("chat.postMessage", Drops(after=True))
    room.slack.faults.put("conversations.history", Refuses(error="missing_scope"), times=20)
    await room.types("Ana", "a thought")
    await room.settled()
    await later(room)
    assert len(cards(room, "a thought")) == 1


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "restricted_action", "invalid_blocks"])
async def test_surely_refused(room: SlackRoom, code: str) -> None:
    """The schedule stops, and whoever set it up is told, once, in a sentence."""
    await room.types("Ana", "a thought")
    hello = next(seen for seen in await room.channel() if "I am Ahabot" in seen)
    await room.presses("Ana", "Start the weekly questions", hello.id)
    room.slack.faults.put("chat.postMessage", Refuses(error=code))
    await room.until(room.clock.now + timedelta(days=2))
    notes = [seen.text for seen in await room.notes("Ana") if "could not be posted" in seen]
    assert len(notes) == 1
    await room.until(room.clock.now + timedelta(days=14))
    assert len([seen for seen in await room.notes("Ana") if "could not be posted" in seen]) == 1


async def test_uploads_are_off(room: SlackRoom) -> None:
    """The recap comes in words, with what the picture shows."""
    await room.types("Ana", "a thought")
    await room.settled()
    room.slack.faults.put("files.getUploadURLExternal", Refuses(error="file_uploads_disabled"), times=9)
    await room.until(room.clock.now + timedelta(days=5))
    (recap,) = cards(room, "The week of")
    assert "a thought" in recap
    assert "busiest week" in recap


async def test_nobody_can_be_told(room: SlackRoom) -> None:
    """Direct messages are closed: the Note heads the person's next private answer."""
    await room.types("Ana", "so that there is a team")
    said = await room.says("Ben", "My own words")
    await room.settled()
    room.slack.faults.put("conversations.open", Refuses(error="cannot_dm_bot"))
    await room.reacts("Ana", "💡", said)
    await room.settled()
    shown = await room.types("Ben", "list")
    assert shown
    assert "Ana kept what you wrote" in shown


async def test_taken_out_of_the_workspace(room: SlackRoom) -> None:
    """Whatever says so first: everything there stops."""
    await room.types("Ana", "a thought")
    await room.settled()
    room.slack.ends(how="account_inactive")
    await room.until(room.clock.now + timedelta(days=14))
    assert cards(room, "The week of") == []


async def test_slack_tells_nothing_of_a_person(room: SlackRoom) -> None:
    """Keeping does not wait for it."""
    room.slack.faults.put("users.info", Drops(), times=5)
    room.slack.faults.put("conversations.info", Breaks(), times=5)
    kept = await room.types("Mei", "a thought")
    assert kept
    assert "Kept as #1" in kept
