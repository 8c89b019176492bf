"""Tests of the line in which a week's recap tells what we said we'd do."""

from bot.recaps.recap import PostRecap
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import asks, press
from tests.support.recorder import Recorder

QUESTION = "What did we decide without noticing?"


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
    (line,) = [line for line in before.splitlines() if line.startswith("What we said we'd do: ")]
    assert len(line) < 200
    clock.forward(days=14)
    second = await asks(people.ana, "retro", QUESTION)
    await (await press(people.mei, second, "Something else")).fill(became="b" * 200)
    assert await people.ana.sees(message) == before
    await people.ana.types("log We sign twice")
    clock.forward(minutes=5)
    told = (await people.ana.types("recap week")).text
    (line,) = [line for line in told.splitlines() if line.startswith("What we said we'd do: ")]
    assert "it became: bbb" in line
    assert len(line) < 320
