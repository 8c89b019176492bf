"""Tests of *I might be able to help*: told to the asker of a door alone, and to nobody else in any way."""

import io
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.core.origin import PostFailedError
from bot.data.export import write_export
from bot.doors.commands import OfferKey, TakeKeyBack
from bot.moments.commands import Edit
from bot.people.page.commands import Home
from bot.runtime.bot import Bot
from storage.models import DoorKey
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder

KEY = "My cousin runs the harbour office"


@pytest.fixture
async def door(people: Everyone, bot: Bot) -> None:
    """Let Ana ask for a door."""
    form = await people.ana.types("chance")
    await form.fill(text="Meet somebody of the port", kind="door")
    await bot.tick()


async def test_only_the_asker_is_told(people: Everyone, bot: Bot, recorder: Recorder, door: None) -> None:
    before = recorder.texts()
    asked = await people.ben.does(OfferKey("1.1"))
    assert asked.form.intro == "Meet somebody of the port\n\nOnly Ana will see this."
    told = await asked.fill(text=KEY)
    assert told.text == "I'll tell Ana in private. Nobody else will know.\n[Undo]"
    await bot.tick()
    assert recorder.notes("U-ana") == [
        "Ben might be able to help with your door #1:\n“My cousin runs the harbour office”\n"
        "You wrote: Meet somebody of the port\nOnly you can see this.\n[Show #1]"
    ]
    assert recorder.texts() == before, "the channel shows nothing, and no count"
    for person in (people.ben, people.mei, people.ana):
        assert "cousin" not in (await person.types("show 1")).text
        assert "cousin" not in (await person.types("find cousin")).text.partition("all of those")[0]


async def test_one_key_a_person_that_may_get_new_words(
    people: Everyone, bot: Bot, recorder: Recorder, door: None
) -> None:
    await (await people.ben.does(OfferKey("1.1"))).fill(text=KEY)
    await bot.tick()
    again = await people.ben.does(OfferKey("1.1"))
    assert [one.value for one in again.form.fields] == [KEY]
    await again.fill(text="My aunt runs it")
    await (await people.mei.does(OfferKey("1.1"))).fill(text="I was there in May")
    await bot.tick()
    first, second = recorder.notes("U-ana")
    assert "“My aunt runs it”" in first
    assert "“I was there in May”" in second
    rows = await bot.database.read(lambda session: list(session.exec(select(DoorKey)).all()))
    assert len(rows) == 2


async def test_it_is_taken_back_within_a_day(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, door: None
) -> None:
    told = await (await people.ben.does(OfferKey("1.1"))).fill(text=KEY)
    await bot.tick()
    back = await told.press("Undo")
    assert back.text == "Removed, and what you wrote is deleted."
    await bot.tick()
    assert recorder.notes("U-ana") == []
    row = await bot.database.read(lambda session: session.exec(select(DoorKey)).one())
    assert row.text == ""
    assert (await people.ben.does(TakeKeyBack("1.1"))).text == "You haven't offered help with #1."
    await people.ben.does(OfferKey("1.1", "My aunt runs it"))
    await bot.tick()
    assert ["aunt" in note for note in recorder.notes("U-ana")] == [True]
    clock.forward(days=1)
    assert (await people.ben.does(TakeKeyBack("1.1"))).text == (
        "You sent that more than a day ago, so it's too late to take it back."
    )


async def test_ones_own_door(people: Everyone, door: None) -> None:
    assert (await people.ana.does(OfferKey("1.1"))).text == (
        "#1 is your own door. Others can offer help here, just to you."
    )
    assert "I might be able to help" not in (await people.ana.types("show 1")).text
    assert "[I might be able to help]" in (await people.ben.types("show 1")).text


async def test_what_is_no_door_has_no_key(people: Everyone, door: None) -> None:
    await people.ana.types("chance A shipyard wrote to us")
    refused = await people.ben.does(OfferKey("1.2", KEY))
    assert refused.text.startswith("You can only offer help with a door. Chance #2 isn't one.")
    assert KEY in refused.text, "the words come back"


async def test_a_key_is_a_few_words(people: Everyone, door: None) -> None:
    refused = await people.ben.does(OfferKey("1.1", "key " * 200))
    assert refused.text.startswith("Up to 600 characters, please. This has 799.")


async def test_closed_direct_messages_wait_for_the_next_command(
    people: Everyone, bot: Bot, recorder: Recorder, door: None
) -> None:
    """As every Note: it is shown above the asker's next private answer, and edited no more after that."""
    await people.ben.does(OfferKey("1.1", KEY))
    recorder.trouble = [PostFailedError("closed", closed=True)]
    await bot.tick()
    assert recorder.notes("U-ana") == []
    assert "cousin" not in (await people.mei.opens_settings()).text
    shown = (await people.ana.does(Home())).text
    assert shown.startswith(
        "Ben might be able to help with your door #1:\n“My cousin runs the harbour office”"
    )
    assert "cousin" not in (await people.ana.does(Home())).text
    await people.ben.does(OfferKey("1.1", "My aunt runs it"))
    await bot.tick()
    assert ["aunt" in note for note in recorder.notes("U-ana")] == [True]


async def test_a_waiting_key_that_was_taken_back_is_never_shown(
    people: Everyone, bot: Bot, recorder: Recorder, door: None
) -> None:
    told = await people.ben.does(OfferKey("1.1", KEY))
    recorder.trouble = [PostFailedError("closed", closed=True)]
    await bot.tick()
    await told.press("Undo")
    assert "key" not in (await people.ana.does(Home())).text.partition("Your page")[0]


async def test_a_note_follows_its_door(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, door: None
) -> None:
    """New words of the door are in it, a removed door takes it along, and one that is back brings it back."""
    await people.ben.does(OfferKey("1.1", KEY))
    await bot.tick()
    await people.ana.does(Edit("1.1", "Meet the harbour master"))
    await bot.tick()
    assert "You wrote: Meet the harbour master" in recorder.notes("U-ana")[0]
    gone = await people.ana.types("delete 1")
    await bot.tick()
    assert recorder.notes("U-ana") == []
    await gone.press("Undo")
    await bot.tick()
    assert "cousin" in recorder.notes("U-ana")[0]
    await people.ana.types("delete 1")
    clock.forward(days=2)
    await bot.tick()
    assert await bot.database.read(lambda session: list(session.exec(select(DoorKey)).all())) == []


async def test_a_redelivery_changes_nothing(
    people: Everyone, bot: Bot, recorder: Recorder, door: None
) -> None:
    await people.ben.does(OfferKey("1.1", KEY), event="twice")
    await people.ben.does(OfferKey("1.1", KEY), event="twice")
    await bot.tick()
    assert len(recorder.notes("U-ana")) == 1


async def test_no_export_holds_a_key(people: Everyone, bot: Bot, clock: Clock, door: None) -> None:
    """Nor the name of who gave it, if they did nothing else."""
    await people.noor.does(OfferKey("1.1", KEY))
    out = io.StringIO()
    await bot.database.read(lambda session: write_export(session, 1, clock.now + timedelta(days=1), out))
    assert "cousin" not in out.getvalue()
    assert "harbour" not in out.getvalue()
