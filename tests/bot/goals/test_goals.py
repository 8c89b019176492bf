"""Tests of SMMART goals: the three short steps, classes, editing, taking back, and every bad input."""

import asyncio

import pytest

from bot.core.messages import Form, Reply
from bot.goals.commands import AlignGoal, EditGoal, GoOn, MakeBig, MeasureGoal, NewGoal, RemoveGoal, Serves
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.engine.database import Database
from storage.models import Goal
from tests.support.databases import Clock
from tests.support.people import Everyone, Got
from tests.support.questions import press, rows
from tests.support.recorder import Recorder

GOAL = "Ten evening schools teach with us"


async def made(people: Everyone, bot: Bot, recorder: Recorder, line: str = f"goal new {GOAL}") -> str:
    """Let Ana make the first goal, and return its card's message."""
    await people.ana.types(line)
    await bot.tick()
    return next(message for message, one in recorder.standing.items() if one.key == "goal:1")


def value(form: Form, name: str) -> str:
    """Return the value of a form's field."""
    return next(field.value for field in form.fields if field.name == name)


def options(form: Form, name: str) -> list[str]:
    """Return the option labels of a form's field."""
    return [option.label for field in form.fields if field.name == name for option in field.options]


async def class_of(got: Got, kind: str, **more: str) -> Got:
    """Fill in the first step of a goal with a class."""
    return await got.fill(text=GOAL, kind=kind, **more)


async def test_a_resolution_becomes_a_goal_in_three_steps(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """It is there from the first word. Each step fills letters, and the card shows which are open."""
    await (await people.ben.types("mission")).fill(who="Small schools")
    said = await people.ana.types(f"goal from “{GOAL}”")
    assert said.text == (
        "Supporting goal #1 added. The card is in #lantern. One of the six SMMART letters is filled in. "
        "Still open: Measurable, Mission-based, Attainable, Relevant, Time-bound.\n"
        "[Fill in the rest] [Undo] [Make it the big goal] [It was an aha]"
    )
    await bot.tick()
    message = recorder.last()[0]
    assert "S ● · M ○ · M ○ · A ○ · R ○ · T ○" in recorder.last()[1].text
    assert recorder.last()[1].post.picture is None

    measure = await said.press("Fill in the rest")
    assert all(field.hint for field in measure.form.fields)
    said = await measure.fill(start="0", target="10 schools", due_on="2026-06-30")
    assert said.text.startswith(
        "Goal #1 saved. The card is in #lantern. 3 of the six SMMART letters are filled in."
    )
    assert "I'll ask how it's going every other week, starting on 30 March." in said.text
    align = await said.press("Fill in the rest")
    assert options(align.form, "line") == ["Who we serve: Small schools", "None of these"]
    said = await align.fill(
        line="who",
        attainable="Two came by themselves",
        relevant="It's our rent",
        step="If they call, then I go",
    )
    assert (
        said.text
        == "Goal #1 saved. The card is in #lantern. All six SMMART letters are filled in.\n[Edit goal]"
    )
    card = await people.ana.sees(message)
    assert "S ● · M ● · M ● · A ● · R ● · T ●" in card
    assert "From 0 to 10 schools by 30 June 2026." in card
    assert "“Small schools” — Our mission · Who we serve" in card
    assert "“If they call, then I go” [Done]" in card
    assert "Next checkpoint: 30 March" in card
    picture = recorder.standing[message].post.picture
    assert picture
    assert picture.alt.startswith("Goal #1: a straight line from 0 schools on 16 March 2026 to 10 schools")


async def test_the_wizard_goes_on_where_it_was_left(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A form closed half-way loses nothing: the card has a button, for anyone, after a restart too."""
    message = await made(people, bot, recorder)
    half = await press(people.ben, message, "Fill in the rest")
    assert half.form.title == "Numbers and day · 2 of 3"
    await half.fill(start="0", target="10")
    again = await press(people.mei, message, "Fill in the rest")
    assert (value(again.form, "start"), value(again.form, "target")) == ("0", "10")
    await again.fill(due_on="2026-05-01")
    assert (await press(people.mei, message, "Fill in the rest")).form.title == "What it's for · 3 of 3"
    assert "From 0 to 10 by 1 May 2026." in await people.ana.sees(message)


async def test_without_words_the_form_comes(people: Everyone) -> None:
    """The first step asks what and which class."""
    form = await people.ana.types("goal new")
    assert [field.name for field in form.form.fields] == ["text", "kind"]
    assert (await class_of(form, "big")).text.startswith("Big goal #1 added. The card is in #lantern.")
    assert (await people.ana.types("goal from")).form.title == "New goal · 1 of 3"


async def test_two_people_start_a_big_goal_at_once(people: Everyone) -> None:
    """The second gets one sentence with the first's, keeps the words, and may choose supporting."""
    anas, bens = await people.ana.types("goal new"), await people.ben.types("goal new")
    await anas.fill(text="Ten schools", kind="big")
    told = await bens.fill(text="One product", kind="big")
    assert told.form.errors == {
        "kind": "“Ten schools” (#1) is already the big goal. Choose Supporting, or close that one first."
    }
    assert value(told.form, "text") == "One product"
    assert (await told.fill(kind="supporting")).text.startswith("Supporting goal #2 added")
    edited = await people.ben.does(EditGoal("2", "1"))
    assert "already the big goal" in (await edited.fill(kind="big")).form.errors["kind"]


async def test_a_survival_goal_says_what_it_pays_for_and_when_it_is_looked_at(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """A third one asks which it replaces, and that one is closed."""
    form = await people.ana.types("goal new")
    told = await class_of(form, "survival")
    assert told.form.errors == {
        "funds": "Please say what it pays for, or what you learn from it.",
        "look_again_on": "Please choose a day. I'll ask then if you still need it.",
    }
    assert value(told.form, "text") == GOAL
    detail = {"funds": "The rent", "look_again_on": "2026-05-01"}
    assert (await told.fill(**detail)).text.startswith("Survival goal #1 added")
    await bot.tick()
    assert "What it gives us: The rent\nI'll ask on 1 May if you still need it." in recorder.last()[1].text
    await (await class_of(await people.ben.types("goal new"), "survival")).fill(**detail)
    third = await class_of(await people.mei.types("goal new"), "survival", **detail)
    assert third.form.errors == {
        "replaces": "Two survival goals are already open. Which one does it replace?"
    }
    assert options(third.form, "replaces") == [f"#1 {GOAL}", f"#2 {GOAL}"]
    assert (await third.fill(replaces="1")).text.startswith("Survival goal #3 added")
    assert "· Stopped\n" in (await people.ana.types("goal show 1")).text


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"start": "some", "target": "10"}, {"start": "I need a number here, like 12, 1,200.50 or 10k."}),
        (
            {"start": "0", "target": "1.000"},
            {"target": "“1.000” could mean 1000 or 1.0. Please write one of these."},
        ),
        (
            {"start": "10", "target": "10.0"},
            {"target": "That's where you are already. Which number do you want to reach?"},
        ),
        (
            {"target": "10"},
            {"start": "Start and target go together. Fill in both, or leave both empty for now."},
        ),
        (
            {"start": "€ 5", "target": "10 schools"},
            {"unit": "Please use one unit for both numbers. You wrote: €, schools."},
        ),
        ({"due_on": "2026-03-15"}, {"due_on": "That day is in the past. Please choose a later one."}),
        ({"due_on": "2026-03-16"}, {"due_on": "That's today. Please choose a later day."}),
        ({"due_on": "next May"}, {"due_on": "Write the day like 2026-03-20."}),
        (
            {"due_on": "2027-02-29"},
            {"due_on": "There's no 29 February 2027: that month has 28 days. Choose another day."},
        ),
        (
            {"due_on": "2036-01-01"},
            {"due_on": "That's more than five years away. Please choose an earlier day."},
        ),
    ],
)
async def test_a_mistake_in_numbers_and_days_comes_back(
    people: Everyone, values: dict[str, str], errors: dict[str, str]
) -> None:
    """With one sentence, and with everything that was typed."""
    await people.ana.types(f"goal new {GOAL}")
    told = await (await people.ana.does(MeasureGoal("1", "1"))).fill(**values)
    assert told.form.errors == errors
    assert {name: value(told.form, name) for name in values} == values


@pytest.mark.parametrize(
    ("start", "target", "said"),
    [
        ("1.000,5", "10k", "From 1,000.5 to 10,000"),
        ("٠", "١٢٣", "From 0 to 123"),
        ("€ 1 200", "€300", "From 1,200 to € 300"),
        ("40%", "60", "From 40 to 60 %"),
        ("1.2340", "1⅛", "From 1.2340 to 1.1250"),
        ("0 m", "200m", "From 0 to 200 m"),
        ("-2", "1.5 million €", "From -2 to € 1,500,000"),
    ],
)
async def test_numbers_of_any_script_and_direction(
    people: Everyone, start: str, target: str, said: str
) -> None:
    """Shown in one style, with the unit once, and the form can be sent again as it comes."""
    await people.ana.types(f"goal new {GOAL}")
    await (await people.ana.does(MeasureGoal("1", "1"))).fill(start=start, target=target)
    assert f"{said}." in (await people.ana.types("goal show 1")).text
    assert "Goal #1 saved." in (await (await people.ana.does(MeasureGoal("1", "1"))).fill()).text
    assert f"{said}." in (await people.ana.types("goal show 1")).text


async def test_a_mission_edited_during_the_wizard(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The goal quotes the words of that moment, and the answer says that they changed."""
    mission = await people.ben.types("mission")
    await mission.fill(who="Small schools")
    await people.ana.types(f"goal new {GOAL}")
    form = await people.ana.does(AlignGoal("1", "1"))
    await (await (await people.ben.types("mission")).press("Edit mission")).fill(who="Evening schools")
    said = await form.fill(line="who", relevant="Rent")
    assert "The mission has changed since then. That line now says “Evening schools”." in said.text
    assert "“Evening schools” — Our mission · Who we serve" in (await people.ana.types("goal show")).text
    later = await people.ana.does(AlignGoal("1", "1"))
    await (await (await people.ben.types("mission")).press("Edit mission")).fill(who="", how="By phone")
    assert "has emptied that line of the mission" in (await later.fill(line="who", relevant="Rent")).text


async def test_a_long_text_comes_back_whole(people: Everyone) -> None:
    """Typed or in the form."""
    typed = await people.ana.types("goal new " + "x" * 601)
    assert typed.text.startswith("Please use at most 600 characters, so it fits on the card.")
    assert "x" * 601 in typed.text
    form = await people.ana.types("goal new")
    told = await form.fill(text="y" * 601, kind="learning")
    assert told.form.errors == {
        "text": "Please use at most 600 characters, so it fits on the card. This has 601."
    }


async def test_the_same_delivery_makes_one(people: Everyone, bot: Bot) -> None:
    """Even after it was taken back."""
    first = await people.ana.types(f"goal new {GOAL}", event="delivery-1")
    again = await people.ana.types(f"goal new {GOAL}", event="delivery-1")
    assert first.text == again.text
    assert (await first.press("Undo")).text == "Undone. Goal #1 is gone."
    third = await people.ana.types(f"goal new {GOAL}", event="delivery-1")
    assert third.text.startswith("You've already undone that.")
    assert (await people.ana.types("goal list")).text.startswith("No open goals.")


async def test_a_first_word_read_wrongly(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """`goal …` was a sentence. One press saves it whole as an aha and takes the goal back."""
    message = await made(people, bot, recorder, "Goal posts moved, and that's fine")
    said = await people.ana.types("Goal posts moved, and that's fine")
    kept = await said.press("It was an aha")
    assert kept.text.startswith("Saved as #1 in #lantern. It has every word you typed, and the goal is gone.")
    assert "“Goal posts moved, and that's fine”" in (await people.ana.types("show 1")).text
    assert "posts moved" in await people.ana.sees(message)


async def test_undo_is_for_its_maker_within_a_day(people: Everyone, clock: Clock) -> None:
    """Others can close it."""
    said = await people.ana.types(f"goal new {GOAL}")
    command = said.button("Undo")
    assert "Only the person who added a goal" in (await people.ben.does(command)).text
    clock.forward(hours=24)
    assert "more than a day ago" in (await said.press("Undo")).text


async def test_removing_is_for_good(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """After a confirmation, by its maker, its owner or an admin."""
    await people.ben.types(f"goal new {GOAL}")
    await bot.tick()
    message = recorder.last()[0]
    assert "Only the person who made or owns" in (await people.mei.does(RemoveGoal("1", "1"))).text
    asked = await people.ana.does(RemoveGoal("1", "1"))
    assert (await asked.press("Delete for good")).text == "Goal #1 deleted."
    assert await people.ana.sees(message) == "Goal #1 was deleted."
    assert "no goal here yet" in (await people.ana.types("goal show 1")).text


async def test_the_list_has_the_big_one_first(people: Everyone) -> None:
    """Each opens with its buttons, and a number opens one."""
    await people.ana.types("goal new Learn to cook")
    await (await people.ben.types("goal new")).fill(text="Ten schools", kind="big")
    listed = (await people.mei.types("goal")).text
    assert listed.index("“Ten schools” — Big goal #2 · Ben [Show]") < listed.index("Learn to cook")
    assert (await people.mei.types("goal show #2")).text.startswith("Big goal #2\n")
    assert "There's no goal #9 here; the latest is #2." in (await people.mei.types("goal show 9")).text
    assert (await people.mei.types("goal show")).text.startswith("Our goals\n")


async def test_editing_keeps_the_rest(people: Everyone) -> None:
    """Words and class in one form, numbers and reasons from there."""
    await people.ana.types(f"goal new {GOAL}")
    form = await people.ben.does(EditGoal("1", "1"))
    assert value(form.form, "text") == GOAL
    said = await form.fill(text="Twelve schools", kind="learning")
    assert said.text.startswith("Goal #1 updated. The card is in #lantern.")
    assert (await said.press("Numbers and day")).form.title == "Numbers and day · 2 of 3"
    assert (await people.ana.types("goal show")).text.startswith("Learning goal #1\n“Twelve schools”")


async def test_in_a_direct_message_it_asks_first(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Nothing is shown before the yes, and looking asks nothing."""
    await people.ana.types("An aha of ours")
    asked = await people.ana.types(f"goal new {GOAL}", channel="D1", direct=True)
    assert "Post it in #lantern?" in asked.text
    assert (await people.ana.types("goal list")).text.startswith("No open goals.")
    posted = await asked.press("Post it")
    assert "Supporting goal #1 added. The card is in #lantern." in posted.text
    assert (await people.ana.types("goal show 1", channel="D1", direct=True)).text.startswith(
        "Supporting goal #1"
    )


async def test_another_teams_goal_stays_there(people: Everyone) -> None:
    """Its number counts in its own team alone."""
    await people.ana.types(f"goal new {GOAL}", channel="C9", channel_name="harbour")
    await people.ben.types("An aha of ours")
    assert isinstance((await people.ben.types("goal list")).answer, Reply)
    assert GOAL not in (await people.ben.types("goal list")).text
    assert "no goal here yet" in (await people.ben.types("goal show 1")).text
    assert "no goal here yet" in (await people.ben.does(GoOn("1"))).text


async def test_a_new_goal_names_its_form_in_a_channel_without_a_team(people: Everyone) -> None:
    """The form alone founds nothing that matters: its submission does."""
    form = await people.ana.does(NewGoal())
    assert (await form.fill(text=GOAL, kind="big")).text.startswith("Big goal #1 added")


async def survivals(people: Everyone) -> Got:
    """Let Ana make two survival goals, close the first, and make a third. Return the third's answer."""
    detail = {"funds": "The rent", "look_again_on": "2026-05-01"}
    for _ in range(2):
        form = await people.ana.types("goal new")
        await class_of(form, "survival", **detail)
    third = await class_of(await people.ana.types("goal new"), "survival", **detail)
    return await third.fill(replaces="1")


async def test_a_survival_goal_that_is_opened_again_asks_too(people: Everyone) -> None:
    """Which of the two open ones it replaces. Or it comes back as a supporting one."""
    await survivals(people)
    asked = await people.ben.types("goal reopen 1")
    assert asked.text.startswith("Two survival goals are already open. Which one does it replace?")
    assert (await asked.press("Replace #2")).text.startswith("Goal #1 reopened. The card is in #lantern.")
    listed = (await people.ben.types("goal list")).text
    assert ("Survival goal #1" in listed, "goal #2" in listed, "goal #3" in listed) == (True, False, True)
    again = await people.ben.types("goal reopen 2")
    assert (await again.press("Reopen as supporting goal")).text.startswith("Goal #2 reopened")
    assert "Supporting goal #2" in (await people.ben.types("goal list")).text


async def test_a_goal_taken_back_gives_its_place_back(people: Everyone) -> None:
    """Which it had taken from another survival goal."""
    made = await survivals(people)
    assert "goal #1" not in (await people.ben.types("goal list")).text
    await made.press("Undo")
    assert "Survival goal #1" in (await people.ben.types("goal list")).text


async def test_another_class_keeps_what_a_survival_goal_pays_for(people: Everyone) -> None:
    """One can change one's mind twice."""
    form = await people.ana.types("goal new")
    await class_of(form, "survival", funds="The rent", look_again_on="2026-05-01")
    await (await people.ana.does(EditGoal("1", "1"))).fill(kind="learning")
    told = await (await people.ana.does(EditGoal("1", "1"))).fill(kind="survival")
    assert told.text.startswith("Goal #1 updated")
    assert (
        "What it gives us: The rent\nI'll ask on 1 May if you still need it."
        in (await people.ana.types("goal show 1")).text
    )


STEPS = [
    ("goal new", {"text": GOAL, "kind": "big"}, "Big goal #1 added. The card is in #lantern."),
    (
        MeasureGoal("1", "1"),
        {"start": "0", "target": "10 schools"},
        "Goal #1 saved. The card is in #lantern.",
    ),
    (
        AlignGoal("1", "1"),
        {"line": "who", "step": "If they call, then I go"},
        "The mission has changed since then",
    ),
]


@pytest.mark.parametrize("step", range(len(STEPS)))
async def test_each_step_of_the_wizard_survives_a_restart(
    people: Everyone, bot: Bot, recorder: Recorder, database: Database, clock: Clock, step: int
) -> None:
    """The form was open when the process ended, and is sent to the next one, after the mission has changed."""
    await (await people.ben.types("mission")).fill(who="Small schools")
    if step:
        await people.ana.types(f"goal new {GOAL}")
    opens, values, said = STEPS[step]
    form = await (people.ana.types(opens) if isinstance(opens, str) else people.ana.does(opens))
    restarted = build_bot(database, [recorder], clock)
    restarted.patience, recorder.bot = bot.patience, restarted
    people = Everyone(restarted)
    await (await (await people.ben.types("mission")).press("Edit mission")).fill(who="Evening schools")
    form.person = people.ana
    sent = await form.fill(**values)
    assert said in sent.text
    assert (await form.fill(**values)).text == sent.text
    assert len(rows(restarted, Goal)) == 1
    await restarted.tick()
    [message] = [message for message, one in recorder.standing.items() if one.key == "goal:1"]
    assert (await press(people.mei, message, "Fill in the rest")).form.title.startswith("Numbers and day · ")


async def test_two_big_goals_sent_at_the_same_time(people: Everyone) -> None:
    """Exactly one is the big one. The other comes back with one sentence, and becomes supporting by choice."""
    forms = [await who.types("goal new") for who in (people.ana, people.ben, people.mei)]
    sent = await asyncio.gather(
        *(form.fill(text=f"Goal {place}", kind="big") for place, form in enumerate(forms))
    )
    told = [got for got in sent if isinstance(got.answer, Form)]
    assert len(told) == 2
    for got in told:
        assert got.form.errors["kind"].endswith(
            "is already the big goal. Choose Supporting, or close that one first."
        )
        assert value(got.form, "text").startswith("Goal ")
        assert (await got.fill(kind="supporting")).text.startswith("Supporting goal #")


async def test_a_third_survival_goal_sent_at_the_same_time(people: Everyone) -> None:
    """Two are open. The third comes back with the question, and its words."""
    forms = [await who.types("goal new") for who in (people.ana, people.ben, people.mei)]
    detail = {"kind": "survival", "funds": "The rent", "look_again_on": "2026-05-01"}
    sent = await asyncio.gather(
        *(form.fill(text=f"Goal {place}", **detail) for place, form in enumerate(forms))
    )
    [told] = [got for got in sent if isinstance(got.answer, Form)]
    assert list(told.form.errors) == ["replaces"]
    assert value(told.form, "text").startswith("Goal ")
    assert (await told.fill(replaces="1")).text.startswith("Survival goal #3")


async def test_no_way_back_opens_a_third_survival_goal(people: Everyone) -> None:
    """Neither the Undo of *Make it the big goal*, nor taking back a goal that had another one's place."""
    detail = {"funds": "The rent", "look_again_on": "2026-05-01"}
    third = await survivals(people)
    big = await people.ana.does(MakeBig("2", "1"))
    await class_of(await people.ana.types("goal new"), "survival", **detail)
    asked = await big.press("Undo")
    assert asked.text == (
        "Two survival goals are already open, so #2 stays the big goal. "
        "Edit it to choose which one it replaces.\n[Edit goal]"
    )
    await (await people.ana.does(EditGoal("3", "1"))).fill(kind="learning")
    await class_of(await people.ana.types("goal new"), "survival", **detail)
    back = await third.press("Undo")
    assert back.text == (
        "Undone. Goal #3 is gone. Goal #1 stays closed, because two survival goals are already open."
    )
    listed = (await people.ana.types("goal list")).text
    assert [number for number in range(1, 6) if f"goal #{number}" in listed] == [2, 4, 5]


async def test_a_goal_is_the_big_one_from_the_press_to_its_undo(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """So a week before or after that isn't measured by it."""
    await people.ana.types(f"goal new {GOAL}")
    clock.forward(days=14)
    pressed = clock.now
    big = await people.ana.does(MakeBig("1", "1"))
    [goal] = rows(bot, Goal)
    assert (goal.big_since, goal.big_until) == (pressed, None)
    clock.forward(days=1)
    await big.press("Undo")
    [goal] = rows(bot, Goal)
    assert (goal.big_since, goal.big_until) == (pressed, clock.now)


async def test_a_goal_is_made_big_again_only_if_no_other_is(people: Everyone) -> None:
    """The Undo of a second press leaves the goal that became the big one since."""
    await people.ana.types(f"goal new {GOAL}")
    await people.ana.does(MakeBig("1", "1"))
    again = await people.ana.does(MakeBig("1", "1"))
    await (await people.ana.does(EditGoal("1", "1"))).fill(kind="learning")
    await (await people.ben.types("goal new")).fill(text="Ten schools", kind="big")
    assert "“Ten schools” (#2) is already the big goal." in (await again.press("Undo")).text


@pytest.mark.parametrize(
    "words",
    ["<@U-ben> *and* `all` of <!channel>", "\u202eסוף 🏫", "x" * 600, "سنعلّم في عشر مدارس"],
)
async def test_words_of_every_kind_stand_on_the_card_as_they_were_written(
    people: Everyone, bot: Bot, recorder: Recorder, words: str
) -> None:
    """Markup, mentions, another direction, emoji, and one very long word."""
    message = await made(people, bot, recorder, f"goal new {words}")
    shown = (await people.ana.sees(message)).replace("\u2068", "").replace("\u2069", "")
    assert words.replace("\u202e", "") in shown.replace("\u202e", "")
    assert words[:20].replace("\u202e", "") in (await people.ana.types("goal list")).text.replace(
        "\u202e", ""
    )


@pytest.mark.parametrize("line", ["goal new 🏫❤️", "goal from “🏫❤️”"])
async def test_a_goal_in_pictures_keeps_its_name_wherever_it_is_shown(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, line: str
) -> None:
    """It's made at once, as one in letters is, and named on its card, in lists, forms, pages and questions."""
    said = await people.ana.types(line)
    assert said.text.startswith("Supporting goal #1 added. The card is in #lantern.")
    await said.press("Make it the big goal")
    await bot.tick()
    name = "🏫❤️"
    assert f"“{name}”" in recorder.last()[1].text
    assert f"“{name}” — Big goal #1 · Ana" in (await people.ben.types("goal list")).text
    assert (await people.ben.does(GoOn("1", "1"))).form.intro.startswith(f"“{name}”")
    assert value((await people.ben.does(EditGoal("1", "1"))).form, "text") == name
    assert f"“{name}”" in (await people.ana.does(RemoveGoal("1", "1"))).text
    assert f"“{name}” — Big goal #1" in (await people.ana.types("me")).text
    told = await (await people.ben.types("goal new")).fill(text="🎯", kind="big")
    assert f"“{name}” (#1) is already the big goal." in told.form.errors["kind"]
    await told.fill(kind="learning")
    for asked in ("goal check", "goal close"):
        shown = (await people.ben.types(asked)).text
        assert f"“{name}” — Big goal #1" in shown
        assert "“🎯” — Learning goal #2" in shown
    await people.ben.types("An aha of ours")
    assert options((await people.ben.does(Serves("1.1"))).form, "goals") == [f"#1 {name}", "#2 🎯"]


async def test_a_goal_of_a_kept_moment(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """`goal from #1` takes its words and links the two. Taken back, the goal leaves the moment's card."""
    await people.ben.types("log Ten evening schools, this year")
    await bot.tick()
    aha = recorder.last()[0]
    said = await people.ana.types("goal from 1")
    assert said.text.startswith("Supporting goal #1 added. The card is in #lantern.")
    await bot.tick()
    assert "“Ten evening schools, this year”" in recorder.last()[1].text
    assert "Served by #1" in recorder.last()[1].text
    assert "Serves: goal #1" in await people.ana.sees(aha)
    await said.press("Undo")
    assert "Serves goal" not in await people.ana.sees(aha)
    assert (await people.ana.types("goal from #7")).text.startswith("There is no #7 here")
    await people.ben.types("delete 1")
    assert (await people.ana.types("goal from #1")).text.startswith("#1 was deleted.")


async def test_a_first_goal_becomes_the_big_one(people: Everyone) -> None:
    """The answer offers it while there is none. It can be undone, and a second one is told which is big."""
    said = await people.ana.types(f"goal new {GOAL}")
    other = await people.ben.types("goal new A second one")
    big = await said.press("Make it the big goal")
    assert big.text == (
        "#1 is the big goal now, the one that gets most of your time. The card is in #lantern.\n[Undo]"
    )
    assert f"“{GOAL}” (#1) is already the big goal." in (await other.press("Make it the big goal")).text
    assert "[Make it the big goal]" not in (await people.mei.types("goal new A third")).text
    assert (await big.press("Undo")).text == "Undone. #1 is a supporting goal again."
    assert "#2 is the big goal now" in (await other.press("Make it the big goal")).text


async def test_a_goal_of_a_long_moment_begins_with_its_words(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The form comes with the beginning of them, and the goal is linked to the moment that holds them all."""
    await people.ben.types("log " + "lantern " * 100)
    await people.ben.types("log Another one")
    form = await people.ana.types("goal from #1")
    assert form.form.title == "New goal · 1 of 3"
    assert 300 < len(value(form.form, "text")) <= 600
    assert value(form.form, "text").endswith("lantern …")
    said = await form.fill(kind="learning")
    assert said.text.startswith("Learning goal #1 added. The card is in #lantern.")
    await bot.tick()
    assert "Served by #1\n" in recorder.last()[1].text


async def test_the_third_step_leaves_a_line_that_was_emptied(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The goal keeps its quote while other letters are filled, until somebody chooses another line, or none."""
    await (await people.ana.types("mission")).fill(who="Small schools", how="By walking")
    message = await made(people, bot, recorder)
    await (await people.ana.does(AlignGoal("1", "1"))).fill(line="who")
    await (await (await people.ben.types("mission")).press("Edit mission")).fill(who="")
    form = await people.ana.does(AlignGoal("1", "1"))
    assert value(form.form, "line") == "kept"
    assert options(form.form, "line") == [
        "Leave as is: Small schools", "How we serve them best: By walking", "None of these",
    ]  # fmt: skip
    said = await form.fill(relevant="It's our rent")
    assert "emptied" not in said.text
    assert "“Small schools” — Our mission · Who we serve" in await people.ana.sees(message)
    await (await people.ana.does(AlignGoal("1", "1"))).fill(line="none")
    assert "Small schools" not in await people.ana.sees(message)
    assert options((await people.ana.does(AlignGoal("1", "1"))).form, "line")[0].startswith("How we")


async def test_the_third_step_leaves_the_quote_of_the_day(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Also where the line has new words since. A version that was taken back isn't quoted any longer."""
    written = await (await people.ana.types("mission")).fill(who="Small schools")
    message = await made(people, bot, recorder)
    await (await people.ana.does(AlignGoal("1", "1"))).fill(line="who")
    changed = await (await (await people.ana.types("mission")).press("Edit mission")).fill(who="Big schools")
    await (await people.ana.does(AlignGoal("1", "1"))).fill(relevant="It's our rent")
    assert "“Small schools” — Our mission" in await people.ana.sees(message)
    await changed.press("Undo")
    await (await people.ana.does(AlignGoal("1", "1"))).fill(attainable="Two came")
    assert "“Small schools” — Our mission" in await people.ana.sees(message)
    await written.press("Undo")
    assert options((await people.ana.does(AlignGoal("1", "1"))).form, "line") == []
    assert "Small schools" not in await people.ana.sees(message)


@pytest.mark.parametrize("line", ["goal 2", "goal #2", "goal ٢", "Goal  2 "])
async def test_a_bare_number_shows_the_goal(people: Everyone, line: str) -> None:
    """As the help says. One that isn't there gets the latest number."""
    await people.ana.types("goal new Ten schools")
    assert "no goal #2 here; the latest is #1" in (await people.ana.types(line)).text
    await people.ana.types("goal new Two courses")
    assert (await people.ana.types(line)).text.startswith("Supporting goal #2\n“Two courses”")


async def test_a_verb_and_a_number_is_asked_about(people: Everyone, bot: Bot) -> None:
    """What it probably means is offered, the line can be posted anyway, and longer words are a goal at once."""
    await people.ana.types(f"goal new {GOAL}")
    asked = await people.ben.types("goal edit 1")
    assert asked.text.startswith("Did you mean Edit goal #1? Nothing is saved or posted yet.")
    assert value((await asked.press("Edit goal")).form, "text") == GOAL
    asked = await people.ben.types("goal delete 1")
    assert (await asked.press("Delete goal")).text.startswith("Only the person who made or owns a goal")
    asked = await people.ana.types("goal delete #1")
    assert "Delete for good" in (await asked.press("Delete goal")).text
    asked = await people.ana.types("goal done 1")
    assert asked.text.startswith("Did you mean /aha goal close 1?")
    assert (await asked.press("Close goal")).form.title == "Close goal #1"
    assert len(rows(bot, Goal)) == 1
    asked = await people.ana.types("goal Sell 30")
    assert (await asked.press("Post it anyway")).text.startswith("Supporting goal #2 added")
    assert (await people.ana.types("goal Sell 30 courses")).text.startswith("Supporting goal #3 added")


async def test_the_undo_of_the_big_goal_leaves_a_newer_class(people: Everyone, bot: Bot) -> None:
    """Somebody has changed it since. Nor does a made-up class before it make a second big one."""
    await people.ana.types(f"goal new {GOAL}")
    big = await people.ana.does(MakeBig("1", "1"))
    await (await people.ben.does(EditGoal("1", "1"))).fill(kind="learning")
    assert (await big.press("Undo")).text == "#1 isn't the big goal any more, so there's nothing to undo."
    await (await people.ben.types("goal new")).fill(text="Ten schools", kind="big")
    for forged in ("big", "huge"):
        assert "(#2) is already the big goal." in (await people.ana.does(MakeBig("1", "1", forged))).text
    assert [goal.kind for goal in rows(bot, Goal)] == ["learning", "big"]
