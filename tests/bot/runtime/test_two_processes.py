"""Tests with two processes on one PostgreSQL: what both see is done once."""

import asyncio
from collections.abc import Iterator

import pytest

from bot.core.messages import Form
from bot.goals.commands import CloseGoal
from bot.moments.commands import ItWasAnAha
from bot.moments.save_message import PlaceAttempt
from bot.quests.commands import Expect, KeepResult, StartAttempt
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.engine.database import Database, open_database
from storage.engine.errors import StoreError
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder
from tests.support.waiting import PATIENT

pytestmark = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


@pytest.fixture
def second(url: str, database: Database, recorder: Recorder, clock: Clock) -> Iterator[Bot]:
    """Yield another process's bot on the same database and platform."""
    other = open_database(url)
    bot = build_bot(other, [recorder], clock)
    bot.patience = PATIENT
    yield bot
    other.close()


async def tick_both(*bots: Bot) -> None:
    """Tick at the same time. A tick that lost the race for a lock is done again, as the scheduler does at its next."""
    results = await asyncio.gather(*(each.tick() for each in bots), return_exceptions=True)
    for bot, result in zip(bots, results, strict=True):
        if isinstance(result, StoreError):
            await bot.tick()
        elif result is not None:
            raise result


async def test_one_delivery_to_both_is_one_moment(people: Everyone, second: Bot) -> None:
    """When an old and a new process both get every event, both give the same reply."""
    await people.ana.types("first")
    others = Everyone(second)
    for number in range(20):
        event = f"delivery-{number}"
        texts = await asyncio.gather(
            people.ana.types(f"thought {number}", event=event),
            others.ana.types(f"thought {number}", event=event),
        )
        assert texts[0].text == texts[1].text
    assert (await people.ana.types("the final one")).text.startswith("Saved as #")
    newest = (await people.ana.types("find thought")).text
    assert newest.count("thought 19") == 1


async def test_what_is_due_is_posted_once(
    people: Everyone, bot: Bot, second: Bot, recorder: Recorder, clock: Clock
) -> None:
    """Both tick at the same instant, week after week."""
    await people.ana.types("first")
    await bot.tick()
    hello = recorder.last()
    for week in range(3):
        clock.forward(days=7)
        await people.ben.types(f"something in week {week}")
        await tick_both(bot, second)
        await tick_both(bot, second)
    keys = [standing.key for standing in recorder.standing.values()]
    assert len(keys) == len(set(keys))
    assert len([text for text in recorder.texts() if text.startswith("The week to")]) == 3
    assert hello[1].edits == 0


async def test_a_team_is_asked_once_a_week_by_both(
    people: Everyone, bot: Bot, second: Bot, recorder: Recorder, clock: Clock
) -> None:
    """When many breakthroughs of many teams fall due at once, each team is asked about one."""
    channels = [f"C{number}" for number in range(8)]
    for channel in channels:
        for number in range(4):
            await people.ana.types(
                f"breakthrough We sign token {number} now", channel=channel, channel_name=channel.lower()
            )
    await bot.tick()
    clock.forward(days=3, hours=1)
    for _ in range(3):
        await tick_both(bot, second)
    asked = [each for each in recorder.standing.values() if each.text.startswith("What's next?")]
    assert sorted(each.place.channel for each in asked) == channels


async def test_many_at_once_from_both(people: Everyone, bot: Bot, second: Bot) -> None:
    """Numbers stay unique and without gaps while both write for the same teams."""
    await people.ana.types("first")
    await people.ana.types("first", channel="C2", channel_name="garden")
    others = Everyone(second)
    both = [
        who.types(f"thought {number}", channel=channel)
        for number in range(30)
        for who in (people.ben, others.mei)
        for channel in ("C1", "C2")
    ]
    answers = await asyncio.gather(*both)
    assert all(got.text.startswith("Saved as #") for got in answers), [got.text for got in answers]
    sql = "SELECT team_id, count(*), count(DISTINCT number), max(number) FROM moment GROUP BY team_id"
    rows = await bot.database.read(lambda s: [tuple(r) for r in s.connection().exec_driver_sql(sql)])
    assert sorted(rows) == [(1, 61, 61, 61), (2, 61, 61, 61)]


async def test_attempts_stay_one_chain(people: Everyone, bot: Bot, second: Bot) -> None:
    """Two experiments placed after each other at once form no loop, and two after the same one no fork."""
    others = Everyone(second)
    pairs = [(number, number + 1) for number in range(2, 22, 2)]
    for number in range(1, pairs[-1][1] + 1):
        await people.ana.types(f"failed attempt {number}")
    for one, other in pairs:
        await both_placed(
            people, others, PlaceAttempt(f"1.{one}", previous=str(other)), f"1.{other}", str(one)
        )
    loops = (
        "SELECT one.moment_id FROM attempt one JOIN attempt other "
        "ON one.previous_id = other.moment_id AND other.previous_id = one.moment_id"
    )
    assert await rows(bot, loops) == []
    for one, other in pairs:
        await people.ana.does(PlaceAttempt(f"1.{one}", previous="none"))
        await people.ana.does(PlaceAttempt(f"1.{other}", previous="none"))
        await both_placed(people, others, PlaceAttempt(f"1.{one}", previous="1"), f"1.{other}", "1")
    forks = "SELECT previous_id FROM attempt WHERE previous_id > 0 GROUP BY previous_id HAVING count(*) > 1"
    assert await rows(bot, forks) == []


async def test_no_attempt_follows_an_aha(people: Everyone, bot: Bot, second: Bot) -> None:
    """An experiment turns out to be an aha just as another is placed after it."""
    others = Everyone(second)
    for number in range(1, 21, 2):
        await people.ana.types("failed to see it")
        await people.ana.types("failed again")
        await asyncio.gather(
            people.ana.does(ItWasAnAha(f"1.{number}", "failed ")),
            others.ben.does(PlaceAttempt(f"1.{number + 1}", previous=str(number))),
        )
    wrong = "SELECT moment_id FROM attempt JOIN moment ON id = previous_id WHERE kind <> 'experiment'"
    assert await rows(bot, wrong) == []


async def both_placed(
    people: Everyone, others: Everyone, first: PlaceAttempt, moment: str, previous: str
) -> None:
    """Place one experiment from each process at the same time."""
    await asyncio.gather(people.ana.does(first), others.ben.does(PlaceAttempt(moment, previous=previous)))


async def rows(bot: Bot, sql: str) -> list[tuple[object, ...]]:
    """Return the rows of an SQL query."""
    return await bot.database.read(lambda s: [tuple(r) for r in s.connection().exec_driver_sql(sql)])


async def test_two_people_start_a_big_goal_at_once(people: Everyone, bot: Bot, second: Bot) -> None:
    """Exactly one is the big one. The other person reads one sentence, and keeps what they wrote."""
    await people.ana.types("first")
    others = Everyone(second)
    for number in range(10):
        forms = (await people.ana.types("goal new"), await others.ben.types("goal new"))
        sent = await asyncio.gather(*(form.fill(text=f"Goal {number}", kind="big") for form in forms))
        [told] = [got for got in sent if isinstance(got.answer, Form)]
        assert list(told.form.errors) == ["kind"], [got.text for got in sent]
        assert told.form.fields[0].value == f"Goal {number}"
        made = await told.fill(kind="supporting")
        assert made.text.startswith("Supporting goal #")
        big = await rows(bot, "SELECT number FROM goal WHERE kind = 'big' AND closed_at IS NULL")
        assert len(big) == 1
        form = await people.ana.does(CloseGoal(str(big[0][0]), "1"))
        await form.fill(outcome="stopped", taught="On to the next")


async def test_two_people_start_a_third_survival_goal_at_once(
    people: Everyone, bot: Bot, second: Bot
) -> None:
    """The later one is asked which it replaces, and never are three open."""
    others = Everyone(second)
    detail = {"kind": "survival", "funds": "The rent", "look_again_on": "2026-05-01"}
    await (await people.ana.types("goal new")).fill(text="The first", **detail)
    for number in range(10):
        forms = (await people.ana.types("goal new"), await others.ben.types("goal new"))
        sent = await asyncio.gather(*(form.fill(text=f"Goal {number}", **detail) for form in forms))
        [told] = [got for got in sent if isinstance(got.answer, Form)]
        assert told.form.errors == {
            "replaces": "Two survival goals are already open. Which one does it replace?"
        }
        open_ones = "SELECT number FROM goal WHERE kind = 'survival' AND closed_at IS NULL ORDER BY number"
        found = await rows(bot, open_ones)
        assert len(found) == 2
        made = await told.fill(replaces=str(found[0][0]))
        assert made.text.startswith("Survival goal #")
        found = await rows(bot, open_ones)
        assert len(found) == 2
        form = await people.ana.does(CloseGoal(str(found[0][0]), "1"))
        await form.fill(outcome="stopped", taught="On to the next")


async def test_two_people_choose_the_same_survival_goal_to_replace(
    people: Everyone, bot: Bot, second: Bot
) -> None:
    """It's replaced once, and the later person is asked again, about the two that are open now."""
    others = Everyone(second)
    detail = {"kind": "survival", "funds": "The rent", "look_again_on": "2026-05-01"}
    for number in range(2):
        await (await people.ana.types("goal new")).fill(text=f"Goal {number}", **detail)
    for number in range(1, 9):
        forms = (await people.ana.types("goal new"), await others.ben.types("goal new"))
        sent = await asyncio.gather(
            *(form.fill(text="The same place", replaces=str(number), **detail) for form in forms)
        )
        [told] = [got for got in sent if isinstance(got.answer, Form)]
        assert list(told.form.errors) == ["replaces"]
        [field] = [field for field in told.form.fields if field.name == "replaces"]
        assert str(number) not in [option.value for option in field.options]


async def test_a_result_and_a_line_at_the_same_time(people: Everyone, bot: Bot, second: Bot) -> None:
    """One of two results is kept, and a line either opens with it or comes back: none stays sealed for good.

    A person who sends two lines at once has one.
    """
    others = Everyone(second)
    await people.ana.types("first")
    for number in range(2, 12):
        form = await people.ana.does(StartAttempt("", "1"))
        await form.fill(text="A wizard", quest="none")
        lines = [await who.does(Expect(f"1.{number}")) for who in (people.mei, others.mei, others.noor)]
        results = [await who.does(KeepResult(f"1.{number}")) for who in (people.ana, others.ben)]
        said = await asyncio.gather(
            *(each.fill(text=f"line {number}") for each in lines[:2]),
            *(each.fill(outcome="went_well", happened=each.person.origin.person) for each in results),
            lines[2].fill(text="By Noor"),
        )
        texts = [each.text for each in said]
        assert len([text for text in texts[2:4] if "Saved the result" in text]) == 1, texts
        sql = (
            "SELECT person_id, opened_at FROM expectation JOIN moment ON moment.id = moment_id"
            f" WHERE number = {number}"
        )
        there = await rows(bot, sql)
        assert all(opened_at is not None for _, opened_at in there), texts
        assert len({person_id for person_id, _ in there}) == len(there), texts
