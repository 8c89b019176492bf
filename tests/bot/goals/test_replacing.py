"""Tests of survival goals that take each other's place: what is closed by it, and what isn't lost by it."""

from bot.goals.commands import EditGoal
from bot.runtime.bot import Bot
from storage.models import Goal
from tests.support.people import Everyone, Got
from tests.support.questions import rows

DETAIL = {"kind": "survival", "funds": "The rent", "look_again_on": "2026-05-01"}


async def survival(people: Everyone, text: str) -> Got:
    """Let Ana fill in the first step of a survival goal."""
    return await (await people.ana.types("goal new")).fill(text=text, **DETAIL)


async def third(people: Everyone) -> Got:
    """Let Ana make two survival goals and a third in the place of the first. Return the third's answer."""
    for text in ("Flyers", "Courses"):
        await survival(people, text)
    return await (await survival(people, "Cinema evenings")).fill(replaces="1")


async def close(people: Everyone, number: int, taught: str) -> None:
    """Let Ana close a goal with what it taught."""
    await (await people.ana.types(f"goal close {number}")).fill(outcome="missed", taught=taught)


def is_open(bot: Bot, number: int) -> bool:
    """Tell whether a goal is open."""
    return next(goal.closed_at is None for goal in rows(bot, Goal) if goal.number == number)


async def test_an_edit_closes_only_the_goal_that_it_names(people: Everyone, bot: Bot) -> None:
    """The goal whose place it once took, and which is open again, stays open through every later edit."""
    await third(people)
    await close(people, 2, "Courses pay the rent")
    await people.ana.types("goal reopen 1")
    await (await people.ben.does(EditGoal("3", "1"))).fill(text="Cinema evenings for schools")
    assert is_open(bot, 1)
    assert rows(bot, Goal)[2].replaces_id is None


async def test_an_edit_names_which_one_it_replaces(people: Everyone, bot: Bot) -> None:
    """A supporting goal that becomes a third survival goal closes the named one, and no other goal can be named."""
    for text in ("Flyers", "Courses"):
        await survival(people, text)
    await people.ana.types("goal new Cinema evenings")
    asked = await (await people.ben.does(EditGoal("3", "1"))).fill(**DETAIL)
    assert list(asked.form.errors) == ["replaces"]
    await asked.fill(replaces="2")
    assert [is_open(bot, number) for number in (1, 2, 3)] == [True, False, True]
    assert "Replaced by goal #3." in (await people.ana.types("goal show 2")).text
    for forged in ("3", "2"):
        await people.ben.does(EditGoal("3", "1", "1", "Cinema evenings", replaces=forged, **DETAIL))
    assert [is_open(bot, number) for number in (1, 2, 3)] == [True, False, True]


async def test_what_a_goal_taught_outlives_its_replacement(people: Everyone, bot: Bot) -> None:
    """It was closed with a lesson and opened again. Another takes its place, and gives it back."""
    for text in ("Flyers", "Courses"):
        await survival(people, text)
    await close(people, 1, "Rent comes from schools")
    await people.ana.types("goal reopen 1")
    made = await (await survival(people, "Cinema evenings")).fill(replaces="1")
    shown = (await people.ben.types("goal show 1")).text
    assert "Rent comes from schools" in shown
    assert "Replaced by goal #3." in shown
    await made.press("Undo")
    assert is_open(bot, 1)
    assert "Replaced by" not in (await people.ben.types("goal show 1")).text
    form = await people.ana.types("goal close 1")
    assert (
        next(field.value for field in form.form.fields if field.name == "taught") == "Rent comes from schools"
    )


async def test_a_goal_opened_again_says_whose_place_it_took(people: Everyone, bot: Bot) -> None:
    """Also where the replaced one is replaced while it is opened again, and its lesson stays, too."""
    await third(people)
    await (await people.ben.types("goal reopen 1")).press("Replace #2")
    shown = (await people.ben.types("goal show 2")).text
    assert "Replaced by goal #1." in shown
    assert "What it taught us" not in shown
    await close(people, 3, "Evenings are long")
    await people.ben.types("goal reopen 2")
    assert is_open(bot, 2)
    assert "Replaced by" not in (await people.ben.types("goal show 2")).text
