"""Tests of questions without names: all answers come out together at the close, and nothing shows before it."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.data.export import write_export
from bot.prompts.answers import GiveAnswer
from bot.prompts.card import AllAnswers
from bot.recaps.content import recap_document
from bot.recaps.recap import build_period_recap
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from bot.schedules.schedules import Start
from storage.models import Answer, Membership, Pending, Posting
from storage.models import Person as PersonRow
from tests.support.databases import Clock
from tests.support.people import Everyone, Person
from tests.support.questions import asks, press, rows, there, until
from tests.support.recorder import Recorder

QUESTION = "What was hard?"
DAY = timedelta(days=1)


def crowd(people: Everyone, size: int) -> list[Person]:
    """Return this many people who never used the bot before."""
    origins = (
        replace(people.ben.origin, person=f"U{number}", person_name=f"P{number}") for number in range(size)
    )
    return [Person(people.bot, origin) for origin in origins]


async def answers(who: Person, message: str, words: str, **more: str) -> str:
    """Answer with the form, and return the private reply."""
    return (await (await press(who, message, "Answer")).fill(text=words, **more)).text


async def all_answer(crowd: list[Person], message: str) -> None:
    """Let everyone answer, each with words of their own."""
    for number, who in enumerate(crowd):
        await answers(who, message, f"<{number:02}>")


def exported(bot: Bot) -> Any:
    """Return the team's export, but for the time at which it was made."""

    def read(session: Session) -> str:
        out = StringIO()
        write_export(session, 1, bot.clock(), out)
        return out.getvalue()

    return {**json.loads(bot.database.read_now(read)), "exported_at": ""}


def told(bot: Bot) -> Any:
    """Return the week's recap as the command line gives it."""
    recap = bot.database.read_now(lambda session: build_period_recap(session, 1, "week", bot.clock()))
    return json.loads(json.dumps(recap_document(recap), default=str))


async def looks(bot: Bot) -> list[Any]:
    """Return what others than the author can see: messages, edits, recap, export and figures."""
    await bot.tick()
    recorder = bot.adapters["recorder"]
    assert isinstance(recorder, Recorder)
    seen = [(message, one.text, one.edits) for message, one in recorder.standing.items()]
    return [seen, told(bot), exported(bot), bot.metrics.render_text()]


async def test_nothing_changes_anywhere_before_the_close(people: Everyone, bot: Bot) -> None:
    """Not with one answer, not with the fifth and not with the twelfth."""
    message = await asks(people.ana, "nameless", QUESTION)
    before = await looks(bot)
    for number, who in enumerate(crowd(people, 12)):
        form = await who.does(GiveAnswer(str(question_id(bot)), "1"))
        await form.fill(text=f"<{number:02}>")
        assert await looks(bot) == before
    assert "answered" not in await people.ana.sees(message)


def question_id(bot: Bot) -> int:
    """Return the id of the question."""
    [posting] = [one for one in rows(bot, Posting) if one.text == QUESTION]
    return int(posting.id)


async def test_all_come_out_together_at_the_time_that_was_told(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """The card and the form name the day and the hour, and it is then, for all of them at once."""
    message = await asks(people.ana, "nameless", QUESTION)
    card = await people.ana.sees(message)
    closes = clock.now + DAY
    assert "Anonymous. Answers appear together" in card
    told_at = f"Answers appear together on {closes.day} {closes:%B %Y, %H:%M}, shuffled"
    assert f"{told_at}, if at least five people answer" in card
    form = await press(people.ben, message, "Answer")
    assert "I don't save your name or the time with your answer." in form.form.intro
    assert "if at least five people answer" in form.form.intro
    local = closes.astimezone(ZoneInfo("Europe/Berlin"))
    assert f"{local:%A}, {local.day} {local:%B} at {local:%H:%M} (Berlin time)" in form.form.intro
    said = await answers(people.mei, message, "<me>")
    assert said.startswith("Your answer is saved, without your name. All answers appear together on")
    await all_answer(crowd(people, 5), message)
    await until(bot, clock, closes - timedelta(minutes=1))
    assert "<0" not in await people.ana.sees(message)
    edits = there(people.ana).standing[message].edits
    await until(bot, clock, closes)
    shown = await people.ana.sees(message)
    assert "Six people answered." in shown
    assert "[Answer]" not in shown
    assert sorted(re.findall("<..>", shown)) == ["<00>", "<01>", "<02>", "<03>", "<04>", "<me>"]
    assert there(people.ana).standing[message].edits == edits + 1


@pytest.mark.parametrize("number", [0, 1, 4])
async def test_too_few_stay_unshown_and_uncounted(
    people: Everyone, bot: Bot, clock: Clock, number: int
) -> None:
    """The card is the same with none and with four, and nothing of theirs is left in the database."""
    message = await asks(people.ana, "nameless", QUESTION)
    await all_answer(crowd(people, number), message)
    await until(bot, clock, clock.now + DAY)
    shown = await people.ana.sees(message)
    assert "Fewer than five people answered, so no answers are shown." in shown
    assert "people answered." not in shown
    assert "<0" not in shown + json.dumps(exported(bot)) + json.dumps(told(bot))
    assert told(bot)["heard"]["nameless"] == 0
    assert rows(bot, Answer) == []


async def test_shown_even_if_few_answer(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Who ticks the box is shown; the others are neither shown nor counted."""
    message = await asks(people.ana, "nameless", QUESTION)
    form = await press(people.ben, message, "Answer")
    box = next(field for field in form.form.fields if field.name == "alone")
    assert [option.label for option in box.options] == ["Show my answer anyway"]
    assert "guess that it's yours" in box.hint
    assert not box.required
    said = (await form.fill(text="<be>", alone="yes")).text
    assert "even if few people answer" in said
    await answers(people.mei, message, "<me>")
    assert "<be>" not in await people.ana.sees(message)
    await until(bot, clock, clock.now + DAY)
    shown = await people.ana.sees(message)
    assert "“<be>”" in shown
    assert "<me>" not in shown
    assert "Fewer than five people answered, so you only see what people chose to show anyway." in shown
    assert [answer.text for answer in rows(bot, Answer)] == ["<be>"]
    assert not any(answer.alone for answer in rows(bot, Answer))


async def test_from_five_on_nobody_sees_who_ticked(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Everyone's answer is shown, and the tick is forgotten."""
    message = await asks(people.ana, "nameless", QUESTION)
    everyone = crowd(people, 5)
    await answers(everyone[0], message, "<00>", alone="yes")
    for number, who in enumerate(everyone[1:], 1):
        await answers(who, message, f"<{number:02}>")
    await until(bot, clock, clock.now + DAY)
    assert "Five people answered." in await people.ana.sees(message)
    assert not any(answer.alone for answer in rows(bot, Answer))


async def test_a_late_answer_is_refused_and_handed_back(people: Everyone, bot: Bot, clock: Clock) -> None:
    """It would come out alone. An answer that was delivered twice is not late."""
    message = await asks(people.ana, "nameless", QUESTION)
    late = await press(people.ben, message, "Answer")
    early = await press(people.mei, message, "Answer")
    first = await early.fill(text="<me>")
    await all_answer(crowd(people, 5), message)
    await until(bot, clock, clock.now + DAY)
    before = await looks(bot)
    refused = await late.fill(text="<be>")
    assert refused.text == (
        "This question has closed. On its own, your answer would give you away, so I didn't save it.\n“<be>”"
    )
    assert (await people.noor.does(late.form.command)).text == "This question has closed."
    assert (await early.fill(text="<me>")).text == first.text
    assert await looks(bot) == before


async def test_a_later_question_does_not_close_it(people: Everyone, bot: Bot, clock: Clock) -> None:
    """It closes at its own time, for nobody could tell the time beforehand otherwise."""
    message = await asks(people.ana, "nameless", QUESTION)
    clock.forward(hours=22)
    await asks(people.ana, "retro", "And now?")
    assert "[Answer]" in await people.ana.sees(message)
    await until(bot, clock, clock.now + timedelta(hours=2))
    assert "[Answer]" not in await people.ana.sees(message)


async def test_posted_late_it_says_the_new_time(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """Half a day at least is left for answers. What the card says is when they come out."""
    await people.ana.types("ours")
    await bot.tick()
    form = await people.ana.types("ask")
    del bot.adapters["recorder"]
    await form.fill(text=QUESTION, sort="nameless")
    clock.forward(hours=20)
    bot.adapters["recorder"] = recorder
    await bot.tick()
    [message] = [m for m, one in recorder.standing.items() if one.key.startswith("ask:")]
    posted = clock.now
    await all_answer(crowd(people, 5), message)
    await until(bot, clock, posted + timedelta(hours=5))
    closes = posted + DAY
    shown = await people.ana.sees(message)
    assert f"on {closes.day} {closes:%B %Y, %H:%M}" in shown
    await until(bot, clock, closes - timedelta(minutes=1))
    assert "<0" not in await people.ana.sees(message)
    await until(bot, clock, closes)
    assert "Five people answered." in await people.ana.sees(message)


async def test_the_default_look_back_is_in_the_next_days_recap(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """Thursday's answers come out on Friday at 15:00, an hour before the recap."""
    await people.ana.types("We sign tokens now")
    await people.ana.does(Start("1"))
    form = await (await people.ana.types("schedule")).press("Retro schedule")
    await form.fill(names="nameless")
    message = await the_scheduled(people, bot, clock, "retro")
    asked = clock.now
    await all_answer(crowd(people, 5), message)
    await until(bot, clock, asked + timedelta(hours=25, minutes=1))
    shown = there(people.ana).texts()
    assert any("Five people answered." in one for one in shown)
    recap = next(one for one in shown if "took part" in one or "anonymous" in one)
    assert "Five answers were anonymous." in recap
    assert len(re.findall("<0.>", recap)) == 3


async def the_scheduled(people: Everyone, bot: Bot, clock: Clock, kind: str) -> str:
    """Wait for the schedule's question, and return its message."""
    for _ in range(21 * 24):
        await until(bot, clock, clock.now.replace(minute=0, second=0) + timedelta(hours=1))
        if found := [one.message for one in rows(bot, Posting) if one.kind == kind and one.message]:
            return str(found[0])
    raise AssertionError("nothing was asked")


async def test_a_question_whose_answers_come_out_after_the_recap_is_in_the_next_one(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """An answer belongs to the week in which it came out, so that no recap leaves it out."""
    message = await asks(people.ana, "nameless", QUESTION)
    await all_answer(crowd(people, 5), message)
    await people.ana.types("We sign tokens now")
    assert told(bot)["heard"]["nameless"] == 0
    assert told(bot)["answers"] == []
    await until(bot, clock, clock.now + 7 * DAY + timedelta(hours=23))
    assert told(bot)["heard"]["nameless"] == 5


async def test_a_question_taken_back_takes_its_answers(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Before the close and after it, no text of an answer is left in a row."""
    for closed in (False, True):
        form = await people.ana.types("ask")
        asked = await form.fill(text=QUESTION, sort="nameless")
        await bot.tick()
        message = there(people.ana).last()[0]
        await all_answer(crowd(people, 5), message)
        if closed:
            await until(bot, clock, clock.now + DAY)
        await asked.press("Undo")
        assert await people.ana.sees(message) == "This question was taken back."
        assert {answer.text for answer in rows(bot, Answer)} == {""}


async def test_the_order_is_drawn_anew_each_time(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Twelve answers have another order at each look, but one reader's pages fit together."""
    message = await asks(people.ana, "nameless", QUESTION)
    await all_answer(crowd(people, 12), message)
    await until(bot, clock, clock.now + DAY)
    orders = []
    for _ in range(3):
        page = await press(people.noor, message, "All answers")
        read = page.text
        while "[Read more]" in page.text:
            page = await page.press("Read more")
            read += page.text
        orders.append(re.findall("<..>", read))
    assert [sorted(order) for order in orders] == [sorted(orders[0])] * 3
    assert len(orders[0]) == 12
    assert all(one != other for one, other in pairwise(orders))
    assert AllAnswers("1", "2", "1", "x").order == "x"


async def test_the_answer_is_the_only_row_that_it_leaves(people: Everyone, bot: Bot) -> None:
    """No person, member, name, note or draft is written, even at a first contact."""
    await people.ana.types("ours")
    await people.ben.types("the others")
    message = await asks(people.ana, "nameless", QUESTION)
    new, renamed = crowd(people, 1)[0], Person(bot, replace(people.ben.origin, person_name="Benedict"))
    before = [len(rows(bot, table)) for table in (PersonRow, Membership, Pending, Posting)]
    for who in (new, renamed):
        form = await press(who, message, "Answer")
        again = await form.fill(text="  ")
        assert not again.form.storable
        await again.fill(text="<xx>")
    assert [len(rows(bot, table)) for table in (PersonRow, Membership, Pending, Posting)] == before
    assert "Benedict" not in {person.name for person in rows(bot, PersonRow)}
    assert len(rows(bot, Answer)) == 2


async def test_a_forged_answer_waits_nowhere(people: Everyone, bot: Bot) -> None:
    """In a direct message no draft keeps its words for a choice of the team."""
    await people.ana.types("ours")
    await people.ana.types("two", channel="C2", channel_name="two")
    await asks(people.ana, "nameless", QUESTION)
    got = await people.ana.does(GiveAnswer(str(question_id(bot)), "", "<xx>"), channel="D-ana", direct=True)
    assert "<xx>" in got.text
    assert rows(bot, Pending) == []
    assert rows(bot, Answer) == []


async def test_an_answer_that_could_not_be_stored_may_be_given_again(people: Everyone, bot: Bot) -> None:
    """A short outage of the database does not use it up, and nothing is counted anywhere."""
    message = await asks(people.ana, "nameless", QUESTION)
    form = await press(people.ben, message, "Answer")
    figures = bot.metrics.render_text()
    await bot.database.write(lambda session: session.execute(text("ALTER TABLE answer RENAME TO away")))
    assert "<be>" in (await form.fill(text="<be>")).text
    await bot.database.write(lambda session: session.execute(text("ALTER TABLE away RENAME TO answer")))
    assert "Your answer is saved, without your name" in (await form.fill(text="<be>")).text
    assert bot.metrics.render_text() == figures


async def test_a_restart_in_between_loses_nothing(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """The rows alone decide what comes out, and when."""
    message = await asks(people.ana, "nameless", QUESTION)
    await all_answer(crowd(people, 3), message)
    again = build_bot(bot.database, [recorder], clock)
    again.patience = 30
    both = Everyone(again)
    for number, who in enumerate(crowd(both, 5)[3:], 3):
        await answers(who, message, f"<{number:02}>")
    await until(again, clock, clock.now + DAY)
    assert "Five people answered." in await both.ana.sees(message)


async def test_the_schedule_pauses_without_saying_that_nobody_answered(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """Three retros had answers, but too few to show."""
    await people.ana.types("ours")
    await people.ana.does(Start("1"))
    form = await (await people.ana.types("schedule")).press("Retro schedule")
    await form.fill(names="nameless")
    for _ in range(60):
        await until(bot, clock, clock.now + DAY)
        open_ones = [one for one in rows(bot, Posting) if one.anonymous and not one.closed_at and one.message]
        for one in open_ones:
            await people.ben.does(GiveAnswer(str(one.id), "1", "<be>"))
    shown = "\n".join(there(people.ana).texts())
    assert "My last three retro questions got too few answers to show" in shown
    assert "Nobody answered my last three retro questions" not in shown
