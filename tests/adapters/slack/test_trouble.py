"""Bad days of Slack that `tests/slack/test_trouble.py` leaves out: what cannot be asked, opened or delivered."""

from datetime import timedelta

from tests.slack import read
from tests.slack.faults import Breaks, Drops, Refuses
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


async def test_without_history_nobody_can_look(room: SlackRoom) -> None:
    """An unknown outcome stays unknown: better one message less than one twice."""
    await room.settled()
    room.slack.faults.put("chat.postMessage", Drops(after=True))
    room.slack.faults.put("conversations.history", Refuses(error="missing_scope"), times=20)
    await room.types("Ana", "a thought")
    await room.settled()
    await later(room)
    assert len(cards(room, "a thought")) == 1


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


async def test_slack_tells_nothing_of_a_person(room: SlackRoom) -> None:
    """Keeping does not wait for it."""
    room.slack.faults.put("users.info", Drops(), times=5)
    room.slack.faults.put("conversations.info", Breaks(), times=5)
    kept = await room.types("Mei", "a thought")
    assert kept
    assert "Kept as #1" in kept
