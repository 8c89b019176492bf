"""Tests of what focus adds to a recap: the line, the mark, the suggestion, and the Note on survival work."""

from datetime import UTC, date, datetime

from sqlmodel import Session, select

from bot.charts.plans import plan_recap_chart
from bot.charts.recap_chart import Week
from bot.core.pictures.drawing import ShareMark
from bot.focus.survival import is_survival_work
from bot.runtime.bot import Bot
from storage.focus.ratio import FocusCount
from storage.models import GoalKind, Posting, PostingKind, Schedule, ScheduleKind
from tests.support.databases import Clock
from tests.support.focus import close_goal, make_goal, serve
from tests.support.people import Everyone
from tests.support.questions import press, rows
from tests.support.recorder import Recorder, Standing

SUGGESTION = "A new quarter: where does our time really go?"


def recap(recorder: Recorder) -> tuple[str, Standing]:
    """Return the message and the text of the newest recap."""
    return [(message, one) for message, one in recorder.standing.items() if "The week to" in one.text][-1]


async def friday(bot: Bot, clock: Clock, month: int, day: int) -> None:
    """Let a Friday's recap come."""
    clock.now = datetime(2026, month, day, 16, 30, tzinfo=UTC)
    await bot.tick()


async def keep(people: Everyone, number: int) -> None:
    for each in range(number):
        await people.ana.types(f"log Moment {each}")


async def test_the_line_and_its_mark(people: Everyone, bot: Bot, clock: Clock, recorder: Recorder) -> None:
    """What is linked after the recap was posted changes nothing in it. What is removed is missing."""
    await keep(people, 5)
    big = await make_goal(bot)
    await serve(bot, big, 1, 2)
    await serve(bot, await make_goal(bot, GoalKind.LEARNING, 2), 3)
    await friday(bot, clock, 3, 20)
    _, posted = recap(recorder)
    assert (
        "Focus: 2 of 5 moments served the big goal #1. 2 aren't linked to a goal. Goals served this week: 2."
    ) in posted.text
    assert SUGGESTION not in posted.text
    assert posted.post.picture is not None
    assert posted.post.picture.alt.endswith(" 2 of 5 moments served the big goal.")
    await serve(bot, big, 4, 5)
    await people.ana.types("delete 1")
    await bot.tick()
    _, posted = recap(recorder)
    assert "Focus: 1 of 4 moments served the big goal #1. 2 aren't linked to a goal" in posted.text
    assert posted.post.picture is not None
    assert posted.post.picture.alt.endswith(" 1 of 4 moments served the big goal.")


async def test_a_week_tells_its_trend_and_the_quarter_with_its_own(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """In the one line: of the week against the twelve before, and of the quarter against the one before."""
    await keep(people, 3)
    big = await make_goal(bot)
    await serve(bot, big, 1, 2)
    clock.forward(days=90)
    await keep(people, 4)
    await serve(bot, big, 4)
    clock.now = datetime(2026, 6, 22, 9, 30, tzinfo=UTC)
    await keep(people, 3)
    await serve(bot, big, 8, 9, 10)
    await friday(bot, clock, 6, 26)
    _, posted = recap(recorder)
    assert (
        "Focus: 3 of 3 moments served the big goal #1. More than before (1 of 4 in the 12 weeks before). "
        "This quarter: 4 of 7. About the same as before (2 of 3 in the quarter before). "
        "Goals served this week: 1, usually 0."
    ) in posted.text
    assert posted.text.count("Focus:") == 1
    assert posted.post.picture is not None
    assert posted.post.picture.alt.endswith(" 3 of 3 moments served the big goal.")
    await people.ana.types("delete 10")
    await bot.tick()
    assert "Focus:" not in recap(recorder)[1].text


async def test_a_trend_against_two_moments_is_not_told(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Neither of the week nor of the quarter, nor once one of three was removed."""
    await keep(people, 3)
    big = await make_goal(bot)
    clock.forward(days=8)
    await keep(people, 4)
    await serve(bot, big, 4, 5)
    clock.forward(hours=1)
    told = await people.ana.types("recap")
    assert (
        "Focus: 2 of 4 moments served the big goal #1. More than before (0 of 3 in the 12 weeks before). "
        "This quarter: 2 of 7. 2 aren't linked to a goal." in told.text
    )
    await people.ana.types("delete 1")
    told = await people.ana.types("recap")
    assert "Focus: 2 of 4 moments served the big goal #1. This quarter: 2 of 6. 2 aren't" in told.text


async def test_two_weeks_are_compared_with_the_two_before(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """In a team that has its recap every other week."""
    await keep(people, 3)
    big = await make_goal(bot)

    def every_other_week(session: Session) -> None:
        schedule = session.exec(select(Schedule).where(Schedule.kind == ScheduleKind.RECAP)).one()
        schedule.every = 2

    await bot.database.write(every_other_week)
    clock.now = datetime(2026, 4, 1, 9, tzinfo=UTC)
    await keep(people, 3)
    await serve(bot, big, 4, 5)
    await friday(bot, clock, 4, 3)
    [text] = [each for each in recorder.texts() if "The two weeks to 3 April" in each]
    assert (
        "Focus: 2 of 3 moments served the big goal #1. More than before (0 of 3 in the two weeks before). One "
        in text
    )


async def test_few_moments_and_no_big_goal_say_nothing(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """Neither a line nor a mark."""
    await keep(people, 2)
    big = await make_goal(bot)
    await serve(bot, big, 1, 2)
    clock.forward(hours=1)
    await close_goal(bot, big)
    await friday(bot, clock, 3, 20)
    assert "Focus:" not in recap(recorder)[1].text
    clock.forward(days=3)
    await keep(people, 4)
    await friday(bot, clock, 3, 27)
    assert "Focus:" not in recap(recorder)[1].text


async def test_a_quarter_s_first_recap_suggests_a_check(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """Only in a team with a big goal, with a button."""
    await people.ana.types("An aha of ours")
    big = await make_goal(bot)
    await friday(bot, clock, 3, 27)
    await people.ana.types("another aha")
    await friday(bot, clock, 4, 3)
    message, posted = recap(recorder)
    assert SUGGESTION in posted.text
    assert (await press(people.ben, message, "Focus check")).form.title == "Focus check · 1 of 3"
    await people.ana.types("a third aha")
    await friday(bot, clock, 4, 10)
    assert SUGGESTION not in recap(recorder)[1].text
    await close_goal(bot, big)
    clock.now = datetime(2026, 6, 30, 9, tzinfo=UTC)
    await people.ana.types("a fourth aha")
    await friday(bot, clock, 7, 3)
    assert SUGGESTION not in recap(recorder)[1].text


async def test_a_quarter_that_begins_with_an_empty_week_has_its_suggestion(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """In the first recap that is posted. After a check of this quarter there's none."""
    await people.ana.types("An aha of ours")
    await make_goal(bot)
    await friday(bot, clock, 3, 20)
    await friday(bot, clock, 4, 3)
    await people.ana.types("another aha")
    await friday(bot, clock, 4, 10)
    assert SUGGESTION in recap(recorder)[1].text
    clock.now = datetime(2026, 7, 1, 9, tzinfo=UTC)
    await people.ana.types("a third aha")
    await (await people.ben.types("focus check")).fill(went="To calls")
    await friday(bot, clock, 7, 3)
    assert SUGGESTION not in recap(recorder)[1].text


async def test_a_private_recap_has_the_line(people: Everyone, bot: Bot, clock: Clock) -> None:
    """For a longer period without the scatter of a week."""
    await keep(people, 3)
    await serve(bot, await make_goal(bot), 1)
    clock.forward(minutes=1)
    assert (
        "Focus: 1 of 3 moments served the big goal #1. 2 aren't linked to a goal"
        in (await people.ben.types("recap")).text
    )
    year = (await people.ben.types("recap year")).text
    assert "Focus: 1 of 3 moments served" in year
    assert "Goals served" not in year


async def survive(people: Everyone, bot: Bot, clock: Clock, goal: int, weeks: int, first: int = 0) -> None:
    """Keep three moments a week that serve a survival goal, until the recap of each week."""
    for week in range(first, first + weeks):
        clock.now = datetime(2026, 4, 8, 9, tzinfo=UTC)
        clock.forward(days=7 * week)
        await keep(people, 3)
        await serve(bot, goal, *(3 * week + each for each in (2, 3, 4)))
        clock.forward(days=2, hours=8)
        await bot.tick()


async def test_the_owner_is_told_of_survival_work_once_a_quarter(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """In private, after three weeks, and nothing in the channel."""
    clock.now = datetime(2026, 4, 7, 9, tzinfo=UTC)
    await people.ben.types("welcome to an aha")
    await make_goal(bot)
    survival = await make_goal(bot, GoalKind.SURVIVAL, 2)
    await survive(people, bot, clock, survival, 2)
    assert recorder.notes("U-ben") == []
    await survive(people, bot, clock, survival, 2, first=2)
    [note] = recorder.notes("U-ben")
    assert note == (
        "For three weeks, most of what served a goal here was survival work.\n"
        "I'm only telling you, because the big goal is yours: #1 “Twenty village schools”\n"
        "I say this at most once a quarter.\n"
        "[Focus check] [Focus ratio]"
    )
    assert not any("survival" in text for text in recorder.texts())
    assert len([row for row in rows(bot, Posting) if row.kind == PostingKind.NOTE_SURVIVAL]) == 1


def test_survival_work_is_more_than_sixty_percent_of_three_weeks() -> None:
    """Exactly sixty is not, and neither is a week with two linked moments."""
    more, even = FocusCount(9, 5, 0, 4, 1), FocusCount(9, 5, 0, 3, 1)
    assert is_survival_work([more, more, more])
    assert not is_survival_work([more, even, more])
    assert not is_survival_work([more, FocusCount(2, 2, 0, 2, 1), more])
    assert not is_survival_work([FocusCount()] * 3)


def test_the_mark_changes_the_picture() -> None:
    """The same weeks and mark give the same bytes, and a mark of nothing served has a ring alone."""
    week = Week(date(2026, 3, 13), date(2026, 3, 19), 1, 2, 0)
    plain = plan_recap_chart((week,))
    marked = [
        plan_recap_chart(
            (week,),
            ShareMark(part, 3, f"{part} of 3", "on the goal", f"{part} of 3 moments served the big goal."),
        )
        for part in (0, 1, 3, 3)
    ]
    assert len({plain.png, *(picture.png for picture in marked)}) == 4
    assert marked[1].alt == f"{plain.alt} 1 of 3 moments served the big goal."
