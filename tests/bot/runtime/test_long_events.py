"""Events with more text than is saved: the person is told in private, once, and earlier words stay."""

from bot.core.events import EmojiAdded, MessageEdited, ReplyWritten
from bot.core.origin import Source
from bot.runtime.bot import Bot
from storage.models import Answer, Moment
from tests.support.people import Everyone
from tests.support.questions import asks, rows
from tests.support.recorder import Recorder

LONG = "word " * 10_000


async def test_a_reply_that_is_too_long(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """It isn't counted, and its author gets one Note, however often the platform sends it."""
    question = await asks(people.ana, "prompt", "What now?")
    for _ in range(3):
        got = await people.ben.does(ReplyWritten("r1", LONG), thread=question)
        assert got.answer is None
    await bot.tick()
    assert rows(bot, Answer) == []
    assert "answered" not in recorder.standing[question].text
    assert recorder.notes("U-ben") == [
        "Your answer has 50,000 characters, and I can save up to 40,000, so it isn't saved. Could you split it in two?"
    ]


async def test_a_long_message_that_is_no_answer(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """In any other thread, and where answers are given in private, nothing is said."""
    nameless = await asks(people.ana, "nameless", "How was it?")
    for thread in (nameless, "x9", ""):
        await people.ben.does(ReplyWritten("r1", LONG), thread=thread)
        await people.ben.does(MessageEdited("r1", LONG), thread=thread)
    await bot.tick()
    assert not recorder.notes("U-ben")


async def test_an_answer_edited_to_be_too_long(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """The earlier words stay, and its author is told."""
    question = await asks(people.ana, "prompt", "What now?")
    await people.ben.does(ReplyWritten("r1", "We sign once."), thread=question)
    for _ in range(2):
        await people.ben.does(MessageEdited("r1", LONG), thread=question)
    await bot.tick()
    assert [answer.text for answer in rows(bot, Answer)] == ["We sign once."]
    assert recorder.notes("U-ben") == [
        "Your answer has 50,000 characters now, and I can save up to 40,000, so I kept it as it was before."
    ]


async def test_a_saved_message_edited_to_be_too_long(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """The copy keeps its words, and the author of the message is told."""
    await people.ana.types("setup")
    recorder.said["x1"] = Source("We sign once.", "U-ben", "Ben")
    await people.ana.reacts("x1", people.ben)
    await bot.tick()
    await people.ben.does(MessageEdited("x1", LONG))
    await bot.tick()
    assert [moment.text for moment in rows(bot, Moment)] == ["We sign once."]
    assert recorder.notes("U-ben")[-1] == (
        "Your message has 50,000 characters now, and I save up to 40,000, so #1 keeps your earlier text."
    )


async def test_an_emoji_on_a_message_that_is_too_long(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """It waits for its author's words, as a message does that cannot be read."""
    await people.ana.types("setup")
    recorder.said["x1"] = Source(LONG, "U-ben", "Ben")
    await people.ana.reacts("x1", people.ben)
    await bot.tick()
    (moment,) = rows(bot, Moment)
    assert (moment.state, moment.text) == ("draft", "")
    (note,) = recorder.notes("U-ben")
    assert (
        "Ana would like to save something you wrote as #1, but it's longer than the 40,000 characters I can save."
        in note
    )
    assert "[Add the text]" in note
    assert "x1" in recorder.marks


async def test_a_forged_emoji_of_any_length(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """No platform sends it, so nobody is told anything."""
    await people.ana.types("setup")
    for event in (EmojiAdded("x1", "💡" * 50_000), EmojiAdded("x" * 50_000, "💡", "U-ben", "Ben")):
        assert (await people.ana.does(event)).answer is None
    await bot.tick()
    assert rows(bot, Moment) == []
    assert not recorder.notes("U-ana")
