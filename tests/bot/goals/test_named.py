"""Tests of what names a goal: it follows each change of the words, and has none of them after a removal."""

from datetime import UTC, datetime, timedelta

from bot.goals.commands import AlignGoal, EditGoal, MeasureGoal, RemindOwner, RemoveGoal
from bot.moments.commands import Delete, Restore
from bot.runtime.bot import Bot
from storage.models import Checkpoint, Goal, Posting
from tests.support.databases import Clock
from tests.support.focus import serve
from tests.support.people import Everyone, Got
from tests.support.questions import asks, press, rows, until
from tests.support.recorder import Recorder

SECRET = "Secret merger"
RIGHT = "Right words"
THOUGHT = "We close before the schools do"
NAMING = ["ask", "checkpoint", "focus-session", "focus_check", "goal"]


async def make_big(people: Everyone, clock: Clock) -> None:
    """Let Ana make the first goal, a big one with checkpoints of which she is told."""
    await (await people.ana.types("goal new")).fill(text=SECRET, kind="big")
    clock.now += timedelta(minutes=1)
    await (await people.ana.does(MeasureGoal("1", "1"))).fill(start="0", target="10", due_on="2026-04-15")
    await people.ana.does(RemindOwner("1", "1", "1"))


async def name_it(people: Everyone, bot: Bot, clock: Clock) -> str:
    """Let everything that names the big goal be posted, and return the message of a drawn question."""
    question = await asks(people.ana, "prompt", pack="straight-line")
    await (await people.ana.types("focus check")).fill(went="Meetings, mostly")
    await people.ana.types("focus session")
    await until(bot, clock, datetime(2026, 3, 23, 12, 0, tzinfo=UTC))
    return question


def naming(recorder: Recorder, words: str) -> list[str]:
    """Return the beginnings of the keys of all messages with these words."""
    return sorted(one.key.partition(":")[0] for one in recorder.standing.values() if words in one.text)


async def remove(people: Everyone, bot: Bot) -> Got:
    """Let Ana remove the first goal for good."""
    removed = await (await people.ana.does(RemoveGoal("1", "1"))).press("Delete for good")
    await bot.tick()
    return removed


async def test_new_words_are_wherever_the_goal_is_named(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """On its card, the focus check, the questions about it, and in the note to its owner."""
    await make_big(people, clock)
    await name_it(people, bot, clock)
    assert naming(recorder, SECRET) == NAMING
    await (await people.ana.does(EditGoal("1", "1"))).fill(text=RIGHT)
    await bot.tick()
    assert (naming(recorder, SECRET), naming(recorder, RIGHT)) == ([], NAMING)


async def test_the_form_of_an_answer_quotes_the_new_words(people: Everyone, clock: Clock) -> None:
    """The question was posted with the old ones."""
    await make_big(people, clock)
    question = await asks(people.ana, "prompt", pack="straight-line")
    await (await people.ana.does(EditGoal("1", "1"))).fill(text=RIGHT)
    assert f"“{RIGHT}”" in (await press(people.ben, question, "Answer")).form.intro


async def test_a_recap_quotes_a_question_with_the_words_of_today(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Ben's answer stands below the question. The recap follows an edit of the goal, and its removal."""
    await make_big(people, clock)
    question = await asks(people.ana, "prompt", pack="straight-line")
    await (await press(people.ben, question, "Answer")).fill(text="Fewer forms")
    clock.now += timedelta(minutes=1)
    await (await people.ana.types("recap")).press("Post it here")
    await bot.tick()
    told = ("We asked", "Fewer forms")
    [recap] = [at for at, one in recorder.standing.items() if all(words in one.text for words in told)]
    assert f"“{SECRET}”" in recorder.standing[recap].text
    await (await people.ana.does(EditGoal("1", "1"))).fill(text=RIGHT)
    await bot.tick()
    assert (naming(recorder, SECRET), f"“{RIGHT}”" in recorder.standing[recap].text) == ([], True)
    await remove(people, bot)
    assert (naming(recorder, RIGHT), "our big goal" in recorder.standing[recap].text) == ([], True)


async def test_no_words_of_a_removed_goal_are_left(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Not on a card, a question or a note, nor in their rows. Its checkpoints and days are gone, too."""
    await make_big(people, clock)
    question = await name_it(people, bot, clock)
    await (await people.ana.types("goal check 1")).fill(progress="4", fit="no")
    assert (await remove(people, bot)).text == "Goal #1 deleted."
    assert naming(recorder, SECRET) == []
    assert "our big goal" in recorder.standing[question].text
    [note] = [one for one in recorder.standing.values() if one.place.person]
    assert note.text == "Goal #1 was deleted."
    assert all(SECRET not in one.text for one in rows(bot, Posting))
    [goal] = rows(bot, Goal)
    assert (goal.due_on, goal.look_again_on, goal.outcome, rows(bot, Checkpoint)) == (None, None, "", [])


async def test_the_note_about_survival_work_forgets_a_removed_goal(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It was sent with the big goal's words."""
    await (await people.ana.types("goal new")).fill(text=SECRET, kind="big")
    survival = await (await people.ana.types("goal new")).fill(text="Rent", kind="survival")
    await survival.fill(funds="rent", look_again_on="2026-09-01")
    for week in range(4):
        for number in range(1, 5):
            await people.ana.types(f"log a thought number {number}")
        await serve(bot, 2, *range(4 * week + 1, 4 * week + 5))
        await until(bot, clock, datetime(2026, 3, 20, 17, 0, tzinfo=UTC) + timedelta(weeks=week))
    assert "survival" in naming(recorder, SECRET)
    await remove(people, bot)
    assert naming(recorder, SECRET) == []


async def test_words_of_another_person_go_with_their_moment(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The goal stays, asks its owner for new words, and has hers again if she brings the moment back."""
    await people.mei.types(f"log {THOUGHT}")
    await people.ben.types("goal from #1")
    await people.mei.does(Delete("1.1", "1"))
    await bot.tick()
    card = next(one.text for one in recorder.standing.values() if one.key == "goal:1")
    assert "The person who wrote this has removed it. Ben, how would you put it" in card
    assert "S ○ · M ○" in card
    assert (naming(recorder, THOUGHT), THOUGHT in (await people.ben.types("goal list")).text) == ([], False)
    await people.mei.does(Restore("1.1"))
    await bot.tick()
    assert naming(recorder, THOUGHT) == ["card", "goal"]


async def test_words_of_another_person_are_gone_after_a_day(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The owner writes new ones with the button that goes on with the open letters."""
    await people.mei.types(f"log {THOUGHT}")
    await people.ben.types("goal from #1")
    await people.mei.does(Delete("1.1", "1"))
    await until(bot, clock, clock.now + timedelta(days=2))
    assert rows(bot, Goal)[0].text == ""
    message = next(message for message, one in recorder.standing.items() if one.key == "goal:1")
    await (await press(people.ben, message, "Fill in the rest")).fill(text=RIGHT)
    assert f"“{RIGHT}”" in await people.ben.sees(message)


async def test_words_of_a_parked_thing_go_with_it(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Also where somebody else made it a goal with the button."""
    await people.mei.types(f"shiny {THOUGHT}")
    await bot.tick()
    message = next(message for message, one in recorder.standing.items() if THOUGHT in one.text)
    assert "goal #1" in (await press(people.ben, message, "Make it a goal")).text
    await people.mei.does(Delete("1.1", "1"))
    await bot.tick()
    assert naming(recorder, THOUGHT) == []


async def test_new_words_of_the_owner_stay(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """And so do the words of a moment of one's own."""
    await people.mei.types(f"log {THOUGHT}")
    await people.ben.types("goal from #1")
    await people.mei.types("goal from #1")
    await (await people.ben.does(EditGoal("1", "1"))).fill(text=RIGHT)
    await people.mei.does(Delete("1.1", "1"))
    await bot.tick()
    assert (naming(recorder, RIGHT), naming(recorder, THOUGHT)) == (["goal"], ["goal"])


async def test_a_version_of_the_mission_that_is_taken_back_is_quoted_no_more(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The letter is open again. One that was only replaced stays quoted in the words of that day."""
    await (await people.mei.types("mission")).fill(who="Small schools")
    await people.ben.types("goal new First")
    await people.ben.types("goal new Second")
    await (await people.ben.does(AlignGoal("1", "1"))).fill(line="who")
    newer = await (await (await people.mei.types("mission")).press("Edit mission")).fill(
        who="Evening schools"
    )
    await (await people.ben.does(AlignGoal("2", "1"))).fill(line="who")
    await newer.press("Undo")
    await bot.tick()
    assert (naming(recorder, "Evening schools"), naming(recorder, "Small schools")) == (
        [],
        ["goal", "mission"],
    )
    assert [(one.line, one.quote) for one in rows(bot, Goal)] == [("who", "Small schools"), ("", "")]
