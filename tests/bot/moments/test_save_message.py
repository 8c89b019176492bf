"""Tests of saving a person's message: consent, emoji, edits and deletions of the source."""

from typing import Any

import pytest

from bot.core.events import MessageDeleted, MessageEdited
from bot.core.messages import Option, Post
from bot.core.origin import OutcomeUnknownError, Place, PostFailedError, SentMessage, Shows, Source
from bot.moments.commands import ItFailed
from bot.moments.save_message import Save
from bot.moments.source import NOUNS, SHOWS
from bot.moments.versions import VersionOf
from bot.quests.commands import WhyOf
from bot.runtime.bot import Bot
from storage.models import Moment, MomentState
from tests.support.databases import Clock
from tests.support.people import Everyone, Got, Person
from tests.support.questions import rows
from tests.support.recorder import Recorder


async def begin(people: Everyone, recorder: Recorder) -> None:
    """Create a team with one moment, and a message by Ben."""
    await people.ana.types("the first")
    recorder.said["m-ben"] = Source("Nobody logs in twice", "U-ben", "Ben", "https://chat.example/m-ben")
    await people.bot.tick()


async def saved(people: Everyone, by: Person, message: str = "m-ben", **changes: Any) -> Got:
    """Save Ben's message with the message shortcut, and return the answer."""
    given = {"text": "Nobody logs in twice", "author": "U-ben", "author_name": "Ben", **changes}
    return await by.does(Save("aha", message, **given))


async def test_the_author_is_told_once_and_can_take_it_out(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Another's message gets a 💡, a card in its thread and a Note, and one press undoes it all."""
    await begin(people, recorder)
    got = await saved(people, people.ana)
    assert "Saved as #2 in the thread under that message. I'll tell Ben" in got.text
    await bot.tick()
    assert recorder.marks == {"m-ben"}
    card, standing = recorder.last()
    assert standing.place.thread == "m-ben"
    assert "saved by Ana" in standing.text
    assert recorder.notes("U-ben") == [
        "Ana saved what you wrote. It's in the team's memory now, as #2.\n“Nobody logs in twice”\n[Fine] [Remove it]"
    ]
    again = await saved(people, people.mei)
    assert "already saved as #2" in again.text
    await people.ben.does(bot.commands.decode("delete:1.2"), channel="D-ben", direct=True, private=True)
    await bot.tick()
    assert recorder.marks == set()
    assert recorder.standing[card].text == "Aha #2 was deleted."
    assert recorder.notes("U-ben") == ["Aha #2 was deleted."]
    await people.mei.reacts("m-ben", people.ben)
    await bot.tick()
    assert recorder.marks == set()
    assert "I won't save it again" in (await saved(people, people.ana)).text


async def test_fine_takes_the_buttons_off(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The Note then needs no buttons any more."""
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
    """With direct messages closed, the Note is in the next reply. Once answered, it is not repeated."""
    await begin(people, recorder)
    await saved(people, people.ana)
    real = recorder.post

    async def closed(place: Place, post: Post, key: str) -> SentMessage:
        if place.person:
            raise PostFailedError("Ben takes no direct messages.", closed=True)
        return await real(place, post, key)

    monkeypatch.setattr(recorder, "post", closed)
    await bot.tick()
    note = await people.ben.types("list")
    assert note.text.startswith("Ana saved what you wrote.")
    assert (await note.press("Fine")).text == "#2 stays as it is."
    await bot.tick()
    assert "Ana saved what you wrote" not in (await people.ben.types("list")).text


async def test_an_emoji_keeps_at_the_team_s_number(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock
) -> None:
    """With a threshold of two, the same person counts once, and a second person saves it."""
    await begin(people, recorder)
    setup = await people.ana.types("setup")
    await (await setup.press("Change settings")).fill(threshold="2")
    await people.ana.reacts("m-ben", people.ben)
    await people.ana.reacts("m-ben", people.ben)
    await bot.tick()
    assert recorder.marks == set()
    await people.mei.reacts("m-ben", people.ben)
    await bot.tick()
    assert recorder.marks == {"m-ben"}
    assert "Nobody logs in twice" in (await people.ana.types("find twice")).text
    clock.forward(minutes=2)
    await people.ana.unreacts("m-ben")
    await bot.tick()
    assert "was removed" in recorder.notes("U-ben")[-1]
    assert "[Keep it] [Delete it]" in recorder.notes("U-ben")[-1]


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
    """The emoji is stored, and the text follows when the platform responds."""
    await begin(people, recorder)
    recorder.trouble = [OutcomeUnknownError()]
    await people.ana.reacts("m-ben", people.ben)
    await bot.tick()
    assert "no text yet" in (await people.ana.types("list")).text
    clock.forward(seconds=6)
    await bot.tick()
    assert "Nobody logs in twice" in (await people.ana.types("list")).text


async def test_an_unreadable_message_is_a_draft(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Its author gives the text, or anyone with the shortcut. Until then it is not counted."""
    await begin(people, recorder)
    await people.ana.reacts("m-other", people.mei)
    await bot.tick()
    assert "no text yet" in (await people.ana.types("list")).text
    note = next(s for s in recorder.standing.values() if s.place.person == "U-mei")
    assert "[Add the text]" in note.text
    form = await people.mei.does(
        note.post.card.buttons[0].command, channel="D-mei", direct=True, private=True
    )
    await form.fill(text="It was the spreadsheet all along")
    assert "spreadsheet" in (await people.ana.types("find spreadsheet")).text


async def test_a_bot_s_message_is_not_kept(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """This holds for the emoji and for the shortcut."""
    await begin(people, recorder)
    recorder.said["m-robot"] = Source("Build 17 is green", "U-robot", "Robot", by_bot=True)
    await people.ana.reacts("m-robot", people.noor)
    await bot.tick()
    assert "waiting" not in (await people.ana.types("list")).text
    assert "wasn't written by a person" in (await saved(people, people.ana, "m-robot", by_bot="1")).text


async def test_never_capture_me(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Nobody can save messages of a person who opted out. That person can still log moments."""
    await begin(people, recorder)
    form = await people.ben.opens_settings()
    assert Option("never", "Never") in form.form.fields[2].options
    await form.fill(keep="never")
    assert "doesn't want others to save" in (await saved(people, people.ana)).text
    await people.ana.reacts("m-ben", people.ben)
    await bot.tick()
    assert recorder.marks == set()
    assert (await people.ben.types("my own words")).text.startswith("Saved as #2")


async def test_our_copy_follows_its_source_until_edited_here(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """An edit of the source is copied until the moment is edited."""
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
    """The author may keep the moment or remove it too."""
    await begin(people, recorder)
    await saved(people, people.ana, link="https://chat.example/m-ben")
    assert "original message" in (await people.ana.types("show 2")).text
    await people.ben.does(MessageDeleted("m-ben"))
    await people.ben.does(MessageDeleted("m-ben"))
    await bot.tick()
    assert "original message" not in (await people.ana.types("show 2")).text
    asked = [text for text in recorder.notes("U-ben") if "was deleted" in text]
    assert len(asked) == 1
    assert "[Keep it] [Delete it, too]" in asked[0]


async def test_an_emoji_alone_makes_no_team(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """In a channel without a team, an emoji saves nothing."""
    await begin(people, recorder)
    await people.ana.reacts("m-ben", people.ben, channel="C-elsewhere")
    await bot.tick()
    assert recorder.marks == set()


FAILED = "experiment"


async def fails(by: Person, message: str = "m-ben", text: str = "Nobody logs in twice") -> Got:
    """Use *Save as failed experiment* on Ben's message, and return the answer."""
    return await by.does(Save(FAILED, message, text, "U-ben", "Ben"))


async def test_a_draft_becomes_what_it_is_saved_as(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """For a message without its text yet, the shortcut sets both text and kind."""
    await begin(people, recorder)
    await people.ana.reacts("m-unread", people.ben)
    await bot.tick()
    kept = await fails(people.mei, "m-unread")
    assert kept.text.startswith("Saved as #2 in the thread under that message.")
    await people.ana.reacts("m-ben", people.ben)
    own = await fails(people.ben)
    assert "[Add details]" in own.text
    await bot.tick()
    for number in (2, 3):
        assert f"Experiment #{number}" in (await people.mei.types(f"show {number}")).text


async def test_what_the_emoji_kept_was_an_experiment(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Only its author can change the kind. The parts of the aha become lines of the text."""
    await begin(people, recorder)
    await people.ana.reacts("m-ben", people.ben)
    await bot.tick()
    await (await people.ben.types("edit 2")).fill(now_think="Once is enough")
    other = await fails(people.mei)
    assert other.text == (
        "That message is already saved as #2. Only Ben can turn it into an experiment.\n[Show]"
    )
    assert "only Ben can change it" in (await people.mei.does(ItFailed("1.2"))).text
    turned = await (await fails(people.ben)).press("Make it an experiment")
    assert turned.text.startswith("#2 is an experiment now.")
    await (await turned.press("Add details")).fill(taught="Look at the logs")
    card = (await people.mei.types("show 2")).text
    assert card.startswith("Experiment #2")
    assert "“Nobody logs in twice\nNow we think: Once is enough”" in card
    assert "What it taught us\n“Look at the logs”" in card
    assert "Make it" not in (await fails(people.ben)).text
    assert (await people.ben.does(ItFailed("1.2"))).text.startswith("#2 is an experiment now.")


async def test_only_an_aha_becomes_an_experiment(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """A breakthrough does not. The bot's card of an aha counts as its moment."""
    await people.ana.types("breakthrough A template")
    await people.ana.types("A wizard")
    await bot.tick()
    first, second = (next(m for m, s in recorder.standing.items() if f" #{n}" in s.text) for n in (1, 2))
    said = await people.ana.does(Save(FAILED, first, "…", by_bot="1"))
    assert said.text == "That message is already saved as #1.\n[Show]"
    assert "Only an aha with a text" in (await people.ana.does(ItFailed("1.1"))).text
    assert "[Make it an experiment]" in (await people.ana.does(Save(FAILED, second, "…", by_bot="1"))).text


async def test_our_own_posts_say_what_they_are(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """Each menu entry on a hello, quest or question gets one sentence, and no button that is refused."""
    await people.ana.types("quest How do people get their data in?")
    await people.ana.types("ask What did we decide?")
    await bot.tick()
    for begins, said in (
        ("Hello", "That's my own hello"),
        ("Quest", "That's my card about a quest"),
        ("A question", "That's my question"),
    ):
        message = next(m for m, s in recorder.standing.items() if s.text.startswith(begins))
        for command in (Save("aha", message, "…", by_bot="1"), VersionOf(message), WhyOf(message)):
            got = await people.ben.does(command)
            assert got.text.startswith(said)
            assert got.text.count(".") == 1


async def test_who_gave_a_draft_its_words_can_take_them_back(
    people: Everyone, bot: Bot, recorder: Recorder
) -> None:
    """Somebody else's 💡 came first, and the one who made the words public is told and shown as who saved it."""
    await people.ana.types("We have a team")
    await people.ben.reacts("x1", people.mei)
    await bot.tick()
    saved = await people.ana.does(Save("aha", "x1", "We sign them now", people.mei.origin.person, "Mei"))
    await bot.tick()
    assert any("saved by Ana" in each.text for each in recorder.standing.values())
    assert "#2 deleted." in (await saved.press("Undo")).text


@pytest.mark.parametrize("shows", [each for each in Shows if each])
async def test_a_message_that_shows_something_in_place_of_words(
    people: Everyone, bot: Bot, recorder: Recorder, shows: Shows
) -> None:
    """Its author is told what it is and asked what it shows. The answer is the moment, and all of it."""
    await begin(people, recorder)
    recorder.said["m-other"] = Source("", "U-mei", "Mei", shows=shows)
    await people.ana.reacts("m-other", people.mei)
    await bot.tick()
    [note] = [each for each in recorder.standing.values() if each.place.person == "U-mei"]
    asked = f"something you posted without text: {NOUNS[shows]()}. It'll be #2. What does it show?"
    assert f"Ana would like to save {asked}" in note.text
    assert "#2" not in (await people.mei.types(f"find {shows.value}")).text, "what it is isn't its words"
    [draft] = [moment for moment in rows(bot, Moment) if moment.state == MomentState.DRAFT]
    assert draft.parts == {SHOWS: shows.value}
    form = await people.mei.does(
        note.post.card.buttons[0].command, channel="D-mei", direct=True, private=True
    )
    assert form.form.fields[0].label == "What does it show?"
    await form.fill(text="It was the spreadsheet all along")
    [kept] = [moment for moment in rows(bot, Moment) if moment.id == draft.id]
    assert (kept.state, kept.text, kept.parts) == (MomentState.KEPT, "It was the spreadsheet all along", {})


async def test_ones_own_message_without_words(people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """The Note knows that it was the author's own 💡."""
    await begin(people, recorder)
    recorder.said["m-mine"] = Source("", "U-mei", "Mei", shows=Shows.PICTURE)
    await people.mei.reacts("m-mine", people.mei)
    await bot.tick()
    [note] = [each for each in recorder.standing.values() if each.place.person == "U-mei"]
    assert (
        "You wanted something saved that you posted without text: a picture. It'll be #2. What does it show?"
        in note.text
    )
