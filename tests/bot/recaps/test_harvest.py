"""Tests of the harvest: it replaces one recap a quarter, short for little activity, absent for none."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.moments.commands import Breakthrough, Delete, Edit, Failed
from bot.quests.commands import LetGo, Link, TakeQuestBack
from bot.recaps.harvest_card import quarter_bounds, quarter_title
from bot.runtime.bot import Bot
from bot.schedules.form import ChangeSchedule
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder, Standing

LAST_FRIDAY = datetime(2026, 3, 27, 16, 0, tzinfo=UTC)
QUEST = "How do people get their data in?"


@pytest.fixture(autouse=True)
def january(clock: Clock) -> None:
    """Set the clock to the quarter's first Monday."""
    clock.now = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def harvests(recorder: Recorder) -> list[Standing]:
    """Return the posted harvests."""
    return [each for each in recorder.standing.values() if each.text.startswith("Our quarter:")]


def recaps(recorder: Recorder) -> list[str]:
    """Return the texts of the posted recaps."""
    return [each.text for each in recorder.standing.values() if each.text.startswith("The week to")]


async def quarter_of_work(people: Everyone, clock: Clock) -> None:
    """Create a quest found after three attempts by two people, one given up, and a second linked breakthrough."""
    await people.ana.types(f"quest {QUEST}")
    await people.ben.types("quest What makes Monday slow?")
    for text, taught in (
        ("A wizard", "Nobody reads"),
        ("A shorter one", "Less is more"),
        ("None", "They ask"),
    ):
        await people.ben.does(Failed(text, taught=taught, quest="1"))
        clock.forward(days=7)
    template = Breakthrough(
        "Show them a template", value="door opened\ntrust", powers="Imports on day one", quest="1"
    )
    await people.ana.does(template)
    await people.ana.does(Link("1.4", "1", "1\n2\n3"))
    await people.mei.does(Failed("Caching tokens", taught="Sign once"))
    clock.forward(days=9)
    await people.mei.does(Breakthrough("Sign the token once", value="trust"))
    await people.mei.does(Link("1.6", "1", "5"))
    await people.mei.types("The spreadsheet was there all along")
    await (await people.ben.does(LetGo("2", "1"))).fill(reason="Monday is fine")


async def test_a_quarter_s_harvest(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """It has what was searched, tried and found, medians, kinds of value, opened doors, and the picture."""
    await quarter_of_work(people, clock)
    clock.now = datetime(2026, 3, 20, 16, 0, tzinfo=UTC)
    await bot.tick()
    assert harvests(recorder) == []
    clock.now = LAST_FRIDAY
    await bot.tick()
    [standing] = harvests(recorder)
    assert standing.text.startswith(
        "Our quarter: January to March 2026\n"
        "2 quests (1 found, 1 closed) · 4 experiments · 2 breakthroughs\n"
        f"\nWhat we were looking for\n• “{QUEST}” — found: #4\n• “What makes Monday slow?” — closed\n"
        "\nWhat we found\n"
        "• “Show them a template” — #4 · Ana · 3 attempts · 21 days · 2 people\n"
        "• “Sign the token once” — #6 · Mei · 1 attempt · 9 days · 1 person\n"
        "\nDoors that opened\n• “Imports on day one” — #4 · Ana\n"
        "\nWhat we tried and learned\n"
        "• “A wizard\n→ Nobody reads” — #1 · Ben\n• “A shorter one\n→ Less is more” — #2 · Ben\n"
        "\nMoments\n• “The spreadsheet was there all along” — #7 · Mei\n"
        "Typical breakthrough: 3 attempts, 21 days.\n"
        "What we got out of it: trust (2×), door opened\n"
        "Three people took part."
    )
    picture = standing.post.picture
    assert picture is not None
    assert picture.alt.startswith(
        "January to March 2026, 5 January 2026 to 27 March 2026, counted up over time: "
        "4 experiments and 2 breakthroughs"
    )


async def test_the_last_attempt_is_told_and_how_many_quests_more(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Of an idea's three attempts the third is told. Of five quests the newest three are quoted."""
    for number in range(5):
        await people.ana.types(f"quest Number {number}?")
    await people.ben.does(Failed("A wizard", taught="Nobody reads"))
    await people.ben.does(Failed("A shorter wizard", taught="Less is more", previous="1"))
    await people.ben.does(Failed("No wizard", taught="They ask", previous="2"))
    await people.mei.does(Failed("Caching tokens", taught="Sign once"))
    clock.now = LAST_FRIDAY
    await bot.tick()
    text = harvests(recorder)[0].text
    assert (
        "What we were looking for\n• “Number 2?” — still open\n• “Number 3?” — still open\n"
        "• “Number 4?” — still open\n2 more" in text
    )
    assert "“No wizard\n→ They ask” — #3 · Ben\n• “Caching tokens\n→ Sign once” — #4 · Mei" in text
    assert "A shorter wizard" not in text


async def test_it_stands_in_place_of_that_week_s_recap(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """There is one a quarter. The other weeks keep their recaps, and the next harvest starts where it ended."""
    await people.ana.types("failed A wizard")
    clock.now = datetime(2026, 3, 19, 9, 0, tzinfo=UTC)
    for day in range(1, 13):
        await people.ana.types(f"failed Attempt {day}.")
        clock.forward(days=1)
        await bot.tick()
    clock.now = datetime(2026, 4, 3, 15, 0, tzinfo=UTC)
    await bot.tick()
    assert len(harvests(recorder)) == 1
    assert [text.splitlines()[0] for text in recaps(recorder)][-2:] == [
        "The week to 20 March",
        "The week to 3 April",
    ]
    assert "10 experiments" in harvests(recorder)[0].text
    clock.now = datetime(2026, 6, 26, 15, 0, tzinfo=UTC)
    await bot.tick()
    assert "Our quarter: April to June 2026\n3 experiments\n" in harvests(recorder)[1].text


async def test_a_quarter_without_a_search_keeps_its_recap(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A quarter with only ahas keeps its weekly recaps, and a quiet one gets an offer to look back."""
    await people.ana.types("An aha in January")
    clock.now = datetime(2026, 3, 26, 9, 0, tzinfo=UTC)
    await people.ana.types("An aha of this week")
    clock.now = LAST_FRIDAY
    await bot.tick()
    assert "An aha of this week" in recaps(recorder)[-1]
    clock.now = datetime(2026, 6, 26, 15, 0, tzinfo=UTC)
    await people.ana.types("quest Anything?")
    standing = len(recorder.standing)
    await bot.tick()
    assert harvests(recorder) == []
    assert len(recorder.standing) == standing + 2
    assert [each for each in recorder.standing.values() if "quiet here for a month" in each.text]


async def test_a_little_is_a_short_card(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """Empty sections are left out."""
    await people.ana.types("failed A wizard")
    clock.now = LAST_FRIDAY
    await bot.tick()
    [standing] = harvests(recorder)
    assert standing.text == (
        "Our quarter: January to March 2026\n1 experiment\n\n"
        "What we tried and learned\n• “A wizard” — #1 · Ana\nOne person took part."
    )


async def test_what_is_removed_leaves_it(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Edited texts change in it too, and nothing takes the place of what was removed."""
    await quarter_of_work(people, clock)
    await people.ana.types("quest Who calls first?")
    clock.now = LAST_FRIDAY
    await bot.tick()
    assert "Who calls first?" in harvests(recorder)[0].text
    await people.ben.does(Edit("1.1", "A wizard of ten pages", taught="Nobody reads", quest="1"))
    await people.ben.does(Delete("1.2"))
    await people.ana.does(TakeQuestBack("3"))
    await bot.tick()
    text = harvests(recorder)[0].text
    assert "A wizard of ten pages" in text
    assert "A shorter one" not in text
    assert "“None" not in text
    assert "3 experiments" in text
    assert "Who calls first?" not in text
    for number, person in (
        (1, people.ben),
        (3, people.ben),
        (4, people.ana),
        (5, people.mei),
        (6, people.mei),
        (7, people.mei),
    ):
        await person.does(Delete(f"1.{number}"))
    await bot.tick()
    assert harvests(recorder)[0].text == "Our quarter: January to March 2026\nEverything in here was deleted."


async def test_a_second_time_in_the_last_week(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Moving the recap to a later day of that week gives a recap there, not a second harvest."""
    await people.ana.types("failed A wizard")
    clock.now = LAST_FRIDAY
    await bot.tick()
    clock.forward(days=1)
    await (await people.ana.does(ChangeSchedule("recap", "1"))).fill(days="1")
    await people.ana.types("failed On Saturday")
    clock.forward(days=2)
    await bot.tick()
    assert len(harvests(recorder)) == 1
    assert "On Saturday" in recaps(recorder)[-1]


async def test_of_several_recaps_in_the_last_week_the_last(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """In March 2026 that is the Tuesday after the last Friday."""
    await people.ana.types("failed A wizard")
    await (await people.ana.does(ChangeSchedule("recap", "1"))).fill(days="2\n5")
    clock.now = datetime(2026, 3, 26, 9, 0, tzinfo=UTC)
    await people.ana.types("failed On Thursday")
    clock.now = LAST_FRIDAY
    await bot.tick()
    assert harvests(recorder) == []
    assert "On Thursday" in recaps(recorder)[-1]
    clock.forward(days=4)
    await bot.tick()
    assert len(harvests(recorder)) == 1


def test_quarters() -> None:
    """A quarter is given by its first day and the first day after it."""
    assert quarter_bounds(date(2026, 3, 31)) == (date(2026, 1, 1), date(2026, 4, 1))
    assert quarter_bounds(date(2026, 12, 31)) == (date(2026, 10, 1), date(2027, 1, 1))
    assert quarter_bounds(date(2024, 2, 29)) == (date(2024, 1, 1), date(2024, 4, 1))
    assert quarter_title(date(2026, 11, 5)) == "October to December 2026"


async def test_one_that_could_not_come_comes_with_the_next_recap(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """With recaps paused at the quarter's end, the harvest comes later and nothing is told twice."""
    await people.ana.types("failed A wizard")
    clock.now = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)
    form = await (await people.ana.types("schedule")).press("Recap schedule")
    await form.fill(until="2026-03-31")
    await people.ana.types("failed A late one")
    for day in range(22):
        clock.now = datetime(2026, 3, 24, 16, 0, tzinfo=UTC) + timedelta(days=day)
        await bot.tick()
        if day == 10:
            await people.ana.types("failed One in April")
    assert [each.text.splitlines()[0] for each in harvests(recorder)] == [
        "Our quarter: January to March 2026"
    ]
    assert "2 experiments" in harvests(recorder)[0].text
    clock.now = datetime(2026, 6, 26, 15, 0, tzinfo=UTC)
    await bot.tick()
    assert [each.text.splitlines()[0] for each in harvests(recorder)][1:] == [
        "Our quarter: April to June 2026"
    ]
    assert "1 experiment" in harvests(recorder)[1].text


async def test_its_figures_follow_what_is_removed(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Removals outside the quotes count too, and the links line says so. An undo restores the figures."""
    for number in range(4):
        await people.ben.does(Failed(f"Attempt {number}"))
        clock.forward(days=1)
    await people.ana.does(Breakthrough("A template"))
    await people.ana.does(Link("1.5", "1", "1\n2\n3\n4"))
    clock.now = LAST_FRIDAY
    await bot.tick()
    assert "4 attempts · 4 days" in harvests(recorder)[0].text
    gone = await people.ben.types("delete 4")
    await bot.tick()
    text = harvests(recorder)[0].text
    assert "3 experiments" in text
    assert "#5 · Ana · 3 attempts · 4 days · 2 people · 1 attempt deleted" in text
    await gone.press("Undo")
    await bot.tick()
    assert "4 experiments" in harvests(recorder)[0].text
    assert "was removed" not in harvests(recorder)[0].text
