"""Saving a thread by the bot's name: its messages are ticked, and each becomes a moment of its own."""

from datetime import UTC, datetime

from bot.core.addressed import ThreadMessage
from bot.core.events import MessageDeleted, MessageEdited
from bot.core.messages import Form
from bot.core.origin import Source
from bot.runtime.bot import Bot
from storage.models import Moment
from tests.support.people import Everyone, Got
from tests.support.questions import rows
from tests.support.recorder import Recorder

AT = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)


def said(message: str, person: str, text: str, external: bool = False) -> ThreadMessage:
    return ThreadMessage(message, AT, f"U-{person.lower()}", person, text, external=external)


THREAD = (
    said("t1", "Ana", "We sign once"),
    said("t2", "Mei", "The cache was cold"),
    said("t3", "Ana", "So nobody waits"),
    said("t4", "Zoe", "From our partners", external=True),
    said("t5", "Ben", "Thanks all"),
)


def labels(got: Got) -> list[str]:
    return [option.label for option in got.form.fields[0].options]


async def test_messages_are_ticked_and_each_becomes_a_moment(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Every author has one Note for all of theirs, and one Undo takes all back."""
    recorder.threads["t1"] = THREAD
    asked = await people.ben.names(" remember this thread", thread="t1")
    assert asked.form.title == "Choose messages"
    assert labels(asked) == [
        "Ana · We sign once",
        "Mei · The cache was cold",
        "Ana · So nobody waits",
        "Ben · Thanks all",
    ]
    done = await asked.fill(chosen="t1\nt2\nt3")
    assert done.text == "#1, #2 and #3 saved. I'll tell Ana and Mei, who can remove what's theirs.\n[Undo]"
    assert (await asked.fill(chosen="t1\nt2\nt3")).text == done.text
    await bot.tick()
    assert recorder.marks == {"t1", "t2", "t3"}
    assert [len(recorder.notes(f"U-{name}")) for name in ("ana", "mei", "ben")] == [1, 1, 0]
    note = recorder.notes("U-ana")[0]
    assert "2 of your messages are in the team's memory now: #1, #3. Saved by: Ben." in note
    assert "[Fine] [Remove all] [One by one]" in note
    gone = await done.press("Undo")
    assert gone.text == "#1, #2 and #3 deleted. You can bring them back until tomorrow.\n[Bring back]"
    await bot.tick()
    assert recorder.marks == set()
    assert (await gone.press("Bring back")).text == "#1, #2 and #3 are back.\n[Undo]"


async def test_other_messages_of_the_thread(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """What is saved already is named, and not offered again."""
    recorder.threads["t1"] = THREAD
    about = {"message": "t1", "text": "We sign once", "author": "U-ana", "author_name": "Ana"}
    got = await people.ben.names(" remember this", answers=about, thread="t1")
    form = await got.press("Choose other messages")
    assert (form.form.title, form.form.intro) == ("Choose other messages", "Already saved: #1.")
    assert labels(form)[0] == "Mei · The cache was cold"
    assert (await form.fill(chosen="t5")).text == "#2 saved.\n[Undo]"
    assert (await form.fill(chosen="t5\nt5")).text == "All of that is saved already."


async def test_without_words_its_author_and_time_are_shown(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Each is read when it is chosen, and its author is asked where it can't be."""
    recorder.threads["t1"] = [said("t1", "Ana", ""), said("t2", "Mei", "")]
    recorder.said["t1"] = Source("We sign once", "U-ana", "Ana")
    asked = await people.ben.names(" remember this thread", thread="t1")
    assert labels(asked) == ["Ana · 10:05", "Mei · 10:05"]
    await asked.fill(chosen="t1\nt2")
    await bot.tick()
    assert [each.text for each in rows(bot, Moment)] == ["We sign once", ""]
    assert "I can't read it there" in recorder.notes("U-mei")[0]


async def test_where_threads_cannot_be_read(people: Everyone, bot: Bot) -> None:
    """One sentence says what to do instead."""
    got = await people.ben.names(" remember this thread", thread="t9")
    assert got.text == (
        "I can't read this thread. You can save one message at a time: write “remember this” with my name in a "
        "reply to it, choose “Save as aha” in its menu, or put a 💡 on it."
    )


async def test_outside_a_thread(people: Everyone, recorder: Recorder) -> None:
    """By name and typed."""
    how = "Write “remember this thread” with my name inside the thread, and you can choose what to save from it."
    assert how in (await people.ben.names(" save the thread")).text
    assert how in (await people.ben.types("save the thread")).text
    recorder.threads["t1"] = [said("t4", "Zoe", "From our partners", external=True)]
    got = await people.ben.names(" remember this thread", thread="t1")
    assert got.text == "There's nothing in this thread that I can save."


async def test_people_who_opted_out_are_left_out(people: Everyone, recorder: Recorder) -> None:
    """Also where they do so before the form is sent."""
    recorder.threads["t1"] = THREAD
    asked = await people.ben.names(" remember this thread", thread="t1")
    await (await people.ana.types("opt out")).press("Opt out")
    assert (await asked.fill(chosen="t1\nt2")).text.startswith("#1 saved. I'll tell Mei")
    assert isinstance(asked.answer, Form)
    later = await people.mei.names(" remember this thread", thread="t1")
    assert labels(later) == ["Ben · Thanks all"]


async def test_a_message_that_was_deleted_or_edited_meanwhile(people: Everyone, recorder: Recorder) -> None:
    """The thread is read again when the form is sent, so its author's words are saved as they are now, or not."""
    recorder.threads["t1"] = THREAD
    asked = await people.ben.names(" remember this thread", thread="t1")
    recorder.threads["t1"] = (said("t1", "Ana", "We sign twice"), *THREAD[2:])
    await people.mei.does(MessageDeleted("t2"))
    done = await asked.fill(chosen="t1\nt2")
    assert done.text == "#1 saved. I'll tell Ana, who can remove what's theirs.\n[Undo]"
    assert "We sign twice" in (await people.ben.types("show 1")).text

    asked = await people.ben.names(" remember this thread", thread="t1")
    recorder.threads["t1"] = (THREAD[0], said("t3", "Ana", "So nobody waits long"))
    await people.ana.does(MessageEdited("t3", "So nobody waits long"))
    await asked.fill(chosen="t3")
    assert "So nobody waits long" in (await people.ben.types("show 2")).text
