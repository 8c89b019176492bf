"""Tests of what goals and the mission add to a recap."""

from datetime import UTC, datetime

from bot.goals.commands import CheckIn, MeasureGoal, Serves, WriteMission
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import press
from tests.support.recorder import Recorder


def recap(recorder: Recorder) -> tuple[str, str]:
    """Return the message and the text of the newest recap."""
    return [(message, one.text) for message, one in recorder.standing.items() if "The week to" in one.text][
        -1
    ]


def at(clock: Clock, month: int, day: int, hour: int = 16) -> None:
    """Set the clock to a time in 2026."""
    clock.now = datetime(2026, month, day, hour, 30, tzinfo=UTC)


async def test_the_week_has_a_line_on_its_goals(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The state of what was checked, and what waits. Later check-ins do not change a posted recap."""
    for number in (1, 2):
        await people.ana.types(f"goal new Ten schools, part {number}")
        measure = await people.ana.does(MeasureGoal(str(number), "1"))
        await measure.fill(start="0", target="10", due_on="2026-04-10")
    await people.ana.types("An aha of ours")
    at(clock, 3, 23, 12)
    await (await people.ben.does(CheckIn("1", "1"))).fill(progress="5", fit="no")
    await people.ana.types("another aha")
    at(clock, 3, 27)
    await bot.tick()
    message, text = recap(recorder)
    assert "Goals: #1 On pace, off mission · #2 Check-in due" in text
    assert (await press(people.mei, message, "Check in on #2")).form.title == "Check in on #2"
    await (await people.ben.does(CheckIn("2", "1"))).fill(progress="1", fit="yes")
    await people.ben.types("delete 2")
    await bot.tick()
    assert "#2 Check-in due" in recap(recorder)[1]


async def test_a_line_that_nothing_served_is_asked_about_once(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """After two quarters, in one recap, one line at a time."""
    await (await people.ana.types("mission")).fill(who="Small schools", why="Our rent")
    at(clock, 9, 10)
    await people.ana.types("An aha of ours")
    at(clock, 9, 11)
    await bot.tick()
    assert "Do we still mean this?" not in recap(recorder)[1]
    at(clock, 9, 17)
    await people.ana.types("a second aha")
    at(clock, 9, 18)
    await bot.tick()
    message, text = recap(recorder)
    assert (
        "Do we still mean this? Who we serve: “Small schools” Nothing has served it for six months." in text
    )
    said = await press(people.ben, message, "Yes, keep it")
    assert said.text.startswith(
        "“Who we serve” stays as it is. I won't ask about it again unless you reword it."
    )
    assert "We still mean it: Who we serve: “Small schools”" in await people.ana.sees(message)
    at(clock, 9, 24)
    await people.ana.types("a third aha")
    at(clock, 9, 25)
    await bot.tick()
    assert "Do we still mean this? Why it matters to us: “Our rent”" in recap(recorder)[1]
    at(clock, 10, 8)
    await people.ana.types("a fourth aha")
    at(clock, 10, 9)
    await bot.tick()
    assert "Do we still mean this?" not in recap(recorder)[1]


async def test_a_line_that_was_served_or_changed_is_not_asked_about(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Neither is one whose words are new, nor in a recap that one person asks for."""
    await (await people.ana.types("mission")).fill(who="Small schools")
    at(clock, 8, 3, 12)
    await people.ana.types("An aha of ours")
    await (await people.ana.does(Serves("1.1"))).fill(line="who")
    at(clock, 9, 17)
    await people.ana.types("a second aha")
    assert "Do we still mean" not in (await people.ben.types("recap")).text
    at(clock, 9, 18)
    await bot.tick()
    assert "Do we still mean" not in recap(recorder)[1]
    await (await people.ana.does(WriteMission("1"))).fill(who="Evening schools")
    at(clock, 10, 1)
    await people.ana.types("a third aha")
    at(clock, 10, 2)
    await bot.tick()
    assert "Do we still mean" not in recap(recorder)[1]
