"""Emoji on messages whose author the platform did not name: the message is read to learn who wrote it."""

from datetime import timedelta

import pytest

from bot.core.events import EmojiAdded, EmojiRemoved
from bot.core.origin import OutcomeUnknownError, PostFailedError, Source
from bot.runtime.bot import Bot
from bot.teams.setup import SetKeeping
from storage.models import Answer, Moment
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.questions import asks, rows
from tests.support.recorder import Recorder

SAID = Source("We sign once now.", "U-ben", "Ben", "https://chat.example/x1")
NAMELESS = EmojiAdded("x1", "💡")


def saved(bot: Bot) -> list[str]:
    """Return the texts of all moments."""
    return [moment.text for moment in rows(bot, Moment)]


async def test_the_author_is_looked_up(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """The message is saved as its author's, with our 💡 on it, and the author is told."""
    await people.ana.types("help")
    await people.ana.types("setup")
    recorder.said["x1"] = SAID
    await people.ana.does(NAMELESS)
    assert saved(bot) == []
    await bot.tick()
    assert saved(bot) == ["We sign once now."]
    assert "x1" in recorder.marks
    assert "Ana saved what you wrote" in recorder.notes("U-ben")[0]
    await people.mei.does(NAMELESS)
    await bot.tick()
    assert saved(bot) == ["We sign once now."]
    assert len(recorder.notes("U-ben")) == 1


async def test_who_is_never_saved(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """Bots, people from outside and people who opted out are not, even if only the message tells."""
    await people.ana.types("setup")
    await people.ben.opens_settings()
    await (await people.ben.opens_settings()).fill(keep="never")
    for number, source in enumerate((
        Source("Deployed.", "U-bot", "Deployer", by_bot=True),
        Source("Hello from outside", "U-else", "Else", external=True),
        Source("Opted out", "U-ben", "Ben"),
        Source("Nobody", "", ""),
    )):  # fmt: skip
        recorder.said[f"y{number}"] = source
        await people.ana.does(EmojiAdded(f"y{number}", "💡"))
    await bot.tick()
    assert saved(bot) == []
    assert not recorder.marks
    assert not [each for each in recorder.standing.values() if each.place.person]


async def test_our_own_post_is_not_read(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """Slack names no author where an app posted: on a question of ours it is an answer, elsewhere nothing."""
    question = await asks(people.ana, "prompt", "What now?")
    await people.ben.does(EmojiAdded(question, "💡"))
    await people.ben.does(EmojiAdded(question, "🎉"))
    await people.ben.types("An aha of ours")
    await bot.tick()
    card = next(m for m, s in recorder.standing.items() if "An aha of ours" in s.text)
    recorder.said[card] = Source("An aha of ours", "U-us", "Ahabot")
    await people.mei.does(EmojiAdded(card, "💡"))
    await bot.tick()
    assert saved(bot) == ["An aha of ours"]
    assert {answer.text for answer in rows(bot, Answer)} == {"💡", "🎉"}


async def test_it_survives_a_platform_that_does_not_answer(
    bot: Bot, people: Everyone, recorder: Recorder, clock: Clock
) -> None:
    """The lookup is tried again, as the fetching of words is."""
    await people.ana.types("setup")
    await bot.tick()
    recorder.said["x1"] = SAID
    recorder.trouble = [OutcomeUnknownError()]
    await people.ana.does(NAMELESS)
    await bot.tick()
    assert saved(bot) == []
    clock.now += timedelta(minutes=1)
    await bot.tick()
    assert saved(bot) == ["We sign once now."]


async def test_a_message_that_cannot_be_read(
    bot: Bot, people: Everyone, recorder: Recorder, clock: Clock
) -> None:
    """Nobody can be asked for its words, so the person who put the emoji is told, once."""
    await people.ana.types("setup")
    await people.ana.does(NAMELESS)
    await bot.tick()
    await people.ana.does(NAMELESS)
    await bot.tick()
    assert saved(bot) == []
    (note,) = recorder.notes("U-ana")
    assert "I can't read the message you wanted saved, so I couldn't save it." in note
    recorder.said["x2"] = SAID
    recorder.trouble = [RuntimeError("no")] * 5
    await people.mei.does(EmojiAdded("x2", "💡"))
    for _ in range(6):
        clock.now += timedelta(hours=3)
        await bot.tick()
    assert len(recorder.notes("U-mei")) == 1


async def test_an_emoji_taken_off_in_time(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """The message is not read then, and nothing is saved."""
    await people.ana.types("setup")
    recorder.said["x1"] = SAID
    await people.ana.does(NAMELESS)
    await people.ana.does(EmojiRemoved("x1", "💡"))
    await bot.tick()
    assert saved(bot) == []
    assert not recorder.notes("U-ana")


async def test_it_takes_as_many_people_as_the_team_set(
    bot: Bot, people: Everyone, recorder: Recorder
) -> None:
    """The threshold counts the emoji, whoever's message it is."""
    await people.ana.types("setup")
    await people.ana.does(SetKeeping("", "💡", "2", "Lisbon"))
    recorder.said["x1"] = SAID
    await people.ana.does(NAMELESS)
    await bot.tick()
    assert saved(bot) == []
    await people.mei.does(EmojiAdded("x1", "💡", "U-ben", "Ben"))
    await bot.tick()
    assert saved(bot) == ["We sign once now."]


async def test_a_draft_has_our_emoji_too(bot: Bot, people: Everyone, recorder: Recorder) -> None:
    """Where words cannot be read, the 💡 is answered all the same, until the draft is left out."""
    await people.ana.types("setup")
    recorder.said["x1"] = Source("", "U-ben", "Ben")
    await people.ana.reacts("x1", people.ben)
    await bot.tick()
    assert "x1" in recorder.marks
    note = next(s.post.card for s in recorder.standing.values() if s.place.person == "U-ben")
    leave = next(button.command for button in note.buttons if button.label == "Don't save it")
    await people.ben.does(leave, direct=True, channel="D-ben")
    await bot.tick()
    assert "x1" not in recorder.marks


async def test_a_message_that_was_deleted_gets_no_emoji(
    bot: Bot, people: Everyone, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform refuses it, and nothing else is held up."""
    await people.ana.types("setup")
    await bot.tick()
    await people.ana.reacts("x1", people.ben)
    recorder.said.clear()
    await bot.fetching.fetch_all()

    async def is_gone(*_where: object) -> None:
        raise PostFailedError("That message is gone.")

    monkeypatch.setattr(recorder, "mark", is_gone)
    await bot.tick()
    assert "x1" not in recorder.marks
    assert recorder.notes("U-ben")
