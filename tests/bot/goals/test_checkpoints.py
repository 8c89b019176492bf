"""Tests of checkpoints: the card asks on its day, progress and fit are told, and nothing else is posted."""

from datetime import UTC, datetime

import pytest

from bot.core.events import PersonLeft
from bot.core.origin import Access, ChannelAccess
from bot.goals.commands import CheckIn, MeasureGoal, PlanCheckpoints, RemindOwner, TakeOver
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import press
from tests.support.recorder import Recorder


async def measured(
    people: Everyone, bot: Bot, recorder: Recorder, due_on: str = "2026-06-30", **numbers: str
) -> str:
    """Let Ana make a goal with numbers, and return its card's message."""
    await people.ana.types("goal new Ten evening schools")
    values = {"start": "0", "target": "10 schools", "due_on": due_on, **numbers}
    await (await people.ana.does(MeasureGoal("1", "1"))).fill(**values)
    await bot.tick()
    return next(message for message, one in recorder.standing.items() if one.key == "goal:1")


def at(clock: Clock, day: int, hour: int = 10, month: int = 3) -> None:
    """Set the clock to a time in 2026."""
    clock.now = datetime(2026, month, day, hour, tzinfo=UTC)


async def test_the_card_asks_on_its_day_and_nothing_is_posted(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """At ten in the team's zone. The button is the first thing then."""
    message = await measured(people, bot, recorder)
    at(clock, 30, 8)
    before = len(recorder.standing)
    assert "Next checkpoint on 30 March" in await people.ana.sees(message)
    assert await bot.next_due() == datetime(2026, 3, 30, 9, tzinfo=UTC)
    at(clock, 30, 9)
    card = await people.ana.sees(message)
    assert "Time to check in: how far is it, and are these the people we wanted to serve?" in card
    assert len(recorder.standing) == before


async def test_on_pace_but_off_mission(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """A number in any script and a fit, told at once, on the card and in its picture."""
    message = await measured(people, bot, recorder)
    at(clock, 30)
    form = await press(people.ben, message, "Check in")
    assert [field.label for field in form.form.fields] == [
        "How far are we?",
        "Are these the people we wanted to serve?",
    ]
    assert form.form.fields[0].hint == "It goes from 0 to 10 schools."
    said = await form.fill(progress="٢", fit="no")
    assert said.text == (
        "On pace, off mission: 2 schools, where 1.3 is on pace for 30 March. It's on goal #1 in #lantern.\n[Undo]"
    )
    card = await people.ana.sees(message)
    assert "On pace, off mission: 2 schools on 30 March" in card
    assert "Next checkpoint on 13 April" in card
    picture = recorder.standing[message].post.picture
    assert picture
    assert "30 Mar 2026 2 schools, on pace, off mission" in picture.alt


async def test_a_check_in_is_taken_back(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """The card asks again, and one made between two checkpoints goes altogether."""
    message = await measured(people, bot, recorder)
    between = await (await people.ana.types("goal check")).fill(progress="1", fit="yes")
    assert "On pace and on mission: 1 schools on 16 March" in await people.ana.sees(message)
    assert (await between.press("Undo")).text == "Your check-in on goal #1 is taken back in #lantern."
    assert "16 March\n" not in (await people.ana.sees(message)).replace("since 16 March 2026", "")
    at(clock, 30)
    await bot.tick()
    said = await (await people.ben.types("goal check 1")).fill(progress="5", fit="yes")
    assert "Somebody else" in (await people.mei.does(said.button("Undo"))).text
    await said.press("Undo")
    assert "Time to check in" in await people.ana.sees(message)
    assert "taken back already" in (await said.press("Undo")).text


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        (
            {"progress": "lots", "fit": "yes"},
            {"progress": "I need one number here, like 12, 1,200.50 or 10k."},
        ),
        (
            {"progress": "", "fit": "yes"},
            {"progress": "How far is it? A number, please; the same as last time is fine."},
        ),
        ({"progress": "€ 5", "fit": "yes"}, {"progress": "This goal counts schools, and I see €."}),
        ({"progress": "5"}, {"fit": "Choose one of these."}),
    ],
)
async def test_a_mistake_comes_back(
    people: Everyone, bot: Bot, recorder: Recorder, values: dict[str, str], errors: dict[str, str]
) -> None:
    """With one sentence and what was typed."""
    await measured(people, bot, recorder)
    told = await (await people.ana.does(CheckIn("1", "1"))).fill(**values)
    assert told.form.errors == errors
    assert told.form.fields[0].value == values["progress"]


async def test_without_numbers_fit_alone_is_asked(people: Everyone, bot: Bot) -> None:
    """An open letter is allowed, and nothing is divided by it."""
    await people.ana.types("goal new Be kinder")
    form = await people.ana.types("goal check")
    assert not form.form.fields[0].required
    assert (await form.fill(fit="partly")).text.startswith("On mission.")


async def test_a_day_off_waits_for_the_next_working_morning(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A plan of Saturday, made before, is asked about on Monday, and measured there."""
    message = await measured(people, bot, recorder, due_on="2026-03-28")
    await (await people.ana.does(PlanCheckpoints("1", "1"))).fill(days="2026-03-28")
    at(clock, 28, 12)
    assert "Time to check in" not in await people.ana.sees(message)
    at(clock, 30, 10)
    assert "Time to check in" in await people.ana.sees(message)
    said = await (await people.ana.types("goal check")).fill(progress="9", fit="yes")
    assert said.text.startswith("Behind, on mission: 9 schools, where 10 is on pace for 30 March.")


async def test_a_paused_team_is_not_asked(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """On the first working morning after that the card asks."""
    message = await measured(people, bot, recorder)
    await (await people.ana.does(PlanCheckpoints("1", "1"))).fill(days="2026-03-20")
    await (await people.ana.types("stop")).press("Pause the posts")
    at(clock, 20, 12)
    card = await people.ana.sees(message)
    assert "Next checkpoint on 23 March" in card
    assert "Time to check in" not in card
    at(clock, 23, 12)
    assert "Time to check in" in await people.ana.sees(message)


async def test_days_are_changed_in_one_field(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A weekend day moves to Monday. A day that cannot be read or is over comes back."""
    await measured(people, bot, recorder)
    form = await people.ben.does(PlanCheckpoints("1", "1"))
    assert form.form.fields[0].value.splitlines()[:2] == ["2026-03-30", "2026-04-13"]
    wrong = await form.fill(days="tomorrow")
    assert wrong.form.errors == {"days": "Write the day like 2026-03-20. I can't read “tomorrow”."}
    over = await form.fill(days="2026-03-16")
    assert over.form.errors == {"days": "16 March 2026 isn't ahead any more. Choose a later day."}
    said = await form.fill(days="2026-04-04, 2026-05-04")
    assert said.text.startswith("2 checkpoints are planned, the first for 6 April, on goal #1 in #lantern.")
    assert (await form.fill(days="")).text.startswith("No checkpoint is planned.")


async def test_an_owner_may_ask_for_a_message(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Only the owner gets it, only after asking for it, and Undo takes that back."""
    message = await measured(people, bot, recorder)
    assert "Only Ana, who owns goal #1" in (await people.ben.does(RemindOwner("1", "1", "1"))).text
    said = await press(people.ana, message, "Message me about checkpoints")
    assert said.text.startswith("I'll message you about its checkpoints.")
    at(clock, 30)
    await bot.tick()
    [note] = [one for one in recorder.standing.values() if one.place.person]
    assert note.place.person == "U-ana"
    assert note.text.startswith("Supporting goal #1 has a checkpoint:")
    await people.ana.does(RemindOwner("1", "1"))
    at(clock, 13, month=4)
    await bot.tick()
    assert len([one for one in recorder.standing.values() if one.place.person]) == 1


async def test_a_goal_whose_owner_left_is_taken_over(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Its card says so once it is known, anyone may take it, and Undo gives it back."""
    message = await measured(people, bot, recorder)
    assert "Ana owns goal #1 and is here." in (await people.ben.does(TakeOver("1", "1"))).text
    recorder.access[("C1", "U-ana")] = ChannelAccess(Access.OUTSIDE)
    await people.ana.does(PersonLeft())
    assert "Ana owned it and has left. Anyone can take it over." in await people.ben.sees(message)
    said = await people.ben.does(TakeOver("1", "1"))
    assert said.text == "You own goal #1 now in #lantern.\n[Undo]"
    assert "Ben owns it" in await people.ben.sees(message)
    await said.press("Undo")
    assert "Ana owned it and has left." in await people.ben.sees(message)
