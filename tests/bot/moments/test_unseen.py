"""Tests of texts in which there is nothing to see, in every way in: each is answered as if it were empty."""

from typing import Any

import pytest

from bot.core.events import MessageEdited, ReplyWritten
from bot.core.origin import Source
from bot.help.help import Menu
from bot.moments.commands import AddVersion
from bot.moments.save_message import Save
from bot.prompts.answers import GiveAnswer
from bot.prompts.bank.edit import SuggestQuestion
from bot.quests.commands import AskWhy, OpenQuest
from bot.runtime.bot import Bot
from bot.teams.setup import SetKeeping
from storage.models import Answer, Moment, Posting
from storage.models import Quest as QuestRow
from tests.support.people import Everyone
from tests.support.questions import rows
from tests.support.recorder import Recorder

UNSEEN = "\u200b\u2060\u3164\U000e0041\u202e"
TOLD = "There's nothing to see here yet. Write a word or two."
FAMILY = "👩\u200d👩\u200d👧"


async def card(people: Everyone) -> None:
    """Let Ana save a first moment, whose card is m2."""
    await people.ana.types("the first")
    await people.bot.tick()


@pytest.mark.parametrize(
    "line", ["log", "failed", "breakthrough", "quest", "ask", "version 1", "edit 1", "why 1"]
)
async def test_a_command_with_unseen_words_asks_for_words(people: Everyone, bot: Bot, line: str) -> None:
    """It opens what the bare command opens, and keeps nothing."""
    await card(people)
    bare = await people.ana.types(line)
    got = await people.ana.types(f"{line} {UNSEEN}")
    assert (got.text, got.answer if got.text else got.form.title) == (
        bare.text,
        bare.answer if bare.text else bare.form.title,
    )
    assert len(rows(bot, Moment)) == 1
    assert not rows(bot, QuestRow)


async def test_an_unseen_line_is_the_menu(people: Everyone) -> None:
    assert isinstance(people.bot.commands.parse(UNSEEN), Menu)


async def test_a_form_says_so_and_keeps_the_rest(people: Everyone, bot: Bot) -> None:
    """What else was given stands in it, and with words it is sent."""
    form = await people.ana.types("failed")
    again = await form.fill(text=UNSEEN, expected="Fewer calls", taught="Sign once")
    assert again.form.errors == {"text": TOLD}
    values = {field.name: field.value for field in again.form.fields}
    assert (values["text"], values["expected"], values["taught"]) == ("", "Fewer calls", "Sign once")
    await again.fill(text=FAMILY)
    (moment,) = rows(bot, Moment)
    assert (moment.text, moment.parts) == (FAMILY, {"expected": "Fewer calls", "taught": "Sign once"})


async def test_a_part_with_nothing_to_see_is_left_out(people: Everyone, bot: Bot) -> None:
    form = await people.ana.types("failed")
    await form.fill(text="We cached tokens", expected=UNSEEN, taught="Sign once")
    (moment,) = rows(bot, Moment)
    assert moment.parts == {"taught": "Sign once"}


async def test_an_edit_to_nothing_keeps_what_was_there(people: Everyone, bot: Bot) -> None:
    await card(people)
    form = await people.ana.types("edit 1")
    again = await form.fill(text=UNSEEN)
    assert again.form.errors == {"text": TOLD}
    assert rows(bot, Moment)[0].text == "the first"


async def test_a_message_with_nothing_to_see_is_not_saved(people: Everyone, bot: Bot) -> None:
    """The message's menu asks what it shows, and the author's name turns nothing in that."""
    await card(people)
    got = await people.mei.does(Save("aha", "m-ben", UNSEEN, "U-ben", "\u202eneB"))
    assert got.form.intro == (
        "neB posted this without text: a message. What you write here is saved as yours."
    )
    assert len(rows(bot, Moment)) == 1


async def test_an_emoji_on_it_asks_its_author(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """As for a message that cannot be read: nothing of it is shown."""
    await card(people)
    recorder.said["m-ben"] = Source(UNSEEN, "U-ben", "Ben")
    await people.mei.reacts("m-ben", people.ben)
    await bot.tick()
    assert [moment.state for moment in rows(bot, Moment)] == ["kept", "draft"]
    assert "Add the text" in recorder.notes("U-ben")[-1]


async def test_a_source_edited_to_nothing_leaves_the_last_words(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The message stands, so nobody is asked. Words that come back are copied again."""
    await card(people)
    recorder.said["m-ben"] = Source("Nobody logs in twice", "U-ben", "Ben")
    await people.mei.reacts("m-ben", people.ben)
    await bot.tick()
    await people.ben.does(MessageEdited("m-ben", UNSEEN))
    assert rows(bot, Moment)[1].text == "Nobody logs in twice"
    await people.ben.does(MessageEdited("m-ben", "Nobody logs in thrice"))
    assert rows(bot, Moment)[1].text == "Nobody logs in thrice"


@pytest.mark.parametrize("words", [UNSEEN, ""])
async def test_a_reply_without_words_is_no_answer(
    people: Everyone, bot: Bot, recorder: Recorder, words: str
) -> None:
    """A picture alone has none either. An answer edited to nothing keeps its last words."""
    await people.ana.types("ask What did we decide without noticing?")
    await bot.tick()
    message = next(m for m, s in recorder.standing.items() if s.key.startswith("ask:"))
    await people.ben.does(ReplyWritten("m-ben", words), thread=message)
    assert rows(bot, Answer) == []
    await people.ben.does(ReplyWritten("m-ben2", "The deadline"), thread=message)
    await people.ben.does(MessageEdited("m-ben2", words))
    assert [answer.text for answer in rows(bot, Answer)] == ["The deadline"]


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (OpenQuest(), "text"),
        (AddVersion("1"), "text"),
        (AskWhy("1"), "text"),
        (SuggestQuestion(), "text"),
        (SetKeeping(), "emoji"),
    ],
)
async def test_every_required_field_says_so(people: Everyone, command: Any, field: str) -> None:
    """Whatever the form is for, and however little one can see."""
    await people.ana.types("failed the first")
    await people.bot.tick()
    form = await people.ben.does(command)
    for unseen in (UNSEEN, "\u2800", " "):
        again = await form.fill(**{field: unseen})
        assert again.form.errors == {field: TOLD}


async def test_an_answer_without_names_says_so_too(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Its form is never stored, and neither is anything about the try."""
    form = await people.ana.types("ask")
    await form.fill(text="Hard?", sort="nameless")
    await bot.tick()
    posting = rows(bot, Posting)[-1]
    answer = await people.ben.does(GiveAnswer(str(posting.id)))
    again = await answer.fill(text=UNSEEN)
    assert again.form.errors == {"text": TOLD}
    assert rows(bot, Answer) == []
