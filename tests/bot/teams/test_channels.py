"""Tests of changes to a team's channels: a new id, closed for a while, or private from now on."""

import pytest

from bot.core.events import (
    ChannelChanged,
    ChannelLeft,
    ChannelMoved,
    ChannelReopened,
    MessageDeleted,
    ReplyWritten,
)
from bot.core.origin import PostFailedError, Source
from bot.runtime.bot import Bot
from storage.models import Channel
from storage.teams import teams
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder

TALK = {"channel": "C-talk", "channel_name": "talk"}


async def channel(bot: Bot, external_id: str) -> Channel | None:
    """Return a channel's row."""
    return await bot.database.read(lambda session: teams.find_channel(session, 1, external_id))


async def let_talk_keep(people: Everyone) -> None:
    """Add a second, public channel whose moments belong to the team."""
    await people.ana.types("ours")
    form = await (await people.ana.types("setup")).press("Add a channel")
    await form.fill(**{"channel": "C-talk", "channel_name": "talk"})


# Moved


async def test_a_channel_that_goes_by_another_id(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Team, schedule, saved messages, emoji and questions move to the new id. The old id is unused."""
    recorder.said["m1"] = Source("Ben's words", "U-ben", "Ben")
    await people.ana.reacts("m0", people.ben)
    await people.ana.types("first")
    await people.ana.reacts("m1", people.ben)
    await people.ana.types("ask What did we learn?")
    await bot.tick()
    asked = next(m for m, s in recorder.standing.items() if s.key.startswith("ask:"))
    for _ in range(2):
        await people.ana.does(ChannelMoved("C1"), channel="C9", channel_name="shared", private=True)
    here = {"channel": "C9"}
    assert await channel(bot, "C1") is None
    assert "Ben's words" in (await people.mei.types("show 2", **here)).text
    assert (await people.mei.types("second", **here)).text.startswith("Saved as #3")
    await people.ana.reacts("m1", people.ben, **here)
    await people.ben.does(ReplyWritten("m2", "Much"), thread=asked, **here)
    await bot.tick()
    assert "1 answered" in recorder.standing[asked].text
    await people.ben.does(MessageDeleted("m1"), **here)
    await bot.tick()
    assert len(recorder.notes("U-ben")) == 2
    assert "#4" not in (await people.mei.types("list", **here)).text
    clock.forward(days=5)
    await bot.tick()
    assert any("The week to" in text for text in recorder.texts("C9"))
    moved = await channel(bot, "C9")
    assert moved is not None
    assert (moved.name, moved.private) == ("shared", True)


async def test_what_is_due_follows(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Posts planned for the old id are sent to the new one."""
    await people.ana.types("first")
    await people.ana.does(ChannelMoved("C1"), channel="C9")
    await bot.tick()
    assert recorder.texts("C1") == []
    assert any("Aha #1" in text for text in recorder.texts("C9"))


async def test_emoji_counted_before_count_after(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """With a threshold of two, one emoji from before the move counts."""
    recorder.said["m1"] = Source("Ben's words", "U-ben", "Ben")
    await people.ana.types("first")
    form = await (await people.ana.types("setup")).press("Change settings")
    await form.fill(threshold="2")
    await people.ana.reacts("m1", people.ben)
    await people.ana.does(ChannelMoved("C1"), channel="C9")
    await people.mei.reacts("m1", people.ben, channel="C9")
    await bot.tick()
    assert "Ben's words" in (await people.mei.types("list", channel="C9")).text


async def test_a_team_that_began_under_the_new_id(people: Everyone, bot: Bot) -> None:
    """It stays there, the old id gets no more posts, and nothing of either team is lost."""
    await people.ana.types("old")
    await people.ana.types("renewed", channel="C9")
    await people.ana.does(ChannelMoved("C1"), channel="C9")
    before, after = await channel(bot, "C1"), await channel(bot, "C9")
    assert before is not None
    assert after is not None
    assert (before.team_id, before.closed_at is None) == (1, False)
    assert (after.team_id, after.closed_at) == (2, None)


async def test_another_workspace_s_channel_stays(people: Everyone, bot: Bot) -> None:
    """The same id in another workspace is another channel, and an unknown id is ignored."""
    await people.ana.types("ours")
    await people.ben.types("theirs", workspace="W2")
    await people.ana.does(ChannelMoved("C1"), channel="C9", workspace="W2")
    await people.ana.does(ChannelMoved("C7"), channel="C8")
    assert await channel(bot, "C1") is not None
    assert (await people.ben.types("list", workspace="W2", channel="C9")).text.count("theirs") == 1
    assert await channel(bot, "C8") is None


# Closed and open again


async def test_open_again(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """A post that failed while it was closed stops no schedule. Nobody is greeted, and the next recap comes."""
    await people.ana.types("something")
    await bot.tick()
    clock.forward(days=5)
    await bot.plan_due()
    await people.ana.does(ChannelLeft())
    recorder.trouble = [PostFailedError("That channel is archived.")]
    await bot.tick()
    assert recorder.trouble == []
    before = len(recorder.standing)
    clock.forward(days=7)
    await bot.tick()
    await people.ana.does(ChannelReopened())
    await bot.tick()
    assert len(recorder.standing) == before
    assert recorder.notes("U-ana") == []
    await people.ana.types("something new")
    clock.forward(days=7)
    await bot.tick()
    assert any("The week to" in text for text in recorder.texts())


@pytest.mark.parametrize(("hours", "stands"), [(20, True), (30, False)])
async def test_what_was_asked_for_comes_once_we_are_let_in(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, hours: int, stands: bool
) -> None:
    """A requested question and quest chart come within a day. Later they would be out of context."""
    await people.ana.types("failed A wizard")
    await bot.tick()
    clock.forward(hours=1)
    await people.ana.types("ask What did we learn?")
    await (await people.ana.types("cycle")).press("Post here")
    recorder.trouble = [PostFailedError("We are not in that channel.")] * 3
    await bot.tick()
    assert recorder.trouble == [], "the question, the chart, and the hello, which follows the first question"
    clock.forward(hours=hours)
    await people.ana.does(ChannelReopened())
    await bot.tick()
    here = "".join(recorder.texts())
    assert ("What did we learn?" in here) is stands
    assert ("How our quests are going" in here) is stands


async def test_open_again_without_a_team(people: Everyone, bot: Bot) -> None:
    """Nothing is restored, and no team is created."""
    await people.ana.does(ChannelReopened(), channel="C-else")
    assert await channel(bot, "C-else") is None


# Private from now on


async def test_a_command_notices_first(people: Everyone, bot: Bot) -> None:
    """No event reported it: the first command from a home that became private cuts off the other channels."""
    await let_talk_keep(people)
    await people.mei.types("a secret", private=True)
    home = await channel(bot, "C1")
    assert home is not None
    assert home.private
    assert "secret" not in (await people.ana.types("find secret", **TALK)).text
    assert "secret" not in (await people.ana.types("find secret", channel="D-ana", direct=True)).text


async def test_a_read_notices_first(people: Everyone, bot: Bot) -> None:
    """A read-only command does so too."""
    await people.ana.types("ours")
    await people.mei.types("list", private=True)
    home = await channel(bot, "C1")
    assert home is not None
    assert home.private


async def test_a_further_channel_s_command_notices_first(people: Everyone) -> None:
    """A command typed there creates a new team."""
    await let_talk_keep(people)
    assert (await people.mei.types("a secret", **TALK, private=True)).text.startswith("Saved as #1")
    assert "secret" not in (await people.ana.types("list")).text


@pytest.mark.parametrize("where", ["home", "further"])
async def test_the_message_itself_tells(people: Everyone, bot: Bot, recorder: Recorder, where: str) -> None:
    """An emoji event does not say that the channel is private. Fetching the message does, before it is saved."""
    await let_talk_keep(people)
    recorder.said["m1"] = Source("a secret", "U-ben", "Ben", private=True)
    there = {} if where == "home" else TALK
    await people.mei.reacts("m1", people.ben, **there)
    await bot.tick()
    home = await channel(bot, "C1")
    assert home is not None
    if where == "home":
        assert home.private
        assert "a secret" in (await people.ana.types("list")).text
    else:
        assert not home.private
        assert "secret" not in (await people.ana.types("list")).text
        assert recorder.notes("U-ben") == []
    assert await channel(bot, "C-talk") is None


async def test_what_nobody_said_stays_as_it_was(people: Everyone, bot: Bot) -> None:
    """A new name without known visibility changes no access."""
    await let_talk_keep(people)
    await people.ana.does(ChannelChanged(), channel_name="new", private=None)
    home = await channel(bot, "C1")
    assert home is not None
    assert (home.name, home.private) == ("new", False)
    assert await channel(bot, "C-talk") is not None
    await people.ana.does(ChannelChanged(), private=True)
    await people.ana.does(ChannelChanged(), private=None)
    home = await channel(bot, "C1")
    assert home is not None
    assert home.private


async def test_a_team_in_a_channel_that_nobody_knows(people: Everyone, bot: Bot) -> None:
    """It is private until the platform says otherwise."""
    await people.ana.types("ours", private=None)
    home = await channel(bot, "C1")
    assert home is not None
    assert home.private
