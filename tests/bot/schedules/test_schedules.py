"""Tests of scheduled posts: how they start, change and pause."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.core.events import ChannelJoined, ChannelLeft, MessageDeleted, ReplyWritten
from bot.core.forms.later import first_fields, later_fields
from bot.features import PLANNERS
from bot.runtime.bot import Bot
from bot.schedules.form import ChangeSchedule
from bot.schedules.planner import BATCH, plan_due_schedules
from bot.schedules.schedules import Plan, Start
from storage.engine.database import Database
from storage.models import Posting, PostingKind, Schedule
from storage.schedules import schedules
from tests.support.databases import Clock
from tests.support.people import Everyone, Got
from tests.support.recorder import Recorder
from tests.support.waiting import advance_clock

WEEK = timedelta(weeks=1)


def planned(bot: Bot, *kinds: str) -> list[Posting]:
    """Return the stored postings of schedules, of these kinds or of all."""

    def read(session: Session) -> list[Posting]:
        wanted = select(Posting).where(col(Posting.schedule_id).is_not(None)).order_by(col(Posting.id))
        return [each for each in session.execute(wanted).scalars() if not kinds or each.kind in kinds]

    return bot.database.read_now(read)


def days(bot: Bot, *kinds: str) -> list[date | None]:
    """Return the local dates of the planned postings."""
    return [posting.local_date for posting in planned(bot, *kinds)]


def schedule(bot: Bot, kind: str) -> Schedule:
    """Return a schedule of the first team."""
    found = bot.database.read_now(lambda session: schedules.find_schedule(session, 1, kind))
    assert found is not None
    return found


async def begun(people: Everyone) -> None:
    """Create Ana's team in Lisbon, with its questions started on Monday."""
    await people.ana.types("ours")
    await people.ana.does(Start("1"))


async def set_by_hand(bot: Bot, kind: str, **values: Any) -> None:
    """Change schedule rows directly in the database, as no command can."""

    def write(session: Session) -> None:
        session.execute(update(Schedule).where(col(Schedule.kind) == kind).values(**values))

    await bot.database.write(write)


async def change(people: Everyone, kind: str) -> Got:
    """Open the form of one schedule."""
    card = await people.ben.types("schedule")
    return await card.press(f"{kind.capitalize()} schedule")


def day(month: int, number: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a time in 2026, in UTC."""
    return datetime(2026, month, number, hour, minute, tzinfo=UTC)


async def test_a_new_team_has_the_three_of_the_design(people: Everyone) -> None:
    """A new team's recap is on; its questions are off until someone starts them."""
    await people.ana.types("ours")
    assert (await people.ben.types("schedule")).text == (
        "What I post, and when\n"
        "• Question · Tuesday at 10:00, every week, Lisbon time — Off\n"
        "• Retro · Thursday at 15:00, every other week, Lisbon time — Off\n"
        "• Recap · Friday at 16:00, every week, Lisbon time — "
        "Next: 20 March 2026, 16:00\n"
        "[Turn on questions] [Question schedule] [Retro schedule] [Recap schedule]\n"
        "[Question packs] [I'd like to host]"
    )


async def test_start_says_when_and_may_be_pressed_again(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Anyone can press Start at any time. A second press changes nothing."""
    await people.ana.types("ours")
    first = await people.ana.does(Start("1"))
    assert first.text == (
        "Questions are on. Question: 17 March 2026, 10:00. Retro: 19 March 2026, 15:00.\n[Change schedule]"
    )
    clock.forward(hours=2)
    assert (await people.ben.does(Start("1"))).text == first.text
    assert "[Turn on questions]" not in (await people.ben.does(Plan("1"))).text
    assert schedule(bot, "prompt").set_by_id == schedule(bot, "recap").set_by_id


async def test_a_look_back_begins_with_the_next_day_it_can(people: Everyone, clock: Clock) -> None:
    """Started on a Friday, it is posted on the next Thursday and not in the week after."""
    clock.now = day(3, 20, 9)
    await people.ana.types("ours")
    assert "Retro: 26 March 2026, 15:00" in (await people.ana.does(Start("1"))).text


async def test_three_weeks_of_posts(people: Everyone, bot: Bot, clock: Clock, recorder: Recorder) -> None:
    """A question comes weekly, a retro every other week, at 10:00 before and after the clock change."""
    await begun(people)
    await advance_clock(bot, clock, day(4, 3, 18))
    prompts = planned(bot, "prompt")
    assert [(p.local_date, p.created_at) for p in prompts] == [
        (date(2026, 3, 17), day(3, 17, 10)),
        (date(2026, 3, 24), day(3, 24, 10)),
        (date(2026, 3, 31), day(3, 31, 9)),
    ]
    assert days(bot, "retro") == [date(2026, 3, 19), date(2026, 4, 2)]
    assert len({posting.text for posting in planned(bot, "prompt", "retro")}) == 5
    recaps = planned(bot, "recap")
    assert [(p.since, p.until) for p in recaps] == [
        (day(3, 13, 16), day(3, 20, 16)), (day(3, 20, 16), day(3, 27, 16)), (day(3, 27, 16), day(4, 3, 15)),
    ]  # fmt: skip
    shown = [s.text for s in recorder.standing.values() if s.key.startswith("schedule:")]
    assert sum("A question for us" in text for text in shown) == 3
    assert sum("A retro question" in text for text in shown) == 2


async def test_planned_twice_is_posted_once(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A date is posted once, even if the schedule's time is set back by hand."""
    await begun(people)
    clock.now = day(3, 17, 10)
    await bot.tick()
    await bot.tick()
    await set_by_hand(bot, "prompt", next_at=day(3, 17, 10))
    await bot.tick()
    assert days(bot, "prompt") == [date(2026, 3, 17)]


async def test_a_later_time_on_the_same_day_waits_for_the_next(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """A local date gets one post, and the reply promises no second one for it."""
    await begun(people)
    clock.now = day(3, 17, 11)
    await bot.tick()
    got = await (await change(people, "question")).fill(at="17:00")
    assert got.text == "Question: Tuesday at 17:00, every week, Lisbon time. Next: 24 March 2026, 17:00"
    await advance_clock(bot, clock, day(3, 25))
    assert days(bot, "prompt") == [date(2026, 3, 17), date(2026, 3, 24)]


@pytest.mark.parametrize(
    ("kind", "late", "count"),
    [
        ("prompt", timedelta(hours=6), 1), ("prompt", timedelta(hours=6, minutes=1), 0),
        ("recap", timedelta(days=3), 1), ("recap", timedelta(days=3, minutes=1), 0),
    ],
)  # fmt: skip
async def test_after_a_pause_of_ours(
    people: Everyone, bot: Bot, clock: Clock, kind: str, late: timedelta, count: int
) -> None:
    """After an outage, a post that is not too late is sent. A later one is skipped until its next time."""
    await begun(people)
    due = schedule(bot, kind).next_at
    assert due is not None
    clock.now = due + late
    await bot.tick()
    assert len(planned(bot, kind)) == count
    assert schedule(bot, kind).next_at == due + WEEK


async def test_what_was_missed_does_not_pile_up(people: Everyone, bot: Bot, clock: Clock) -> None:
    """After three weeks offline, at most the latest recap is posted, and it covers its own week."""
    await begun(people)
    clock.now = day(4, 4, 9)
    await bot.tick()
    [recap] = planned(bot)
    assert (recap.kind, recap.local_date, recap.until) == ("recap", date(2026, 4, 3), day(4, 3, 15))
    coming = await people.ben.types("schedule")
    assert "Next: 7 April 2026, 10:00" in coming.text


async def test_a_recap_of_every_second_week_leaves_no_week_out(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """It covers both weeks."""
    await people.ana.types("ours")
    await (await change(people, "recap")).fill(state="2")
    await advance_clock(bot, clock, day(4, 4))
    assert [(p.since, p.until) for p in planned(bot)] == [
        (day(3, 6, 16), day(3, 20, 16)), (day(3, 20, 16), day(4, 3, 15)),
    ]  # fmt: skip


async def test_changing_the_schedule(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The form has the current values, and its reply says when the next post is."""
    await begun(people)
    form = await change(people, "retro")
    assert form.form.title == "Retro schedule"
    values = {field.name: field.value for field in form.form.fields}
    packs = values.pop("packs").split("\n")
    assert len(packs) == 9
    assert values == {
        "days": "4", "at": "15:00", "state": "2", "zone": "Europe/Lisbon", "until": "",
        "names": "named",
    }  # fmt: skip
    got = await form.fill(days="1\n3", at="9.30", state="1", zone="são paulo", packs="why", names="nameless")
    assert got.text == (
        "Retro: Monday and Wednesday at 09:30, every week, Sao Paulo time. Next: 16 March 2026, 09:30"
    )
    await advance_clock(bot, clock, day(3, 19))
    first, second = planned(bot, "retro")
    assert (first.created_at, second.created_at) == (day(3, 16, 12, 30), day(3, 18, 12, 30))
    assert first.anonymous
    assert first.question.startswith("why:")
    assert second.question.startswith("why:")
    assert schedule(bot, "retro").set_by_id != schedule(bot, "recap").set_by_id


async def test_a_form_asks_how_often_and_leaves_the_rest_for_later(people: Everyone, bot: Bot) -> None:
    """What is seldom changed is behind *Add more*, until it has another value than now."""
    await begun(people)
    form = await change(people, "retro")
    assert [field.name for field in first_fields(form.form)] == ["days", "at", "state"]
    assert [field.name for field in later_fields(form.form)] == ["zone", "until", "packs", "names"]
    wrong = await form.fill(zone="Mars", names="nameless")
    assert [field.name for field in first_fields(wrong.form)] == ["days", "at", "state", "zone", "names"]
    assert "Lisbon time" in (await wrong.fill(zone="")).text


async def test_a_form_of_an_earlier_version_still_counts(people: Everyone, bot: Bot) -> None:
    """It asked in two fields whether the schedule is on and how often it comes."""
    await begun(people)
    old = ChangeSchedule("recap", "1", "5", "16:00", "2", "Lisbon", "on")
    assert "every other week" in (await people.ana.does(old)).text
    assert "off" in (await people.ana.does(replace(old, state="off"))).text
    assert schedule(bot, "recap").every == 2


async def test_what_cannot_be_read_comes_back_beside_its_field(people: Everyone, bot: Bot) -> None:
    """The form comes back as it was filled in, and nothing is changed."""
    await begun(people)
    form = await change(people, "question")
    wrong = await form.fill(days="", at="ten", zone="Mars", packs="", until="soon")
    assert wrong.form.errors == {
        "days": "Choose at least one day.",
        "at": "Write the time like 10:00 or 4 pm.",
        "zone": "I don't know that time zone. Try a city, like Lisbon.",
        "packs": "Choose at least one pack.",
        "until": "Write the day like 2026-03-20.",
    }
    typed = {field.name: field.value for field in wrong.form.fields}
    assert typed == {
        "days": "", "at": "ten", "state": "1", "zone": "Mars", "packs": "", "until": "soon",
    }  # fmt: skip
    assert schedule(bot, "prompt").at == "10:00"
    again = await wrong.fill(days="2", at="10", zone="Porto", packs="why", until="")
    assert "Lisbon time. Next: 17 March 2026, 10:00" in again.text


@pytest.mark.parametrize(
    ("until_day", "sentence"),
    [
        ("2026-03-16", "Choose a day in the future."),
        ("2020-01-01", "Choose a day in the future."),
        ("2028-01-01", "A pause can last up to a year. For longer, turn it off."),
        ("2026-02-30", "There's no 30 February 2026: that month has 28 days. Choose another day."),
        ("9999-12-31", "A pause can last up to a year. For longer, turn it off."),
    ],
)
async def test_a_pause_that_makes_no_sense(people: Everyone, until_day: str, sentence: str) -> None:
    """The form comes back with an error for it."""
    await begun(people)
    wrong = await (await change(people, "question")).fill(until=until_day)
    assert wrong.form.errors == {"until": sentence}


async def test_a_pause_ends_by_itself(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Nothing is posted before that day. Afterwards the form no longer shows the pause."""
    await begun(people)
    got = await (await change(people, "question")).fill(until="2026-04-07")
    assert got.text.endswith("Next: 7 April 2026, 10:00")
    await advance_clock(bot, clock, day(4, 8))
    assert days(bot, "prompt") == [date(2026, 4, 7)]
    form = await change(people, "question")
    assert {field.name: field.value for field in form.form.fields}["until"] == ""


async def test_off_is_off_until_it_is_on(people: Everyone, bot: Bot, clock: Clock) -> None:
    """That is also true for the recap."""
    await begun(people)
    got = await (await change(people, "recap")).fill(state="off")
    assert got.text == "Recap: off. I won't post it until someone turns it on again."
    await advance_clock(bot, clock, day(3, 21))
    assert planned(bot, "recap") == []
    got = await (await change(people, "recap")).fill(state="1")
    assert got.text.endswith("Next: 27 March 2026, 16:00")


async def test_a_zone_told_for_the_first_time_is_the_teams(people: Everyone, bot: Bot) -> None:
    """With no zone from the platform, the first form sets all three schedules, and a later one only its own."""
    people.ana.origin = replace(people.ana.origin, zone="")
    await begun(people)
    assert "every week, UTC" in (await people.ben.types("schedule")).text
    await (await change(people, "question")).fill(zone="Berlin")
    shown = (await people.ben.types("schedule")).text
    assert shown.count("Berlin time") == 3
    assert "Next: 20 March 2026, 16:00" in shown
    await (await change(people, "recap")).fill(zone="Toronto")
    shown = (await people.ben.types("schedule")).text
    assert (shown.count("Berlin time"), shown.count("Toronto time")) == (2, 1)


async def test_after_three_without_an_answer_it_pauses_and_says_so_once(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """The notice replaces the fourth question. Questions and retros pause separately, until someone resumes."""
    await begun(people)
    await advance_clock(bot, clock, day(5, 1))
    assert days(bot, "prompt") == [date(2026, 3, 17), date(2026, 3, 24), date(2026, 3, 31)]
    assert days(bot, "quiet") == [date(2026, 4, 7), date(2026, 4, 30)]
    prompts, retros = [s for s in recorder.standing.values() if "Nobody answered" in s.text]
    assert prompts.text == (
        "Nobody answered my last three questions, so I'll stop asking for now.\n[Ask again] [Change schedule]"
    )
    assert "Nobody answered my last three retro questions" in retros.text
    again = await people.ben.does(prompts.post.card.buttons[0].command)
    assert again.text.startswith("I'll ask again. Next: 5 May 2026, 10:00.")
    await advance_clock(bot, clock, day(5, 20))
    assert days(bot, "prompt")[3:] == [date(2026, 5, 5), date(2026, 5, 12), date(2026, 5, 19)]


async def test_one_answer_keeps_it_going(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """One answer is enough, even if the other questions got none."""
    await begun(people)
    await advance_clock(bot, clock, day(3, 24, 12))
    message = [m for m, s in recorder.standing.items() if "A question for us" in s.text][-1]
    await people.ben.does(ReplyWritten("m-ben", "The deadline"), thread=message)
    await advance_clock(bot, clock, day(4, 15))
    assert planned(bot, "quiet") == []
    assert len(days(bot, "prompt")) == 5
    await advance_clock(bot, clock, day(4, 22))
    assert [posting.local_date for posting in planned(bot, "quiet")] == [date(2026, 4, 21)]


async def test_a_deleted_answer_is_none(people: Everyone, bot: Bot, clock: Clock, recorder: Recorder) -> None:
    """A deleted answer does not count."""
    await begun(people)
    await advance_clock(bot, clock, day(3, 17, 12))
    message = next(m for m, s in recorder.standing.items() if "A question for us" in s.text)
    await people.ben.does(ReplyWritten("m-ben", "The deadline"), thread=message)
    await people.ben.does(MessageDeleted("m-ben"))
    await advance_clock(bot, clock, day(4, 8))
    assert days(bot, "quiet") == [date(2026, 4, 7)]


async def test_nothing_is_posted_where_the_bot_cannot_speak(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The missed post is not sent late when the bot is invited again."""
    await begun(people)
    await people.ana.does(ChannelLeft())
    await advance_clock(bot, clock, day(3, 18))
    await people.ana.does(ChannelJoined())
    await advance_clock(bot, clock, day(3, 25))
    assert days(bot, "prompt") == [date(2026, 3, 24)]


async def test_a_row_that_makes_no_sense_silences_nobody_else(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """The invalid schedule is turned off, and the others continue."""
    await begun(people)
    await set_by_hand(bot, "prompt", weekdays="", next_at=day(3, 16, 10))
    await advance_clock(bot, clock, day(3, 20))
    assert days(bot) == [date(2026, 3, 19)]
    assert not schedule(bot, "prompt").active


async def test_with_every_question_muted_nothing_is_posted(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The schedule stays on, because a question may be added."""
    await begun(people)
    await (await change(people, "question")).fill(packs="own")
    await advance_clock(bot, clock, day(3, 18))
    assert planned(bot) == []
    assert schedule(bot, "prompt").next_at == day(3, 24, 10)


async def test_many_teams_are_planned_a_batch_at_a_time(bot: Bot, people: Everyone, clock: Clock) -> None:
    """Batches run until one is empty."""
    for number in range(BATCH + 1):
        await people.ana.does(bot.commands.parse("ours"), channel=f"T{number}", channel_name=f"t{number}")
    now = clock.now + WEEK
    counts: list[int] = []
    while not counts or counts[-1]:
        counts.append(await bot.database.write(lambda session: plan_due_schedules(session, now, PLANNERS)))
    assert counts == [BATCH, 1, 0]


async def test_two_processes_share_what_is_due(people: Everyone, bot: Bot, database: Database) -> None:
    """On PostgreSQL, a process skips rows that another has claimed. On SQLite only one process writes."""
    await begun(people)
    if database.url.get_backend_name() == "sqlite":
        return
    later = day(3, 30)

    def claim(session: Session) -> Any:
        mine = schedules.list_due(session, later, 2)
        with Session(database.writing) as other:
            theirs = schedules.list_due(other, later, 2)
        return [one.kind for one in mine], [one.kind for one in theirs]

    mine, theirs = await bot.database.write(claim)
    assert (len(mine), len(theirs)) == (2, 1)
    assert not set(mine) & set(theirs)
    await asyncio.gather(
        *(bot.database.write(lambda session: plan_due_schedules(session, later, PLANNERS)) for _ in range(3))
    )
    assert len(planned(bot, PostingKind.RECAP)) == 1


@pytest.mark.parametrize("at", ["4pm", "4 PM", "16h", "16h00", "16.00", "１６：００", "١٦:٠٠"])
async def test_a_time_as_people_write_it(people: Everyone, at: str) -> None:
    """Each of these is four in the afternoon."""
    await begun(people)
    said = await (await change(people, "question")).fill(days="2", at=at, zone="Porto")
    assert "Tuesday at 16:00, every week, Lisbon time. Next: 17 March 2026, 16:00" in said.text


async def test_an_abbreviation_is_not_taken_for_a_clock(people: Everyone, bot: Bot) -> None:
    """The city is asked for; a zone that the schedule had before stays, as long as nobody changes it."""
    await begun(people)
    wrong = await (await change(people, "question")).fill(zone="EST")
    assert wrong.form.errors["zone"].endswith(
        "Write a city instead: with summer time New York, without it Jamaica."
    )
    await set_by_hand(bot, "prompt", zone="EST")
    assert "at 09:00, every week, EST." in (await (await change(people, "question")).fill(at="9")).text
