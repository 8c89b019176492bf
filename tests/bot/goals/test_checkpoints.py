"""Tests of checkpoints: the card asks on its day, progress and fit are told, and nothing else is posted."""

from datetime import UTC, date, datetime

import pytest

from bot.core.days.reading import find_day
from bot.core.events import PersonCame, PersonLeft
from bot.core.origin import Access, ChannelAccess
from bot.goals.commands import AddStep, CheckIn, MeasureGoal, PlanCheckpoints, RemindOwner, TakeOver
from bot.runtime.bot import Bot
from storage.models import Goal
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import press, rows
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
    friday = datetime(2026, 3, 20, 16, tzinfo=UTC)
    assert await bot.next_due() == friday  # for the recap: nothing stops earlier to ask about the owner
    at(clock, 30, 8)
    before = len(recorder.standing)
    assert "Next checkpoint: 30 March" in await people.ana.sees(message)
    assert await bot.next_due() == datetime(2026, 3, 30, 9, tzinfo=UTC)
    at(clock, 30, 9)
    card = await people.ana.sees(message)
    assert "Time to check in: how far are we, and are these the people we wanted to serve?" in card
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
    assert form.form.fields[0].hint == "From 0 to 10 schools."
    said = await form.fill(progress="٢", fit="no")
    assert said.text == (
        "Checked in on goal #1. On pace, off mission: 2 schools, where 1.4 is on pace for 30 March. "
        "The card is in #lantern.\n[Undo]"
    )
    card = await people.ana.sees(message)
    assert "On pace, off mission: 2 schools (30 March)" in card
    assert "Next checkpoint: 13 April" in card
    picture = recorder.standing[message].post.picture
    assert picture
    assert "30 Mar 2026 2 schools, On pace, off mission" in picture.alt


async def test_a_check_in_is_taken_back(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """The card asks again, and one made between two checkpoints goes altogether."""
    message = await measured(people, bot, recorder)
    between = await (await people.ana.types("goal check")).fill(progress="1", fit="yes")
    assert "On pace and on mission: 1 (16 March)" in await people.ana.sees(message)
    assert (await between.press("Undo")).text == "Your check-in on goal #1 is undone."
    assert "16 March\n" not in (await people.ana.sees(message)).replace("since 16 March 2026", "")
    at(clock, 30)
    await bot.tick()
    said = await (await people.ben.types("goal check 1")).fill(progress="5", fit="yes")
    assert "Someone else" in (await people.mei.does(said.button("Undo"))).text
    await said.press("Undo")
    assert "Time to check in" in await people.ana.sees(message)
    assert "already undone that" in (await said.press("Undo")).text


async def test_a_second_check_in_of_the_day_is_taken_back_to_the_first(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Ben's number of the morning is there again, as his."""
    message = await measured(people, bot, recorder)
    at(clock, 30)
    bens = await (await people.ben.types("goal check")).fill(progress="3", fit="partly")
    at(clock, 30, 15)
    anas = await (await people.ana.types("goal check")).fill(progress="4", fit="no")
    assert "On pace, off mission: 4 schools" in await people.mei.sees(message)
    await anas.press("Undo")
    assert "On pace and on mission: 3 schools (30 March)" in await people.mei.sees(message)
    await bens.press("Undo")
    assert "Time to check in" in await people.mei.sees(message)


async def test_a_missed_checkpoint_is_over_once_a_later_one_is_answered(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The card asks for one number, that of the latest day, and then for the next day to come."""
    message = await measured(people, bot, recorder)
    at(clock, 30)
    await bot.tick()
    at(clock, 13, month=4)
    await bot.tick()
    said = await (await people.ana.types("goal check")).fill(progress="3", fit="yes")
    assert "where 2.7 is on pace for 13 April" in said.text
    card = await people.ana.sees(message)
    assert "Time to check in" not in card
    assert "Next checkpoint: 27 April" in card
    again = await (await people.ben.types("goal check")).fill(progress="4", fit="yes")
    assert "where 2.7 is on pace for 13 April" in again.text


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        (
            {"progress": "lots", "fit": "yes"},
            {"progress": "I need a number here, like 12, 1,200.50 or 10k."},
        ),
        (
            {"progress": "", "fit": "yes"},
            {"progress": "Please enter a number. The same as last time is fine."},
        ),
        ({"progress": "€ 5", "fit": "yes"}, {"progress": "This goal counts “schools”, but you wrote “€”."}),
        ({"progress": "5"}, {"fit": "Please choose one."}),
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
    assert (await form.fill(fit="partly")).text.startswith("Checked in on goal #1. On mission.")


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
    assert said.text.startswith(
        "Checked in on goal #1. Behind, on mission: 9 schools, where 10 is on pace for 28 March."
    )


async def test_a_paused_team_is_not_asked(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """On the first working morning after that the card asks."""
    message = await measured(people, bot, recorder)
    await (await people.ana.does(PlanCheckpoints("1", "1"))).fill(days="2026-03-20")
    await (await people.ana.types("stop")).press("Pause posts")
    at(clock, 20, 12)
    card = await people.ana.sees(message)
    assert "Next checkpoint: 23 March" in card
    assert "Time to check in" not in card
    at(clock, 23, 12)
    assert "Time to check in" in await people.ana.sees(message)


async def test_days_are_changed_in_one_field(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """As people write them. A weekend day moves to Monday, and one that can't be read or is over comes back."""
    await measured(people, bot, recorder)
    form = await people.ben.does(PlanCheckpoints("1", "1"))
    assert form.form.fields[0].value.splitlines()[:2] == ["30 March 2026", "13 April 2026"]
    kept = await form.fill()
    assert kept.text.startswith("Goal #1 has 8 checkpoints, the first on 30 March. The card is in #lantern.")
    wrong = await form.fill(days="20 April 2026\nsoon")
    assert wrong.form.errors == {"days": "I can't read “soon”. Write it like 2026-03-20."}
    missing = await form.fill(days="2026-04-31")
    assert missing.form.errors == {
        "days": "There's no 31 April 2026: that month has 30 days. Choose another day."
    }
    over = await form.fill(days="2026-03-16")
    assert over.form.errors == {"days": "16 March 2026 isn't in the future. Please choose a later day."}
    late = await form.fill(days="2026-04-04 2026-07-01")
    assert late.form.errors == {"days": "1 July 2026 is too late. The last possible day is 30 June 2026."}
    said = await form.fill(days="2026-04-04, 2026-05-04")
    assert said.text.startswith("Goal #1 has 2 checkpoints, the first on 6 April. The card is in #lantern.")
    again = await said.press("Change checkpoints")
    mixed = await again.fill(days="6 April 2026, 2026-05-04\n1 Jun 2026 ٢٠٢٦-٠٦-١٥")
    assert mixed.text.startswith("Goal #1 has 4 checkpoints, the first on 6 April.")
    more = await mixed.press("Change checkpoints")
    said = await more.fill(days="20 April 2026\nMay 4th, 2026\ntomorrow, Friday; 2026-06-01 2026-06-15")
    assert said.text.startswith("Goal #1 has 6 checkpoints, the first on 17 March.")
    last = await said.press("Change checkpoints")
    assert (await last.fill(days="")).text.startswith("Goal #1 has no checkpoints now.")


async def test_days_that_are_planned_already_stay(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Also on their own morning, before the card has asked: the form can be sent as it came."""
    message = await measured(people, bot, recorder)
    at(clock, 30, 7)
    form = await press(people.ana, message, "Change checkpoints")
    assert form.form.fields[0].value.startswith("30 March 2026\n13 April 2026")
    assert "the first on 30 March" in (await form.fill()).text
    over = await form.fill(days="2026-03-30 2026-03-29")
    assert over.form.errors == {"days": "29 March 2026 isn't in the future. Please choose a later day."}


async def test_after_the_goals_day_the_way_on_is_named(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Nothing can be planned any more, so a button gives the goal a later day."""
    message = await measured(people, bot, recorder, due_on="2026-03-20")
    open_form = await press(people.ben, message, "Change checkpoints")
    at(clock, 23)
    await bot.tick()
    sentence = "Goal #1 ended on 20 March 2026. Choose a later day under “Numbers and day” first."
    said = await press(people.ana, message, "Change checkpoints")
    assert said.text == f"{sentence}\n[Numbers and day]"
    assert (await open_form.fill(days="2026-03-25")).text == said.text
    later = await (await said.press("Numbers and day")).fill(due_on="2026-06-30")
    assert "I'll ask how it's going every other week, starting on 30 March." in later.text


@pytest.mark.parametrize(
    ("chosen", "due_on", "said", "left"),
    [
        (
            "2026-04-01 2026-05-01",
            "2026-07-01",
            "I'll ask how it's going on 2 days, starting on 1 April.",
            ["2026-04-01", "2026-05-01"],
        ),
        (
            "2026-04-01 2026-05-01",
            "2026-04-30",
            "I'll ask how it's going on 1 April. I removed a checkpoint that was after the new day: 1 May.",
            ["2026-04-01"],
        ),
        (
            "2026-03-30 2026-04-01 2026-04-27 2026-05-11 2026-05-25 2026-06-08 2026-06-22 2026-06-30",
            "2026-07-01",
            "I'll ask how it's going on 8 days, starting on 30 March.",
            ["2026-03-30", "2026-04-01", "2026-04-27", "2026-05-11", "2026-05-25", "2026-06-08", "2026-06-22",
             "2026-07-01"],
        ),
        ("", "2026-07-01", "", []),
    ],
)  # fmt: skip
async def test_another_day_of_the_goal_keeps_the_checkpoints_that_people_chose(
    people: Everyone, bot: Bot, recorder: Recorder, chosen: str, due_on: str, said: str, left: list[str]
) -> None:
    """Only those that I proposed are planned again, and one that was taken off doesn't come back."""
    await measured(people, bot, recorder)
    await (await people.ben.does(PlanCheckpoints("1", "1"))).fill(days=chosen)
    moved = await (await people.ana.does(MeasureGoal("1", "1"))).fill(due_on=due_on)
    assert moved.text.split("\n")[0].endswith(said)
    shown = (await people.ben.does(PlanCheckpoints("1", "1"))).form.fields[0].value.splitlines()
    assert [str(find_day(day, date(2026, 3, 16))) for day in shown] == left


async def test_a_late_check_in_is_measured_on_its_own_day(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Fifteen of 106 are enough for 30 March, and too few on 10 April. A second one that day takes its place."""
    message = await measured(people, bot, recorder, target="106 schools")
    at(clock, 10, 12, month=4)
    await bot.tick()
    late = await (await people.ana.types("goal check 1")).fill(progress="15", fit="yes")
    assert late.text.startswith(
        "Checked in on goal #1. Behind, on mission: 15 schools, where 25 is on pace for 10 April."
    )
    assert "Behind, on mission: 15 schools (10 April)" in await people.ana.sees(message)
    picture = recorder.standing[message].post.picture
    assert picture
    assert "Checkpoints: 10 Apr 2026 15 schools, Behind, on mission." in picture.alt
    await (await people.ana.types("goal check 1")).fill(progress="25", fit="yes")
    await bot.tick()
    picture = recorder.standing[message].post.picture
    assert picture
    assert "Checkpoints: 10 Apr 2026 25 schools, On pace and on mission." in picture.alt
    at(clock, 3, 12, month=8)
    await bot.tick()
    last = await (await people.ana.types("goal check 1")).fill(progress="105.96", fit="yes")
    assert "Behind, on mission: 105.96 schools, where 106 is on pace for 30 June." in last.text


async def test_a_second_check_in_of_a_day_says_whose_it_replaces(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Both of them may read it, and Undo brings the first one back."""
    await measured(people, bot, recorder)
    at(clock, 30)
    first = await (await people.ana.types("goal check")).fill(progress="4", fit="yes")
    assert " had " not in first.text
    bens = await (await people.ben.types("goal check")).fill(progress="3", fit="partly")
    assert "The card is in #lantern. Earlier answer from Ana: 4 schools · Yes." in bens.text
    again = await (await people.ben.types("goal check")).fill(progress="5", fit="no")
    assert "Your earlier answer: 3 schools · Partly." in again.text


async def test_a_card_asks_from_its_hour_on(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A card that is refreshed at night doesn't ask yet. A check-in before the hour is the answer of that day."""
    message = await measured(people, bot, recorder)
    at(clock, 30, 1)
    await people.ana.does(AddStep("1", "1", "Call the school"))
    card = await people.ana.sees(message)
    assert "Time to check in" not in card
    assert "Next checkpoint: 30 March" in card
    early = await (await people.ana.types("goal check 1")).fill(progress="4", fit="yes")
    await early.press("Undo")
    assert "Time to check in" not in await people.ana.sees(message)
    at(clock, 30)
    assert "Time to check in" in await people.ana.sees(message)


async def test_a_goal_that_is_shown_in_a_pause_asks_nothing(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Its checkpoint moves to the first working morning after the pause, from ten on."""
    await measured(people, bot, recorder)
    await (await people.ana.does(PlanCheckpoints("1", "1"))).fill(days="2026-03-20")
    await (await people.ana.types("stop")).press("Pause posts")
    at(clock, 20, 12)
    await bot.tick()
    at(clock, 23, 3)
    assert "Time to check in" not in (await people.ben.types("goal show 1")).text
    at(clock, 23, 12)
    await bot.tick()
    assert "Time to check in" in (await people.ben.types("goal show 1")).text


async def test_the_line_starts_when_the_numbers_are_given(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A month after the goal was made, being where one starts isn't behind. A first check-in settles that day."""
    await people.ana.types("goal new Ten evening schools")
    at(clock, 16, month=4)
    form = await people.ana.does(MeasureGoal("1", "1"))
    assert form.form.fields[0].label == "Measurable: where are we now?"
    await form.fill(start="3", target="10 schools", due_on="2026-06-30")
    at(clock, 20, month=4)
    again = await people.ana.does(MeasureGoal("1", "1"))
    assert again.form.fields[0].label == "Measurable: where are we now?"
    await again.fill(start="4")
    said = await (await people.ana.types("goal check")).fill(progress="4", fit="yes")
    assert said.text.startswith(
        "Checked in on goal #1. On pace and on mission: 4 schools, where 4 is on pace for 20 April."
    )
    at(clock, 27, month=4)
    later = await people.ana.does(MeasureGoal("1", "1"))
    assert later.form.fields[0].label == "Measurable: where did we start?"
    assert later.form.fields[0].hint == "Where were we on 20 April? A number. 0 is fine."
    await later.fill(start="2")
    [row] = rows(bot, Goal)
    assert (row.start, row.starts_on) == ("2", date(2026, 4, 20))


async def test_a_day_of_another_year_says_its_year(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """On the card, in an answer and on the owner's page."""
    message = await measured(people, bot, recorder, due_on="2027-06-30")
    form = await people.ben.does(PlanCheckpoints("1", "1"))
    said = await form.fill(days="2027-01-11")
    assert said.text.startswith("Goal #1 has a checkpoint on 11 January 2027.")
    assert "Next checkpoint: 11 January 2027" in await people.ben.sees(message)
    assert "Next checkpoint: 11 January 2027" in (await people.ana.types("me")).text
    await (await people.ben.types("goal check")).fill(progress="1", fit="yes")
    at(clock, 12, month=1)
    clock.now = clock.now.replace(year=2027)
    assert "1 (16 March 2026)" in await people.ben.sees(message)


async def test_an_owner_may_ask_for_a_message(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Only the owner gets it, only after asking for it, and Undo takes that back."""
    message = await measured(people, bot, recorder)
    assert "Only Ana, who owns goal #1" in (await people.ben.does(RemindOwner("1", "1", "1"))).text
    said = await press(people.ana, message, "Message me at checkpoints")
    assert said.text.startswith("I'll message you about the checkpoints of goal #1.")
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
    assert "Ana owns goal #1 and is still here." in (await people.ben.does(TakeOver("1", "1"))).text
    recorder.access[("C1", "U-ana")] = ChannelAccess(Access.OUTSIDE)
    await people.ana.does(PersonLeft())
    assert "Ana owned this goal and has left. Anyone can take it over." in await people.ben.sees(message)
    said = await people.ben.does(TakeOver("1", "1"))
    assert said.text == "You own goal #1 now. The card is in #lantern.\n[Undo]"
    assert "Owner: Ben" in await people.ben.sees(message)
    await said.press("Undo")
    assert "Ana owned this goal and has left." in await people.ben.sees(message)


async def test_only_a_goal_whose_owner_left_offers_to_be_taken_over(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """An owner who is back presses it too, on a card that doesn't know of it yet, and is told whose goal it is."""
    message = await measured(people, bot, recorder)
    assert "[Take over]" not in await people.ana.sees(message)
    told = await people.ana.does(TakeOver("1", "1"))
    assert told.text == "You already own goal #1."
    recorder.access[("C1", "U-ana")] = ChannelAccess(Access.OUTSIDE)
    await people.ana.does(PersonLeft())
    card = await people.ben.sees(message)
    assert "[Take over]" in card
    assert "[Message me at checkpoints]" not in card
    del recorder.access[("C1", "U-ana")]
    said = await press(people.ana, message, "Take over")
    assert said.text == "Welcome back. Goal #1 is still yours. The card is in #lantern."
    card = await people.ben.sees(message)
    assert "Owner: Ana" in card
    assert "[Take over]" not in card


async def test_a_platform_that_tells_nothing_of_who_leaves_is_asked_each_day(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The card says so by the next day, also that its owner is back. What isn't known changes nothing."""
    message = await measured(people, bot, recorder)
    recorder.access[("C1", "U-ana")] = ChannelAccess(Access.OUTSIDE)
    assert "Owner: Ana" in await people.ben.sees(message)
    clock.forward(days=1)
    assert "Ana owned this goal and has left. Anyone can take it over." in await people.ben.sees(message)
    recorder.access[("C1", "U-ana")] = None
    clock.forward(days=1)
    assert "Ana owned this goal and has left." in await people.ben.sees(message)
    del recorder.access[("C1", "U-ana")]
    asked = len(recorder.asked)
    clock.forward(hours=1)
    assert "Owner: Ana" in await people.ben.sees(message)
    assert len(recorder.asked) == asked + 1
    await bot.tick()
    assert len(recorder.asked) == asked + 1


async def test_an_owner_who_left_one_of_two_channels_is_still_there(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """A closed goal is nobody's any more, and one that is opened again is asked about at once."""
    message = await measured(people, bot, recorder)
    await people.ana.does(PersonLeft())
    assert "Owner: Ana" in await people.ben.sees(message), "the platform still finds her there"
    recorder.access[("C1", "U-ana")] = ChannelAccess(Access.OUTSIDE)
    closed = await (await people.ben.types("goal close 1")).fill(outcome="reached", taught="Call first")
    await people.ana.does(PersonLeft())
    assert "Owner: Ana" in await people.ben.sees(message)
    await closed.press("Undo")
    assert "Ana owned this goal and has left." in await people.ben.sees(message)
    del recorder.access[("C1", "U-ana")]
    await people.ana.does(PersonCame())
    assert "Owner: Ana" in await people.ben.sees(message)


async def test_days_that_passed_unasked_are_told_once(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A goal was closed over four of its checkpoints, and is open again: the latest asks, and its owner is told."""
    message = await measured(people, bot, recorder)
    await press(people.ana, message, "Message me at checkpoints")
    closed = await (await people.ana.types("goal close 1")).fill(outcome="missed", taught="Too early")
    at(clock, 12, month=5)
    await bot.tick()
    await closed.press("Undo")
    await bot.tick()
    notes = [one for one in recorder.standing.values() if one.place.person]
    assert [one.key for one in notes] == ["checkpoint:1:2026-05-11"]
    assert "Time to check in" in await people.ana.sees(message)
    at(clock, 25, month=5)
    await bot.tick()
    assert len([one for one in recorder.standing.values() if one.place.person]) == 2


async def test_only_the_owner_is_offered_messages(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """In private. On the card that everyone sees, somebody else is told whose they are, and may check in."""
    message = await measured(people, bot, recorder)
    assert "[Message me at checkpoints]" in (await people.ana.types("goal show 1")).text
    assert "[Message me at checkpoints]" not in (await people.ben.types("goal show 1")).text
    told = await press(people.ben, message, "Message me at checkpoints")
    assert told.text == (
        "Only Ana, who owns goal #1, gets these messages. "
        "You can still check in: on the day of a checkpoint, the card asks everyone.\n[Check in]"
    )
    assert (await told.press("Check in")).form.title == "Check in on #1"
    await press(people.ana, message, "Message me at checkpoints")
    assert "[Stop messaging the owner]" in (await people.ana.types("goal show 1")).text
    assert "[Stop messaging the owner]" not in (await people.ben.types("goal show 1")).text
    told = await press(people.ben, message, "Stop messaging the owner")
    assert told.text.startswith("Only Ana, who owns goal #1, can stop these messages.")
    assert "[Stop messaging the owner]" in await people.ben.sees(message)
