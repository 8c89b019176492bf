"""Tests of repeated events: a form sent twice, or an event that comes again, gets the first answer and way back.

And of buttons that undo: one of an earlier answer leaves the later ones.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.messages import (
    Button,
    Card,
    ChannelMention,
    Quote,
    Reply,
    Small,
    Strong,
    Style,
    Text,
    Timestamp,
    Title,
)
from bot.core.repeats.reply_text import reply_from_text, reply_to_text
from bot.doors.commands import KeepParked, TellOutcome
from bot.focus.commands import AnswerLine, NameStep, TickLine
from bot.goals.commands import AlignGoal, CheckIn, CloseGoal, EditGoal, MeasureGoal, Serves
from bot.runtime.bot import Bot
from storage.models import Checkpoint, FirstAnswer, FocusItem
from tests.support.databases import Clock
from tests.support.people import Everyone, Got
from tests.support.questions import rows, until

GOAL = "Ten evening schools teach with us"


async def open_measure(people: Everyone) -> Got:
    """Open the form of a new goal's numbers."""
    await people.ana.types(f"goal new {GOAL}")
    return await people.ana.does(MeasureGoal("1", "1"))


async def open_check_in(people: Everyone) -> Got:
    """Open the form that checks in on a new goal."""
    await people.ana.types(f"goal new {GOAL}")
    return await people.ana.does(CheckIn("1", "1"))


async def open_close(people: Everyone) -> Got:
    """Open the form that closes a new goal."""
    await people.ana.types(f"goal new {GOAL}")
    return await people.ana.does(CloseGoal("1", "1"))


async def open_serves(people: Everyone) -> Got:
    """Open the form of what a moment serves."""
    await people.ana.types(f"goal new {GOAL}")
    await people.ana.types("log a thought")
    return await people.ana.does(Serves("1.1"))


async def open_parked(people: Everyone) -> Got:
    """Open the form that keeps a shiny thing parked."""
    await people.ana.types("shiny An app for watches")
    return await people.ana.does(KeepParked("1.1"))


async def open_outcome(people: Everyone) -> Got:
    """Open the form of what came of a chance."""
    await people.ana.types("chance A shipyard wrote to us")
    return await people.ana.does(TellOutcome("1.1"))


async def open_line(people: Everyone) -> Got:
    """Open the question whether the team is out of something."""
    check = await (await people.ana.types("focus check")).fill(went="Meetings")
    await (await check.press("Continue")).fill(out="Reports", by_on="2026-03-16")
    return await people.ana.does(AnswerLine("1", "1", "1"))


async def open_step(people: Everyone) -> Got:
    """Open the form of the team's own fourth step."""
    await people.ana.types("log a thought")
    return await people.ana.does(NameStep("1"))


Open = Callable[[Everyone], Awaitable[Got]]
LATER = {"answer": "later", "by_on": "2026-05-01"}
FORMS: list[tuple[Open, dict[str, str]]] = [
    (open_measure, {"start": "0", "target": "10", "due_on": "2026-06-30"}),
    (open_check_in, {"progress": "4", "fit": "no"}),
    (open_close, {"outcome": "reached", "taught": "Mornings work"}),
    (open_serves, {"goals": "1"}),
    (open_parked, {"until": "2026-05-01"}),
    (open_outcome, {"outcome": "Nothing"}),
    (open_line, LATER),
    (open_step, {"title": "Thanks?"}),
]
UNDONE: list[tuple[Open, dict[str, str], str]] = [
    (open_check_in, {"progress": "4", "fit": "no"}, "Your check-in on goal #1 is undone"),
    (open_close, {"outcome": "reached", "taught": "Mornings work"}, "Goal #1 reopened"),
    (open_serves, {"goals": "1"}, "Saved. #1 doesn't serve a goal or our mission now."),
    (open_parked, {"until": "2026-05-01"}, "#1 is parked until 13 April"),
    (open_outcome, {"outcome": "Nothing"}, "Removed what came of #1"),
    (open_line, LATER, "“Reports” is open again."),
    (open_step, {"title": "Thanks?"}, "There's no fourth step any more."),
]


@pytest.mark.parametrize(("opens", "values"), FORMS)
async def test_a_form_sent_twice_gets_its_first_answer(
    people: Everyone, opens: Open, values: dict[str, str]
) -> None:
    """Word by word, with the same buttons."""
    form = await opens(people)
    first = await form.fill(**values)
    assert (await form.fill(**values)).answer == first.answer


@pytest.mark.parametrize(("opens", "values", "said"), UNDONE)
async def test_the_undo_of_the_second_answer_undoes(
    people: Everyone, opens: Open, values: dict[str, str], said: str
) -> None:
    """It leads to what was before the form, not to what the form itself had made."""
    form = await opens(people)
    await form.fill(**values)
    second = await form.fill(**values)
    assert (await second.press("Undo")).text.startswith(said)


async def test_a_form_that_came_back_is_sent_again(people: Everyone, bot: Bot) -> None:
    """With other values under the same event, as after an error."""
    form = await open_check_in(people)
    assert (await form.fill(progress="a lot", fit="no")).form.errors
    for progress in ("4", "5"):
        await form.fill(progress=progress, fit="no")
        assert [one.progress for one in rows(bot, Checkpoint)] == [progress]


async def test_first_answers_are_kept_for_a_day(people: Everyone, bot: Bot, clock: Clock) -> None:
    """They hold words that people wrote."""
    await (await open_check_in(people)).fill(progress="4", fit="no")
    assert len(rows(bot, FirstAnswer)) == 1
    await until(bot, clock, clock.now + timedelta(days=2))
    await people.ana.types("An aha of ours")
    assert rows(bot, FirstAnswer) == []


def test_a_reply_comes_back_from_its_text_as_it_was() -> None:
    """With every kind of block and inline, and the commands of its buttons."""
    at = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
    line = (
        "Saved ",
        Strong("here"),
        ChannelMention("C1", "lantern"),
        Timestamp(at, "Asia/Dubai", clock=True),
    )
    quote = Quote("part: {time}", "Ana", Button("Show", "goal-show", Style.DANGER))
    blocks = (Title("Goal"), Text(line), quote, Small(("time",)))
    reply = Reply(Card(blocks, (Button("Undo", "undo"),), (Button("Edit", "edit"),)), replaces=True)
    assert reply_from_text(reply_to_text(reply, str), str) == reply


async def test_the_undo_of_an_earlier_check_in_leaves_the_later_one(people: Everyone, bot: Bot) -> None:
    """The later one is undone first, and then the earlier one."""
    first = await (await open_check_in(people)).fill(progress="4", fit="no")
    second = await (await people.ana.does(CheckIn("1", "1"))).fill(progress="5", fit="yes")
    said = await first.press("Undo")
    assert said.text == "You've checked in again since then. Undo that one first."
    assert [(one.progress, one.fit) for one in rows(bot, Checkpoint)] == [("5", "yes")]
    await second.press("Undo")
    assert [(one.progress, one.fit) for one in rows(bot, Checkpoint)] == [("4", "no")]
    await first.press("Undo")
    assert rows(bot, Checkpoint) == []


async def test_the_undo_of_an_answer_leaves_that_of_another_person(people: Everyone, bot: Bot) -> None:
    """Ana said not yet, and Ben that they're out of it."""
    mine = await (await open_line(people)).fill(**LATER)
    await (await people.ben.does(AnswerLine("1", "1", "1"))).fill(answer="out")
    assert (await mine.press("Undo")).text == "Somebody has answered that since, so their answer stays."
    [line] = rows(bot, FocusItem)
    assert (line.done_by_id, line.kept) == (2, False)


async def test_the_undo_of_a_tick_leaves_a_later_tick(people: Everyone, bot: Bot) -> None:
    """Ana ticks, Ben opens the line again and ticks it."""
    await open_line(people)
    mine = await people.ana.does(TickLine("1", "1", "1"))
    await people.ben.does(TickLine("1", "1", "1", "1"))
    await people.ben.does(TickLine("1", "1", "1"))
    assert "their answer stays" in (await mine.press("Undo")).text
    assert rows(bot, FocusItem)[0].done_by_id == 2


async def test_the_undo_of_a_title_leaves_a_later_one(people: Everyone) -> None:
    """Ben has named the step again since."""
    mine = await (await open_step(people)).fill(title="Thanks?")
    await (await people.ben.does(NameStep("1"))).fill(title="Costs?")
    assert "Our own fourth step: Costs?" in (await mine.press("Undo")).form.intro
    assert (await open_step(people)).form.fields[0].value == "Costs?"


async def test_the_undo_of_a_day_leaves_a_later_one(people: Everyone) -> None:
    """Ana parks it until another day twice."""
    first = await (await open_parked(people)).fill(until="2026-05-01")
    second = await (await people.ana.does(KeepParked("1.1"))).fill(until="2026-06-01")
    assert (await first.press("Undo")).text == "You've decided about #1 again since, so that stays."
    assert "#1 is parked until 1 May" in (await second.press("Undo")).text


async def test_the_undo_of_the_big_goal_leaves_a_later_class(people: Everyone) -> None:
    """Ben has made it a learning one since."""
    made = await people.ana.types(f"goal new {GOAL}")
    big = await made.press("Make it the big goal")
    await (await people.ben.does(EditGoal("1", "1"))).fill(kind="learning")
    assert "there's nothing to undo" in (await big.press("Undo")).text
    assert "Learning goal #1" in (await people.ana.types("goal show 1")).text


async def test_a_repeated_letter_changes_nothing(people: Everyone) -> None:
    """Ana has changed it meanwhile."""
    await people.ana.types(f"goal new {GOAL}")
    form = await people.ben.does(AlignGoal("1", "1"))
    await form.fill(relevant="Spring is near")
    await (await people.ana.does(AlignGoal("1", "1"))).fill(relevant="They asked us")
    await form.fill(relevant="Spring is near")
    assert "They asked us" in (await people.ana.types("goal show 1")).text
