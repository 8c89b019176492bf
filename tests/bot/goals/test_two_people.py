"""Tests of two people who fill in the same form of a goal or a focus check at once: neither loses a word."""

from dataclasses import replace

import pytest

from bot.core.messages import Form
from bot.core.params import ENCODED_LIMIT
from bot.focus.commands import EditLine, EditWent, NameStep
from bot.goals.commands import AlignGoal, EditGoal, MeasureGoal, PlanCheckpoints, QuestServes, Serves
from bot.runtime.bot import Bot
from storage.models import Checkpoint, FocusItem, Goal
from tests.support.people import Everyone, Got
from tests.support.questions import rows

OPENED = "Someone changed this since you opened it. Your words are below. Theirs are:"
AGAIN = "To save yours instead, send them again."


def value(form: Form, name: str) -> str:
    """Return the value of a form's field."""
    return next(field.value for field in form.fields if field.name == name)


async def both_open(people: Everyone, command: object) -> tuple[Got, Got]:
    """Let Ana and Ben open the same form."""
    return await people.ana.does(command), await people.ben.does(command)


async def checked(people: Everyone) -> None:
    """Let Ana begin a focus check with a line to move out of."""
    begun = await (await people.ana.types("focus check")).fill(went="Meetings, mostly")
    lists = await begun.press("Continue")
    await lists.fill(works="Calls", out="Flyers", by_on="2026-05-04")


async def test_numbers_that_somebody_has_saved_stay(people: Everyone, bot: Bot) -> None:
    """The day and its checkpoints outlive an older form in which the day is empty."""
    await people.ana.types("goal new Ten schools")
    anas, bens = await both_open(people, MeasureGoal("1", "1"))
    await bens.fill(start="0", target="10 schools", due_on="2026-06-30")
    told = await anas.fill(start="0", target="12 schools")
    assert told.form.intro.splitlines() == [OPENED, "And where do we want to be?: 10", AGAIN]
    assert [field.value for field in told.form.fields] == ["0", "12 schools", "schools", "2026-06-30"]
    assert (await told.fill()).text.startswith("Goal #1 saved")
    [goal] = rows(bot, Goal)
    assert (goal.target, goal.unit, str(goal.due_on)) == ("12", "schools", "2026-06-30")
    assert len(rows(bot, Checkpoint)) > 3


@pytest.mark.parametrize("values", [{"target": "10 schools"}, {"target": "10", "unit": "schools"}])
async def test_the_same_numbers_are_no_change(people: Everyone, values: dict[str, str]) -> None:
    """In whichever way they are written, by another person or by a form that is sent twice."""
    await people.ana.types("goal new Ten schools")
    anas, bens = await both_open(people, MeasureGoal("1", "1"))
    await bens.fill(start="0", target="10 schools", due_on="2026-6-30")
    for form in (anas, bens):
        assert (await form.fill(start="0.0", due_on="2026-06-30", **values)).text.startswith("Goal #1 saved")


async def test_a_mistake_beside_newer_words_loses_neither(people: Everyone, bot: Bot) -> None:
    """The form comes back with one sentence, and with what was saved meanwhile."""
    await people.ana.types("goal new Ten schools")
    anas, bens = await both_open(people, MeasureGoal("1", "1"))
    await bens.fill(due_on="2026-06-30")
    told = await anas.fill(start="0", target="some")
    assert list(told.form.errors) == ["target"]
    assert value(told.form, "due_on") == "2026-06-30"
    await told.fill(target="10")
    [goal] = rows(bot, Goal)
    assert (goal.target, str(goal.due_on)) == ("10", "2026-06-30")


async def test_the_third_step_and_an_edit(people: Everyone, bot: Bot) -> None:
    """Each saves only what its person wrote."""
    await (await people.ana.types("mission")).fill(who="Small schools", how="By walking")
    await people.ana.types("goal new Ten schools")
    anas, bens = await both_open(people, AlignGoal("1", "1"))
    await bens.fill(attainable="Ben knows two of them", line="who")
    assert (await anas.fill(relevant="Rent")).text.startswith("Goal #1 saved")
    anas, bens = await both_open(people, EditGoal("1", "1"))
    await bens.fill(text="Twelve schools")
    assert "Goal #1 updated." in (await anas.fill(kind="learning")).text
    [goal] = rows(bot, Goal)
    assert (goal.attainable, goal.relevant, goal.quote) == ("Ben knows two of them", "Rent", "Small schools")
    assert (goal.text, goal.kind) == ("Twelve schools", "learning")


async def test_both_change_the_same_words(people: Everyone, bot: Bot) -> None:
    """The second one's form comes back with the newer words, and saves with one more press."""
    await (await people.ana.types("mission")).fill(who="Small schools", how="By walking")
    await people.ana.types("goal new Ten schools")
    anas, bens = await both_open(people, EditGoal("1", "1"))
    await bens.fill(text="Twelve schools", kind="learning")
    told = await anas.fill(text="Nine schools")
    assert told.form.intro.splitlines() == [
        OPENED, "Specific: what exactly will be true?: Twelve schools", AGAIN,
    ]  # fmt: skip
    assert (value(told.form, "text"), value(told.form, "kind")) == ("Nine schools", "learning")
    await told.fill()
    assert [(goal.text, goal.kind) for goal in rows(bot, Goal)] == [("Nine schools", "learning")]
    anas, bens = await both_open(people, MeasureGoal("1", "1"))
    await bens.fill(due_on="30 June 2026")
    told = await anas.fill(due_on="1 July 2026")
    assert "Time-bound: by when?: 30 June 2026" in told.form.intro
    anas, bens = await both_open(people, AlignGoal("1", "1"))
    await bens.fill(line="who")
    told = await anas.fill(line="how", relevant="Rent")
    assert "Mission-based: which line does it serve?: Who we serve: Small schools" in told.form.intro
    assert value(told.form, "line") == "how"
    await told.fill()
    assert rows(bot, Goal)[0].quote == "By walking"
    anas, bens = await both_open(people, AlignGoal("1", "1"))
    await bens.fill(line="none")
    assert "which line does it serve?: None of these" in (await anas.fill(line="who")).form.intro


async def test_checkpoints_that_somebody_has_moved(people: Everyone, bot: Bot) -> None:
    """The days of both are seen before one of them counts. A form sent twice is no change."""
    await people.ana.types("goal new Ten schools")
    anas, bens = await both_open(people, PlanCheckpoints("1", "1"))
    for _ in range(2):
        said = await bens.fill(days="2026-04-04, 2026-05-04")
        assert said.text.startswith("Goal #1 has 2 checkpoints")
    told = await anas.fill(days="2026-04-20")
    assert told.form.intro.splitlines() == [OPENED, "Days: 6 April 2026, 4 May 2026", AGAIN]
    assert (await told.fill()).text.startswith("Goal #1 has a checkpoint")


async def test_where_the_time_went(people: Everyone) -> None:
    """And the fourth step: the newer words stand above one's own, also when an Undo comes late."""
    await checked(people)
    anas, bens = await both_open(people, EditWent("1", "1"))
    await bens.fill(went="Meetings, mostly, and reports")
    told = await anas.fill(went="Mostly meetings")
    assert told.form.intro.splitlines() == [
        OPENED, "Where did our time really go?: Meetings, mostly, and reports", AGAIN,
    ]  # fmt: skip
    assert "Focus check updated" in (await told.fill()).text
    anas, bens = await both_open(people, NameStep("1"))
    named = await bens.fill(title="Whom do we thank?")
    told = await anas.fill(title="What do we drop?")
    assert "Our own fourth step: Whom do we thank?" in told.form.intro
    assert "“What do we drop?” is now the fourth step of our focus checks." in (await told.fill()).text
    late = await named.press("Undo")
    assert "Our own fourth step: What do we drop?" in late.form.intro


async def test_a_line_of_a_focus_check(people: Everyone, bot: Bot) -> None:
    """One changes its words, the other its day."""
    await checked(people)
    item = next(item for item in rows(bot, FocusItem) if item.by_on)
    anas, bens = await both_open(people, EditLine("1", str(item.id), "1"))
    await bens.fill(by_on="2026-06-01")
    assert (await anas.fill(text="Flyers and posters")).text.startswith("Line updated")
    after = next(each for each in rows(bot, FocusItem) if each.id == item.id)
    assert (after.text, str(after.by_on)) == ("Flyers and posters", "2026-06-01")
    anas, bens = await both_open(people, EditLine("1", str(item.id), "1"))
    for _ in range(2):
        assert (await bens.fill(text="Flyers, by 12 May")).text.startswith("Line updated")
    told = await anas.fill(text="Posters")
    assert "Doesn't work: stop it: Flyers" in told.form.intro
    assert value(told.form, "by_on") == "2026-05-12"


async def test_what_a_form_showed_fits_its_smallest_container(people: Everyone, bot: Bot) -> None:
    """With long numbers, and with as many goals ticked as a form can show."""
    await (await people.ana.types("mission")).fill(who="Small schools")
    for number in range(22):
        await people.ana.types(f"goal new School number {number} teaches with us")
    await people.ana.types("quest How do we find schools?")
    await people.ana.types("log A school called")
    many = "\n".join(str(number) for number in range(1, 21))
    for serves in (Serves("1.1"), QuestServes("1", "1")):
        assert "and 8 more" in (await (await people.ana.does(serves)).fill(goals=many)).text
        form = await people.ana.does(serves)
        longer = (
            {"moment": "99999.999999"} if isinstance(serves, Serves) else {"quest": "999999", "team": "99999"}
        )
        assert len(bot.commands.encode(replace(form.form.command, **longer))) <= ENCODED_LIMIT
        assert "and 8 more" in (await form.fill()).text
