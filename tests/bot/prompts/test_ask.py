"""Tests of asking a question, every way of answering it, and taking it back."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.core.events import EmojiAdded, EmojiRemoved, MessageDeleted, MessageEdited, ReplyWritten
from bot.core.origin import Capabilities, Replies
from bot.prompts.ask import AskNow
from bot.prompts.bank.packs import load_packs
from bot.runtime.bot import Bot
from storage.models import Answer, Moment, Pending, Posting
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person
from tests.support.recorder import Recorder

QUESTION = "What did we decide without noticing?"


def rows(bot: Bot, table: Any) -> list[Any]:
    """Return all rows of a table, ordered by id."""

    def read(session: Session) -> list[Any]:
        return list(session.execute(select(table).order_by(col(table.id))).scalars())

    return bot.database.read_now(read)


async def asked(people: Everyone, recorder: Recorder, line: str = f"ask {QUESTION}") -> str:
    """Let Ana ask a question, and return its message."""
    await people.ana.types(line)
    await people.bot.tick()
    return next(m for m, s in recorder.standing.items() if s.key.startswith("ask:"))


async def asked_without_names(people: Everyone, recorder: Recorder, text: str = QUESTION) -> str:
    """Let Ana ask a retrospective with anonymous answers, and return its message."""
    form = await people.ana.types("ask")
    await form.fill(text=text, sort="nameless")
    await people.bot.tick()
    return next(m for m, s in recorder.standing.items() if s.key.startswith("ask:"))


async def pressed(who: Person, recorder: Recorder, message: str, label: str) -> Got:
    """Press a button on a post, and return the answer."""
    card = recorder.standing[message].post.card
    command = next(one.command for one in (*card.buttons, *card.menu) if one.label == label)
    commands = who.bot.commands
    return await who.does(commands.decode(commands.encode(command)))


async def answered(who: Person, recorder: Recorder, message: str, text: str) -> Got:
    """Answer with the form."""
    form = await pressed(who, recorder, message, "Answer")
    return await form.fill(text=text)


async def everything_told(who: Person, recorder: Recorder, message: str) -> str:
    """Return all visible answers: the card, or the private pages if it leaves some out."""
    shown = await who.sees(message)
    if "[All answers]" not in shown:
        return shown
    page = await pressed(who, recorder, message, "All answers")
    read = page.text
    while "[Read more]" in page.text:
        page = await page.press("Read more")
        read += page.text
    return read


async def test_it_says_what_becomes_of_a_reply(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """It promises to save those replies that the bot can read: all, those that ping it, or none."""
    heard = await asked(people, recorder)
    assert "Replies in this thread are saved as answers" in recorder.standing[heard].text
    for able, said in (
        (
            Capabilities(replies_to_cards=True),
            "Replies to this message, or in its thread, are saved as answers",
        ),
        (
            Capabilities(Replies.PINGS),
            "Use the button, or reply to this with @ on. I can't read other replies",
        ),
        (Capabilities(Replies.NONE), "Use the button. I can't read replies here"),
    ):
        recorder.capabilities = able
        await answered(people.ben, recorder, heard, f"By the button, {able.receives_replies}")
        await bot.tick()
        shown = recorder.standing[heard].text
        assert said in shown
        assert ("saved as answers" in shown) == (able.receives_replies is Replies.ALL)


async def test_a_question_is_posted_with_the_asker_and_what_becomes_of_replies(
    people: Everyone, recorder: Recorder
) -> None:
    """The text is as typed, and the largest thing on the card."""
    got = await people.ana.types(f"ask {QUESTION}")
    assert got.text == "I'm posting your question in #lantern.\n[Undo] [It was an aha]"
    await people.bot.tick()
    _, standing = recorder.last()
    assert standing.text == (
        "A question for us\n"
        f"“{QUESTION}” — Ana\n"
        "Replies in this thread are saved as answers\n"
        "[Answer]\n"
        "[Suggest a question]"
    )


async def test_the_same_doing_asks_once(people: Everyone, recorder: Recorder) -> None:
    """A redelivered command finds the question that it planned."""
    await people.ana.types(f"ask {QUESTION}", event="e-same")
    await people.ana.types(f"ask {QUESTION}", event="e-same")
    await people.ana.types("ask", event="e-form")
    await people.bot.tick()
    assert len([text for text in recorder.texts() if QUESTION in text]) == 1


async def test_it_was_an_aha(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The whole line is saved, including its first word, and the question is taken back."""
    got = await people.ana.types("ask  Mei why and you learn how")
    await bot.tick()
    kept = await got.press("It was an aha")
    assert kept.text == (
        "Saved as #1 in #lantern. It has every word you wrote. The question is taken back.\n[Undo] [Edit]"
    )
    await bot.tick()
    assert "This question was taken back." in recorder.texts()
    assert [moment.text for moment in rows(bot, Moment)] == ["ask  Mei why and you learn how"]
    again = await got.press("It was an aha")
    assert again.text == "This question was taken back already."
    assert len(rows(bot, Moment)) == 1


async def test_taken_back_before_it_was_posted(people: Everyone, recorder: Recorder) -> None:
    """It is never posted."""
    got = await people.ana.types("ask Mei why")
    await got.press("It was an aha")
    await people.bot.tick()
    assert not [s for s in recorder.standing.values() if s.key.startswith("ask:")]


async def test_only_the_asker_takes_it_back(people: Everyone) -> None:
    """A press by another person is refused."""
    got = await people.ana.types(f"ask {QUESTION}")
    refused = await people.ben.does(got.button("It was an aha"))
    assert refused.text == "Only the person who asked can take the question back."


async def test_a_question_that_is_too_long_comes_back_whole(people: Everyone, bot: Bot) -> None:
    """A button saves it as an aha, which it probably was."""
    text = "why " * 200 + "?"
    got = await people.ana.types(f"ask {text}")
    assert text in got.text
    kept = await got.press("Save as an aha")
    assert "Saved as #1" in kept.text
    assert rows(bot, Moment)[0].text == f"ask {text}"
    assert not [posting for posting in rows(bot, Posting) if posting.kind == "prompt"]


async def test_the_form_draws_one_when_it_is_left_empty(people: Everyone, recorder: Recorder) -> None:
    """It comes from the bank and is of the chosen kind."""
    form = await people.ana.types("ask")
    await form.fill(sort="retro")
    await people.bot.tick()
    _, standing = recorder.last()
    question = load_packs()[0].questions_of_kind("retro")[0]
    assert standing.text.startswith(f"A retro question\n“{question.text}”\n")
    assert "[Mute this question]" in standing.text


async def test_a_first_question_now_is_drawn_once_an_hour(
    people: Everyone, recorder: Recorder, clock: Clock
) -> None:
    """Everybody sees that button at the same time."""
    await people.ana.types("ours")
    got = await people.ana.does(AskNow("1"))
    assert got.text == "I'm posting a question in #lantern.\n[Undo]"
    refused = await people.ben.does(AskNow("1"))
    assert "There's already a new question in the channel." in refused.text
    clock.forward(hours=1, minutes=1)
    await people.ben.does(AskNow("1"))
    await people.bot.tick()
    drawn = [s.text for s in recorder.standing.values() if s.key.startswith("ask:")]
    assert len(drawn) == len(set(drawn)) == 2


async def test_replies_reactions_and_forms_are_heard_once_a_person(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """A person who answers in three ways counts once."""
    message = await asked(people, recorder)
    await people.ben.does(ReplyWritten("m-ben", "The deadline"), thread=message)
    await people.ben.does(ReplyWritten("m-ben", "The deadline"), thread=message)
    await people.ben.does(ReplyWritten("m-ben2", "and the colour"), thread=message)
    await people.ben.does(EmojiAdded(message, "👍", ours="1"))
    assert "· 1 answered" in await people.ben.sees(message)
    await people.mei.does(EmojiAdded(message, "💡", ours="1"))
    assert "· 2 answered" in await people.mei.sees(message)
    await answered(people.noor, recorder, message, "  That we never say no.  ")
    assert "· 3 answered\n“  That we never say no.  ” — Noor" in await people.noor.sees(message)
    kinds = {(answer.kind, answer.text) for answer in rows(bot, Answer)}
    assert kinds == {
        ("reply", "The deadline"), ("reply", "and the colour"), ("reaction", "👍"), ("reaction", "💡"),
        ("form", "  That we never say no.  "),
    }  # fmt: skip


async def test_a_reply_elsewhere_is_no_answer(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Replies of people from outside or who opted out are not answers either."""
    message = await asked(people, recorder)
    hello = next(m for m, s in recorder.standing.items() if s.key.startswith("hello"))
    await people.ben.does(ReplyWritten("m-1", "Hi"), thread=hello)
    await people.ben.does(ReplyWritten("m-2", "Hi"), thread="m-other")
    await people.ben.does(ReplyWritten("m-3", "Hi"), thread=message, external=True)
    await people.ben.does(EmojiAdded(message, "👍", ours="1"), external=True)
    await (await people.ben.opens_settings()).fill(keep="never")
    await people.ben.does(ReplyWritten("m-4", "Hi"), thread=message)
    assert rows(bot, Answer) == []


async def test_a_reaction_can_be_taken_off_and_put_on_again(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """It counts while it is on the message."""
    message = await asked(people, recorder)
    await people.ben.does(EmojiAdded(message, "👍", ours="1"))
    assert "1 answered" in await people.ben.sees(message)
    await people.ben.does(EmojiRemoved(message, "👍"))
    assert "answered" not in await people.ben.sees(message)
    await people.ben.does(EmojiAdded(message, "👍", ours="1"))
    assert "1 answered" in await people.ben.sees(message)
    assert len(rows(bot, Answer)) == 1


async def test_an_answer_follows_its_message(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """It is edited and deleted with it, and a late delivery does not restore it."""
    message = await asked(people, recorder)
    await people.ben.does(ReplyWritten("m-ben", "The dedline"), thread=message)
    await people.ben.does(MessageEdited("m-ben", "The deadline"))
    [answer] = rows(bot, Answer)
    assert (answer.text, answer.edited_at is None) == ("The deadline", False)
    await people.ben.does(MessageDeleted("m-ben"))
    await people.ben.does(ReplyWritten("m-ben", "The dedline"), thread=message)
    [answer] = rows(bot, Answer)
    assert (answer.text, answer.deleted_at is None) == ("", False)
    assert "answered" not in await people.ben.sees(message)


async def test_a_second_form_has_the_first_words_and_replaces_them(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Each person has one answer by form."""
    message = await asked(people, recorder)
    got = await answered(people.ben, recorder, message, "The deadline")
    assert got.text == "Your answer is under the question in #lantern.\n[Undo] [Save as an aha]"
    form = await pressed(people.ben, recorder, message, "Answer")
    assert QUESTION in form.form.intro
    assert "with your name" in form.form.intro
    assert form.form.fields[0].value == "The deadline"
    again = await form.fill(text="The colour")
    assert "Your answer in #lantern is updated." in again.text
    assert "“The colour” — Ben" in await people.ben.sees(message)
    assert [answer.text for answer in rows(bot, Answer)] == ["The colour"]


async def test_an_answer_is_a_moment_only_by_its_button(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """However often its author presses, it becomes one moment."""
    message = await asked(people, recorder)
    got = await answered(people.ben, recorder, message, "The deadline")
    assert rows(bot, Moment) == []
    refused = await people.mei.does(got.button("Save as an aha"))
    assert refused.text == "That answer is gone, or it isn't yours."
    assert "Saved as #1" in (await got.press("Save as an aha")).text
    assert "Saved as #1" in (await got.press("Save as an aha")).text
    await bot.tick()
    assert [moment.text for moment in rows(bot, Moment)] == ["The deadline"]
    assert any("Aha #1\n“The deadline”" in text for text in recorder.texts())


async def test_an_answer_can_be_taken_back(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Its text leaves the card and the database, and a new answer can be given."""
    message = await asked(people, recorder)
    got = await answered(people.ben, recorder, message, "The deadline")
    assert (await got.press("Undo")).text == "Your answer is removed."
    assert "deadline" not in await people.ben.sees(message)
    assert [answer.text for answer in rows(bot, Answer)] == [""]
    assert "gone" in (await got.press("Save as an aha")).text
    await answered(people.ben, recorder, message, "The colour")
    assert "· 1 answered\n“The colour” — Ben" in await people.ben.sees(message)


async def test_a_question_taken_back_takes_no_answers(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A form that was open before is refused too."""
    got = await people.ana.types("ask Mei why")
    await bot.tick()
    message, _ = recorder.last()
    form = await pressed(people.ben, recorder, message, "Answer")
    await got.press("It was an aha")
    assert (await form.fill(text="Because")).text == "This question was taken back.\n“Because”"
    await people.ben.does(ReplyWritten("m-ben", "Because"), thread=message)
    assert rows(bot, Answer) == []


async def test_answers_without_names(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> None:
    """They are all shown at the close, shuffled, without author, and dated by the close alone."""
    message = await asked_without_names(people, recorder)
    text = recorder.standing[message].text
    assert text.startswith(f"A retro question\n“{QUESTION}” — Ana\nAnonymous. Answers appear together on")
    everyone = [Person(bot, replace(people.ben.origin, person=f"U{number}")) for number in range(5)]
    for number, who in enumerate(everyone, 1):
        clock.forward(hours=1)
        form = await pressed(who, recorder, message, "Answer")
        assert "I don't save your name" in form.form.intro
        got = await form.fill(text=f"Answer {number}")
        assert got.text.startswith("Your answer is saved, without your name.")
    assert await people.ana.sees(message) == text
    clock.forward(hours=19)
    shown = await people.ana.sees(message)
    assert "Five people answered." in shown
    assert all(f"“Answer {number}”\n" in shown for number in (1, 2, 3, 4, 5))
    [posting] = [posting for posting in rows(bot, Posting) if posting.kind == "retro"]
    answers = rows(bot, Answer)
    assert {answer.person_id for answer in answers} == {None}
    assert {answer.created_at for answer in answers} == {posting.closed_at}
    assert {answer.message for answer in answers} == {None}
    assert not any("Ana" in answer.event or ":" in answer.event for answer in answers)


async def test_one_answer_each_without_names(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A second answer is refused before the form. One already written goes back to its author."""
    message = await asked_without_names(people, recorder)
    form = await pressed(people.ben, recorder, message, "Answer")
    other = await pressed(people.ben, recorder, message, "Answer")
    await form.fill(text="The deadline")
    await form.fill(text="The deadline")
    refused = await other.fill(text="The colour")
    assert "Each person can answer once" in refused.text
    assert "“The colour”" in refused.text
    assert (
        "I can't tell which answer is yours" in (await pressed(people.ben, recorder, message, "Answer")).text
    )
    assert [answer.text for answer in rows(bot, Answer)] == ["The deadline"]


async def test_what_is_said_openly_under_such_a_question_is_not_kept(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Only the form takes answers to an anonymous question."""
    message = await asked_without_names(people, recorder)
    await people.ben.does(ReplyWritten("m-ben", "The deadline"), thread=message)
    await people.ben.does(EmojiAdded(message, "👍", ours="1"))
    assert rows(bot, Answer) == []


async def test_no_row_leads_from_a_person_to_their_answer(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """No row waits in `pending`, and the answer does not contain the platform's event id."""
    message = await asked_without_names(people, recorder)
    form = await pressed(people.ben, recorder, message, "Answer")
    await form.fill(text="The deadline")
    [answer] = rows(bot, Answer)
    assert form.origin.event not in answer.event
    assert rows(bot, Pending) == []


async def test_many_and_long_answers_are_read_in_private_pages(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The question stays the largest, and no answer is cut there."""
    message = await asked(people, recorder)
    whole = "".join(f"{number:04} " for number in range(1200))
    await answered(people.ben, recorder, message, whole)
    await answered(people.mei, recorder, message, "Short")
    assert "0100" not in await people.ben.sees(message)
    read = await everything_told(people.noor, recorder, message)
    assert all(f"{number:04}" in read for number in range(1200))
    assert "“Short” — Mei" in read


@pytest.mark.parametrize("posting", ["999", "x", "", "-1", "9" * 40, "²"])
async def test_a_button_of_another_place_is_refused(people: Everyone, posting: str) -> None:
    """The reply is one sentence."""
    await people.ana.types("ours")
    got = await people.ben.does(people.bot.commands.decode(f"give-answer:{posting}"))
    assert got.text == "That question isn't from this channel."


async def test_another_teams_question_is_not_ours(people: Everyone, recorder: Recorder) -> None:
    """A button with its number is refused too."""
    message = await asked(people, recorder)
    answer = replace(recorder.standing[message].post.card.buttons[0].command, team="")
    assert (await people.ben.does(answer)).form.title == "Answer"
    got = await people.ben.does(answer, channel="C2", channel_name="other")
    assert got.text == "That question isn't from this channel."


async def test_asked_in_a_direct_message(people: Everyone, recorder: Recorder) -> None:
    """The question is posted in the team's home."""
    await people.ana.types("ours")
    asked = await people.ana.types(f"ask {QUESTION}", channel="D-ana", direct=True)
    await asked.press("Post it")
    await people.bot.tick()
    assert any(QUESTION in text for text in recorder.texts("C1"))


async def test_an_answer_kept_as_a_moment_is_told_once(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """A recap lists it among the moments only."""
    message = await asked(people, recorder)
    form = await people.ben.does(recorder.standing[message].post.card.buttons[0].command)
    got = await form.fill(text="Nobody reads the second page")
    await got.press("Save as an aha")
    clock.forward(hours=1)
    assert (await people.ben.types("recap")).text.count("Nobody reads the second page") == 1


async def test_an_answer_given_again_is_a_new_one(people: Everyone, recorder: Recorder) -> None:
    """Taken back and given once more, it does not claim to have replaced anything."""
    message = await asked(people, recorder)
    first = await answered(people.ben, recorder, message, "The deadline")
    await first.press("Undo")
    again = await answered(people.ben, recorder, message, "The colour")
    assert again.text.startswith("Your answer is under the question in #lantern.")
    changed = await answered(people.ben, recorder, message, "The colour, then")
    assert changed.text.startswith("Your answer in #lantern is updated.")


async def test_the_asker_hears_that_the_question_before_closes(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """It does a day later, and its card says so; an hour later both take answers."""
    message = await asked(people, recorder)
    clock.forward(hours=1)
    assert "is closed now" not in (await people.ben.types("ask And what of today?")).text
    clock.forward(hours=24)
    told = await people.ben.types("ask What of tomorrow?")
    assert told.text.startswith(
        "I'm posting your question in #lantern. The question before it is closed now."
    )
    assert "This question has closed." in await people.ben.sees(message)
