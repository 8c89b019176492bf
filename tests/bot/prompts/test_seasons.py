"""Tests of seasons: for some weeks one question only, in the same words, then first and last side by side."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from bot.prompts.answers import GiveAnswer
from bot.prompts.ask import AskNow
from bot.prompts.bank.browse import OneQuestion, Packs
from bot.prompts.bank.edit import AskNext
from bot.prompts.bank.packs import find_bundled_question
from bot.prompts.seasons.commands import BeginSeason, EndSeason, FirstAndLast, SeeSeason
from bot.prompts.seasons.planner import next_due
from bot.runtime.bot import Bot
from bot.schedules.form import ChangeSchedule
from bot.schedules.schedules import Plan, Start
from storage.engine.database import Database
from storage.models import Posting, PostingKind, Season, Team
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person
from tests.support.questions import press, rows, there, until
from tests.support.recorder import Recorder

QUESTION = "What did we learn from a customer?"
LONG_AFTER = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def day(month: int, number: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a time in 2026, in UTC."""
    return datetime(2026, month, number, hour, minute, tzinfo=UTC)


async def opened(people: Everyone) -> Got:
    """Create Ana's team in Lisbon on a Monday, start its questions, and open the form of a season."""
    await people.ana.types("ours")
    await people.ana.does(Start("1"))
    return await people.ana.does(BeginSeason("1"))


async def begun(people: Everyone, **values: str) -> Got:
    """Begin a season of four weeks, asked on Tuesdays."""
    return await (await opened(people)).fill(**{"text": QUESTION, **values})


def season_cards(who: Person) -> list[str]:
    """Return the texts of the seasons' cards in the channel, oldest first."""
    return [one.text for one in there(who).standing.values() if one.key.startswith("season")]


def message_of(who: Person, key: str) -> str:
    """Return the id of the message with a key."""
    return next(message for message, one in there(who).standing.items() if one.key == key)


def asked(bot: Bot) -> list[Posting]:
    """Return the questions of the schedules."""
    kinds = (PostingKind.PROMPT, PostingKind.RETRO)
    return [each for each in rows(bot, Posting) if each.kind in kinds and each.schedule_id is not None]


async def weekly(people: Everyone, clock: Clock, last: datetime) -> None:
    """Move on to a time. Mei answers each question, so that the schedule goes on."""
    while clock.now < last:
        await until(people.bot, clock, min(last, clock.now + timedelta(days=1)))
        if latest := asked(people.bot)[-1:]:
            await answers(people.mei, latest[0], "This week's.")


async def answers(who: Person, posting: Posting, text: str) -> Got:
    """Answer a question in its form."""
    return await who.does(GiveAnswer(str(posting.id), "1", text))


async def test_a_season_begins(people: Everyone) -> None:
    """The private answer says where and until when, and the channel sees who began it."""
    done = await begun(people)
    assert done.text == (
        "Your season runs from 16 March to 13 April. I won't ask any other questions then. "
        "First time: 17 March 2026, 10:00. The card is in #lantern.\n[Undo]"
    )
    await people.bot.tick()
    assert season_cards(people.ana) == [
        f"A season of one question\n“{QUESTION}”\n"
        "From 16 March to 13 April, I ask only this question, always in the same words.\n"
        "I ask it every week on Tuesday.\nStarted by Ana\n[End season]"
    ]


async def test_only_the_one_question_is_asked_and_then_the_others_come_back(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """By the schedule they named and in the same words. Retros rest, and rotation goes on after it."""
    await begun(people)
    await weekly(people, clock, day(4, 13, 12))
    assert [(one.kind, one.text, one.local_date) for one in asked(bot)] == [
        ("prompt", QUESTION, date(2026, 3, 17)),
        ("prompt", QUESTION, date(2026, 3, 24)),
        ("prompt", QUESTION, date(2026, 3, 31)),
        ("prompt", QUESTION, date(2026, 4, 7)),
    ]
    await until(bot, clock, day(4, 17, 12))
    later = asked(bot)[4:]
    assert [(one.kind, one.local_date) for one in later] == [
        ("prompt", date(2026, 4, 14)),
        ("retro", date(2026, 4, 16)),
    ]
    assert QUESTION not in [one.text for one in later]


async def test_a_look_back_can_be_the_one(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Then the weekly question rests."""
    await begun(people, schedule="retro", weeks="5")
    await until(bot, clock, day(4, 19, 12))
    assert {(one.kind, one.text) for one in asked(bot)} == {("retro", QUESTION)}
    assert [one.local_date for one in asked(bot)] == [date(2026, 3, 19), date(2026, 4, 2), date(2026, 4, 16)]


async def test_a_season_may_begin_later(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Before its first day everything is as always, and it lasts its weeks from then."""
    done = await begun(people, since="2026-03-30")
    assert "from 30 March to 27 April" in done.text
    assert "First time:" not in done.text
    await until(bot, clock, day(3, 29, 12))
    assert [one.kind for one in asked(bot)] == ["prompt", "retro", "prompt"]
    assert QUESTION not in [one.text for one in asked(bot)]
    await weekly(people, clock, day(4, 27, 12))
    assert {one.text for one in asked(bot)[3:]} == {QUESTION}
    assert len(asked(bot)) == 3 + 4


async def test_people_can_still_ask(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Only what comes by itself rests."""
    await begun(people)
    assert "I'm posting a question" in (await people.ben.does(AskNow("1"))).text
    assert "I'm posting your question" in (await people.ben.types("ask Who has the key?")).text
    await until(bot, clock, day(3, 17, 11))
    assert [one.text for one in asked(bot)] == [QUESTION]


async def test_the_end_says_how_often_and_how_many(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Its first card closes, and a new one brings first and last."""
    await begun(people)
    await until(bot, clock, day(3, 17, 12))
    await answers(people.ben, asked(bot)[-1], "They print it.")
    await answers(people.mei, asked(bot)[-1], "They call us first.")
    await until(bot, clock, day(4, 7, 12))
    await answers(people.ben, asked(bot)[-1], "They print it for their neighbours.")
    await until(bot, clock, day(4, 13, 1))
    first, last = season_cards(people.ana)
    assert first == (
        f"A season of one question\n“{QUESTION}”\n"
        "This season ended on 13 April. I asked it four times. Two people answered.\nStarted by Ana"
    )
    assert last == (
        f"The season of one question is over\n“{QUESTION}”\n"
        "This season ended on 13 April. I asked it four times. Two people answered. "
        "The other questions are back.\n[My first and last answer]"
    )


async def a_finished_season(people: Everyone, bot: Bot, clock: Clock) -> str:
    """Let Ben answer the first and the last of four questions, and Mei the first. Return the last card."""
    await begun(people)
    await until(bot, clock, day(3, 17, 12))
    await answers(people.ben, asked(bot)[-1], "They print it.")
    await answers(people.mei, asked(bot)[-1], "They call us first.")
    await until(bot, clock, day(4, 7, 12))
    await answers(people.ben, asked(bot)[-1], "Their neighbours read it.")
    await until(bot, clock, day(4, 13, 12))
    return message_of(people.ana, "season-end:1")


async def test_first_and_last_side_by_side(people: Everyone, bot: Bot, clock: Clock) -> None:
    """In private first. Who wants it shows theirs to all, and takes it back with a second press."""
    last = await a_finished_season(people, bot, clock)
    mine = await press(people.ben, last, "My first and last answer")
    assert mine.text == (
        f"Your first and last answer\n“{QUESTION}”\n“They print it.” — 17 March\n"
        "“Their neighbours read it.” — 7 April\nOnly you can see this.\n[Show it to everyone]"
    )
    assert "They print" not in await people.ana.sees(last)
    shown = await mine.press("Show it to everyone")
    assert shown.text == "Your first and last answer are on the season's card in #lantern now.\n[Undo]"
    assert (
        "First and last answers\n“They print it.” — Ben · 17 March\n“Their neighbours read it.” — Ben · 7 April"
        in await people.ana.sees(last)
    )
    assert "Everyone here can see both." in (await press(people.ben, last, "My first and last answer")).text
    gone = await shown.press("Undo")
    assert (
        gone.text
        == "Your first and last answer aren't on the season's card in #lantern.\n[Show it to everyone]"
    )
    assert "They print" not in await people.ana.sees(last)


async def test_one_answer_has_no_first_and_last(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Nothing is said that nobody said."""
    last = await a_finished_season(people, bot, clock)
    for who in (people.mei, people.noor):
        got = await press(who, last, "My first and last answer")
        assert got.text == (
            "To see your first and last answer, you need at least two, in words and with your name."
        )


async def test_an_answer_taken_back_leaves_the_card(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The pair goes with it, because one answer is no first and last."""
    last = await a_finished_season(people, bot, clock)
    await (await press(people.ben, last, "My first and last answer")).press("Show it to everyone")
    again = await answers(people.ben, asked(bot)[-1], "Their neighbours read it twice.")
    assert "Their neighbours read it twice." in await people.ana.sees(last)
    assert (await again.press("Undo")).text == "Your answer is removed."
    card = await people.ana.sees(last)
    assert "First and last" not in card
    assert "They print" not in card


async def test_names_that_are_not_known_have_no_pairs(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Of a season without names nobody's first and last can be told, and few answers aren't counted."""
    await people.ana.types("ours")
    await people.ana.does(Start("1"))
    form = await people.ana.does(ChangeSchedule("retro", "1"))
    await form.fill(names="nameless")
    await (await people.ana.does(BeginSeason("1"))).fill(text=QUESTION, schedule="retro")
    await until(bot, clock, day(3, 19, 16))
    await answers(people.ben, asked(bot)[-1], "Fewer words.")
    await until(bot, clock, day(4, 13, 12))
    last = await people.ana.sees(message_of(people.ana, "season-end:1"))
    assert "I asked it twice. The other questions are back." in last
    assert last.endswith("The answers were anonymous, so I can't show people their own first and last one.")
    refused = await people.ben.does(FirstAndLast("1", "1"))
    assert refused.text == "This season's answers were anonymous, so I don't know which ones are yours."


async def test_answers_without_names_are_counted_once_they_are_enough(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """Also when they come out after the season has ended."""
    await people.ana.types("ours")
    await people.ana.does(Start("1"))
    await (await people.ana.does(ChangeSchedule("retro", "1"))).fill(names="nameless")
    await (await people.ana.does(BeginSeason("1"))).fill(text=QUESTION, schedule="retro")
    await until(bot, clock, day(3, 19, 16))
    for number in range(5):
        who = Person(bot, people.ben.origin.__class__(**{**vars(people.ben.origin), "person": f"U-{number}"}))
        await answers(who, asked(bot)[-1], f"Answer {number}")
    sure = await people.ana.does(EndSeason("1", "1"))
    await sure.press("End season")
    await bot.tick()
    last = message_of(people.ana, "season-end:1")
    assert "I asked it once. The other" in await people.ana.sees(last)
    await until(bot, clock, day(3, 20, 18))
    assert "I asked it once. Five answers were anonymous." in await people.ana.sees(last)


async def test_it_ends_by_hand_after_one_question(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Anyone may end it, and is asked once. The others come back with their next time."""
    await begun(people)
    await until(bot, clock, day(3, 18, 12))
    card = message_of(people.ana, "season:1")
    sure = await press(people.noor, card, "End season")
    assert sure.text == ("End the season for everyone here? Otherwise it runs until 13 April.\n[End season]")
    assert "[End season]" in await people.ana.sees(card)
    done = await sure.press("End season")
    assert done.text == "The season is over. The other questions in #lantern are back."
    assert "Noor ended this season on 18 March. I asked it once." in await people.ana.sees(card)
    assert (await sure.press("End season")).text == "This season has ended already."
    await until(bot, clock, day(3, 20, 12))
    assert asked(bot)[-1].kind == "retro"


async def test_a_season_that_asked_nothing_ends_quietly(people: Everyone, bot: Bot, clock: Clock) -> None:
    """It has no last card, because there is nothing to say."""
    await begun(people)
    await bot.tick()
    await (await people.ben.does(EndSeason("1", "1"))).press("End season")
    await bot.tick()
    [card] = season_cards(people.ana)
    assert "Ben ended this season on 16 March. I didn't ask it." in card


async def test_undo(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Its author takes it back before it asked anything. Its words are erased."""
    done = await begun(people)
    await bot.tick()
    assert "Only the person who started" in (await people.ben.does(done.button("Undo"))).text
    gone = await done.press("Undo")
    assert gone.text == "Season taken back. Your other questions come as before."
    await bot.tick()
    assert season_cards(people.ana) == ["This season was taken back."]
    assert [one.question for one in rows(bot, Season)] == [""]
    await until(bot, clock, day(3, 17, 12))
    assert [one.text != QUESTION for one in asked(bot)] == [True]
    again = await begun(people)
    assert "Your season runs" in again.text


async def test_undo_comes_too_late(people: Everyone, bot: Bot, clock: Clock) -> None:
    """What was asked was asked."""
    done = await begun(people)
    await until(bot, clock, day(3, 17, 12))
    late = await done.press("Undo")
    assert late.text == "I've already asked it, so you can't undo that. You can end the season on its card."


async def test_the_same_form_twice_begins_one_season(people: Everyone, bot: Bot) -> None:
    """A platform may deliver a form again."""
    form = await opened(people)
    one = await form.fill(text=QUESTION)
    two = await form.fill(text=QUESTION)
    assert one.text == two.text
    assert len(rows(bot, Season)) == 1


async def test_two_at_once(people: Everyone, bot: Bot) -> None:
    """The second gets one sentence with the first's question, and their own words back."""
    await opened(people)
    forms = [await who.does(BeginSeason("1")) for who in (people.ben, people.mei)]
    texts = [QUESTION, "What would we stop?"]
    both = await asyncio.gather(*(form.fill(text=text) for form, text in zip(forms, texts, strict=True)))
    [won] = [got for got in both if "Your season runs" in got.text]
    [lost] = [got for got in both if got is not won]
    first, second = texts if won is both[0] else texts[::-1]
    name = "Ben" if won is both[0] else "Mei"
    assert f"{name} started a season with “{first}”." in lost.text
    assert second in lost.text
    assert [one.question for one in rows(bot, Season)] == [first]


async def test_a_second_season_is_refused_before_its_form(people: Everyone) -> None:
    """Nobody fills in a form in vain."""
    await begun(people)
    got = await people.ben.does(BeginSeason("1"))
    assert got.text == (
        f"Ana started a season with “{QUESTION}”. It runs until 13 April. "
        "There can be only one at a time. End it on its card, or wait."
    )


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("text", "", "Please write the question."),
        ("text", "x" * 601, "That's 601 characters, and a question can have 600."),
        ("schedule", "recap", "Choose one of these."),
        ("weeks", "52", "A season lasts four to eight weeks."),
        ("since", "2026-02-30", "There's no 30 February 2026: that month has 28 days. Choose another day."),
        ("since", "soon", "Write the day like 2026-03-20."),
        ("since", "2026-03-15", "That day is over. A season starts today or later."),
        ("since", "2027-03-15", "Choose a day within the next three months."),
    ],
)
async def test_bad_input_comes_back(people: Everyone, bot: Bot, field: str, value: str, error: str) -> None:
    """One clear sentence, and what was typed is still there."""
    form = await opened(people)
    wrong = await form.fill(**{"text": QUESTION, field: value})
    assert wrong.form.errors == {field: error}
    assert {one.name: one.value for one in wrong.form.fields}[field] == value
    assert rows(bot, Season) == []


async def test_a_schedule_that_is_off_asks_nothing(people: Everyone) -> None:
    """In a new team both are off. The form says what to do, and keeps the question."""
    await people.ana.types("ours")
    form = await people.ana.does(BeginSeason("1"))
    assert [option.label for option in form.form.fields[1].options] == [
        "Question · Tuesday at 10:00 · off",
        "Retro · Thursday at 15:00, every other week · off",
    ]
    assert form.form.fields[1].hint == "To turn on one that's off, type /aha schedule."
    wrong = await form.fill(text=QUESTION)
    assert wrong.form.errors == {
        "schedule": "This one is off. To turn it on, type /aha schedule. Or choose another one."
    }
    await people.ben.does(Start("1"))
    assert "Your season runs" in (await wrong.fill()).text


async def test_a_question_of_the_bank(people: Everyone, bot: Bot, clock: Clock) -> None:
    """It's asked under its key, so that rotation knows it. It can't be muted while the season asks it."""
    key = "why:every-week"
    known = find_bundled_question(key)
    assert known is not None
    await people.ana.types("ours")
    await people.ana.does(Start("1"))
    one = await people.ana.does(OneQuestion(key, "1"))
    form = await one.press("Start a season")
    assert form.form.fields[0].value == known.text
    await form.fill()
    await until(bot, clock, day(3, 17, 12))
    [posting] = asked(bot)
    assert (posting.text, posting.question) == (known.text, key)
    card = await people.ana.sees(str(posting.message))
    assert "The only question of our season until 13 April" in card
    assert "[Mute this question]" not in card


async def test_where_one_looks_for_it(people: Everyone) -> None:
    """The packs and the ask form lead to it, and so does its name. Nothing is posted by that."""
    await people.ana.types("ours")
    await people.ana.does(Start("1"))
    about = await (await people.ana.does(Packs(team="1"))).press("A season of one question")
    assert about.text == (
        "A season of one question\n"
        "For four to eight weeks, I ask only one question, always in the same words.\n"
        "There's no season right now.\n[Start a season]"
    )
    assert (
        "There's no season right now.\n“season”\n[Start a season] [Save as an aha]"
        in (await people.ana.types("season")).text
    )
    assert "There's no season right now." in (await people.ana.types("help season")).text
    offered = await (await people.ana.types("ask")).fill(text=QUESTION, sort="season")
    assert "I haven't asked anything yet." in offered.text
    form = await offered.press("Start a season")
    assert form.form.fields[0].value == QUESTION
    assert "Your season runs" in (await form.fill()).text
    now = await people.ben.does(SeeSeason("1"))
    assert "Started by Ana\nI haven't asked it yet.\n[End season]" in now.text


async def test_what_rests_says_so(people: Everyone) -> None:
    """No answer promises a question that won't come."""
    await begun(people)
    shown = (await people.ben.does(Plan("1"))).text
    assert "Next: 17 March 2026, 10:00" in shown
    assert "Next: from 13 April on, after the season of one question" in shown
    assert "[Our season]" in shown
    wanted = await people.ben.does(AskNext("why:every-week", "1"))
    assert (
        wanted.text == "I'll ask it next. A season of one question is on, so it has to wait until 13 April."
    )


async def test_the_recap_asks_nothing_meanwhile(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """Its question for the week ahead rests too, and stays away when the recap is edited after the season."""
    await begun(people)
    await until(bot, clock, day(3, 20, 17))
    [recap] = [text for text in recorder.texts() if "The week to 20 March" in text]
    assert "For next week" not in recap
    await (await people.ben.does(EndSeason("1", "1"))).press("End season")
    await people.ben.types("We sign once now")
    await until(bot, clock, day(3, 27, 17))
    [before, after] = [text for text in recorder.texts() if "The week to " in text]
    assert before == recap
    assert "For next week" in after


async def test_turning_its_schedule_off(people: Everyone, bot: Bot, clock: Clock) -> None:
    """One sentence says what that means, and the season's card says why nothing comes."""
    await begun(people)
    await bot.tick()
    off = await (await people.ben.does(ChangeSchedule("prompt", "1"))).fill(state="off")
    assert off.text == (
        "Question: off. I won't post it until someone turns it on again. Its season of one question goes on, "
        "so I won't ask other questions until 13 April.\n[End season]"
    )
    await bot.tick()
    assert "Its schedule is off, so I'm not asking it for now." in season_cards(people.ana)[0]
    await until(bot, clock, day(4, 13, 12))
    assert asked(bot) == []
    assert "This season ended on 13 April. I didn't ask it." in season_cards(people.ana)[0]


async def test_a_pause_makes_it_no_longer(people: Everyone, bot: Bot, clock: Clock) -> None:
    """It says how often it was asked."""
    await begun(people)
    await (await people.ben.does(ChangeSchedule("prompt", "1"))).fill(until="2026-04-01")
    await until(bot, clock, day(4, 13, 12))
    assert [one.local_date for one in asked(bot)] == [date(2026, 4, 7)]
    assert "I asked it once." in season_cards(people.ana)[0]


async def test_a_season_that_a_pause_swallows(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Its card says so at once."""
    await begun(people)
    await (await people.ben.does(ChangeSchedule("prompt", "1"))).fill(until="2026-05-01")
    await bot.tick()
    assert "Its schedule is paused until 1 May." in season_cards(people.ana)[0]
    await until(bot, clock, day(4, 13, 12))
    assert asked(bot) == []
    assert "I didn't ask it." in season_cards(people.ana)[0]


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        ("Europe/Lisbon", day(4, 12, 23)),
        ("America/New_York", day(4, 13, 4)),
        ("Pacific/Auckland", day(4, 12, 12)),
        ("Pacific/Kiritimati", day(4, 12, 10)),
    ],
)
async def test_it_ends_at_the_teams_midnight(
    people: Everyone, bot: Bot, clock: Clock, database: Database, zone: str, ends: datetime
) -> None:
    """Wherever the team is, and though the clocks changed in between."""
    await begun(people, since="2026-03-16")

    def move(session: Session) -> None:
        session.get_one(Team, 1).zone = zone

    await database.write(move)
    assert database.read_now(next_due) == ends
    await until(bot, clock, ends - timedelta(minutes=1))
    assert rows(bot, Season)[0].ended_at is None
    await until(bot, clock, ends)
    assert rows(bot, Season)[0].ended_at == ends
    assert database.read_now(next_due) is None


async def test_many_seasons_end_in_one_night(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Those of teams in other channels end too, each in its own."""
    await begun(people)
    for number in range(2, 5):
        where = {"channel": f"C{number}", "channel_name": f"room-{number}"}
        await people.ben.types("ours", **where)
        await people.ben.does(Start(str(number)), **where)
        await (await people.ben.does(BeginSeason(str(number)), **where)).fill(text=QUESTION)
    await until(bot, clock, LONG_AFTER)
    assert all(one.ended_at is not None for one in rows(bot, Season))
    assert len(season_cards(people.ana)) == 8


async def test_silence_stops_its_schedule_as_always(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """After three questions without an answer the schedule rests, and the season says so."""
    await begun(people, weeks="8")
    await until(bot, clock, day(4, 20, 12))
    assert len(asked(bot)) == 3
    assert any("so I'll stop asking for now" in text for text in recorder.texts())
    assert "Its schedule is off" in season_cards(people.ana)[0]
