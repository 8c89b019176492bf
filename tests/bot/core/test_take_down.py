"""Tests of the way back from a post that a person asked for by a button."""

from datetime import UTC, datetime

import pytest

from bot.core.take_down import TakeDown
from bot.prompts.ask import AskNow
from bot.quests.cycle import PostCycle
from bot.recaps.recap import PostRecap
from bot.runtime.bot import Bot
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder

POSTS = {"recap": PostRecap("week", "1"), "cycle": PostCycle("1")}


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 17, 9, 0, tzinfo=UTC))


async def week(people: Everyone, clock: Clock) -> None:
    """Fill a week with an aha and a quest."""
    await people.ana.types("Imports need a template.")
    await people.ana.types("quest How do we keep newcomers?")
    clock.forward(minutes=5)


@pytest.mark.parametrize("name", POSTS)
async def test_a_post_is_taken_down_by_the_person_who_posted_it(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, name: str
) -> None:
    """The message goes, a second press says the same, and a redelivered first press posts nothing again."""
    await week(people, clock)
    await bot.tick()
    before = list(recorder.standing)
    said = await people.ben.does(POSTS[name], event="press")
    noun = {"recap": "recap", "cycle": "picture"}[name]
    assert said.text == f"I'm posting the {noun} in #lantern.\n[Undo]"
    await bot.tick()
    assert len(recorder.standing) == len(before) + 1
    assert f"Only the person who posted that {noun}" in (await people.ana.does(said.button("Undo"))).text
    for _ in range(2):
        assert (await said.press("Undo")).text == f"I removed the {noun} from #lantern."
    await bot.tick()
    assert list(recorder.standing) == before
    assert (await people.ben.does(POSTS[name], event="press")).text == f"I removed the {noun} from #lantern."
    await bot.tick()
    assert list(recorder.standing) == before


async def test_taken_down_before_it_is_sent(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Nothing is posted."""
    await week(people, clock)
    await (await people.ben.does(POSTS["recap"])).press("Undo")
    await bot.tick()
    assert not [text for text in recorder.texts() if "The week to" in text]


async def test_a_day_later_it_stays(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """The answer names the other way."""
    await week(people, clock)
    said = await people.ben.does(POSTS["recap"])
    await bot.tick()
    clock.forward(days=1)
    assert "more than a day ago" in (await said.press("Undo")).text
    await bot.tick()
    assert [text for text in recorder.texts() if "The week to" in text]


async def test_a_forged_one_takes_nothing_down(people: Everyone, clock: Clock) -> None:
    """Other posts, no number and another team's."""
    await week(people, clock)
    for posting in ("1", "", "x", "99"):
        assert "doesn't belong to this channel" in (await people.ana.does(TakeDown(posting))).text


async def test_a_drawn_question_is_taken_back(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Another one may be drawn at once, and the card never says who asked for it."""
    await people.ana.types("Imports need a template.")
    said = await people.ana.does(AskNow("1"))
    await bot.tick()
    message, standing = recorder.last()
    assert "Ana" not in standing.text
    assert (await said.press("Undo")).text == "The question is taken back."
    assert "taken back" in await people.ana.sees(message)
    assert "I'm posting a question" in (await people.ben.does(AskNow("1"))).text
