"""Tests of fuel: what dead ends led to, shown on request, and offered once to a person who needs it."""

from bot.memory.fuel import Memory
from bot.moments.save_message import Save
from bot.quests.commands import Link
from storage.models import Kind
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person

OFFER = "[What dead ends led to]"


async def fails(person: Person, *texts: str) -> Got:
    """Log failed experiments one after another, and return the answer to the last."""
    said = [await person.types(f"failed {text}") for text in texts]
    return said[-1]


async def breakthrough(people: Everyone, clock: Clock) -> None:
    """Create two dead ends by Ben, and the breakthrough #3 by Ana that they are linked to."""
    await fails(people.ben, "A wizard", "A shorter wizard")
    clock.forward(days=9)
    await people.ana.types("breakthrough Show them a template")
    await people.ana.does(Link("1.3", "1", "1\n2"))


async def test_a_breakthrough_of_one_s_own(people: Everyone, clock: Clock) -> None:
    """A person who was part of it reads what came before and, if it has links, how long it took."""
    await breakthrough(people, clock)
    for person in (people.ana, people.ben):
        told = await person.types("memory fuel")
        assert told.text == (
            "A breakthrough you were part of\n“Show them a template”\n2 dead ends came before it. It took 9 days.\n"
            "With Ana, Ben\nBreakthrough #3 · 25 March 2026\n[Show]"
        )
    assert (
        "“Show them a template”"
        in (await (await people.ben.types("memory")).press("What dead ends led to")).text
    )


async def test_who_was_part_of_none_reads_a_calm_sentence(people: Everyone, clock: Clock) -> None:
    """The breakthroughs of others are not shown for comparison."""
    await breakthrough(people, clock)
    said = await people.mei.types("memory fuel")
    assert said.text.startswith("Nothing yet. When you log experiments with /aha failed")
    assert "template" not in said.text


async def test_without_a_road_the_team_s_own_attempts_count(people: Everyone) -> None:
    """They count since the breakthrough before. A breakthrough without attempts is no fuel."""
    await fails(people.ben, "one", "two")
    await people.ana.types("breakthrough first")
    await fails(people.ben, "three")
    await people.ana.types("breakthrough second")
    await people.ana.types("breakthrough third")
    told = await people.ana.types("memory fuel")
    assert "“second”\nOne dead end came before it.\n" in told.text
    older = await told.press("Another one")
    assert "“first”\n2 dead ends came before it.\n" in older.text
    assert "[Another one]" not in older.text
    assert (await people.ana.does(Memory("fuel", "3"))).text == "That was the oldest one."


async def test_offered_once_after_the_third_in_a_row(people: Everyone, clock: Clock) -> None:
    """It is a button in the private reply, not after two and not again. A redelivery gets the same reply."""
    await breakthrough(people, clock)
    assert OFFER not in (await fails(people.mei, "a", "b", "c")).text
    assert OFFER not in (await people.ana.types("failed one")).text
    await people.ana.types("an aha between")
    assert OFFER not in (await fails(people.ana, "two", "three")).text
    third = await people.ana.types("failed four", event="third")
    assert OFFER in third.text
    assert "“Show them a template”" in (await third.press("What dead ends led to")).text
    assert OFFER in (await people.ana.types("failed four", event="third")).text
    clock.forward(hours=1)
    assert OFFER not in (await fails(people.ana, "five", "six", "seven")).text


async def test_offered_beside_a_message_saved_as_the_third(people: Everyone, clock: Clock) -> None:
    """This holds for one's own message, and not for saving another person's."""
    await breakthrough(people, clock)
    await fails(people.ana, "one", "two")
    mine = {"text": "three", "author": "U-ana", "author_name": "Ana"}
    other = await people.noor.does(Save(Kind.EXPERIMENT, "m8", **{**mine, "text": "not hers"}))
    assert OFFER not in other.text
    saved = await people.ana.does(Save(Kind.EXPERIMENT, "m9", **mine))
    assert OFFER in saved.text
    assert "“Show them a template”" in (await saved.press("What dead ends led to")).text


async def test_it_waits_for_a_breakthrough(people: Everyone, clock: Clock) -> None:
    """A person without one gets no offer yet, but may get it later."""
    assert OFFER not in (await fails(people.ben, "A wizard", "A shorter wizard", "None")).text
    await people.ana.types("breakthrough Show them a template")
    await people.ana.does(Link("1.4", "1", "1"))
    assert OFFER in (await fails(people.ben, "Another")).text
