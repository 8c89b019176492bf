"""Tests of consent: people whose words are never saved, and text that stays in its channel."""

from typing import Any

from sqlmodel import select

from bot.core.events import ChannelChanged, ReplyWritten
from bot.core.origin import Access, ChannelAccess, Source
from bot.moments.commands import AddVersion, HighFive, Log
from bot.moments.save_message import Save
from bot.runtime.bot import Bot
from bot.teams.choose_team import InTeam
from storage.models import Person as PersonRow
from storage.teams import presence
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder

OUTSIDER: dict[str, Any] = {"external": True, "person": "U-guest", "person_name": "Guest"}


async def persons(bot: Bot) -> set[str]:
    """Return the external ids of all stored people."""
    wanted = select(PersonRow)
    return await bot.database.read(lambda session: {one.external_id for one in session.exec(wanted)})


async def test_somebody_from_outside_is_not_kept(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Commands, buttons, emoji and replies save nothing, and return the text with one sentence."""
    await people.ana.types("something")
    said = await people.ben.types("words from outside", **OUTSIDER)
    assert "people in its own organization" in said.text
    assert "words from outside" in said.text
    for command in (Log("more"), HighFive("1.1"), AddVersion("1.1", "mine")):
        assert "people in its own organization" in (await people.ben.does(command, **OUTSIDER)).text
    await people.ben.reacts("m9", people.ana, **OUTSIDER)
    await people.ben.does(ReplyWritten("m10", "a reply"), **{**OUTSIDER, "thread": "m1"})
    await bot.tick()
    assert len(recorder.texts()) == 2
    assert await persons(bot) == {"U-ana"}
    assert "What would you like to do?" in (await people.ben.types("", **OUTSIDER)).text


async def test_somebody_from_outside_reads_nothing(people: Everyone) -> None:
    """Guests of a shared channel see its posts, and not the team's memory."""
    await people.ana.types("something of ours")
    for line in ("find something", "list", "show 1", "recap"):
        assert "something of ours" not in (await people.ben.types(line, **OUTSIDER)).text


async def test_opted_out_between_emoji_and_fetch(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The text is not saved, even if the emoji came before the opt-out."""
    await people.ana.types("something")
    await people.ana.reacts("m-ben", people.ben)
    await (await people.ben.opens_settings()).fill(keep="never")
    recorder.said["m-ben"] = Source("Ben's words", "U-ben", "Ben")
    await bot.tick()
    assert "Ben's words" not in (await people.ana.types("list")).text
    assert recorder.notes("U-ben") == []
    assert recorder.marks == set()


async def test_a_further_channel_that_becomes_private_keeps_no_more(people: Everyone) -> None:
    """Its later messages stay there, and its next command creates a team of its own."""
    await people.ana.types("ours")
    form = await (await people.ana.types("setup")).press("Add a channel")
    await form.fill(channel="C-talk", channel_name="talk")
    there = {"channel": "C-talk", "channel_name": "talk", "private": True}
    await people.mei.types("still public", **{**there, "private": False})
    await people.ana.does(ChannelChanged(), **there)
    assert (await people.mei.types("now private", **there)).text.startswith("Saved as #1")
    latest = (await people.ana.types("list")).text
    assert "still public" in latest
    assert "now private" not in latest


async def test_a_home_that_becomes_private(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """No other channel can read it any more, and in direct messages only the people who are in it."""
    await people.ana.types("ours")
    await people.ben.types("list")
    await people.ana.does(ChannelChanged(), private=True)
    dm = {"channel": "D-ana", "direct": True}
    assert "“ours”" in (await people.ana.types("list", **dm)).text
    bot.access.forget("W1")
    recorder.access["C1", "U-ben"] = ChannelAccess(Access.OUTSIDE)
    assert "don't know your team yet" in (await people.ben.types("list", **dm)).text


async def test_a_team_that_was_not_offered(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The number of a private team in a form's values does not give access to it."""
    await people.ana.types("one", channel="C1")
    await people.ana.types("two", channel="C2", channel_name="two")
    await people.ben.types("a secret", channel="C3", channel_name="secret", private=True)
    recorder.access["C3", "U-ana"] = ChannelAccess(Access.OUTSIDE)
    dm = {"channel": "D-ana", "direct": True}
    form = (await people.ana.types("a word of ours", **dm)).button("#two")
    assert isinstance(form, InTeam)
    for team, refused in (("3", "a channel you're not in"), ("99", "another channel")):
        assert refused in (await people.ana.does(InTeam(form.pending, team), **dm)).text
    for junk in ("", "x"):
        assert "Where should I post it?" in (await people.ana.does(InTeam(form.pending, junk), **dm)).text
    assert "Saved as #2" in (await people.ana.does(InTeam(form.pending, "1"), **dm)).text


async def test_taken_out_of_the_workspace(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Planned posts are dropped and schedules wait. They continue with the first command."""
    await people.ana.types("something")
    await people.ana.does(Save("aha", "m-ben", "A word of Ben's", "U-ben", "Ben"))
    await bot.database.write(
        lambda session: presence.mark_removed_by_external_id(session, "recorder", "W1", clock())
    )
    await bot.tick()
    clock.forward(days=7)
    await bot.tick()
    assert recorder.standing == {}
    await people.ana.types("list")
    await people.ana.types("here again")
    clock.forward(days=7)
    await bot.tick()
    assert any("The week to" in text for text in recorder.texts())
    assert recorder.notes("U-ben") == []
