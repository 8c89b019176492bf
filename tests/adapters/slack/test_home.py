"""Tests of the app home: a person's page, short for any number of teams, with times in their own zone."""

import re

from adapters.slack.manifest import GLOBAL_ID
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
    assert "thought *6* of <many>" in shown
    assert shown.count("thought") == OWN_LIMIT
    assert (
        "You're on Berlin time. Others can save your messages, and I'll let you know when they do." in shown
    )
    assert "[Pause direct messages]" in shown
    dates = re.findall(r"<!date\^(\d+)\^{date_pretty} at {time}\|([^>]+)>", str(body["blocks"]))
    assert {fallback for _, fallback in dates} == {"20 March 2026, 17:00"}, (
        "Berlin time, told by Slack itself"
    )


async def test_the_switch(room: SlackRoom) -> None:
    """A paused page says until when. Notes wait, and are sent when it is turned off."""
    await room.types("Ana", "so that there is a team")
    home = await home_of(room, "Ben")
    assert "what you learn when something doesn't work" in read.view(home.body)
    paused = await room.people.presses("Ben", "Pause direct messages", home)
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


async def test_a_team_in_a_private_channel(room: SlackRoom) -> None:
    """Slack says who is in it. Its members have it on their home, in messages and in the global shortcut."""
    secret = room.here.make("secret")
    secret.private = True
    secret.members.add(room.here.person("Ben").id)
    await room.people.invites("Ben", secret)
    await room.people.types("Ben", "A secret aha", secret.id)
    shown = read.view((await home_of(room, "Ben")).body)
    assert "A secret aha" in shown
    assert "Recap · #" in shown
    secret.members.discard(room.here.person("Mei").id)
    assert "secret" not in read.view((await home_of(room, "Mei")).body)
    got = await room.people.starts("Ben", GLOBAL_ID)
    assert got.view is not None
    shown = read.view(got.view.body)
    assert "Everyone in" in shown
    found = await room.writes("Ben", "find")
    assert found
    assert "A secret aha" in found


async def test_who_left_a_private_channel(room: SlackRoom) -> None:
    """An old button is refused, and nothing of the channel is on the page any more."""
    secret = room.here.make("secret")
    secret.private = True
    ben = room.here.person("Ben").id
    secret.members.add(ben)
    await room.people.invites("Ben", secret)
    await room.people.types("Ben", "A secret aha", secret.id)
    home = await home_of(room, "Ben")
    await room.people.joins("Ben", secret, on=False)
    await room.settled()
    refused = await room.people.presses("Ben", "Show", home)
    assert "a channel you're not in" in refused.text
    assert "A secret aha" not in refused.text
    assert "secret" not in read.view((await home_of(room, "Ben")).body).lower()


async def test_a_date_paused_on_the_page(room: SlackRoom) -> None:
    """The page is published again with *Resume* in the button's place."""
    await room.types("Ben", "so that there is a team")
    home = await home_of(room, "Ben")
    assert limits.of_view(home.body) == []
    paused = await room.people.presses("Ben", "Pause a week", home)
    assert "paused until 23 March" in paused.text
    home = room.here.homes[home.user]
    assert "[Resume]" in read.view(home.body)
    resumed = await room.people.presses("Ben", "Resume", home)
    assert "paused until" not in resumed.text
    assert "[Pause a week]" in resumed.text


async def test_the_page_after_a_form(room: SlackRoom) -> None:
    """What a form changed is on the page when its window closes."""
    await room.types("Ben", "failed We put a wizard in front of the import")
    home = await home_of(room, "Ben")
    assert "What did it teach you?" in read.view(home.body)
    opened = await room.people.presses("Ben", "Edit", home)
    assert opened.view is not None
    await room.people.submits(opened.view, taught="Nobody reads it")

    async def refreshed() -> bool:
        return "What did it teach you?" not in read.view(room.here.homes[home.user].body)

    assert await soon(refreshed)


async def test_the_page_in_direct_messages(room: SlackRoom) -> None:
    """Written to the bot, it has the private team too, and is turned in its place."""
    secret = room.here.make("secret")
    secret.private = True
    secret.members.add(room.here.person("Ben").id)
    await room.people.invites("Ben", secret)
    for number in range(5):
        await room.people.types("Ben", f"A secret aha {number}", secret.id)
        await room.people.types("Ben", f"quest What is {number}?", secret.id)
        await room.people.types("Ben", f"failed Try {number}", secret.id)
    page = await room.writes_to_bot("Ben", "me")
    assert page
    assert "Waiting for you" in page
    more = await room.presses("Ben", "More", page.id)
    assert more
    assert "Quests you started" in more
    more = await room.presses("Ben", "More", more.id)
    assert more
    assert "A secret aha 4" in more
    back = await room.presses("Ben", "Back", more.id)
    assert back
    back = await room.presses("Ben", "Back", back.id)
    assert back
    assert "Waiting for you" in back
    paused = await room.presses("Ben", "Pause a week", back.id)
    assert paused
    assert "[Resume]" in paused
    elsewhere = await room.types("Ben", "me")
    assert elsewhere
    assert "secret" not in elsewhere
    assert "are on this page in our direct messages" in elsewhere
