"""Fuel: what dead ends led to, for whoever asks; offered once, to who needs it, and never pushed again."""

from bot.memory.fuel import Memory
from bot.moments.save_message import Save
from bot.quests.commands import Link
from storage.models import Kind
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person

OFFER = "[What dead ends led to]"


async def fails(person: Person, *texts: str) -> Got:
    """Experiments that failed, one after another; the answer to the last."""
    said = [await person.types(f"failed {text}") for text in texts]
    return said[-1]


async def breakthrough(people: Everyone, clock: Clock) -> None:
    """Two dead ends of Ben's and the breakthrough #3 they fed, which Ana wrote down."""
    await fails(people.ben, "A wizard", "A shorter wizard")
    clock.forward(days=9)
    await people.ana.types("breakthrough Show them a template")
    await people.ana.does(Link("1.3", "1", "1\n2"))


async def test_a_breakthrough_of_one_s_own(people: Everyone, clock: Clock) -> None:
    """Whoever was part of it reads what came before; with its road, how long that was."""
    await breakthrough(people, clock)
    for person in (people.ana, people.ben):
        told = await person.types("memory fuel")
        assert told.text == (
            "A breakthrough you were part of\n“Show them a template”\nBefore it: 2 dead ends, in 9 days.\n"
            "Walked by Ana, Ben\nBreakthrough #3 · 25 March 2026\n[Show]"
        )
    assert "“Show them a template”" in (await people.ben.types("memory")).text


async def test_who_was_part_of_none_reads_a_calm_sentence(people: Everyone, clock: Clock) -> None:
    """Nobody else's breakthrough is held up to them."""
    await breakthrough(people, clock)
    said = await people.mei.types("memory fuel")
    assert said.text.startswith("There is no breakthrough here yet that you were part of")
    assert "template" not in said.text


async def test_without_a_road_the_team_s_own_attempts_count(people: Everyone) -> None:
    """Since the breakthrough before; one that nothing was tried for is no fuel."""
    await fails(people.ben, "one", "two")
    await people.ana.types("breakthrough first")
    await fails(people.ben, "three")
    await people.ana.types("breakthrough second")
    await people.ana.types("breakthrough third")
    told = await people.ana.types("memory fuel")
    assert "“second”\nBefore it: 1 dead end.\n" in told.text
    older = await told.press("Another one")
    assert "“first”\nBefore it: 2 dead ends.\n" in older.text
    assert "[Another one]" not in older.text
    assert (await people.ana.does(Memory("fuel", "3"))).text == "That was the first one."


async def test_offered_once_after_the_third_in_a_row(people: Everyone, clock: Clock) -> None:
    """In the private answer, as a button; not after two, not again, and a redelivery says the same."""
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
    """One's own; whoever saves somebody else's is offered nothing for it."""
    await breakthrough(people, clock)
    await fails(people.ana, "one", "two")
    mine = {"text": "three", "author": "U-ana", "author_name": "Ana"}
    other = await people.noor.does(Save(Kind.EXPERIMENT, "m8", **{**mine, "text": "not hers"}))
    assert OFFER not in other.text
    saved = await people.ana.does(Save(Kind.EXPERIMENT, "m9", **mine))
    assert OFFER in saved.text
    assert "“Show them a template”" in (await saved.press("What dead ends led to")).text


async def test_it_waits_for_a_breakthrough(people: Everyone, clock: Clock) -> None:
    """Who has none is offered nothing, and still may be one day."""
    assert OFFER not in (await fails(people.ben, "A wizard", "A shorter wizard", "None")).text
    await people.ana.types("breakthrough Show them a template")
    await people.ana.does(Link("1.4", "1", "1"))
    assert OFFER in (await fails(people.ben, "Another")).text
