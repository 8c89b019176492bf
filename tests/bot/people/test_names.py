"""Tests of people's names: none turns the line that it stands in, and a new one is shown at once."""

import json
from dataclasses import replace
from io import StringIO

import pytest

from bot.core.events import EmojiAdded, PersonRenamed
from bot.data.export import write_export
from bot.moments.commands import HighFive
from bot.moments.save_message import Save
from bot.runtime.bot import Bot
from storage.models import Person as PersonRow
from tests.support.people import HOME, Everyone, Person
from tests.support.questions import rows
from tests.support.recorder import Recorder

TURNED = "\u202egnp.Ben\u2066"
HEBREW = "נועה (ops)"


def called(people: Everyone, name: str) -> Person:
    """Return Ben under another name."""
    return Person(people.bot, replace(people.ben.origin, person_name=name))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (TURNED, "gnp.Ben"),
        (HEBREW, f"\u2068{HEBREW}\u2069"),
        ("\u200f\u202e", "Someone"),
        ("Ben\nadmin", "Ben admin"),
        ("B" * 300, "B" * 80 + "…"),
    ],
    ids=ascii,
)
async def test_a_name_turns_no_line(
    people: Everyone, bot: Bot, recorder: Recorder, name: str, shown: str
) -> None:
    """On the card, in find, in an answer about the person and in a list of people."""
    ben = called(people, name)
    await ben.types("Nobody logs in twice")
    await people.ana.does(HighFive("1"))
    await ben.types("version 1")

    text = await people.ana.sees("m2")
    found = await people.mei.types("find twice")
    refused = await people.mei.types("edit 1")
    for said in (text, found.text, refused.text):
        assert shown in said
        assert "\u202e" not in said


async def test_the_name_is_stored_and_exported_as_it_was_given(people: Everyone, bot: Bot) -> None:
    """The export's own lines are not turned: it spells such characters out, and a reader gets them back."""
    await called(people, TURNED).types(f"Words that {TURNED}")
    assert [row.platform_name for row in rows(bot, PersonRow)] == [TURNED]
    out = StringIO()
    bot.database.read_now(lambda session: write_export(session, 1, bot.clock(), out))
    assert "\u202e" not in out.getvalue()
    told = json.loads(out.getvalue())
    assert told["people"][0]["name"] == TURNED
    assert told["moments"][0]["text"] == f"Words that {TURNED}"


async def test_words_in_a_sentence_turn_nothing_behind_them(people: Everyone, recorder: Recorder) -> None:
    """A quest's words in the small print of a moment."""
    await people.ana.types("quest \u202eשלום to all")
    form = await people.ana.types("failed")
    await form.fill(text="We said hello", quest="1")
    await people.bot.tick()
    assert any("Quest: \u2068שלום to all\u2069" in text for text in recorder.texts())


async def test_a_new_name_is_shown_from_the_next_edit(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The platform tells it, and nobody has to do anything. The same name again changes nothing."""
    await people.ben.types("Nobody logs in twice")
    await bot.tick()
    await people.ben.does(PersonRenamed("Benedict"), channel="", person_name="")
    assert "Benedict" in (await people.mei.types("find twice")).text
    await people.mei.does(HighFive("1"))
    assert "Benedict" in await people.ana.sees("m2")


async def test_nothing_is_stored_of_somebody_new(people: Everyone, bot: Bot) -> None:
    """A new name of a person who never did anything here is none of the bot's business."""
    await people.ana.types("the first")
    await people.ben.does(PersonRenamed("Benedict"), channel="", person_name="")
    assert [row.platform_name for row in rows(bot, PersonRow)] == ["Ana"]


@pytest.mark.parametrize("name", ["", "\u200b\u202e"])
async def test_a_name_that_is_not_told_replaces_none(people: Everyone, bot: Bot, name: str) -> None:
    """However it is left out: by an event, by a command, or for the author of a message."""
    await people.ben.types("Nobody logs in twice")
    await people.ben.does(PersonRenamed(name), channel="", person_name="")
    await called(people, name).types("twice more")
    await people.mei.does(Save("aha", "m-ben", "Words", "U-ben", name))
    assert {row.external_id: row.platform_name for row in rows(bot, PersonRow)}["U-ben"] == "Ben"


async def test_an_event_that_does_nothing_else_brings_the_new_name(people: Everyone, bot: Bot) -> None:
    """An emoji that saves nothing, by somebody who is known."""
    await people.ben.types("Nobody logs in twice")
    await called(people, "Benedict").does(EmojiAdded("m-any", "🦄", "U-mei", "Mei"))
    assert [row.platform_name for row in rows(bot, PersonRow)] == ["Benedict"]


async def test_a_login_name_is_taken_only_for_want_of_a_better_one(people: Everyone, bot: Bot) -> None:
    """While the platform is slow, a person keeps the name that is known, and a new one has a name at all."""
    slow = Person(bot, replace(HOME, person="U-ben", handle="ben.b"))
    await slow.types("the first")
    assert [row.platform_name for row in rows(bot, PersonRow)] == ["ben.b"]
    await people.ben.types("the second")
    await slow.types("the third")
    assert [row.platform_name for row in rows(bot, PersonRow)] == ["Ben"]
