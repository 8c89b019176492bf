"""Keeping what somebody said: consent, emoji, edits and deletions of the source."""

from typing import Any

import pytest

from bot.adapter import NotPosted, OutcomeUnknown, Place, Sent, Source
from bot.events import MessageDeleted, MessageEdited
from bot.features.captures import Save
from bot.messages import Option, Post
from bot.service import Bot
from tests.people import Everyone, Got, Person
from tests.recorder import Recorder
from tests.stores import Clock


async def begin(people: Everyone, recorder: Recorder) -> None:
    """A team that has kept one thing, and a message of Ben's."""
    await people.ana.types("the first")
    recorder.said["m-ben"] = Source("Nobody logs in twice", "U-ben", "Ben", "https://chat.example/m-ben")
    await people.bot.tick()


async def saved(people: Everyone, by: Person, message: str = "m-ben", **changes: Any) -> Got:
    """The shortcut on Ben's message."""
    given = {"text": "Nobody logs in twice", "author": "U-ben", "author_name": "Ben", **changes}
    return await by.does(Save("aha", message, **given))


async def test_the_author_is_told_once_and_can_take_it_out(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """A message of somebody else's: 💡, a card in its thread, a Note, and one press to undo all of it."""
    await begin(people, recorder)
    got = await saved(people, people.ana)
    assert "Kept as #2. Ben is told" in got.text
    await bot.tick()
    assert recorder.marks == {"m-ben"}
    card, standing = recorder.last()
    assert standing.place.thread == "m-ben"
    assert "kept by Ana" in standing.text
    assert recorder.notes("U-ben") == [
        "Ana kept what you wrote. It is in the team's memory now, as #2.\n“Nobody logs in twice”\n[Fine] [Remove it]"
    ]
    again = await saved(people, people.mei)
    assert "kept already, as #2" in again.text
    await people.ben.does(bot.commands.decode("delete:1.2"), channel="D-ben", direct=True, private=True)
    await bot.tick()
    assert recorder.marks == set()
    assert recorder.standing[card].text == "Aha #2 was removed."
    assert recorder.notes("U-ben") == ["Aha #2 was removed."]
    await people.mei.reacts("m-ben", people.ben)
    await bot.tick()
    assert recorder.marks == set()
    assert "it stays out" in (await saved(people, people.ana)).text


async def test_fine_takes_the_buttons_off(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The Note has done its work."""
    await begin(people, recorder)
    await saved(people, people.ana)
    await bot.tick()
    note = next(m for m, s in recorder.standing.items() if s.place.person == "U-ben")
    fine = recorder.standing[note].post.card.buttons[0].command
    await people.ben.does(fine, channel="D-ben", direct=True, private=True)
    assert "[" not in await people.ben.sees(note)


async def test_fine_on_a_note_that_headed_a_reply(
    people: Everyone, bot: Bot, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where direct messages are closed the Note comes with the next reply, and after its answer not again."""
    await begin(people, recorder)
    await saved(people, people.ana)
    real = recorder.post

    async def closed(place: Place, post: Post, key: str) -> Sent:
        if place.person:
            raise NotPosted("Ben takes no direct messages.", closed=True)
        return await real(place, post, key)

    monkeypatch.setattr(recorder, "post", closed)
    await bot.tick()
    note = await people.ben.types("list")
    assert note.text.startswith("Ana kept what you wrote.")
    assert (await note.press("Fine")).text == "#2 stays as it is."
    await bot.tick()
    assert "Ana kept what you wrote" not in (await people.ben.types("list")).text


async def test_an_emoji_keeps_at_the_team_s_number(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """With two asked for, the same person twice is one; the second person keeps it."""
    await begin(people, recorder)
    setup = await people.ana.types("setup")
    await (await setup.press("Emoji and zone")).fill(threshold="2")
    await people.ana.reacts("m-ben", people.ben)
    await people.ana.reacts("m-ben", people.ben)
    await bot.tick()
    assert recorder.marks == set()
    await people.mei.reacts("m-ben", people.ben)
    await bot.tick()
    assert recorder.marks == {"m-ben"}
    assert "Nobody logs in twice" in (await people.ana.types("find twice")).text
    await people.ana.unreacts("m-ben")
    await bot.tick()
    assert "was taken back" in recorder.notes("U-ben")[-1]
    assert "[Keep] [Remove]" in recorder.notes("U-ben")[-1]


async def test_one_s_own_message_needs_no_note(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Nobody is told what they did themselves."""
    await begin(people, recorder)
    await people.ben.reacts("m-ben", people.ben)
    await bot.tick()
    assert recorder.marks == {"m-ben"}
    assert recorder.notes("U-ben") == []


async def test_a_message_that_cannot_be_fetched_is_tried_again(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """The emoji is remembered; the words follow when the platform answers."""
    await begin(people, recorder)
    recorder.trouble = [OutcomeUnknown()]
    await people.ana.reacts("m-ben", people.ben)
    await bot.tick()
    assert "waiting for its words" in (await people.ana.types("list")).text
    clock.forward(seconds=6)
    await bot.tick()
    assert "Nobody logs in twice" in (await people.ana.types("list")).text


async def test_an_unreadable_message_is_a_draft(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Its author gives the words, or anyone by the shortcut; until then it counts nowhere."""
    await begin(people, recorder)
    await people.ana.reacts("m-other", people.mei)
    await bot.tick()
    assert "waiting for its words" in (await people.ana.types("list")).text
    note = next(s for s in recorder.standing.values() if s.place.person == "U-mei")
    assert "[Keep the words]" in note.text
    form = await people.mei.does(
        note.post.card.buttons[0].command, channel="D-mei", direct=True, private=True
    )
    await form.fill(text="It was the spreadsheet all along")
    assert "spreadsheet" in (await people.ana.types("find spreadsheet")).text


async def test_a_bot_s_message_is_not_kept(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Neither by emoji nor by shortcut."""
    await begin(people, recorder)
    recorder.said["m-robot"] = Source("Build 17 is green", "U-robot", "Robot", by_bot=True)
    await people.ana.reacts("m-robot", people.noor)
    await bot.tick()
    assert "waiting" not in (await people.ana.types("list")).text
    assert "not written by a person" in (await saved(people, people.ana, "m-robot", by_bot="1")).text


async def test_never_capture_me(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Who prefers not to be kept is not, by anyone, and says things themselves."""
    await begin(people, recorder)
    form = await people.ben.types("me")
    assert Option("never", "Never") in form.form.fields[2].options
    await form.fill(keep="never")
    assert "prefers not to be kept" in (await saved(people, people.ana)).text
    await people.ana.reacts("m-ben", people.ben)
    await bot.tick()
    assert recorder.marks == set()
    assert (await people.ben.types("my own words")).text.startswith("Kept as #2")


async def test_our_copy_follows_its_source_until_edited_here(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """An edit there is an edit here; after an edit here no longer."""
    await begin(people, recorder)
    await saved(people, people.ana)
    await people.ben.does(MessageEdited("m-ben", "Nobody logs in thrice"))
    assert "thrice" in (await people.ana.types("show 2")).text
    await (await people.ben.types("edit 2")).fill(text="As I meant it")
    await people.ben.does(MessageEdited("m-ben", "Something else"))
    assert "As I meant it" in (await people.ana.types("show 2")).text


async def test_a_deleted_source_loses_its_link_and_asks_once(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Keep, or remove too."""
    await begin(people, recorder)
    await saved(people, people.ana, link="https://chat.example/m-ben")
    assert "where it was said" in (await people.ana.types("show 2")).text
    await people.ben.does(MessageDeleted("m-ben"))
    await people.ben.does(MessageDeleted("m-ben"))
    await bot.tick()
    assert "where it was said" not in (await people.ana.types("show 2")).text
    asked = [text for text in recorder.notes("U-ben") if "was deleted" in text]
    assert len(asked) == 1
    assert "[Keep] [Remove too]" in asked[0]


async def test_an_emoji_alone_makes_no_team(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Where nobody asked for the bot, it keeps nothing."""
    await begin(people, recorder)
    await people.ana.reacts("m-ben", people.ben, channel="C-elsewhere")
    await bot.tick()
    assert recorder.marks == set()
