"""Tests of how a question closes: by the next one or after a week, with a count and never with who was silent."""

from datetime import timedelta

import pytest

from bot.core.events import ReplyWritten
from bot.runtime.bot import Bot
from bot.schedules.schedules import Start
from storage.models import Answer, Posting
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import asks, press, rows, there, until
from tests.support.recorder import Recorder

QUESTION = "What did we decide without noticing?"
DAY = timedelta(days=1)


def shown(people: Everyone, message: str) -> str:
    """Return the current text of a public message."""
    return there(people.ana).standing[message].text


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "This question has closed."), (1, "One person answered."), (3, "Three people answered.")],
)
async def test_after_a_week(people: Everyone, bot: Bot, clock: Clock, number: int, said: str) -> None:
    """The answers stay, and the button is removed."""
    message = await asks(people.ana, "prompt", QUESTION)
    for who in (people.ben, people.mei, people.noor)[:number]:
        await (await press(who, message, "Answer")).fill(text=f"by {who.origin.person_name}")
    await until(bot, clock, clock.now + 7 * DAY - timedelta(minutes=1))
    assert "[Answer]" in shown(people, message)
    await until(bot, clock, clock.now + timedelta(minutes=1))
    text = shown(people, message)
    assert text.startswith(f"A question for us\n“{QUESTION}” — Ana\n{said}\n")
    assert "[Answer]" not in text
    assert text.count("“by ") == number
    assert "Ana" not in text.removeprefix(f"A question for us\n“{QUESTION}” — Ana\n")


async def test_the_next_one_closes_it(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A question at least a day old is closed. A younger one, or one of the other kind, stays open."""
    old = await asks(people.ana, "prompt", QUESTION)
    back = await asks(people.ana, "retro", QUESTION)
    await (await press(people.ben, old, "Answer")).fill(text="The deadline")
    clock.forward(hours=21)
    young = await asks(people.ben, "prompt", "And since?")
    assert "One person answered." in shown(people, old)
    await asks(people.mei, "prompt", "And now?")
    assert "[Answer]" in shown(people, young)
    assert "[Answer]" in shown(people, back)


async def test_each_weekly_question_closes_the_last(people: Everyone, bot: Bot, clock: Clock) -> None:
    """So does the biweekly retro: one card of a kind is open at a time."""
    await people.ana.types("ours")
    await people.ana.does(Start("1"))
    await until(bot, clock, clock.now + 16 * DAY)
    cards = [s.text for s in there(people.ana).standing.values() if s.key.startswith("schedule:1:")]
    assert ["[Answer]" in card for card in cards] == [False, False, True]
    assert all("This question has closed." in card for card in cards[:2])


async def test_a_round_that_is_under_way_is_left_alone(people: Everyone, bot: Bot, clock: Clock) -> None:
    """It stays open until its people finish."""
    message = await asks(people.ana, "brings", QUESTION)
    await press(people.ben, message, "I'm in")
    clock.forward(hours=21)
    await asks(people.ana, "prompt", "And now?")
    assert "[I'm in]" in shown(people, message)


async def test_what_comes_after_the_end(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A press gets a sentence. Text already typed and replies in the thread still count."""
    message = await asks(people.ana, "prompt", QUESTION)
    form = await press(people.ben, message, "Answer")
    await until(bot, clock, clock.now + 7 * DAY)
    pressed = await people.mei.does(form.form.command)
    assert pressed.text.startswith("This question has closed.")
    await form.fill(text="The deadline")
    await people.mei.does(ReplyWritten("m-mei", "Late"), thread=message)
    assert "Two people answered.\n“The deadline” — Ben" in await people.ben.sees(message)
    assert len(rows(bot, Answer)) == 2


async def test_without_names_and_too_few(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The card says why no answer is shown, and not how many there were."""
    message = await asks(people.ana, "nameless", QUESTION)
    await (await press(people.ben, message, "Answer")).fill(text="The deadline")
    await until(bot, clock, clock.now + DAY)
    text = shown(people, message)
    assert "This question has closed. Fewer than five people answered, so no answers are shown." in text
    assert "deadline" not in text


async def test_a_card_that_never_stood(people: Everyone, bot: Bot, clock: Clock, recorder: Recorder) -> None:
    """If it is never posted, its time does not start. After a week it is dropped."""
    await people.ana.types("ours")
    await bot.tick()
    del bot.adapters["recorder"]
    for sort in ("prompt", "brings", "park_it", "aha_first", "grey_area"):
        bot.adapters["recorder"] = recorder
        form = await people.ana.types("ask")
        del bot.adapters["recorder"]
        await form.fill(text=QUESTION, sort=sort)
    for _ in range(10):
        clock.forward(days=1)
        await bot.tick()
    asked = [posting for posting in rows(bot, Posting) if posting.text == QUESTION]
    assert len(asked) == 5
    assert {(posting.turns_at, posting.turned_at, posting.closed_at) for posting in asked} == {
        (None, None, None)
    }


async def test_the_clock_goes_on_while_the_process_is_down(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Three weeks later everything overdue happens at once, and once only."""
    messages = [
        await asks(people.ana, sort, QUESTION) for sort in ("prompt", "grey_area", "park_it", "brings")
    ]
    clock.forward(days=21)
    await bot.tick()
    await bot.tick()
    texts = [shown(people, message) for message in messages]
    assert all("This question has closed." in text for text in texts), texts
    assert all(posting.turns_at is None for posting in rows(bot, Posting))
