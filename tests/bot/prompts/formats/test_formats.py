"""Tests of grey areas, an aha first and park it: what the card says, and what stays private until when."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.events import EmojiAdded, ReplyWritten
from bot.prompts.answers import GiveAnswer
from bot.prompts.bank.packs import find_bundled_question, load_form_packs
from bot.prompts.formats.parking import GiveBack, Park
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.engine.database import Database
from storage.models import Answer, Participant, Posting, PromptForm
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import asks, exported, press, rows, there, until
from tests.support.recorder import Recorder

QUESTION = "Do we support the old app?"


def in_the_file(database: Database) -> bytes:
    """Return every byte of the database file, after its journal is written into it."""
    assert database.url.database is not None
    with closing(sqlite3.connect(database.url.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(database.url.database).read_bytes()


def shown(people: Everyone, message: str) -> str:
    """Return the current text of a public message."""
    return there(people.ana).standing[message].text


async def test_the_form_offers_them_all(people: Everyone) -> None:
    """They are listed beside the three plain sorts of question and the season of one."""
    options = {one.label for one in (await people.ana.types("ask")).form.fields[1].options}
    assert {
        "A question to talk about", "A retro question", "A retro question with anonymous answers",
        "Grey area: name what's undecided, solve it tomorrow", "What each of us brings: a line about a teammate",
        "Cross pair: two people of different crafts answer together", "Park it first: ten minutes to clear your head",
        "Aha first: write for two minutes, then read together", "Season: only this question, for four to eight weeks",
    } == options  # fmt: skip


@pytest.mark.parametrize("form", ["grey_area", "brings", "cross_pair", "aha_first"])
async def test_without_words_it_draws_one_of_its_own(people: Everyone, bot: Bot, form: str) -> None:
    """Each draw is another question, and the weekly rotation does not change."""
    await asks(people.ana, "prompt")
    first, second = await asks(people.ana, form), await asks(people.ana, form)
    plain = [posting for posting in rows(bot, Posting) if posting.form == form]
    keys = {posting.question for posting in plain}
    assert len(keys) == 2
    assert keys <= {question.key for question in load_form_packs()[form].questions}
    assert "[Mute this question]" in shown(people, first)
    assert (
        "ask this question again"
        in (await (await press(people.ben, second, "Mute this question")).press("Undo")).text
    )
    await asks(people.ana, "prompt")
    packs = [posting.question.partition(":")[0] for posting in rows(bot, Posting) if posting.form == ""]
    assert len(set(filter(None, packs))) == 2


def test_every_form_question_is_found_by_its_key_and_fits_a_card() -> None:
    """Each form has at least six, and no key occurs twice. A focus session brings its own three questions."""
    assert set(load_form_packs()) == set(PromptForm) - {PromptForm.PARK_IT, PromptForm.FOCUS_PART}
    every = [question for pack in load_form_packs().values() for question in pack.questions]
    assert all(len(pack.questions) >= 6 for pack in load_form_packs().values())
    assert len({question.key.partition(":")[2] for question in every}) == len(every)
    assert all(
        find_bundled_question(question.key) == question and len(question.text) <= 160 for question in every
    )


async def test_a_grey_area_asks_for_no_solutions_on_the_first_day(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """Then it also takes ways out, listed separately. One person may give both."""
    message = await asks(people.ana, "grey_area", QUESTION)
    assert shown(people, message).startswith(
        f"A grey area\n“{QUESTION}” — Ana\nJust what's undecided for now. Solutions tomorrow. "
        "Replies in this thread are saved as answers\n[Answer]"
    )
    await (await press(people.ben, message, "Answer")).fill(text="Nobody knows who still has it")
    await people.mei.does(ReplyWritten("m-mei", "I do"), thread=message)
    assert "· 2 answered\n“Nobody knows who still has it” — Ben\n[Answer]" in await people.ben.sees(message)
    await until(bot, clock, clock.now + timedelta(hours=23, minutes=59))
    assert "Ways out" not in shown(people, message)
    await until(bot, clock, clock.now + timedelta(minutes=2))
    assert "Now for the ways out." in shown(people, message)
    form = await press(people.ben, message, "Answer")
    assert "What could be a way out?" in form.form.intro
    assert form.form.fields[0].value == ""
    await form.fill(text="Ask the ten who wrote to us")
    assert (
        "\nHow we see it\n“Nobody knows who still has it” — Ben\n"
        "\nWays out\n“Ask the ten who wrote to us” — Ben\n[Answer]"
    ) in await people.ben.sees(message)
    assert "2 answered" in shown(people, message)


async def test_all_of_a_grey_area_can_be_read(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Private pages list all answers and say which kind each is."""
    message = await asks(people.ana, "grey_area", QUESTION)
    await (await press(people.ben, message, "Answer")).fill(text="grey " * 90)
    await until(bot, clock, clock.now + timedelta(days=1))
    await (await press(people.ben, message, "Answer")).fill(text="A way")
    read = (await press(people.mei, message, "All answers")).text
    assert "— Ben · How we see it" in read
    assert "“A way” — Ben · Ways out" in read


async def test_an_aha_first_opens_all_answers_together(people: Everyone, bot: Bot, clock: Clock) -> None:
    """For two minutes the answers are nowhere visible. Then all are shown."""
    message = await asks(people.ana, "aha_first", QUESTION)
    assert shown(people, message).startswith(
        f"Two minutes to write, then we read together\n“{QUESTION}” — Ana\n"
    )
    got = await (await press(people.ben, message, "Answer")).fill(text="The old one is faster")
    assert got.text == (
        "Your answer is saved in #lantern. We'll read them together when the two minutes are over.\n[Undo]"
    )
    again = await press(people.ben, message, "Answer")
    assert again.form.fields[0].value == "The old one is faster"
    await again.fill(text="The old one is calmer")
    await (await press(people.mei, message, "Answer")).fill(text="Nobody asked them")
    assert "· 2 answered\n[Answer]" in await people.ben.sees(message)
    clock.forward(seconds=119)
    await bot.tick()
    everywhere = [shown(people, message), exported(bot), (await people.ana.types("recap")).text]
    assert not any("calmer" in each or "asked them" in each for each in everywhere)
    assert rows(bot, Answer) == []
    clock.forward(seconds=1)
    await bot.tick()
    text = shown(people, message)
    assert text.startswith("What we saw first\n")
    assert "· 2 answered\n“The old one is calmer” — Ben\n“Nobody asked them” — Mei\n[Answer]" in text
    assert rows(bot, Participant) == []
    late = await (await press(people.noor, message, "Answer")).fill(text="Me too")
    assert "is under the question in #lantern" in late.text
    assert "· 3 answered" in await people.noor.sees(message)


async def test_who_is_never_kept_by_others_answers_all_the_same(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """A form answer of an opted-out person is saved, because they gave it themselves."""
    await (await people.mei.opens_settings()).fill(keep="never")
    message = await asks(people.ana, "aha_first", QUESTION)
    await (await press(people.ben, message, "Answer")).fill(text="The old one is faster")
    await (await press(people.mei, message, "Answer")).fill(text="Nobody asked them")
    await (await people.ben.opens_settings()).fill(keep="never")
    clock.forward(minutes=2)
    await bot.tick()
    text = shown(people, message)
    assert "Nobody asked them" in text
    assert "faster" in text
    assert rows(bot, Participant) == []


async def test_the_two_minutes_begin_when_the_card_stands(
    people: Everyone, bot: Bot, clock: Clock, recorder: Recorder
) -> None:
    """They count from the posting, however late it is, and survive a restart."""
    await people.ana.types("ours")
    await bot.tick()
    recorder.trouble = [ConnectionError("away")]
    form = await people.ana.types("ask")
    await form.fill(text=QUESTION, sort="aha_first")
    del bot.adapters["recorder"]
    clock.forward(minutes=3)
    await bot.tick()
    clock.forward(minutes=1)
    bot.adapters["recorder"], recorder.trouble = recorder, []
    await bot.tick()
    message, standing = recorder.last()
    assert standing.text.startswith("Two minutes")
    await (await press(people.ben, message, "Answer")).fill(text="Kept over a restart")
    clock.forward(minutes=1, seconds=59)
    again = build_bot(bot.database, [recorder], clock)
    await again.tick()
    assert "Kept over" not in shown(people, message)
    clock.forward(seconds=1)
    await again.tick()
    assert "“Kept over a restart” — Ben" in shown(people, message)


async def test_an_answer_typed_while_it_was_sealed_stands_when_it_comes_late(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """It counts although its form was sent after the two minutes."""
    message = await asks(people.ana, "aha_first", QUESTION)
    form = await press(people.ben, message, "Answer")
    clock.forward(minutes=2)
    await bot.tick()
    await form.fill(text="A little late")
    assert "“A little late” — Ben" in await people.ben.sees(message)


async def test_what_is_said_aloud_too_early_is_no_answer(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A reply or reaction does not count while answers are sealed or the question is hidden."""
    for sort in ("aha_first", "park_it"):
        message = await asks(people.ana, sort, QUESTION)
        await people.ben.does(ReplyWritten(f"m-{sort}", "Hm"), thread=message)
        await people.ben.does(EmojiAdded(message, "👍", ours="1"))
        assert rows(bot, Answer) == []
    later = await asks(people.ana, "park_it", QUESTION)
    clock.forward(minutes=10)
    await bot.tick()
    await people.ben.does(ReplyWritten("m-later", "Now"), thread=later)
    assert [answer.text for answer in rows(bot, Answer)] == ["Now"]


async def test_park_it(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A parked text is given back once, after the question opens, and is deleted then."""
    message = await asks(people.ana, "park_it", QUESTION)
    assert shown(people, message) == (
        "Park it first\nA question opens here in ten minutes. Until then, park what's on your mind. "
        "Only you can see it, and you get it back\n[Park it]\n[Suggest a question]"
    )
    got = await (await press(people.ben, message, "Park it")).fill(text="The dentist at four")
    assert got.text == (
        "Parked. Only you can see it. You can get it back here or on the card in #lantern, for a day.\n[Undo]"
    )
    form = await press(people.ben, message, "Park it")
    assert form.form.fields[0].value == "The dentist at four"
    assert (await press(people.mei, message, "Park it")).form.fields[0].value == ""
    assert "· 1 parked" in await people.ben.sees(message)
    at = str(rows(bot, Participant)[0].posting_id)
    assert "opens in a few minutes" in (await people.mei.does(GiveAnswer(at, "1"))).text
    clock.forward(minutes=10)
    await bot.tick()
    assert shown(people, message).startswith(
        f"A question for us\n“{QUESTION}” — Ana\nReplies in this thread are saved"
    )
    assert "[Answer] [Show what I parked]" in shown(people, message)
    assert "dentist" not in shown(people, message) + exported(bot)
    late = await form.fill(text="And the bins")
    assert late.text == "The question is open now, so you can't park anything more.\n“And the bins”"
    assert (
        "There's nothing here that you parked"
        in (await press(people.mei, message, "Show what I parked")).text
    )
    back = await press(people.ben, message, "Show what I parked")
    assert back.text == "Here's what you parked:\n“The dentist at four”\nI've deleted it here now."
    assert rows(bot, Participant) == []
    assert "[Show what I parked]" not in await people.ben.sees(message)
    assert "There's nothing here that you parked" in (await people.ben.does(GiveBack(at, "1"))).text


async def test_what_nobody_takes_back_is_gone_after_a_day(people: Everyone, bot: Bot, clock: Clock) -> None:
    """This holds even if a later question closed this one. The question stays open for its week."""
    message = await asks(people.ana, "park_it", QUESTION)
    await (await press(people.ben, message, "Park it")).fill(text="The dentist at four")
    await until(bot, clock, clock.now + timedelta(hours=23, minutes=59))
    assert rows(bot, Participant)[0].text == "The dentist at four"
    await asks(people.ana, "prompt", "What else?")
    assert shown(people, message).endswith(
        "This question has closed.\n[Show what I parked]\n[Suggest a question]"
    )
    await until(bot, clock, clock.now + timedelta(minutes=1))
    assert rows(bot, Participant) == []
    assert "[Show what I parked]" not in shown(people, message)


async def test_park_it_asks_what_it_draws(people: Everyone, bot: Bot, clock: Clock) -> None:
    """It takes any question of the bank and hides it until it opens."""
    message = await asks(people.ana, "park_it")
    [posting] = [each for each in rows(bot, Posting) if each.form == "park_it"]
    assert posting.text not in shown(people, message)
    clock.forward(minutes=10)
    await bot.tick()
    assert posting.text in shown(people, message)


async def test_taken_back_while_something_is_parked_or_sealed(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """The texts are erased with the question, and no timed step follows."""
    for sort, label in (("park_it", "Park it"), ("aha_first", "Answer")):
        got = await (await people.ana.types("ask")).fill(text=QUESTION, sort=sort)
        await bot.tick()
        message, _ = there(people.ana).last()
        form = await press(people.ben, message, label)
        await form.fill(text="Something")
        assert (await got.press("Undo")).text == "The question is taken back."
        assert "“Something”" in (await form.fill(text="Something")).text
        if sort == "park_it":
            clock.forward(hours=1)
            returned = await press(people.ben, message, "Show what I parked")
            assert "“Something”" in returned.text
        assert rows(bot, Participant) == []
        await bot.tick()
        assert shown(people, message) == "This question was taken back."


async def test_parked_under_a_question_that_was_taken_back(people: Everyone, bot: Bot, clock: Clock) -> None:
    """The text can still be given back, and then the button is removed."""
    got = await (await people.ana.types("ask")).fill(text=QUESTION, sort="park_it")
    await bot.tick()
    message, _ = there(people.ana).last()
    await (await press(people.ben, message, "Park it")).fill(text="Something")
    await got.press("Undo")
    await until(bot, clock, clock.now + timedelta(hours=23))
    assert "[Show what I parked]" in shown(people, message)
    await until(bot, clock, clock.now + timedelta(hours=2))
    assert shown(people, message) == "This question was taken back."
    assert rows(bot, Participant) == []


@pytest.mark.parametrize("command", [Park("1", "1"), GiveBack("99", "1"), Park("x", "1"), GiveBack("", "1")])
async def test_a_button_that_belongs_elsewhere(people: Everyone, command: object) -> None:
    """It gets one sentence and has no effect."""
    await people.ana.types(f"ask {QUESTION}")
    assert (await people.ben.does(command)).text in (
        "That button belongs to another question.", "That question isn't from this channel.",
    )  # fmt: skip


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_nothing_parked_is_left_in_the_file(
    people: Everyone, bot: Bot, clock: Clock, database: Database
) -> None:
    """The text is gone from the file once it was given back or erased."""
    message = await asks(people.ana, "park_it", QUESTION)
    await (await press(people.ben, message, "Park it")).fill(text="xyzzy-dentist")
    clock.forward(minutes=10)
    await bot.tick()
    await press(people.ben, message, "Show what I parked")
    assert b"xyzzy-dentist" not in in_the_file(database)
