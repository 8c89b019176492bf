"""Cards that everyone sees follow their own buttons: a second person sees what the first one did."""

from datetime import UTC, datetime, timedelta

from bot.runtime.bot import Bot
from bot.teams.setup import SetKeeping
from storage.models import Posting
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import asks, press, rows, until
from tests.support.recorder import Recorder

START, FIRST, AGAIN = "Turn on questions", "Ask a question now", "Ask again"


async def hello(people: Everyone) -> str:
    """Let Ana begin, and return the id of the hello."""
    await people.ana.types("setup")
    await people.bot.tick()
    (found,) = [each for each in rows(people.bot, Posting) if each.kind == "hello"]
    return str(found.message)


async def test_the_hello_shows_that_the_questions_were_started(
    bot: Bot, people: Everyone, recorder: Recorder
) -> None:
    """Its button goes, a small line says so, and the button comes back when they are off."""
    message = await hello(people)
    assert f"[{START}]" in recorder.standing[message].text
    await press(people.ana, message, START)
    shown = await people.ben.sees(message)
    assert f"[{START}]" not in shown
    assert "Ana turned on questions." in shown
    assert "[Change schedule]" in shown
    for change in ("Question schedule", "Retro schedule"):
        await (await (await people.ben.types("schedule")).press(change)).fill(state="off")
    shown = await people.ben.sees(message)
    assert f"[{START}]" in shown
    assert "turned on" not in shown


async def test_it_follows_what_is_done_elsewhere(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """Started in setup, by the schedule's form, or one kind alone."""
    message = await hello(people)
    await (await people.ben.types("setup")).press(START)
    assert "Ben turned on questions." in await people.ana.sees(message)
    await (await (await people.ana.types("schedule")).press("Question schedule")).fill(state="off")
    shown = await people.ana.sees(message)
    assert "Ben turned on retro questions." in shown
    assert f"[{START}]" not in shown


async def test_the_first_question_is_asked_once(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """Whether by the button or typed; if it is taken back, the button is there again."""
    message = await hello(people)
    asked = await people.ben.types("ask What did we learn?")
    shown = await people.ana.sees(message)
    assert f"[{FIRST}]" not in shown
    assert "I've asked the first question." in shown
    await asked.press("It was an aha")
    assert f"[{FIRST}]" in await people.ana.sees(message)
    await press(people.ana, message, FIRST)
    shown = await people.ben.sees(message)
    assert f"[{FIRST}]" not in shown
    assert "I've asked the first question." in shown


async def test_a_scheduled_first_question_counts(bot: Bot, people: Everyone, clock: Clock) -> None:
    """The hello doesn't offer a first question after one has come."""
    message = await hello(people)
    await press(people.ana, message, START)
    await until(bot, clock, clock.now + timedelta(days=8))
    assert f"[{FIRST}]" not in await people.ben.sees(message)


async def test_the_hello_says_how_messages_are_saved_here(bot: Bot, people: Everyone) -> None:
    """It follows the emoji and the number of people that the team sets."""
    message = await hello(people)
    assert "React to a message with 💡" in await people.ben.sees(message)
    await people.ana.does(SetKeeping("", "🔥", "3", "Lisbon"))
    assert "When 3 people react to a message with 🔥, I save it" in await people.ben.sees(message)


async def test_the_pause_notice_follows(bot: Bot, people: Everyone, recorder: Recorder, clock: Clock) -> None:
    """Resumed by its button or in the schedule, it stops offering that; paused once more, a new one comes."""
    message = await hello(people)
    await press(people.ana, message, START)
    await until(bot, clock, datetime(2026, 4, 8, 12, 0, tzinfo=UTC))
    notice = next(m for m, s in recorder.standing.items() if "so I'll stop asking for now" in s.text)
    assert "turned on retro questions" in recorder.standing[message].text, "the hello follows too"
    await press(people.ben, notice, AGAIN)
    shown = await people.mei.sees(notice)
    assert f"[{AGAIN}]" not in shown
    assert "Ben turned them on again." in shown
    assert "Ben turned on questions." in await people.mei.sees(message)


async def test_the_next_quest_is_open(bot: Bot, people: Everyone, recorder: Recorder, clock: Clock) -> None:
    """The question in the thread changes its button, and back when the quest is taken back."""
    await people.ana.types("breakthrough We sign once now.")
    await until(bot, clock, clock.now + timedelta(days=5))
    asked = next(m for m, s in recorder.standing.items() if "What's next?" in s.text)
    opened = await (await press(people.ben, asked, "Start the next quest")).fill(text="How do we revoke?")
    shown = await people.mei.sees(asked)
    assert "[Start the next quest]" not in shown
    assert "[Start another quest]" in shown
    assert "Ben started the next quest: How do we revoke?" in shown
    await opened.press("Undo")
    shown = await people.mei.sees(asked)
    assert "[Start the next quest]" in shown
    assert "How do we revoke" not in shown


async def test_a_muted_question_says_so(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """Its menu offers to unmute it, for as long as it is muted."""
    message = await hello(people)
    await press(people.ana, message, FIRST)
    await bot.tick()
    question, _ = recorder.last()
    await press(people.ben, question, "Mute this question")
    shown = await people.mei.sees(question)
    assert "[Mute this question]" not in shown
    assert "This question is muted. I won't ask it here again." in shown
    await press(people.mei, question, "Unmute")
    shown = await people.ana.sees(question)
    assert "muted" not in shown
    assert "Mute this question" in shown


async def test_park_it_opens_with_a_message(
    bot: Bot, people: Everyone, recorder: Recorder, clock: Clock
) -> None:
    """It stands in the card's thread once, and says so when the question is taken back."""
    question = await asks(people.ana, "park_it", "What would we try?")
    await (await press(people.ben, question, "Park it")).fill(text="The dentist at four")
    before = set(recorder.standing)
    for minutes in (10, 5, 5):
        await until(bot, clock, clock.now + timedelta(minutes=minutes))
    (opened,) = set(recorder.standing) - before
    standing = recorder.standing[opened]
    assert standing.place.thread == question
    assert (
        standing.text
        == "The question is open now, on the card above. You can get back what you parked there, too."
    )
    taken = next(each for each in rows(bot, Posting) if each.message == question)
    await people.ana.does(bot.commands.decode(f"take-back:{taken.id}::1"))
    await bot.tick()
    assert recorder.standing[opened].text == "This question was taken back."


async def test_an_aha_first_opens_with_a_message(
    bot: Bot, people: Everyone, recorder: Recorder, clock: Clock
) -> None:
    """It comes after the card shows the answers, and not at all for a question that was taken back."""
    question = await asks(people.ana, "aha_first", "What did we see?")
    gone = await asks(people.ana, "aha_first", "A slip")
    row = next(each for each in rows(bot, Posting) if each.message == gone)
    await people.ana.does(bot.commands.decode(f"take-back:{row.id}::1"))
    await (await press(people.ben, question, "Answer")).fill(text="Nobody logs in twice")
    before = set(recorder.standing)
    await until(bot, clock, clock.now + timedelta(minutes=3))
    (opened,) = set(recorder.standing) - before
    assert recorder.standing[opened].place.thread == question
    assert recorder.standing[opened].text == "The two minutes are over. The answers are on the card above."
    assert "Nobody logs in twice" in recorder.standing[question].text


async def test_nothing_written_is_said_too(
    bot: Bot, people: Everyone, recorder: Recorder, clock: Clock
) -> None:
    """Without any answer, it says that the question is open."""
    await asks(people.ana, "aha_first", "What did we see?")
    await until(bot, clock, clock.now + timedelta(minutes=3))
    assert (
        recorder.last()[1].text == "The two minutes are over. The question is still open, on the card above."
    )
