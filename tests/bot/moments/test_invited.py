"""Tests of *Who else was there?*: a wish for others' versions, on the card and in nobody's messages."""

from __future__ import annotations

from dataclasses import replace

from bot.core.forms.later import first_fields
from bot.core.messages import FieldKind
from bot.moments.commands import AddVersion, Edit, IWasThere, Log
from bot.people.me import Me
from bot.runtime.bot import Bot
from storage.models import Person
from tests.support.people import Everyone, Got
from tests.support.questions import rows
from tests.support.recorder import Recorder

WISH = "Ana would like to read a version by"


async def log(people: Everyone, there: str, names: str = "", outside: str = "") -> Got:
    """Submit Ana's form for an aha, with others who were there as a platform tells of them."""
    form = await people.ana.does(Log())
    [field] = [each for each in form.form.fields if each.name == "there"]
    assert field.kind is FieldKind.PEOPLE
    assert first_fields(form.form) == form.form.fields[:1]
    return await form.fill(
        text="Imports need a template", there=there, there_names=names, there_outside=outside
    )


async def test_others_are_invited_on_the_card(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Nobody says for them that they were there, and nobody gets a message. The author is not among them."""
    assert "Saved as #1" in (await log(people, "U-ben\nU-mei\nU-ana", "Ben\nMei\nAna")).text
    await bot.tick()
    card = recorder.texts()[-1]
    assert f"{WISH} Ben, Mei." in card
    assert "Together" not in card
    assert recorder.notes("U-ben") == recorder.notes("U-mei") == []


async def test_who_says_so_themselves_is_no_longer_waited_for(people: Everyone) -> None:
    await log(people, "U-ben\nU-mei", "Ben\nMei")
    await people.ben.does(IWasThere("1.1"))
    assert f"{WISH} Mei." in (await people.noor.types("show 1")).text
    await people.mei.does(AddVersion("1.1", "I had the spreadsheet open"))
    assert WISH not in (await people.noor.types("show 1")).text


async def test_the_author_can_change_it(people: Everyone) -> None:
    """The form to edit shows who is invited. What is typed as an edit leaves them alone."""
    await log(people, "U-ben", "Ben")
    form = await people.ana.does(Edit("1.1"))
    [there] = [each for each in first_fields(form.form) if each.name == "there"]
    assert there.value == "U-ben"
    await people.ana.does(Edit("1.1", "Imports need one template"))
    assert f"{WISH} Ben." in (await people.ana.types("show 1")).text
    await form.fill(there="U-mei\nU-noor", there_names="Mei\nNoor")
    assert f"{WISH} Mei, Noor." in (await people.ana.types("show 1")).text
    await (await people.ana.does(Edit("1.1"))).fill(there="")
    assert WISH not in (await people.ana.types("show 1")).text


async def test_bots_and_strangers_are_refused(people: Everyone, bot: Bot) -> None:
    """The form comes back with all that was typed, and nothing is saved."""
    wrong = await log(people, "U-ben\nU-robot", "Ben\nRobot", "U-robot")
    assert wrong.form.errors == {"there": "I can only invite people of your organization, and no bots."}
    assert {one.name: one.value for one in wrong.form.fields}["text"] == "Imports need a template"
    assert {one.name: one.value for one in wrong.form.fields}["there"] == "U-ben\nU-robot"
    assert "Saved as #1" in (await wrong.fill(there="U-ben", there_names="Ben", there_outside="")).text
    wrong = await (await people.ana.does(Edit("1.1"))).fill(there="U-nobody", there_names="")
    assert "there" in wrong.form.errors
    assert "U-nobody" not in {person.external_id for person in rows(bot, Person)}


async def test_people_who_let_nobody_write_of_them_are_not_named(people: Everyone) -> None:
    """Neither by a form nor, if they say so later, on a card that named them."""
    await people.ben.does(Me(keep="never"))
    wrong = await log(people, "U-ben", "Ben")
    assert wrong.form.errors == {
        "there": "I can't invite Ben. They can still add their version on the card.",
    }
    await log(people, "U-mei", "Mei")
    assert f"{WISH} Mei." in (await people.ana.types("show 1")).text
    await people.mei.does(Me(keep="never"))
    assert WISH not in (await people.ana.types("show 1")).text


async def test_a_new_name_comes_with_its_person(people: Everyone, bot: Bot) -> None:
    """A person whom the bot never met is known by the name that the platform gives. Sent twice it is one wish."""
    form = await people.ana.does(Log())
    for _ in range(2):
        got = await form.fill(text="Imports", there="U-zoe", there_names="Zoe")
        assert "Saved as #1" in got.text
    assert f"{WISH} Zoe." in (await people.ben.types("show 1")).text
    assert [one.platform_name for one in rows(bot, Person) if one.external_id == "U-zoe"] == ["Zoe"]
    again = replace(form.form.command, text="Imports", there="U-zoe\nU-zoe", there_names="Zoe\nZoe")
    assert "Saved as #2" in (await people.ana.does(again)).text
