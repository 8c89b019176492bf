"""Saving what was written before, and one's own words, by the bot's name: no card, but the bot's 💡."""

import pytest

from bot.core.events import MessageDeleted, MessageEdited
from bot.core.origin import Shows, Source
from bot.runtime.bot import Bot
from storage.models import Moment, Posting, PostingKind
from tests.support.people import Everyone, Person
from tests.support.questions import rows
from tests.support.recorder import Recorder

WORDS = "We sign once, at login"


def about(person: Person, text: str = WORDS, **more: str) -> dict[str, str]:
    """Return what a platform knows of a message by a person."""
    who = {"author": person.origin.person, "author_name": person.origin.person_name}
    return {"message": "m77", "text": text, **who, "link": "https://chat.example/m77", **more}


async def test_remember_this_keeps_the_answered_message(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The message gets the 💡, its author a Note, and nobody a card."""
    got = await people.ben.names(" remember this", answers=about(people.ana), thread="m77")
    assert got.text == (
        "Saved “We sign once, at login” as #1. I'll tell Ana, who can remove it.\n[Undo] [Choose other messages]"
    )
    await bot.tick()
    assert recorder.marks == {"m77"}
    assert not [each for each in rows(bot, Posting) if each.kind == PostingKind.CARD]
    assert "Ben saved what you wrote" in recorder.notes("U-ana")[0]
    moment = rows(bot, Moment)[0]
    assert (moment.source_message, moment.source_link) == ("m77", "https://chat.example/m77")
    assert "[Bring back]" in (await got.press("Undo")).text
    await bot.tick()
    assert recorder.marks == set()


async def test_ones_own_message(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """It can be edited at once, and nobody needs a Note."""
    got = await people.ana.names(" save this", answers=about(people.ana))
    assert got.text == "Saved “We sign once, at login” as #1.\n[Undo] [Edit]"
    await bot.tick()
    assert recorder.notes("U-ana") == []


async def test_a_failed_experiment(people: Everyone, bot: Bot) -> None:
    """The phrase may name the kind."""
    await people.ben.names(" remember this as a failed experiment", answers=about(people.ana))
    assert rows(bot, Moment)[0].kind == "experiment"


async def test_without_the_words_it_is_read_or_its_author_is_asked(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """As with an emoji."""
    got = await people.ben.names(" remember this", answers=about(people.ana, ""))
    assert got.text.startswith(
        "That'll be #1. I'll tell Ana, and ask for the words if I can't read them there."
    )
    await bot.tick()
    assert "I can't read it there" in recorder.notes("U-ana")[0]
    recorder.said["m78"] = Source(WORDS, "U-ana", "Ana")
    await people.ben.names(" remember this", answers=about(people.ana, "") | {"message": "m78"})
    await bot.tick()
    assert [each.text for each in rows(bot, Moment)] == ["", WORDS]


async def test_a_picture_of_ones_own(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Its author is asked what it shows."""
    recorder.said["m77"] = Source("", "U-ana", "Ana", shows=Shows.PICTURE)
    got = await people.ana.names(" remember this", answers=about(people.ana, "", shows="picture"))
    assert "If I can't read what you wrote there, I'll ask you." in got.text
    await bot.tick()
    assert "What does it show?" in recorder.notes("U-ana")[0]


async def test_without_an_author_they_are_looked_up(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Nothing is saved before that."""
    recorder.said["m77"] = Source(WORDS, "U-ana", "Ana")
    got = await people.ben.names(" remember this", answers={"message": "m77"})
    assert got.text == "I'm finding out who wrote that message. Then it's saved, and I tell them."
    await bot.tick()
    assert [each.text for each in rows(bot, Moment)] == [WORDS]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"by_bot": "1", "author": ""}, "That wasn't written by a person, so I can't save it."),
        ({"external": "1"}, "That's from someone outside your organisation, so I can't save it."),
    ],
)
async def test_what_must_not_be_saved(
    people: Everyone, bot: Bot, more: dict[str, str], sentence: str
) -> None:
    """It is said why, in one sentence."""
    got = await people.ben.names(" remember this", answers=about(people.ana) | more)
    assert got.text.startswith(sentence)
    assert rows(bot, Moment) == []


async def test_people_who_opted_out(people: Everyone, bot: Bot) -> None:
    """Others don't save what they write."""
    await (await people.ana.types("opt out")).press("Opt out")
    got = await people.ben.names(" remember this", answers=about(people.ana))
    assert got.text.startswith("Ana doesn't want others to save their messages.")


async def test_twice_and_after_it_was_deleted(people: Everyone, bot: Bot) -> None:
    """It is saved once, and not again once it was deleted."""
    first = await people.ben.names(" remember this", answers=about(people.ana))
    again = await people.mei.names(" remember this", answers=about(people.ana))
    assert again.text == "That message is already saved as #1.\n[Show]"
    await first.press("Undo")
    gone = await people.mei.names(" remember this", answers=about(people.ana))
    assert "saved as #1 and then deleted, so I won't save it again." in gone.text


async def test_words_that_end_with_a_full_stop(people: Everyone) -> None:
    """The answer has one at its end, and not two."""
    got = await people.ana.names(" remember this", answers=about(people.ana, "We sign once.\nAt login."))
    assert got.text.startswith("Saved “We sign once. At login” as #1.\n")


async def test_nothing_to_keep(people: Everyone, bot: Bot) -> None:
    """One sentence says how it is done, by name, typed and in a direct message."""
    how = "To save a message, write “remember this” with my name in a reply to it or in its thread"
    assert how in (await people.ana.names(" remember this")).text
    typed, written = await people.ana.types("remember this"), await people.ana.writes("remember this")
    assert how in typed.text
    assert "[Save as an aha]" in typed.text
    assert how in written.text
    assert rows(bot, Moment) == []


async def test_a_capture_by_name(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The message itself is the card. Its edits count, without the name and the command's word."""
    await people.ana.types("The first one")  # founds the team
    await bot.tick()
    got = await people.ana.names(" failed We cached it", message="m80", event="named:m80")
    assert got.text.startswith("Saved as #2.")
    assert "[Undo] [Edit]" in got.text
    await bot.tick()
    assert recorder.marks == {"m80"}
    assert len([each for each in rows(bot, Posting) if each.kind == PostingKind.CARD]) == 1
    again = await people.ana.names(" failed We cached it", message="m80", event="named:m80")
    assert again.text == got.text
    edited = MessageEdited(
        "m80", "@Ahabot failed We cached it twice", " failed We cached it twice", "", "@Ahabot"
    )
    await people.ana.does(edited)
    assert [each.text for each in rows(bot, Moment)] == ["The first one", "We cached it twice"]
    await people.ana.does(MessageDeleted("m80"))
    await bot.tick()
    assert "a copy is saved as #2" in recorder.notes("U-ana")[0]


async def test_an_edit_keeps_a_word_that_was_misread(people: Everyone, bot: Bot) -> None:
    """*It was an aha* put the command's word back, and the next edit doesn't take it again."""
    got = await people.ana.names(" failed again and again", message="m80")
    await got.press("It was an aha")
    await people.ana.does(MessageEdited("m80", "@Ahabot failed twice", " failed twice", "", "@Ahabot"))
    assert [each.text for each in rows(bot, Moment)] == ["failed twice"]
    await people.ana.does(MessageEdited("m80", "@Ahabot", "", "", "@Ahabot"))
    assert [each.text for each in rows(bot, Moment)] == ["failed twice"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("We sign once", "aha"),
        ("log We sign once", "aha"),
        ("breakthrough We sign once", "breakthrough"),
        ("failed We sign once", "experiment"),
        ("no We sign once", "no"),
        ("shiny We sign once", "shiny"),
        ("chance We sign once", "chance"),
    ],
)
async def test_every_capture_by_name_gets_no_card(
    people: Everyone, bot: Bot, recorder: Recorder, said: str, kind: str
) -> None:
    """But the bot's 💡 on the message that has it."""
    got = await people.ana.names(f" {said}", message="m80")
    await bot.tick()
    moment = rows(bot, Moment)[0]
    assert (moment.kind, moment.text, moment.source_message) == (kind, "We sign once", "m80")
    assert recorder.marks == {"m80"}
    assert got.text.startswith("Saved as #1.")


async def test_what_was_asked_about_first_keeps_its_message(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """The press comes later, and from elsewhere."""
    got = await people.ana.names(" When do we sign?", message="m80")
    assert got.text == "Should I save that? Nothing is saved yet.\n“When do we sign?”\n[Save as an aha]"
    await got.press("Save as an aha")
    await bot.tick()
    moment = rows(bot, Moment)[0]
    assert (moment.text, moment.source_message) == ("When do we sign?", "m80")
    assert recorder.marks == {"m80"}


async def test_the_name_is_what_people_are_told_to_type(people: Everyone) -> None:
    """Where they called the bot by it."""
    assert "@Ahabot log" in (await people.ana.names(" show 3")).text
    assert "/aha log" in (await people.ana.types("show 3")).text
