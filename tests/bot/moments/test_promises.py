"""Tests of guarantees: private text stays private, removed text is gone, anonymous text has no name."""

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.core.events import ChannelChanged, MessageDeleted, MessageEdited
from bot.core.origin import Source
from bot.core.params import StoredCommand
from bot.moments.commands import Delete, Edit
from bot.moments.save_message import Save
from bot.prompts.answers import KeepAnswer
from bot.runtime.bot import Bot
from bot.teams.choose_team import InTeam
from bot.teams.setup import LetKeep, Move, StopKeeping
from storage.models import Answer, Channel, Fetch, Moment, Pending, Posting, PostingKind
from storage.models import Person as PersonRow
from tests.support.databases import Clock
from tests.support.people import Everyone, Person
from tests.support.recorder import Recorder

SECRET: dict[str, Any] = {"channel": "C-p", "channel_name": "secret", "private": True}
TALK: dict[str, Any] = {"channel": "C-talk", "channel_name": "talk"}


def rows(bot: Bot, table: Any) -> list[Any]:
    """Return all rows of a table, in the order of their keys."""

    def read(session: Session) -> list[Any]:
        return list(session.execute(select(table).order_by(*table.__table__.primary_key)).scalars())

    return bot.database.read_now(read)


async def feeds(people: Everyone) -> None:
    """Create a team in C1 that also saves from C-talk."""
    await people.ana.types("ours")
    await people.ana.does(LetKeep("1", "C-talk", "talk"))


async def saves(person: Person, message: str = "m-ben", **where: Any) -> str:
    """Save Ben's message with the message shortcut, and return the reply."""
    return (await person.does(Save("aha", message, "Ben's words", "U-ben", "Ben"), **where)).text


def direct(name: str) -> dict[str, Any]:
    """Return the origin fields of a direct message with the bot."""
    return {"channel": f"D-{name}", "direct": True, "private": True}


async def test_no_public_channel_keeps_into_a_private_home(people: Everyone) -> None:
    """Otherwise that channel could read what was said in the private home."""
    await people.ana.types("a secret", **SECRET)
    said = await people.ana.does(LetKeep("1", "C-talk", "talk"), **SECRET)
    assert "can't be shown in another" in said.text
    assert "a secret" not in (await people.ben.types("list", **TALK)).text


async def test_a_home_that_becomes_private_lets_the_others_go(people: Everyone, bot: Bot) -> None:
    """A move to a private channel removes the other channels, and its reply says so."""
    await feeds(people)
    moved = await people.ana.does(Move("1", "C-p", "secret", "1"))
    assert "I no longer save from your other channels" in moved.text
    assert [one.external_id for one in rows(bot, Channel)] == ["C-p"]


async def test_a_home_that_turns_private_lets_the_others_go(people: Everyone, bot: Bot) -> None:
    """A platform event removes the other channels, which can then read nothing."""
    await feeds(people)
    await people.ana.does(ChannelChanged(), private=True)
    assert [one.external_id for one in rows(bot, Channel)] == ["C1"]
    assert "ours" not in (await people.ben.types("list", **TALK)).text


async def test_a_direct_message_is_not_saved(people: Everyone, bot: Bot) -> None:
    """This holds with one team and with two, and no stored command keeps its text."""
    await people.ana.types("ours")
    assert "Direct messages stay between us" in await saves(people.ana, **direct("ana"))
    await people.ana.types("two", channel="C2", channel_name="two")
    assert "Direct messages stay between us" in await saves(people.ana, **direct("ana"))
    assert len(rows(bot, Moment)) == 2
    assert rows(bot, Pending) == []


async def test_a_draft_its_author_declined_stays_out(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The message shortcut does not fill it in again."""
    await people.ana.types("ours")
    await people.ana.reacts("m-ben", people.ben)
    await bot.tick()
    await people.ben.does(Delete("1.2"), **direct("ben"))
    assert "I won't save it again" in await saves(people.ana)
    assert "Ben's words" not in {moment.text for moment in rows(bot, Moment)}


async def test_removed_while_its_words_are_fetched(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Text that arrives then is dropped. After an undo it is fetched again."""
    await people.ana.types("ours")
    recorder.said["m-ben"] = Source("Ben's words", "U-ben", "Ben")
    await people.ana.reacts("m-ben", people.ben)
    gone = await people.ben.does(Delete("1.2"))
    await bot.tick()
    assert "Ben's words" not in {moment.text for moment in rows(bot, Moment)}
    assert rows(bot, Fetch) == []
    await gone.press("Undo")
    await bot.tick()
    assert "Ben's words" in {moment.text for moment in rows(bot, Moment)}


async def test_words_given_before_they_were_fetched(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The author's own text stays. Before it, the card says that it waits."""
    await people.ana.types("ours")
    recorder.said["m-ben"] = Source("Ben's words", "U-ben", "Ben")
    await people.ana.reacts("m-ben", people.ben)
    assert "has no text yet" in (await people.ben.types("show 2")).text
    await people.ben.does(Edit("1.2", "As I meant it"))
    await bot.tick()
    assert "As I meant it" in (await people.ana.types("show 2")).text


async def test_words_given_to_a_draft_by_edit(people: Everyone, bot: Bot) -> None:
    """It is then a moment like any other."""
    await people.ana.types("ours")
    await people.ana.reacts("m-ben", people.ben)
    await bot.tick()
    await people.ben.does(Edit("1.2", "As I meant it"))
    assert "As I meant it" in (await people.ana.types("list")).text


async def test_an_emoji_taken_back_before_the_words_came(people: Everyone, bot: Bot) -> None:
    """The moment is discarded without a question to the author."""
    await people.ana.types("ours")
    await people.ana.reacts("m-ben", people.ben)
    await people.ana.unreacts("m-ben")
    assert [moment.number for moment in rows(bot, Moment)] == [1]
    assert PostingKind.NOTE_TAKEN_BACK not in {posting.kind for posting in rows(bot, Posting)}


async def test_erased_words_wait_nowhere(people: Everyone, bot: Bot, clock: Clock) -> None:
    """They are gone from the stored command of a button and from a question that was taken back."""
    await (await people.ana.types("show must go on")).press("Save as an aha")
    await people.ana.types("delete 1")
    await (await people.ana.types("ask Who moved my cheese?")).press("It was an aha")
    await people.ana.types("delete 2")
    clock.forward(hours=25)
    await bot.tick()
    assert rows(bot, Pending) == []
    assert not any("cheese" in posting.text for posting in rows(bot, Posting))


async def test_an_answer_without_a_name_has_no_time(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Neither its id nor the creation time of its author's row reveals when it was given."""
    form = await people.ana.types("ask")
    await form.fill(text="How was it?", sort="nameless")
    await bot.tick()
    button = recorder.last()[1].post.card.buttons[0].command
    for person in (people.ben, people.mei, people.noor):
        await (await person.does(button)).fill(text=f"by {person.origin.person}")
    ids = [answer.id for answer in rows(bot, Answer)]
    assert sum(abs(one - other) > 3 for one in ids for other in ids) == 6
    times = {one.created_at for one in rows(bot, PersonRow)}
    assert {(at.hour, at.minute, at.second) for at in times} == {(0, 0, 0)}


async def test_a_question_taken_back_leaves_the_recap(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It and its answers are removed from recaps that quoted them."""
    await people.ana.types("something kept")
    asked = await people.ana.types("ask What did we see?")
    await bot.tick()
    button = recorder.last()[1].post.card.buttons[0].command
    await (await people.ben.does(button)).fill(text="a hole in the fence")
    clock.forward(minutes=1)
    await (await people.ana.types("recap")).press("Post here")
    await bot.tick()
    recap = recorder.last()[0]
    assert "hole in the fence" in recorder.standing[recap].text
    await asked.press("It was an aha")
    assert "hole in the fence" not in await people.ana.sees(recap)


async def test_a_channel_let_go_is_still_heard(people: Everyone, bot: Bot) -> None:
    """Messages saved from it still follow edits and deletions. A command there creates a team of its own."""
    await feeds(people)
    await saves(people.ana, **TALK)
    await people.ana.does(StopKeeping("1", "C-talk"))
    await people.ben.does(MessageEdited("m-ben", "Better words"), **TALK)
    assert "Better words" in (await people.ana.types("show 2")).text
    await people.mei.reacts("m-mei", people.mei, **TALK)
    assert (await people.mei.types("new here", **TALK)).text.startswith("Saved as #1")
    await people.ben.does(MessageDeleted("m-ben"), **TALK)
    await bot.tick()
    assert PostingKind.NOTE_SOURCE_GONE in {posting.kind for posting in rows(bot, Posting)}


async def test_one_question_for_two_teams_is_done_once(people: Everyone, bot: Bot) -> None:
    """It runs for the team that was chosen first."""
    await people.ana.types("one")
    await people.ana.types("two", channel="C2", channel_name="two")
    form = (await people.ana.types("a word of ours", **direct("ana"))).button("#lantern")
    assert isinstance(form, InTeam)
    for team in ("1", "2"):
        said = await people.ana.does(InTeam(form.pending, team), **direct("ana"))
        assert said.text.startswith("Saved as #2")
    assert len(rows(bot, Moment)) == 3


async def test_the_first_word_twice(people: Everyone) -> None:
    """`log log in is broken`: one press restores the word, and a second one changes nothing."""
    got = await people.ana.types("log log in is broken")
    for _ in range(2):
        await got.press("Include the word “log”")
        assert "“log log in is broken”" in (await people.ana.types("show 1")).text


@pytest.mark.parametrize("emoji", ["🌱", "❤️", "👍🏽", "🇵🇹", "1️⃣", "👩‍🚀", ":party-parrot:"])
async def test_one_emoji(people: Everyone, emoji: str) -> None:
    """It may have any number of code points. A custom one is given by its name."""
    form = await (await people.ana.types("setup")).press("Change settings")
    assert "I save a message" in (await form.fill(emoji=emoji)).text


@pytest.mark.parametrize("emoji", ["hello", "🎉🎉", "a", "1", "::", "x:tada:"])
async def test_not_one_emoji(people: Everyone, emoji: str) -> None:
    """A value that can never be a reaction is refused."""
    form = await (await people.ana.types("setup")).press("Change settings")
    assert "emoji" in (await form.fill(emoji=emoji)).form.errors


async def test_a_button_when_the_database_is_busy(people: Everyone, bot: Bot) -> None:
    """The person gave no text, so none is returned."""
    await people.ana.types("one")
    misfit = await people.ana.types("show must go on")
    hold, bot.patience = threading.Event(), 0.5
    busy = asyncio.create_task(bot.database.write(lambda _: hold.wait(5)))
    await asyncio.sleep(0.05)
    said = await misfit.press("Save as an aha")
    hold.set()
    await busy
    assert isinstance(misfit.button("Save as an aha"), StoredCommand)
    assert said.text.endswith("Nothing was saved. Please press it again in a moment.")


@pytest.mark.parametrize("words", ["moment", "moment " + "long " * 30])
async def test_older_stays_in_its_team(people: Everyone, words: str) -> None:
    """A direct message with two teams asks for the team once, and *Older* stays in it."""
    for number in range(7):
        await people.ana.types(f"{words} {number}")
    await people.ana.types("two", channel="C2", channel_name="two")
    form = (await people.ana.types(f"find {words}", **direct("ana"))).form.command
    found = await people.ana.does(replace(form, team="1"), **direct("ana"))
    assert "#2" in (await found.press("Older")).text


async def test_the_next_number_is_the_one_it_will_be(people: Everyone) -> None:
    """Numbers are never reused."""
    await people.ana.types("one")
    await people.ana.types("delete 1")
    assert "it will be #2" in (await people.ana.types("list")).text
    assert "Nothing is saved here right now." in (await people.ana.types("show 3.14")).text


async def test_an_answer_whose_moment_was_removed(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Saving it again says that the moment stays removed."""
    await people.ana.types("ask What did we see?")
    await bot.tick()
    button = recorder.last()[1].post.card.buttons[0].command
    got = await (await people.ben.does(button)).fill(text="a hole")
    await got.press("Save as an aha")
    await people.ben.types("delete 1")
    assert isinstance(got.button("Save as an aha"), KeepAnswer)
    assert "It stays deleted" in (await got.press("Save as an aha")).text


@pytest.mark.parametrize("day", ["2026-01-01", "9999-01-01"])
async def test_a_pause_that_makes_no_sense(people: Everyone, day: str) -> None:
    """It is over already, or would last for ever."""
    form = await people.ben.opens_settings()
    assert "paused_until" in (await form.fill(paused_until=day, keep="yes")).form.errors


async def test_one_s_own_version_can_be_taken_out(people: Everyone) -> None:
    """The button is on its reply and on the moment's private card."""
    await people.ana.types("one")
    for _ in range(2):
        form = await (await people.ben.types("show 1")).press("Add my version")
        kept = await form.fill(text="It was the spreadsheet")
        shown = await people.ben.types("show 1")
        assert "Removed your version" in (await shown.press("Remove my version")).text
        assert "You have no version on" in (await kept.press("Undo")).text
    assert "version out" not in (await people.ana.types("show 1")).text


async def test_somebody_from_outside_does_not_count(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """With a threshold of two, one member and one person from outside count as one."""
    form = await (await people.ana.types("setup")).press("Change settings")
    await form.fill(threshold="2")
    await people.mei.reacts("m-ben", people.ben, external=True)
    await people.ana.reacts("m-ben", people.ben)
    assert rows(bot, Moment) == []


async def test_a_pause_that_ends_early(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Waiting Notes are sent at once."""
    await (await people.ben.opens_settings()).fill(paused_until="2026-03-20", keep="yes")
    await saves(people.ana)
    await bot.tick()
    assert recorder.notes("U-ben") == []
    await (await people.ben.opens_settings()).fill(paused_until="", keep="yes")
    await bot.tick()
    assert "Ana saved what you wrote" in recorder.notes("U-ben")[0]
