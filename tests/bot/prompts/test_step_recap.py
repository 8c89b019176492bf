"""Tests of the line in which a recap tells what we said we'd do."""

from datetime import UTC, datetime

from bot.recaps.recap import PostRecap
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.next_steps import DAY, QUESTION, STEP, give, look_back
from tests.support.people import Everyone
from tests.support.questions import asks, press, until
from tests.support.recorder import Recorder


async def test_a_posted_recap_stays_as_it_was(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """What became of a step weeks later is told in that week's recap alone, and shortened."""
    first = await asks(people.ana, "retro", QUESTION)
    await (await press(people.ben, first, "One next step")).fill(condition="c" * 200, action="a" * 200)
    await people.ana.types("log We sign once")
    clock.forward(minutes=5)
    await people.ana.does(PostRecap("week", "1"))
    await bot.tick()
    message = recorder.last()[0]
    before = await people.ana.sees(message)
    (line,) = told(before)
    assert len(line) < 200
    clock.forward(days=14)
    second = await asks(people.ana, "retro", QUESTION)
    await (await press(people.mei, second, "Something else")).fill(became="b" * 200)
    assert await people.ana.sees(message) == before
    await people.ana.types("log We sign twice")
    clock.forward(minutes=5)
    (line,) = told((await people.ana.types("recap week")).text)
    assert "it became: bbb" in line
    assert len(line) < 320


def told(text: str) -> list[str]:
    """Return the lines of a recap about what we said we'd do."""
    return [line for line in text.splitlines() if line.startswith("What we said we'd do: ")]


async def test_two_weeks_tell_what_became_of_a_step(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """A team whose recap comes every other week reads of a step when it's given, and when it's done."""
    await (await (await people.ana.types("schedule")).press("Recap schedule")).fill(state="2")
    await give(people.ben, await asks(people.ana, "retro", QUESTION))
    await until(bot, clock, clock.now + 15 * DAY)
    await press(people.mei, await asks(people.ana, "retro", QUESTION), "Done")
    await until(bot, clock, clock.now + 15 * DAY)
    recaps = [each.text for each in recorder.standing.values() if each.text.startswith("The two weeks to ")]
    assert [told(each) for each in recaps] == [
        [f"What we said we'd do: “{STEP}”"],
        [f"What we said we'd do: “{STEP}” · done"],
    ]


async def test_a_quarter_counts_what_was_settled_in_it(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Also of a step that was given in the quarter before. A step is counted once."""
    clock.now = datetime(2026, 3, 25, 9, tzinfo=UTC)
    await give(people.ben, await asks(people.ana, "retro", QUESTION))
    clock.now = datetime(2026, 4, 8, 9, tzinfo=UTC)
    await press(people.mei, await asks(people.ana, "retro", QUESTION), "Done")
    clock.now = datetime(2026, 7, 1, 9, tzinfo=UTC)
    for period in ("quarter", "year"):
        text = (await people.ana.types(f"recap {period}")).text
        assert told(text) == ["What we said we'd do: 1 next step, 1 done."]
    assert told((await people.ana.types("recap week")).text) == []


async def test_a_step_alone_makes_a_recap(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A retro with nothing but a step, and one that only says what became of it, are told in every period."""
    first = await asks(people.ana, "retro", QUESTION)
    await give(people.ben, first)
    clock.forward(minutes=5)
    for period, line in (("week", f"“{STEP}”"), ("quarter", "1 next step.")):
        assert told((await people.ana.types(f"recap {period}")).text) == [f"What we said we'd do: {line}"]
    done = await press(people.mei, await look_back(people.ana, clock), "Done")
    clock.forward(minutes=5)
    assert told((await people.ana.types("recap week")).text) == [f"What we said we'd do: “{STEP}” · done"]
    await done.press("Undo")
    assert (await people.ana.types("recap week")).text.startswith("Nothing was saved in the last week")


async def test_an_outcome_that_was_taken_back_leaves_a_posted_count(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """The month's recap counts the step on, without what nobody says any more."""
    await give(people.ben, await asks(people.ana, "retro", QUESTION))
    done = await press(people.mei, await look_back(people.ana, clock), "Done")
    await people.ana.types("log We sign once")
    clock.forward(minutes=5)
    await people.ana.does(PostRecap("month", "1"))
    await bot.tick()
    message = recorder.last()[0]
    assert told(await people.ana.sees(message)) == ["What we said we'd do: 1 next step, 1 done."]
    await done.press("Undo")
    assert told(await people.ana.sees(message)) == ["What we said we'd do: 1 next step."]
