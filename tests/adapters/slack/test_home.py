"""Tests of the app home: a person's page, short for any number of teams, with times in their own zone."""

import re

from bot.core.posts import OWN_LIMIT
from bot.people.page.dates import DATE_LIMIT
from tests.fakes.slack import limits, read
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.world import View
from tests.support.waiting import soon


async def home_of(room: SlackRoom, who: str) -> View:
    """Return a person's home once the app has drawn it anew."""
    person = room.here.person(who).id
    before = room.here.homes[person].hash if person in room.here.homes else ""

    async def drawn() -> View | None:
        found: View | None = room.here.homes.get(person)
        return found if found and found.hash != before else None

    await room.people.looks_home(who)
    view: View = await soon(drawn)
    return view


async def test_a_busy_person(room: SlackRoom) -> None:
    """With eight teams and nine moments it has the next posts, latest moments, settings and a switch."""
    for number in range(7):
        channel = room.here.make(f"team-{number}")
        await room.people.invites("Ana", channel)
        await room.people.types("Ben", f"thought *{number}* of <many>", channel.id)
    for number in range(2):
        await room.types("Ben", f"thought at home {number}")
    body = (await home_of(room, "Ben")).body
    assert limits.of_view(body) == []
    shown = read.view(body)
    assert shown.count("Recap · #") == DATE_LIMIT
    assert shown.count("[Show]") == OWN_LIMIT
    assert shown.index("thought at home 1") < shown.index("thought at home 0")
    assert "Aha #1 · #team-6\nthought *6* of <many>" in shown
    assert shown.count("thought") == OWN_LIMIT
    assert (
        "You're on Berlin time. Others can save your messages, and I'll let you know when they do." in shown
    )
    assert "[Pause for a week]" in shown
    dates = re.findall(r"<!date\^(\d+)\^{date_pretty} at {time}\|([^>]+)>", str(body["blocks"]))
    assert {fallback for _, fallback in dates} == {"20 March 2026, 17:00"}, (
        "Berlin time, told by Slack itself"
    )


async def test_the_switch(room: SlackRoom) -> None:
    """A paused page says until when. Notes wait, and are sent when it is turned off."""
    await room.types("Ana", "so that there is a team")
    home = await home_of(room, "Ben")
    assert "what you learn when something doesn't work" in read.view(home.body)
    paused = await room.people.presses("Ben", "Pause for a week", home)
    assert "No direct messages before 23 March." in paused.text
    said = await room.says("Ben", "My own words")
    await room.reacts("Ana", "💡", said)
    assert await room.notes("Ben") == []
    assert "My own words" in read.view((await home_of(room, "Ben")).body)
    home = room.here.homes[home.user]
    again = await room.people.presses("Ben", "Resume direct messages", home)
    assert "No direct messages" not in again.text
    assert len(await room.notes("Ben")) == 1


async def test_somebody_new(room: SlackRoom) -> None:
    """The page is empty and says how to begin."""
    body = (await home_of(room, "Mei")).body
    assert limits.of_view(body) == []
    assert "React to a message with 💡" in read.view(body)
    assert "You're on Singapore time" in read.view(body)
    assert "[Log an aha]" in read.view(body)
