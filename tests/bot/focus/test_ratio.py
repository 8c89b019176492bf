"""Tests of the focus ratio: said aloud, in private, never of few moments."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.focus.share import Before, Scatter, Share, describe_loose, describe_scatter, describe_trend
from bot.goals.commands import CloseGoal, EditGoal, MakeBig, ReopenGoal
from bot.runtime.bot import Bot
from storage.models import GoalKind
from tests.support.databases import Clock
from tests.support.focus import close_goal, make_goal, serve
from tests.support.people import Everyone


async def keep(people: Everyone, number: int) -> None:
    """Keep moments: experiments, ahas and breakthroughs in turn."""
    for each in range(number):
        await people.ana.types(f"{('failed', 'log', 'breakthrough')[each % 3]} Moment {each}")


async def test_the_ratio_in_words(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Small numbers are said aloud. What serves no goal is told beside it."""
    await keep(people, 7)
    big, other = await make_goal(bot), await make_goal(bot, GoalKind.LEARNING, 2)
    await serve(bot, big, 1, 2, 3)
    await serve(bot, other, 3, 4)
    clock.forward(minutes=1)
    said = await people.ben.types("focus ratio")
    assert said.text == (
        "Our focus\n"
        "Our big goal: #1 “Twenty village schools”\n"
        "This week: 3 of 7 moments serve it.\n"
        "3 aren't linked to a goal.\n"
        "This quarter: 3 of 7 moments serve it.\n"
        "3 aren't linked to a goal.\n"
        "Goals served this week: 2.\n"
        "A quarter here means 13 weeks. I count ahas, breakthroughs and experiments.\n"
        "[Focus check] [Focus session]"
    )
    shown = said.text.removesuffix("[Focus check] [Focus session]")
    alone = await people.ben.types("focus")
    assert alone.text == f"{shown}“focus”\n[Focus check] [Focus session] [Keep it as an aha]"
    clock.forward(days=14)
    later = await people.ben.types("focus ratio")
    assert "This week: Fewer than 3 moments so far, too few to say." in later.text


async def test_two_moments_are_too_few(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Of two, it would be about somebody."""
    await keep(people, 2)
    await serve(bot, await make_goal(bot), 1)
    clock.forward(minutes=1)
    said = await people.ana.types("focus ratio")
    few = "Fewer than 3 moments so far, too few to say."
    assert f"This week: {few}\nThis quarter: {few}" in said.text
    assert " of 2" not in said.text
    assert "Goals served" not in said.text


async def test_without_a_big_goal_there_is_nothing_to_measure(people: Everyone, bot: Bot) -> None:
    """Also where other goals are served."""
    await keep(people, 4)
    await serve(bot, await make_goal(bot, GoalKind.SURVIVAL), 1, 2, 3)
    said = await people.ana.types("focus ratio")
    assert said.text.startswith("No big goal is open, so there's nothing to measure our focus against.\n")


async def test_a_closed_big_goal_counts_for_its_weeks(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The quarter still says it when nothing is open any more."""
    await keep(people, 3)
    big = await make_goal(bot)
    await serve(bot, big, 1, 2)
    clock.forward(hours=1)
    await close_goal(bot, big)
    clock.forward(days=21)
    await keep(people, 3)
    clock.forward(minutes=1)
    assert (
        "No big goal is open right now.\n"
        "Earlier this quarter: #1 “Twenty village schools”\n"
        "This week: No big goal was open, so there's nothing to measure.\n"
        "This quarter: 2 of 6 moments serve it.\n"
    ) in (await people.ana.types("focus ratio")).text


async def test_two_big_goals_in_one_week_are_both_named(people: Everyone, bot: Bot, clock: Clock) -> None:
    """In the answer, in the first step of a check and in the recap. What serves either counts."""
    await keep(people, 4)
    first = await make_goal(bot)
    await serve(bot, first, 1, 2)
    clock.forward(hours=1)
    await close_goal(bot, first)
    clock.forward(hours=1)
    await serve(bot, await make_goal(bot, number=2), 3)
    clock.forward(hours=1)
    assert (
        "Our big goal: #2 “Twenty village schools”\n"
        "Earlier this quarter: #1 “Twenty village schools”\n"
        "This week: 3 of 4 moments serve one of them.\n"
    ) in (await people.ana.types("focus ratio")).text
    intro = (await people.ana.types("focus check")).form.intro
    assert "3 of 4 moments this quarter served the big goals #1 and #2." in intro
    assert "Focus: 3 of 4 moments served the big goals #1 and #2. " in (await people.ben.types("recap")).text


async def test_a_goal_is_the_big_one_only_while_it_is(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A change of its class changes nothing in the weeks before."""
    await keep(people, 3)
    goal = await make_goal(bot, GoalKind.SUPPORTING)
    await serve(bot, goal, 1, 2, 3)
    clock.forward(days=14)
    await (await people.ana.does(EditGoal("1", "1"))).fill(kind=GoalKind.BIG)
    await keep(people, 3)
    await serve(bot, goal, 4)
    clock.forward(hours=1)
    said = await people.ana.types("focus ratio")
    assert (
        "This week: 1 of 3 moments serve it. More than before (0 of 3 in the 12 weeks before)." in said.text
    )
    assert "This quarter: 1 of 6 moments serve it." in said.text
    await (await people.ana.does(EditGoal("1", "1"))).fill(kind=GoalKind.LEARNING)
    clock.forward(days=14)
    said = await people.ana.types("focus ratio")
    assert "This week: No big goal was open" in said.text
    assert "This quarter: 1 of 6 moments serve it." in said.text


async def close_and_reopen(people: Everyone, bot: Bot, clock: Clock, kind: str = "") -> None:
    """Serve a big goal for a week, close it, serve it in a week in which it is closed, and open it again."""
    await keep(people, 3)
    await serve(bot, await make_goal(bot), 1, 2, 3)
    clock.forward(hours=1)
    await people.ana.does(CloseGoal("1", "1", "1", "reached", "We know how"))
    clock.forward(days=14)
    await keep(people, 3)
    await serve(bot, 1, 4, 5, 6)
    clock.forward(days=14)
    assert "reopened" in (await people.ana.does(ReopenGoal("1", "1", kind))).text
    await keep(people, 3)
    await serve(bot, 1, 7)
    clock.forward(hours=1)


async def test_the_time_in_which_a_big_goal_was_closed_does_not_count(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """After it was opened again, also a second time."""
    await close_and_reopen(people, bot, clock)
    said = (await people.ana.types("focus ratio")).text
    assert "This week: 1 of 3 moments serve it. Less than before (3 of 6 in the 12 weeks before)." in said
    assert "This quarter: 4 of 9 moments serve it." in said
    await people.ana.does(CloseGoal("1", "1", "1", "reached", "We know how"))
    clock.forward(days=14)
    await people.ana.does(ReopenGoal("1", "1"))
    clock.forward(hours=1)
    assert "This quarter: 4 of 9 moments serve it." in (await people.ana.types("focus ratio")).text


async def test_a_big_goal_opened_again_as_another_class_counts_until_it_was_closed(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """What it served as the big one stays."""
    await close_and_reopen(people, bot, clock, GoalKind.SUPPORTING)
    said = (await people.ana.types("focus ratio")).text
    assert "No big goal is open right now.\nEarlier this quarter: #1" in said
    assert "This week: No big goal was open" in said
    assert "This quarter: 3 of 9 moments serve it." in said


async def test_a_goal_made_big_with_its_button_counts_from_then_on(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """A second time, too. One that was made big by mistake was not the big one."""
    await keep(people, 3)
    await make_goal(bot, GoalKind.LEARNING)
    await serve(bot, 1, 1, 2, 3)
    clock.forward(days=14)
    await (await people.ana.does(MakeBig("1", "1"))).press("Undo")
    clock.forward(hours=1)
    assert (await people.ana.types("focus ratio")).text.startswith("No big goal is open, so there's nothing")
    for week in range(2):
        await people.ana.does(MakeBig("1", "1"))
        await keep(people, 3)
        await serve(bot, 1, 4 + 6 * week)
        clock.forward(hours=2)
        await (await people.ana.does(EditGoal("1", "1"))).fill(kind=GoalKind.SUPPORTING)
        clock.forward(days=14)
        await keep(people, 3)
        await serve(bot, 1, 7 + 6 * week)
        clock.forward(days=14)
    said = (await people.ana.types("focus ratio")).text
    assert "Earlier this quarter: #1 “Twenty village schools”\n" in said
    assert "This quarter: 2 of 15 moments serve it." in said


async def test_the_trend_is_said_in_words(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A week is compared with the twelve before, a quarter with the one before."""
    await keep(people, 4)
    big = await make_goal(bot, opened=clock.now - timedelta(days=200))
    await serve(bot, big, 1)
    clock.forward(days=10)
    await keep(people, 4)
    await serve(bot, big, 5, 6, 7)
    clock.forward(minutes=1)
    text = (await people.ana.types("focus ratio")).text
    assert "This week: 3 of 4 moments serve it. More than before (1 of 4 in the 12 weeks before)." in text
    assert "This quarter: 4 of 8 moments serve it." in text


async def test_a_check_begins_with_the_quarter_and_its_trend(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """Where the time really went, against the quarter before. Of two moments in it, nothing is said."""
    await keep(people, 3)
    big = await make_goal(bot)
    await serve(bot, big, 1)
    clock.forward(days=100)
    await keep(people, 4)
    await serve(bot, big, 4, 5, 6)
    clock.forward(minutes=1)
    intro = (await people.ana.types("focus check")).form.intro
    assert intro.endswith(
        "3 of 4 moments this quarter served it. More than before (1 of 3 in the quarter before). "
        "One isn't linked to a goal."
    )
    await people.ana.types("delete 3")
    intro = (await people.ana.types("focus check")).form.intro
    assert intro.endswith("3 of 4 moments this quarter served it. One isn't linked to a goal.")


COUNTS = st.integers(0, 12)


@given(served=COUNTS, more=COUNTS, served_before=COUNTS, more_before=COUNTS)
def test_a_trend_is_that_of_an_independent_count(
    served: int, more: int, served_before: int, more_before: int
) -> None:
    """In whole numbers: a tenth of a difference is told, less is *about as much*, and two moments say nothing."""
    whole, whole_before = served + more, served_before + more_before
    said = describe_trend(Share(served, whole), Share(served_before, whole_before), Before.QUARTER)
    tenths = 10 * (served * whole_before - served_before * whole)
    if whole < 3 or whole_before < 3:
        assert said == ""
    elif tenths >= whole * whole_before:
        assert said == f"More than before ({served_before} of {whole_before} in the quarter before)."
    elif -tenths >= whole * whole_before:
        assert said == f"Less than before ({served_before} of {whole_before} in the quarter before)."
    else:
        assert said == f"About the same as before ({served_before} of {whole_before} in the quarter before)."


def test_trends() -> None:
    """A tie, a fraction of nothing, and what is too small to compare."""
    assert (
        describe_trend(Share(1, 3), Share(2, 6), Before.QUARTER)
        == "About the same as before (2 of 6 in the quarter before)."
    )
    less, more = (
        "Less than before (2 of 6 in the month before).",
        "More than before (2 of 5 in the month before).",
    )
    assert describe_trend(Share(0, 4), Share(2, 6), Before.MONTH) == less
    assert describe_trend(Share(2, 4), Share(2, 5), Before.MONTH) == more
    assert describe_trend(Share(), Share(2, 6), Before.QUARTER) == ""
    assert describe_trend(Share(2, 6), Share(2, 2), Before.QUARTER) == ""
    assert Share().part == 0
    assert describe_loose(Share(1, 3, 1)) == "One isn't linked to a goal."
    assert describe_loose(Share(3, 3)) == ""


@pytest.mark.parametrize(
    ("goals", "usual", "said"),
    [
        (2, None, "Goals served this week: 2."),
        (2, 2, "Goals served this week: 2, as usual."),
        (1, 1, "Goals served this week: 1, as usual."),
        (3, 2.5, "Goals served this week: 3, as usual."),
        (2, 2.5, "Goals served this week: 2, as usual."),
        (5, 2.5, "Goals served this week: 5, usually 2 or 3."),
        (4, 1, "Goals served this week: 4, usually 1."),
        (0, 0, "Goals served this week: 0, as usual."),
        (1, 0, "Goals served this week: 1, usually 0."),
        (1, 1.5, "Goals served this week: 1, as usual."),
    ],
)
def test_scatter(goals: int, usual: float | None, said: str) -> None:
    """A median between two numbers counts both as usual."""
    assert describe_scatter(Scatter(goals, usual)) == said
