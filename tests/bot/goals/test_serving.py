"""Tests of what moments and quests serve, of steps, and of closing a goal with what it taught."""

import pytest

from bot.core.events import ReplyWritten
from bot.core.messages import Form
from bot.goals.commands import AddStep, Became, CloseGoal, QuestServes, ReopenGoal, SeeSteps, Serves
from bot.moments.commands import Delete, Restore
from bot.runtime.bot import Bot
from storage.models import Goal
from tests.support.people import Everyone, Got
from tests.support.questions import press, rows
from tests.support.recorder import Recorder


def field(form: Form, name: str) -> tuple[str, list[str]]:
    """Return the value and the option labels of a form's field."""
    [found] = [each for each in form.fields if each.name == name]
    return found.value, [option.label for option in found.options]


def card_of(recorder: Recorder, key: str) -> str:
    """Return the text of the card with a posting's key."""
    return next(one.text for one in recorder.standing.values() if one.key == key)


async def test_a_moment_serves_goals_that_people_choose(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Those that share words come first, none is chosen already, and Undo brings back what was."""
    await people.ana.types("goal new Cook once a week")
    await people.ana.types("goal new Ten evening schools teach with us")
    kept = await people.ben.types("An evening school called us by itself")
    form = await kept.press("What does it serve?")
    assert field(form.form, "goals") == ("", ["#2 Ten evening schools teach with us", "#1 Cook once a week"])
    said = await form.fill(goals="2")
    assert said.text == "Saved. #1 serves: goal #2. The card is in #lantern.\n[Undo]"
    await bot.tick()
    assert "Serves: goal #2" in card_of(recorder, "card:1")
    assert "Served by #1" in card_of(recorder, "goal:2")
    more = await people.mei.does(Serves("1.1"))
    assert field(more.form, "goals")[0] == "2"
    both = await more.fill(goals="1\n2")
    assert both.text.startswith("Saved. #1 serves: goals #1, #2. The card is in #lantern.")
    assert (await both.press("Undo")).text.startswith("Saved. #1 serves: goal #2. The card is in #lantern.")
    none = await (await people.mei.does(Serves("1.1"))).fill(goals="")
    assert none.text == "Saved. #1 doesn't serve a goal or our mission now. The card is in #lantern.\n[Undo]"
    await none.press("Undo")
    await bot.tick()
    assert "Served by" not in card_of(recorder, "goal:1")


async def test_it_is_offered_only_where_there_is_something_to_serve(people: Everyone) -> None:
    """Without a goal and a mission a capture's answer is as it was."""
    assert "What does it serve?" not in (await people.ana.types("An aha of ours")).text
    refused = await people.ana.does(Serves("1.1"))
    assert refused.text.startswith("There's no goal or mission to serve yet.")
    await people.ana.types("goal new Ten schools")
    assert "[What does it serve?]" in (await people.ana.types("another aha")).text


async def test_a_removed_moment_counts_nowhere_until_it_is_back(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Its link stays meanwhile."""
    await people.ana.types("goal new Ten schools")
    await people.ben.types("failed A flyer")
    await (await people.ben.does(Serves("1.1"))).fill(goals="1")
    await people.ben.does(Delete("1.1"))
    await bot.tick()
    assert "Served by" not in card_of(recorder, "goal:1")
    await people.ben.does(Restore("1.1"))
    await bot.tick()
    assert "Served by #1" in card_of(recorder, "goal:1")


async def test_a_quest_serves_a_goal(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """From its card's menu, with Undo."""
    await people.ana.types("quest How do schools find us?")
    assert "There's no goal yet." in (await people.ben.does(QuestServes("1", "1"))).text
    await people.ana.types("goal new Ten schools")
    await bot.tick()
    message = next(message for message, one in recorder.standing.items() if one.key == "quest:1")
    form = await press(people.ben, message, "What does it serve?")
    said = await form.fill(goals="1")
    assert said.text == "The quest now serves goal #1. The card is in #lantern.\n[Undo]"
    assert "Serves: goal #1" in await people.ana.sees(message)
    assert "Served by 1 quest" in card_of(recorder, "goal:1")
    assert (await said.press("Undo")).text.startswith(
        "The quest isn't linked to a goal any more. The card is in #lantern."
    )


async def test_steps_are_ticked_from_the_card_and_in_its_thread(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """By a button, or by *done* with the step's number or words. A reply that fits none ticks nothing."""
    await people.ana.types("goal new Ten schools")
    await bot.tick()
    message = next(message for message, one in recorder.standing.items() if one.key == "goal:1")
    for words in ("If it rains, then I call", "Write the offer", "Ask Mei"):
        await (await people.ben.does(AddStep("1", "1"))).fill(text=words)
    card = await people.ana.sees(message)
    assert "• “If it rains, then I call” — 1 [Done]\n• “Write the offer” — 2 [Done]" in card
    ticked = await press(people.mei, message, "Done")
    assert ticked.text == "Done on goal #1: “If it rains, then I call”. The card is in #lantern.\n[Undo]"
    await people.ben.does(ReplyWritten("r1", "Done: write the OFFER"), thread=message)
    await people.ben.does(ReplyWritten("r2", "done with everything"), thread=message)
    card = await people.ana.sees(message)
    assert "“Ask Mei” — 3 [Done]" in card
    assert "2 steps done" in card
    await people.ben.does(ReplyWritten("r3", "done"), thread=message)
    assert "3 steps done" in await people.ana.sees(message)
    await ticked.press("Undo")
    assert "“If it rains, then I call” — 1 [Done]" in await people.ana.sees(message)
    page = await people.ana.does(SeeSteps("1", "1"))
    assert "“Ask Mei” — 3 · Done [Not done]" in page.text
    assert "Step removed" in (await page.press("Remove: Ask Mei")).text


async def to_do(people: Everyone) -> list[str]:
    """Return the first words of the steps of goal #1 that are still to do."""
    page = await people.ana.does(SeeSteps("1", "1"))
    lines = [line for line in page.text.splitlines() if "[Done]" in line]
    return [line.split("”")[0].strip("•“ ").split()[0] for line in lines]


async def test_a_step_keeps_its_number(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Two people who look at the same card mean the same steps, also after one was ticked or taken back."""
    await people.ana.types("goal new Ten schools")
    await bot.tick()
    message = next(message for message, one in recorder.standing.items() if one.key == "goal:1")
    for words in ("First", "Second", "Third"):
        await people.ben.does(AddStep("1", "1", words))
    added = await people.ben.does(AddStep("1", "1", "Fourth"))
    await people.ben.does(ReplyWritten("r1", "done 1"), thread=message)
    await people.mei.does(ReplyWritten("r2", "done 2"), thread=message)
    assert await to_do(people) == ["Third", "Fourth"]
    assert "“Third” — 3 [Done]" in await people.ana.sees(message)
    await people.mei.does(ReplyWritten("r3", "done 1"), thread=message)
    assert await to_do(people) == ["Third", "Fourth"]
    await added.press("Undo")
    await people.ben.does(AddStep("1", "1", "Fifth"))
    await people.ben.does(ReplyWritten("r4", "done 4"), thread=message)
    assert await to_do(people) == ["Third", "Fifth"]
    assert "“Fifth” — 5 [Done]" in await people.ana.sees(message)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("done #2", ["Call", "Ask"]),
        ("Done: step 2.", ["Call", "Ask"]),
        ("done ٢!", ["Call", "Ask"]),
        ("✅ 3", ["Call", "Write"]),
        ("done 1 and 3", ["Write"]),
        ("done 1, 2", ["Ask"]),
        ("done — write the offer", ["Call", "Ask"]),
        ("done! “Call the school”", ["Write", "Ask"]),
        ("done: when?", ["Call", "Write"]),
        ("done?", ["Call", "Write", "Ask"]),
        ("done!", ["Call", "Write", "Ask"]),
        ("done 9", ["Call", "Write", "Ask"]),
        ("done the", ["Call", "Write", "Ask"]),
        ("donelike 1", ["Call", "Write", "Ask"]),
        ("Erledigt: Schritt 1 und 3", ["Write"]),
        ("fertig 2", ["Call", "Ask"]),
    ],
)
async def test_what_a_reply_ticks(
    people: Everyone, bot: Bot, recorder: Recorder, said: str, left: list[str]
) -> None:
    """However a number or words are written. What could mean several steps, or is a question, ticks none."""
    await people.ana.types("goal new Ten schools")
    await bot.tick()
    message = next(message for message, one in recorder.standing.items() if one.key == "goal:1")
    for words in ("Call the school", "Write the offer", "Ask Mei: when?"):
        await people.ben.does(AddStep("1", "1", words))
    await people.ben.does(ReplyWritten("r1", said), thread=message)
    assert await to_do(people) == left


@pytest.mark.parametrize("said", ["done!", "Done.", "✅", "done …"])
async def test_the_only_step_needs_no_number(
    people: Everyone, bot: Bot, recorder: Recorder, said: str
) -> None:
    """With any sign behind the word."""
    await people.ana.types("goal new Ten schools")
    await bot.tick()
    message = next(message for message, one in recorder.standing.items() if one.key == "goal:1")
    await people.ben.does(AddStep("1", "1", "Call the school"))
    await people.ben.does(ReplyWritten("r1", said), thread=message)
    assert await to_do(people) == []


async def test_a_step_is_taken_back_and_there_are_not_too_many(people: Everyone) -> None:
    """Twenty to do are enough, and one taken back does not come again."""
    await people.ana.types("goal new Ten schools")
    form = await people.ana.does(AddStep("1", "1"))
    said = await form.fill(text="Write")
    assert (await said.press("Undo")).text.startswith("Step removed from goal #1")
    assert "already undone that" in (await form.fill(text="Write")).text
    for number in range(20):
        await people.ana.does(AddStep("1", "1", f"step {number}"))
    assert "already has 20 open steps" in (await people.ana.does(AddStep("1", "1", "one more"))).text


async def test_closing_asks_what_it_taught_and_keeps_what_served_it(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """It may become a breakthrough, linked, and is opened again by anyone."""
    await people.ana.types("goal new Ten schools")
    await people.ben.types("failed A flyer")
    await (await people.ben.does(Serves("1.1"))).fill(goals="1")
    form = await people.ben.types("goal close")
    told = await form.fill(outcome="missed")
    assert told.form.errors == {"taught": "What did it teach us? One sentence is plenty."}
    assert (await told.fill(outcome="")).form.errors["outcome"] == "Please choose one."
    said = await form.fill(outcome="missed", taught="Schools want a call")
    assert said.text.startswith(
        "Goal #1 closed. The card is in #lantern. Its moments and quests stay linked."
    )
    await bot.tick()
    card = card_of(recorder, "goal:1")
    assert card.startswith("Supporting goal #1 · Not reached\n")
    assert "What it taught us\n“Schools want a call”" in card
    assert "Served by #1" in card
    assert "Goal #1 is closed." in (await people.mei.does(CloseGoal("1", "1"))).text
    became = await said.press("Log an experiment")
    assert field(became.form, "expected")[0] == "Ten schools"
    assert field(became.form, "taught")[0] == "Schools want a call"
    kept = await became.fill(text="Flyers for schools")
    assert kept.text.startswith("Saved as #2 in #lantern. Linked to goal #1.")
    await bot.tick()
    assert "Saved as experiment #2." in card_of(recorder, "goal:1")
    assert "Serves: goal #1" in card_of(recorder, "card:2")
    assert "already became something" in (await people.ana.does(Became("1", "breakthrough", "1"))).text
    assert (await people.mei.types("goal reopen 1")).text.startswith(
        "Goal #1 reopened. The card is in #lantern."
    )
    await bot.tick()
    assert "[Check in]" in card_of(recorder, "goal:1")


async def test_a_big_goal_comes_back_as_a_supporting_one(people: Everyone) -> None:
    """Where another is the big one by then."""
    await (await people.ana.types("goal new")).fill(text="Ten schools", kind="big")
    await (await people.ana.does(CloseGoal("1", "1"))).fill(outcome="stopped", taught="Too far")
    await (await people.ben.types("goal new")).fill(text="One product", kind="big")
    told = await people.ana.does(ReopenGoal("1", "1"))
    assert told.text.startswith(
        "“One product” (#2) is the big goal now. You can reopen #1 as a supporting goal."
    )
    assert (await told.press("Reopen as supporting goal")).text.startswith("Goal #1 reopened")
    assert (await people.ana.types("goal show 1")).text.startswith("Supporting goal #1")
    assert "is already open" in (await people.ana.does(ReopenGoal("1", "1"))).text


async def closed(people: Everyone, number: int) -> Got:
    """Let Ana close a goal, and return what she is told."""
    return await (await people.ana.types(f"goal close {number}")).fill(outcome="reached", taught="Films help")


async def test_what_was_undone_is_no_longer_what_a_goal_became(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The closed goal can become something else, and names the first again if that is brought back meanwhile."""
    await people.ana.types("goal new Ten schools")
    said = await closed(people, 1)
    made = await (await said.press("Log a breakthrough")).fill(text="They came")
    await bot.tick()
    assert "Saved as breakthrough #1." in card_of(recorder, "goal:1")
    await made.press("Undo")
    await bot.tick()
    assert "[Log a breakthrough] [Log an experiment]" in card_of(recorder, "goal:1")
    await people.ana.does(Restore("1.1"))
    await bot.tick()
    assert "Saved as breakthrough #1." in card_of(recorder, "goal:1")
    await people.ana.does(Delete("1.1", sure="1"))
    again = await (await said.press("Log an experiment")).fill(text="Flyers")
    assert "Linked to goal #1." in again.text
    await bot.tick()
    assert "Saved as experiment #2." in card_of(recorder, "goal:1")


async def test_a_goal_opened_again_became_nothing(people: Everyone, bot: Bot) -> None:
    """The form of what it became was open meanwhile. What it holds is kept, and the goal stays as it is."""
    await people.ana.types("goal new Ten schools")
    form = await (await closed(people, 1)).press("Log an experiment")
    await people.ben.types("goal reopen 1")
    kept = await form.fill(text="Flyers")
    assert kept.text.startswith("Saved as #1 in #lantern.")
    assert "Linked to goal" not in kept.text
    assert rows(bot, Goal)[0].became_id is None


async def test_undo_brings_the_link_to_a_closed_goal_back(people: Everyone) -> None:
    """Of a moment and of a quest."""
    await people.ana.types("goal new Ten schools")
    await people.ana.types("quest How do we find schools?")
    kept = await people.ana.types("log A school called")
    for serves in (Serves("1.1"), QuestServes("1", "1")):
        await (await kept.person.does(serves)).fill(goals="1")
    await closed(people, 1)
    for serves in (Serves("1.1"), QuestServes("1", "1")):
        undone = await (await kept.person.does(serves)).fill(goals="")
        assert "goal #1" in (await undone.press("Undo")).text
        assert field((await kept.person.does(serves)).form, "goals")[0] == "1"


async def test_two_people_choose_what_it_serves(people: Everyone) -> None:
    """Each form changes only what its person ticked or cleared, and so does its Undo."""
    for text in ("One", "Two", "Three"):
        await people.ana.types(f"goal new {text}")
    await people.ana.types("quest How do we find schools?")
    await people.ana.types("log A school called")
    for serves in (Serves("1.1"), QuestServes("1", "1")):
        await (await people.mei.does(serves)).fill(goals="3")
        anas, bens = await people.ana.does(serves), await people.ben.does(serves)
        await bens.fill(goals="1\n3")
        said = await anas.fill(goals="2")
        assert "goals #1" in said.text
        assert "#2" in said.text
        assert field((await people.ana.does(serves)).form, "goals")[0] == "1\n2"
        late = await people.mei.does(serves)
        await (await people.ben.does(serves)).fill(goals="2")
        await late.fill(goals="1\n2\n3")
        assert field((await people.ana.does(serves)).form, "goals")[0] == "2\n3"
        assert "goal #3" in (await said.press("Undo")).text


async def test_two_people_choose_a_line_of_the_mission(people: Everyone) -> None:
    """The second one's form comes back with what the first has chosen, and saves with one more press."""
    await (await people.ana.types("mission")).fill(who="Small schools", how="By walking")
    await people.ana.types("goal new One")
    await people.ana.types("log A school called")
    anas, bens, meis = [await who.does(Serves("1.1")) for who in (people.ana, people.ben, people.mei)]
    await bens.fill(line="who")
    assert "goal #1 · Who we serve" in (await anas.fill(goals="1")).text
    told = await meis.fill(line="how")
    assert told.form.intro.splitlines() == [
        "Someone changed this since you opened it. Your choice is below. Theirs is:",
        "Which line of our mission?: Who we serve: Small schools",
        "To save yours instead, send it again.",
    ]
    assert field(told.form, "line")[0] == "how"
    assert "goal #1 · How we serve them best" in (await told.fill()).text


async def test_a_line_that_was_emptied_stays_served(people: Everyone) -> None:
    """While goals are chosen. It can be left, too, and then it isn't offered any more."""
    await (await people.ana.types("mission")).fill(who="Small schools", how="By walking")
    await people.ana.types("goal new One")
    kept = await people.ana.types("log A school called")
    await (await kept.press("What does it serve?")).fill(line="who")
    await (await (await people.ben.types("mission")).press("Edit mission")).fill(who="")
    form = await kept.press("What does it serve?")
    emptied = "Who we serve (empty now)"
    assert field(form.form, "line") == (
        "who",
        [emptied, "How we serve them best: By walking", "None of these"],
    )
    assert "goal #1 · Who we serve" in (await form.fill(goals="1")).text
    await (await kept.press("What does it serve?")).fill(line="none")
    assert emptied not in field((await kept.press("What does it serve?")).form, "line")[1]
