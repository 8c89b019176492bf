"""Tests of the day on which a survival goal is looked at again: its card asks once, and people answer."""

from datetime import UTC, datetime

import pytest

from bot.goals.commands import EditGoal, KeepGoal, MakeBig, RemindOwner
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import press
from tests.support.recorder import Recorder

ASKED = "It's time to take another look: do we still need this goal?"
BUTTONS = "[Keep goal] [Close goal] [Check in] [Steps]"


async def survival(people: Everyone, bot: Bot, recorder: Recorder, look_again_on: str = "2026-03-26") -> str:
    """Let Ana make a survival goal, and return its card's message."""
    form = await people.ana.types("goal new")
    detail = {"funds": "The rent", "look_again_on": look_again_on}
    await form.fill(text="Two days of odd jobs", kind="survival", **detail)
    await bot.tick()
    return next(message for message, one in recorder.standing.items() if one.key == "goal:1")


def at(clock: Clock, day: int, hour: int = 10, month: int = 3) -> None:
    """Set the clock to a time in 2026."""
    clock.now = datetime(2026, month, day, hour, tzinfo=UTC)


async def test_the_card_asks_on_its_day_and_nothing_is_posted(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """At ten in the team's zone, with the answers as its first buttons."""
    message = await survival(people, bot, recorder)
    at(clock, 26, 9)
    before = len(recorder.standing)
    card = await people.ben.sees(message)
    assert "What it gives us: The rent\nI'll ask on 26 March if you still need it." in card
    assert ASKED not in card
    assert await bot.next_due() == datetime(2026, 3, 26, 10, tzinfo=UTC)
    at(clock, 26)
    card = await people.ben.sees(message)
    assert ASKED in card
    assert "if you still need it" not in card
    assert BUTTONS in card
    assert len(recorder.standing) == before


async def test_it_is_kept_until_another_day(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The form proposes three months, Undo brings the question back, and on the new day it asks again."""
    message = await survival(people, bot, recorder)
    at(clock, 26)
    await bot.tick()
    form = await press(people.ben, message, "Keep goal")
    assert [(field.label, field.value) for field in form.form.fields] == [
        ("When should I ask if you still need it?", "2026-06-26")
    ]
    said = await form.fill(until="2026-04-02")
    assert said.text == "Goal #1 stays open. I'll ask again on 2 April. The card is in #lantern.\n[Undo]"
    card = await people.mei.sees(message)
    assert ASKED not in card
    assert "What it gives us: The rent\nI'll ask on 2 April if you still need it." in card
    back = await said.press("Undo")
    assert back.text == "Undone. Goal #1 asks again if you still need it."
    assert ASKED in await people.mei.sees(message)
    await (await press(people.ben, message, "Keep goal")).fill(until="2026-04-02")
    at(clock, 2, month=4)
    assert ASKED in await people.mei.sees(message)
    assert "has changed the day of goal #1 since then" in (await said.press("Undo")).text
    assert ASKED in await people.mei.sees(message)


async def test_it_is_closed_with_what_it_taught(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The card stops asking, and asks again once it's reopened."""
    message = await survival(people, bot, recorder)
    at(clock, 26)
    await bot.tick()
    form = await press(people.ben, message, "Close goal")
    closed = await form.fill(outcome="reached", taught="We can live from schools")
    assert ASKED not in await people.mei.sees(message)
    await closed.press("Undo")
    assert ASKED in await people.mei.sees(message)


@pytest.mark.parametrize(
    ("until", "error"),
    [
        ("", "Write the day like 2026-03-20."),
        ("soon", "Write the day like 2026-03-20."),
        ("2026-03-26", "That's today. Please choose a later day."),
        ("2026-03-25", "That day is in the past. Please choose a later one."),
    ],
)
async def test_a_day_that_is_none_comes_back(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, until: str, error: str
) -> None:
    """With one sentence, and the card goes on asking."""
    message = await survival(people, bot, recorder)
    at(clock, 26)
    await bot.tick()
    told = await (await press(people.ben, message, "Keep goal")).fill(until=until)
    assert told.form.errors == {"until": error}
    assert told.form.fields[0].value == until
    assert ASKED in await people.ben.sees(message)


async def test_days_off_and_a_pause_wait_for_the_next_working_morning(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Saturday becomes Monday, and a paused team is asked after its pause."""
    message = await survival(people, bot, recorder, look_again_on="2026-03-21")
    at(clock, 21, 12)
    assert ASKED not in await people.ana.sees(message)
    at(clock, 23)
    assert ASKED in await people.ana.sees(message)
    await (await press(people.ben, message, "Keep goal")).fill(until="2026-03-27")
    await (await people.ana.types("stop")).press("Pause posts")
    at(clock, 27, 12)
    card = await people.ana.sees(message)
    assert ASKED not in card
    assert "I'll ask on 30 March" in card
    at(clock, 30, 12)
    assert ASKED in await people.ana.sees(message)


async def test_another_day_or_class_in_the_goals_own_form(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A new day is an answer too. Words alone leave the question, and another class has none."""
    message = await survival(people, bot, recorder)
    at(clock, 26)
    await bot.tick()
    await (await people.ana.does(EditGoal("1", "1"))).fill(text="One day of odd jobs")
    assert ASKED in await people.ana.sees(message)
    await (await people.ana.does(EditGoal("1", "1"))).fill(look_again_on="2026-05-04")
    card = await people.ana.sees(message)
    assert ASKED not in card
    assert "I'll ask on 4 May" in card
    await (await people.ana.does(EditGoal("1", "1"))).fill(kind="learning")
    at(clock, 4, month=5)
    assert ASKED not in await people.ana.sees(message)
    assert "isn't a survival goal" in (await people.ana.does(KeepGoal("1", "1"))).text


async def test_the_big_goal_is_not_asked_about_until_it_is_survival_again(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Its day has come meanwhile, so it asks at once then."""
    message = await survival(people, bot, recorder)
    big = await people.ana.does(MakeBig("1", "1"))
    at(clock, 26)
    assert ASKED not in await people.ana.sees(message)
    await big.press("Undo")
    assert ASKED in await people.ana.sees(message)


async def test_an_owner_may_ask_for_a_message(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Only the owner gets one, only after asking for it."""
    await survival(people, bot, recorder)
    said = await people.ana.does(RemindOwner("1", "1", "1"))
    assert said.text.startswith(
        "I'll message you about the checkpoints of goal #1, and when it's time to take another look."
    )
    at(clock, 26)
    await bot.tick()
    [note] = [one for one in recorder.standing.values() if one.place.person]
    assert note.place.person == "U-ana"
    assert note.text.startswith("It's time to take another look at survival goal #1: do we still need it?")
    assert "[Keep goal] [Close goal] [Stop these messages]" in note.text


async def test_the_week_and_the_owners_page_have_a_line(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """With the button. The recap says what it said when it was posted, and the page what is so now."""
    await survival(people, bot, recorder)
    at(clock, 26)
    await people.ana.types("An aha of ours")
    at(clock, 27, 17)
    await bot.tick()
    [(message, recap)] = [
        (message, one.text) for message, one in recorder.standing.items() if "The week to" in one.text
    ]
    assert "Goals: #1 Still needed?" in recap
    assert "Survival goal #1 · Still needed?" in (await people.ana.types("me")).text
    form = await press(people.mei, message, "Keep goal #1")
    await form.fill(until="2026-05-04")
    assert "asks whether" not in (await people.ana.types("me")).text
    assert "#1 Still needed?" in await people.mei.sees(message)
