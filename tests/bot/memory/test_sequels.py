"""Tests of sequels: lines about what follows from a moment."""

from dataclasses import replace

from bot.memory.sequels import AddSequel
from bot.moments.commands import AddVersion
from bot.runtime.bot import Bot
from storage.models import SequelKind
from tests.support.people import HOME, Everyone, Person
from tests.support.recorder import Recorder


async def test_lines_gather_on_the_card(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Anyone adds one. The card shows the first of each kind, search finds all, and *Read more* shows all."""
    await people.ana.types("Sign tokens once")
    for person, text in [
        (people.ben, "Offline log-in"),
        (people.mei, "One\nless server"),
        (people.ana, "Sleep"),
    ]:
        form = await (await person.types("show 1")).press("What's possible now?")
        assert "Added to #1." in (await form.fill(text=text)).text
    await bot.tick()
    line = "Now possible: “Offline log-in” Ben · “One less server” Mei · “Sleep” Ana"
    assert line in recorder.texts()[-1]
    assert "Sign tokens once" in (await people.noor.types("find offline")).text
    assert "[Read more]" not in (await people.noor.types("show 1")).text
    await (await people.noor.does(AddSequel("1.1"))).fill(text="A talk about it")
    shown = await people.noor.types("show 1")
    assert "· 1 more" in shown.text
    assert "“A talk about it” — Now possible · Noor" in (await shown.press("Read more")).text


async def test_whoever_added_one_can_tell_the_others_where(people: Everyone) -> None:
    """The button is in the menu of the moment's card and private card, and under the later question."""
    await people.ana.types("Sign tokens once")
    added = await (await people.ben.does(AddSequel("1.1"))).fill(text="Offline log-in")
    assert added.text.startswith(
        "Added to #1. Others can add theirs in the menu of its card, or with /aha show 1.\n"
    )
    await (await people.mei.types("show 1")).press("What's possible now?")
    later = await (await people.ben.does(AddSequel("1.1", SequelKind.SET_OFF))).fill(text="No cache")
    assert later.text.startswith("Added to #1. Others can add theirs with the same button.\n")


async def test_a_line_is_one_line(people: Everyone) -> None:
    """A longer text comes back in its form, as typed."""
    await people.ana.types("Sign tokens once")
    form = await people.ben.does(AddSequel("1.1"))
    again = await form.fill(text="long " * 60)
    assert "Up to 200 characters, please. This has 299." in again.form.errors["text"]
    assert again.form.fields[0].value == "long " * 60


async def test_sent_twice_it_is_one_and_taken_out_it_stays_out(people: Everyone) -> None:
    """Other people's lines stay."""
    await people.ana.types("Sign tokens once")
    await (await people.mei.does(AddSequel("1.1"))).fill(text="Sleep")
    form = await people.ben.does(AddSequel("1.1"))
    added = [await form.fill(text="Offline log-in") for _ in range(2)]
    assert (await people.noor.types("show 1")).text.count("Offline log-in") == 1
    assert "Removed your line from #1." in (await added[0].press("Undo")).text
    assert "You have no such line on #1." in (await added[1].press("Undo")).text
    await form.fill(text="Offline log-in")
    card = (await people.noor.types("show 1")).text
    assert "Offline" not in card
    assert "“Sleep” Mei" in card
    assert "Nothing here has" in (await people.noor.types("find offline")).text


async def test_all_of_one_s_own_from_the_moment_itself(people: Everyone) -> None:
    """A person without lines has no such button."""
    await people.ana.types("Sign tokens once")
    for text in ("Sleep", "Rest"):
        await (await people.mei.does(AddSequel("1.1"))).fill(text=text)
    assert "[Remove my lines]" not in (await people.ben.types("show 1")).text
    await (await people.mei.types("show 1")).press("Remove my lines")
    assert "Now possible" not in (await people.mei.types("show 1")).text


async def test_the_largest_breakthrough_fits_one_message(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """All parts have full length, with six versions and lines of both kinds."""
    parts = dict.fromkeys(("planned", "came_as", "repaid", "powers"), "p" * 2_900)
    await (await people.ana.types("breakthrough")).fill(text="t" * 2_900, **parts)
    for number in range(6):
        person = Person(bot, replace(HOME, person=f"U-{number}", person_name=f"Person number {number}"))
        await person.does(AddVersion("1.1", "v" * 2_900))
        for kind in SequelKind:
            await person.does(AddSequel("1.1", kind, "l" * 200))
    await bot.tick()
    card = next(each.text for each in recorder.standing.values() if each.key.startswith("card:"))
    assert card.count("l" * 79) == 6
    assert "4 more versions" in card
    assert len(card) < 3_800


async def test_where_there_is_nothing_to_follow(people: Everyone) -> None:
    """An experiment takes whys instead, and a removed moment returns the text."""
    await people.ana.types("failed a wizard")
    assert "[What's possible now?]" not in (await people.ana.types("show 1")).text
    assert "/aha why 1" in (await people.ana.does(AddSequel("1.1"))).text
    await people.ana.types("Sign tokens once")
    form = await people.ben.does(AddSequel("1.2"))
    await people.ana.types("delete 2")
    assert (await form.fill(text="Sleep")).text == "#2 was deleted.\n“Sleep”"
