"""Tests of Notes: one cause is one Note, and it never says anything that its rows do not."""

import random
from dataclasses import dataclass
from typing import Any

import pytest

from bot.core.events import MessageDeleted
from bot.core.origin import OutcomeUnknownError, Place, PostFailedError, SentMessage, Source
from bot.moments.commands import Delete, Edit, Restore
from bot.moments.save_message import Save
from bot.moments.source import GiveWords
from bot.runtime.bot import Bot
from storage.models import Moment, NoteItem, Posting, PostingKind
from tests.support.databases import Clock, walks
from tests.support.people import Everyone, Got, Person
from tests.support.questions import rows
from tests.support.recorder import Recorder

DM: dict[str, Any] = {"channel": "dm-U-ben", "direct": True, "private": True}


@dataclass
class Desk:
    """Ben at his direct messages, with the bot, the clock and the platform."""

    people: Everyone
    bot: Bot
    recorder: Recorder
    clock: Clock

    async def begin(self) -> None:
        """Create a team, and messages by Ben that can be read."""
        await self.people.ana.types("the first")
        for number in range(40):
            self.recorder.said[f"m{number}-ben"] = Source(f"Thought {number} of Ben's", "U-ben", "Ben")
        await self.bot.tick()

    async def saves(self, number: int, by: str = "ana") -> None:
        """Save one of Ben's messages with its menu."""
        who: Person = getattr(self.people, by)
        await who.does(Save("aha", f"m{number}-ben", f"Thought {number} of Ben's", "U-ben", "Ben"))

    async def notes(self) -> list[str]:
        """Return the Notes in Ben's direct messages."""
        await self.bot.tick()
        return self.recorder.notes("U-ben")

    async def press(self, label: str, place: int = -1) -> Got:
        """Press a button on one of Ben's Notes."""
        await self.bot.tick()
        mine = [each for each in self.recorder.standing.values() if each.place.person == "U-ben"]
        found = [one.command for one in mine[place].post.card.buttons if one.label == label]
        assert found, f"no [{label}] on: {mine[place].text}"
        commands = self.bot.commands
        return await self.people.ben.does(commands.decode(commands.encode(found[0])), **DM)

    async def alive(self) -> int:
        """Return how many of Ben's moments are not removed."""
        return sum(moment.deleted_at is None for moment in rows(self.bot, Moment)) - 1


@pytest.fixture
async def desk(people: Everyone, bot: Bot, recorder: Recorder, clock: Clock) -> Desk:
    """Return Ben's desk, in a team with one aha by Ana."""
    desk = Desk(people, bot, recorder, clock)
    await desk.begin()
    return desk


# One purge is one Note


async def purge(desk: Desk, number: int, tick: bool = False) -> None:
    """Save messages of Ben, let him agree, and delete all of them at once."""
    for each in range(number):
        await desk.saves(each)
    await desk.press("Fine")
    desk.clock.forward(hours=1)
    for each in range(number):
        await desk.people.ben.does(MessageDeleted(f"m{each}-ben"))
        if tick:
            await desk.bot.tick()


@pytest.mark.parametrize(("number", "more", "tick"), [(30, "27", False), (14, "11", True)])
async def test_thirty_sources_gone_are_one_note(desk: Desk, number: int, more: str, tick: bool) -> None:
    """Whether they go before the first of the Notes was sent, or fourteen of them one after another."""
    await purge(desk, number, tick)
    _, gone = await desk.notes()
    assert gone.startswith(f"{number} of your messages were deleted. The copies are #2, #3")
    assert f"and {number - 6} more" in gone
    assert "“Thought 0 of Ben's”" in gone
    assert f"{more} more." in gone
    assert gone.endswith("[Keep all] [Delete all] [One by one]")


async def test_a_button_acts_on_all(desk: Desk) -> None:
    """All are removed, and one press brings them back."""
    await purge(desk, 8)
    removed = await desk.press("Delete all")
    assert removed.text == (
        "#2, #3, #4, #5, #6, #7 and 2 more deleted. You can bring them back until tomorrow.\n[Undo]"
    )
    assert await desk.alive() == 0
    assert "[" not in (await desk.notes())[-1]
    assert (await removed.press("Undo")).text.endswith("and 2 more are back.")
    assert await desk.alive() == 8
    assert "[Keep all]" in (await desk.notes())[-1], "nothing is decided again"
    assert (await desk.press("Keep all")).answer is None
    assert (await desk.notes())[-1] == "#2, #3, #4, #5, #6, #7 and 2 more stay."


async def test_one_by_one(desk: Desk) -> None:
    """Each is shown with its words, and the Note follows every decision."""
    await purge(desk, 3)
    first = await desk.press("One by one")
    assert "“Thought 0 of Ben's”" in first.text
    second = await first.press("Keep it")
    assert second.text.startswith("#2 stays.")
    assert "“Thought 1 of Ben's”" in second.text
    assert (await desk.notes())[-1].startswith("2 of your messages")
    third = await second.press("Delete it")
    assert third.text.startswith("#3 deleted.")
    assert third.text.endswith("[Keep it] [Delete it] [Later] [Undo #3]")
    left = (await desk.notes())[-1]
    assert left.startswith("A message you wrote was deleted, but a copy is saved as #4.")
    assert "#2 stays." in left
    assert "Aha #3 was deleted." in left
    assert left.endswith("[Keep it] [Delete it, too]")
    back = await third.press("Undo #3")
    assert back.text.startswith("#3 is back.")
    assert "“Thought 1 of Ben's”" in back.text
    over = await (await back.press("Later")).press("Later")
    assert over.text == "That was the last one."
    assert await desk.alive() == 3


async def test_kept_notes_come_together_too(desk: Desk) -> None:
    """They name everyone who saved something."""
    await desk.saves(0)
    await desk.bot.tick()
    await desk.saves(1, by="mei")
    [note] = await desk.notes()
    assert note.startswith("2 of your messages are in the team's memory now: #2, #3. Saved by: Ana, Mei.")
    assert note.endswith("[Fine] [Remove all] [One by one]")
    assert (await desk.press("Fine")).answer is None
    assert await desk.notes() == ["#2, #3 stay."]


async def test_what_comes_later_is_a_note_of_its_own(desk: Desk) -> None:
    """An edit of an old message tells nobody anything."""
    await desk.saves(0)
    await desk.bot.tick()
    desk.clock.forward(minutes=6)
    await desk.saves(1)
    assert [note[:9] for note in await desk.notes()] == ["Ana saved", "Ana saved"]


@pytest.mark.parametrize("label", ["Fine", "Remove it"])
async def test_an_answered_note_takes_no_more(desk: Desk, label: str) -> None:
    """The next one is a new message."""
    await desk.saves(0)
    await desk.press(label)
    await desk.saves(1)
    notes = await desk.notes()
    assert len(notes) == 2
    assert "[" not in notes[0]
    assert notes[1].startswith("Ana saved what you wrote.")


async def test_what_waits_for_a_pause_to_end_comes_as_one(desk: Desk) -> None:
    """A week's Notes of one kind are one message."""
    await (await desk.people.ben.opens_settings()).fill(paused_until="2026-03-20", keep="yes")
    for number in range(4):
        await desk.saves(number)
        desk.clock.forward(hours=12)
    assert await desk.notes() == []
    desk.clock.forward(days=3)
    [note] = await desk.notes()
    assert note.startswith("4 of your messages are in the team's memory now")


async def test_closed_messages_head_the_next_reply(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the buttons for all of them, which work from there."""
    real = desk.recorder.post

    async def closed(place: Place, post: Any, key: str) -> SentMessage:
        if place.person:
            raise PostFailedError("Ben takes no direct messages.", closed=True)
        return await real(place, post, key)

    monkeypatch.setattr(desk.recorder, "post", closed)
    for number in range(2):
        await desk.saves(number)
        await desk.bot.tick()
    by_name = await desk.people.ben.names(" list")
    assert "in the team's memory now" not in by_name.text, "an answer by name may never be opened"
    listed = await desk.people.ben.types("list")
    assert listed.text.startswith("2 of your messages are in the team's memory now")
    one = await listed.press("One by one")
    assert "#2 stays." in (await one.press("Keep it")).text
    assert (await listed.press("Fine")).text == "#3 stays."
    assert "saved two things" not in (await desk.people.ben.types("list")).text


async def test_nobody_answers_for_another(desk: Desk) -> None:
    """The buttons of Ben's Note do nothing for Mei."""
    for number in range(2):
        await desk.saves(number)
    await desk.bot.tick()
    mine = next(each for each in desk.recorder.standing.values() if each.place.person == "U-ben")
    for button in mine.post.card.buttons:
        got = await desk.people.mei.does(button.command, channel="dm-U-mei", direct=True, private=True)
        assert got.text == "That message isn't there any more."
    assert await desk.alive() == 2


# What never happened


async def put_and_taken_back(desk: Desk, seconds: float = 30, message: str = "m0-ben") -> None:
    """Put Ana's 💡 on a message of Ben's, and take it off again."""
    await desk.people.ana.reacts(message, desk.people.ben)
    await desk.bot.tick()
    desk.clock.forward(seconds=seconds)
    await desk.people.ana.unreacts(message)


async def test_a_bulb_taken_back_within_a_minute_never_happened(desk: Desk) -> None:
    """The Note is gone from Ben's messages, and so are our 💡 and the moment. No other Note follows."""
    await desk.people.ana.reacts("m0-ben", desk.people.ben)
    assert len(await desk.notes()) == 1, "the first Note leaves at once"
    assert desk.recorder.marks == {"m0-ben"}
    desk.clock.forward(seconds=59)
    await desk.people.ana.unreacts("m0-ben")
    assert await desk.notes() == []
    assert desk.recorder.marks == set()
    assert "Thought 0" not in (await desk.people.mei.types("list")).text
    desk.clock.forward(days=2)
    assert await desk.notes() == []
    assert [moment.text for moment in rows(desk.bot, Moment) if moment.deleted_at is None] == ["the first"]


async def test_what_never_happened_may_still_happen(desk: Desk) -> None:
    """A 💡 or the message's menu saves it again, with a Note and our 💡 of its own."""
    await put_and_taken_back(desk)
    await desk.bot.tick()
    await desk.people.mei.reacts("m0-ben", desk.people.ben)
    [note] = await desk.notes()
    assert note.startswith("Mei saved what you wrote.")
    assert desk.recorder.marks == {"m0-ben"}
    await put_and_taken_back(desk, message="m1-ben")
    await desk.bot.tick()
    await desk.saves(1)
    assert len(await desk.notes()) == 1
    assert desk.recorder.marks == {"m0-ben", "m1-ben"}


async def test_our_bulb_stays_for_whom_it_is_put_again(desk: Desk) -> None:
    """Taking off the old one does not take the new one, in whatever order both come."""
    await put_and_taken_back(desk)
    await desk.people.mei.reacts("m0-ben", desk.people.ben)
    await desk.bot.tick()
    await desk.bot.tick()
    assert desk.recorder.marks == {"m0-ben"}


async def test_before_the_note_was_sent(desk: Desk) -> None:
    """It is never sent."""
    desk.recorder.trouble = []
    await desk.people.ana.reacts("m0-ben", desk.people.ben)
    await desk.bot.fetching.fetch_all()
    await desk.people.ana.unreacts("m0-ben")
    assert await desk.notes() == []
    assert desk.recorder.marks == set()
    assert rows(desk.bot, NoteItem) == []


async def test_a_note_whose_answer_was_lost_is_found_and_deleted(desk: Desk) -> None:
    """It reached Ben, though the platform never said so."""
    real = desk.recorder.post

    async def lost(place: Place, post: Any, key: str) -> SentMessage:
        sent = await real(place, post, key)
        if place.person:
            raise OutcomeUnknownError
        return sent

    desk.recorder.post = lost  # type: ignore[method-assign]
    await put_and_taken_back(desk, seconds=10)
    desk.recorder.post = real  # type: ignore[method-assign]
    assert len(await desk.notes()) == 1, "it is looked for no sooner than planned"
    desk.clock.forward(minutes=2)
    assert await desk.notes() == []


async def test_deleting_is_tried_again(desk: Desk) -> None:
    """The Note goes once the platform answers."""
    await desk.people.ana.reacts("m0-ben", desk.people.ben)
    await desk.bot.tick()
    await desk.people.ana.unreacts("m0-ben")
    desk.recorder.trouble = [OutcomeUnknownError(), OutcomeUnknownError()]
    assert len(await desk.notes()) == 1
    desk.clock.forward(minutes=2)
    assert await desk.notes() == []
    assert desk.recorder.marks == set()


async def test_one_of_several(desk: Desk) -> None:
    """The Note goes on about the others."""
    await desk.saves(1)
    await desk.saves(2)
    await put_and_taken_back(desk)
    [note] = await desk.notes()
    assert note.startswith("2 of your messages are in the team's memory now")
    assert "Thought 0" not in note


async def test_on_one_s_own_message(desk: Desk) -> None:
    """There was no Note, and the moment and our 💡 are gone."""
    await desk.people.ben.reacts("m0-ben", desk.people.ben)
    await desk.bot.tick()
    await desk.people.ben.unreacts("m0-ben")
    assert await desk.notes() == []
    assert desk.recorder.marks == set()
    assert await desk.alive() == 0


@pytest.mark.parametrize(
    "after", ["a minute", "an answer", "an edit", "a version", "a high-five", "a removal"]
)
async def test_otherwise_its_author_decides(desk: Desk, after: str) -> None:
    """Once it is older, or anybody did something with it, it is there."""
    await desk.people.ana.reacts("m0-ben", desk.people.ben)
    await desk.bot.tick()
    match after:
        case "a minute":
            desk.clock.forward(seconds=61)
        case "an answer":
            await desk.press("Fine")
        case "an edit":
            await desk.people.ben.does(Edit("1.2", "Thought 0 of Ben's, said better"))
        case "a version":
            await (await desk.people.mei.types("version 2")).fill(text="My side")
        case "a high-five":
            await (await desk.people.mei.types("show 2")).press("High-five")
        case _:
            await desk.press("Remove it")
    await desk.people.ana.unreacts("m0-ben")
    notes = await desk.notes()
    if after == "a removal":
        assert notes == ["Aha #2 was deleted."]
    else:
        assert "was removed" in notes[-1]
        assert notes[-1].endswith("[Keep it] [Delete it]")
        assert desk.recorder.marks == {"m0-ben"}


async def test_a_bulb_that_is_back_answers_for_its_author(desk: Desk) -> None:
    """There is nothing to decide any more, until it is taken back again."""
    await put_and_taken_back(desk, seconds=90)
    assert "[Keep it] [Delete it]" in (await desk.notes())[-1]
    await desk.people.ana.reacts("m0-ben", desk.people.ben)
    assert (await desk.notes())[-1] == "The 💡 on what you wrote is back, so #2 stays."
    await desk.people.ana.unreacts("m0-ben")
    notes = await desk.notes()
    assert len(notes) == 2
    assert notes[-1].endswith("[Keep it] [Delete it]")


# The Note that asks for words


async def draft(desk: Desk) -> None:
    """Put Ana's 💡 on a message of Ben's that cannot be read."""
    await desk.people.ana.reacts("m-unread", desk.people.ben)
    [note] = await desk.notes()
    assert note.endswith("[Add the text] [Don't save it]")


async def test_words_given_by_their_author_end_the_question(desk: Desk) -> None:
    """By the form, by an edit or by saving the message themselves: no button is left, no Note follows."""
    for message, give in (
        ("m-a", GiveWords("1.2", "As I said it")),
        ("m-b", Edit("1.3", "As I said it")),
        ("m-c", Save("aha", "m-c", "As I said it", "U-ben", "Ben")),
    ):
        await desk.people.ana.reacts(message, desk.people.ben)
        before = await desk.notes()
        assert before[-1].endswith("[Add the text] [Don't save it]")
        await desk.people.ben.does(give)
        notes = await desk.notes()
        assert len(notes) == len(before)
        assert notes[-1].startswith("Your text is saved as #")
        assert "“As I said it”" in notes[-1]
        assert "[" not in notes[-1]
        desk.clock.forward(minutes=10)


async def test_words_given_by_another_turn_it_into_the_note_about_that(desk: Desk) -> None:
    """It asks for nothing any more, and Ben can still take his words out with one press. None follows."""
    await draft(desk)
    await desk.people.mei.does(Save("aha", "m-unread", "What Ben said", "U-ben", "Ben"))
    [note] = await desk.notes()
    assert note == (
        "Mei saved what you wrote. It's in the team's memory now, as #2.\n“What Ben said”\n[Fine] [Remove it]"
    )
    await desk.press("Fine")
    [note] = await desk.notes()
    assert note.endswith("It stays.")


async def test_words_given_before_the_question_was_sent(desk: Desk) -> None:
    """Ben gave them himself, so there is nothing to tell him."""
    await (await desk.people.ben.opens_settings()).fill(paused_until="2026-03-20", keep="yes")
    await desk.people.ana.reacts("m-unread", desk.people.ben)
    await desk.bot.tick()
    await desk.people.ben.does(GiveWords("1.2", "As I said it"))
    desk.clock.forward(days=5)
    assert await desk.notes() == []


async def test_words_given_while_they_are_fetched(desk: Desk) -> None:
    """What Ben did himself needs no Note."""
    await desk.people.ana.reacts("m0-ben", desk.people.ben)
    await desk.people.ben.does(Edit("1.2", "As I meant it"))
    assert await desk.notes() == []


async def test_a_draft_declined_and_brought_back(desk: Desk) -> None:
    """The Note follows every step."""
    await draft(desk)
    gone = await desk.press("Don't save it")
    assert await desk.notes() == ["Aha #2 was deleted."]
    await gone.press("Undo")
    assert (await desk.notes())[0].endswith("[Add the text] [Don't save it]")


async def test_a_draft_whose_bulb_is_taken_back(desk: Desk) -> None:
    """After a minute the question stays, without buttons, and says that nothing is saved."""
    await draft(desk)
    desk.clock.forward(minutes=2)
    await desk.people.ana.unreacts("m-unread")
    assert await desk.notes() == ["The 💡 was removed, so nothing is saved."]
    assert "no text yet" not in (await desk.people.mei.types("list")).text
    await desk.people.mei.reacts("m-unread", desk.people.ben)
    assert (await desk.notes())[-1].startswith("Mei would like to save something you wrote")


async def test_a_draft_whose_bulb_is_taken_back_at_once(desk: Desk) -> None:
    """Within the minute it never happened. Our own 💡 goes too, and the message can be saved again."""
    await draft(desk)
    assert "m-unread" in desk.recorder.marks
    await desk.people.ana.unreacts("m-unread")
    assert await desk.notes() == []
    assert await desk.alive() == 0
    assert "m-unread" not in desk.recorder.marks
    await desk.people.mei.reacts("m-unread", desk.people.ben)
    assert (await desk.notes())[-1].startswith("Mei would like to save something you wrote")


async def test_a_draft_whose_message_is_deleted(desk: Desk) -> None:
    """There is nothing to ask about any more."""
    await draft(desk)
    await desk.people.ben.does(MessageDeleted("m-unread"))
    [note] = await desk.notes()
    assert note == "Aha #2 was deleted."


async def test_an_author_who_wants_nothing_saved(desk: Desk) -> None:
    """Their drafts go with the choice, and no question about a later one is sent."""
    await draft(desk)
    await desk.people.ana.reacts("m-other", desk.people.ben)
    await (await desk.people.ben.opens_settings()).fill(keep="never")
    await desk.bot.tick()
    notes = await desk.notes()
    assert "[" not in "".join(notes)
    assert "no text yet" not in (await desk.people.mei.types("list")).text


async def test_one_s_own_bulb_asks_in_one_s_own_words(desk: Desk) -> None:
    """Nobody is told that they themselves would like to keep something."""
    await desk.people.ben.reacts("m-unread", desk.people.ben)
    [note] = await desk.notes()
    assert note.startswith("You wanted something saved that you wrote, but I can't read it there.")
    await desk.people.ben.does(GiveWords("1.2", "As I said it"))
    [note] = await desk.notes()
    assert "[" not in note


# One question, one answer


async def test_one_answer_holds_for_every_note_about_it(desk: Desk) -> None:
    """Three Notes ask whether it may stay, and one press answers them."""
    await put_and_taken_back(desk, seconds=90)
    await desk.people.ben.does(MessageDeleted("m0-ben"))
    notes = await desk.notes()
    assert len(notes) == 3
    assert all("[" in note for note in notes)
    await desk.press("Keep it", place=1)
    notes = await desk.notes()
    assert not any("[" in note for note in notes)
    assert all(note.endswith("It stays.") for note in notes)


async def test_a_source_that_goes_twice_asks_once(desk: Desk) -> None:
    """Also when the first question was answered."""
    await desk.saves(0)
    for buttons in (True, False):
        await desk.people.ben.does(MessageDeleted("m0-ben"))
        [asked] = [note for note in await desk.notes() if "was deleted" in note]
        assert ("[" in asked) is buttons
        if buttons:
            await desk.press("Keep it")


STEPS = ("removes", "restores", "fine", "edits", "source gone", "taken back", "put again", "an hour", "saves")


@pytest.mark.parametrize(("url", "seed"), walks(12, 4), indirect=["url"])
async def test_no_note_speaks_against_the_rows(desk: Desk, seed: int) -> None:
    """After any steps in any order: a live button is about a moment that is there, and does what it says.

    Twelve walks on SQLite and four on PostgreSQL: the subject is the Notes.
    """
    steps = random.Random(seed)
    await desk.people.ana.reacts("m-unread" if seed % 2 else "m0-ben", desk.people.ben)
    await desk.bot.tick()
    message = "m-unread" if seed % 2 else "m0-ben"
    for _ in range(8):
        await take_step(desk, steps.choice(STEPS), message)
        check_notes(desk, await desk.notes())


async def take_step(desk: Desk, step: str, message: str) -> None:
    """Do one thing that concerns the moment of a message."""
    ana, ben = desk.people.ana, desk.people.ben
    newest = max(moment.number for moment in rows(desk.bot, Moment))
    at = f"1.{newest}"
    match step:
        case "removes":
            await ben.does(Delete(at), **DM)
        case "restores":
            await ben.does(Restore(at), **DM)
        case "fine":
            notes = [each for each in desk.recorder.standing.values() if each.place.person == "U-ben"]
            for button in [one for each in notes for one in each.post.card.buttons][:1]:
                await ben.does(button.command, **DM)
        case "edits":
            await ben.does(Edit(at, "Said better"))
        case "source gone":
            await ben.does(MessageDeleted(message))
        case "taken back":
            await ana.unreacts(message)
        case "put again":
            await ana.reacts(message, ben)
        case "saves":
            await desk.people.mei.does(Save("aha", message, "What Ben said", "U-ben", "Ben"))
        case _:
            desk.clock.forward(hours=1)


def check_notes(desk: Desk, notes: list[str]) -> None:
    """Check that live buttons are only where a moment is there, and that no two Notes say the same."""
    there = {f"#{each.number}": each for each in rows(desk.bot, Moment) if each.deleted_at is None}
    for note in notes:
        about = [each for number, each in there.items() if f"{number}." in note or f"{number};" in note
                 or f"{number} was" in note
                 or f"as {number}, but" in note or f"be {number} once" in note]  # fmt: skip
        if "[" not in note:
            continue
        assert about, note
        asks = "[Add the text]" in note
        assert all((each.state == "draft") is asks for each in about), note
    kinds = [posting.kind for posting in rows(desk.bot, Posting) if posting.kind.startswith("note")]
    live = [note for note in notes if "[" in note]
    assert len(live) <= len(set(kinds)), notes
    assert PostingKind.NOTE_REMOVED not in kinds


# An admin's removal


async def removed_by_ana(desk: Desk) -> Got:
    """Write an aha as Ben, and remove it as Ana, who is an admin."""
    await desk.people.ben.types("Ben's aha")
    asked = await desk.people.ana.types("delete 2")
    assert asked.text == "Delete #2 by Ben for everyone?\n“Ben's aha”\n[Delete] [Cancel]"
    assert await desk.alive() == 1
    return await asked.press("Delete")


async def test_an_admin_is_asked_once_and_the_author_is_told(desk: Desk) -> None:
    """The Note has the day until which Ben can undo it, and its button does."""
    done = await removed_by_ana(desk)
    assert done.text == (
        "#2 deleted. You can bring it back until tomorrow. I'll tell Ben, who can bring it back, too.\n[Undo]"
    )
    [note] = await desk.notes()
    assert note == (
        "Ana deleted your #2 for everyone. You can bring it back until 17 March 2026, 10:00.\n“Ben's aha”\n[Undo]"
    )
    assert (await desk.press("Undo")).text == "#2 is back. The card is in #lantern.\n[Undo]"
    assert await desk.notes() == ["Aha #2 is back."]
    assert await desk.alive() == 1
    assert "#2 isn't deleted." in (await done.press("Undo")).text


async def test_leaving_it_changes_nothing(desk: Desk) -> None:
    """Nobody is told of a question."""
    await desk.people.ben.types("Ben's aha")
    asked = await desk.people.ana.types("delete 2")
    assert (await asked.press("Cancel")).text == "#2 stays as it is."
    assert await desk.notes() == []
    assert await desk.alive() == 1


async def test_an_admin_can_undo_from_the_answer(desk: Desk) -> None:
    """The Note says that it is back."""
    done = await removed_by_ana(desk)
    await desk.bot.tick()
    assert (await done.press("Undo")).text == "#2 is back. The card is in #lantern.\n[Undo]"
    assert await desk.notes() == ["Aha #2 is back."]


async def test_after_a_day_the_note_says_so(desk: Desk) -> None:
    """Its words and its button are gone with the moment's."""
    await removed_by_ana(desk)
    await desk.bot.tick()
    desk.clock.forward(days=1, hours=1)
    [note] = await desk.notes()
    assert note == "Aha #2 was deleted by an admin and can't be brought back any more."


async def test_a_second_removal_is_a_second_cause(desk: Desk) -> None:
    """I'll tell Ben again, and the first Note does not offer what the second does."""
    await removed_by_ana(desk)
    await desk.press("Undo")
    desk.clock.forward(hours=2)
    await (await desk.people.ana.types("delete 2")).press("Delete")
    first, second = await desk.notes()
    assert first == "Aha #2 was deleted."
    assert second.endswith("[Undo]")


async def test_several_removals_are_one_note(desk: Desk) -> None:
    """One press brings all of them back."""
    for number in (2, 3, 4):
        await desk.people.ben.types(f"thought {number}")
        await (await desk.people.ana.types(f"delete {number}")).press("Delete")
        await desk.bot.tick()
    [note] = await desk.notes()
    assert note.startswith("3 of your moments were deleted for everyone: #2, #3, #4. You can bring them back")
    assert note.endswith("[Undo all] [One by one]")
    assert (await desk.press("Undo all")).text == "#2, #3, #4 are back."
    assert await desk.alive() == 3


async def test_one_s_own_removal_asks_nobody(desk: Desk) -> None:
    """As it always was, for an admin too."""
    await desk.people.ben.types("Ben's aha")
    assert (await desk.people.ben.types("delete 2")).text.startswith("#2 deleted.")
    assert (await desk.people.ana.types("delete 1")).text.startswith("#1 deleted.")
    assert await desk.notes() == []


async def test_a_saved_message_removed_by_an_admin(desk: Desk) -> None:
    """The Note about saving it loses its buttons, and the one about the removal has them."""
    await desk.saves(0)
    await desk.bot.tick()
    await (await desk.people.ana.types("delete 2")).press("Delete")
    kept, removed = await desk.notes()
    assert kept == "Aha #2 was deleted."
    assert removed.startswith("Ana deleted your #2 for everyone.")
    assert desk.recorder.marks == set()
    await desk.press("Undo")
    await desk.bot.tick()
    assert desk.recorder.marks == {"m0-ben"}
