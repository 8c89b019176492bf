"""Tests of interactions beyond the shared conversations: what a person does on Discord, and the result."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from adapters.discord.interactions import Interactions
from bot.core.messages import More
from storage.engine.database import Database
from storage.models import Channel as Stored
from storage.models import Pending, Team, Workspace
from storage.teams import presence
from tests.adapters.discord.over_sockets.conftest import MONDAY
from tests.fakes.discord import read
from tests.fakes.discord.chat import DiscordRoom, living, opened
from tests.fakes.discord.checks.permissions import INVITED, Can
from tests.fakes.discord.world import FORUM, PRIVATE_THREAD, TEXT, VOICE, Channel, Message, Overwrite
from tests.support.chat import WORDS, Seen, with_words
from tests.support.waiting import soon


async def card(room: DiscordRoom) -> Seen:
    """Let Ana log a moment, and return its public card."""
    await room.types("Ana", WORDS)
    [found] = with_words(await room.channel())
    return found


async def setup(room: DiscordRoom) -> str:
    """Let Ana open the settings, and return the message's id."""
    shown = await room.types("Ana", "setup")
    assert shown
    return shown.id


async def channels(room: DiscordRoom) -> list[Stored]:
    """Return the channels' rows."""
    return await room.bot.database.read(lambda session: list(session.exec(select(Stored))))


async def all_have_teams(room: DiscordRoom, number: int) -> bool:
    """Return whether there are exactly `number` teams."""
    return await room.bot.database.read(lambda session: len(session.exec(select(Team)).all()) == number)


async def holds(those: list[object]) -> bool:
    """Return whether the list has an entry."""
    return bool(those)


async def a_question(room: DiscordRoom) -> Seen:
    """Ask a first question, and return its message."""
    await room.types("Ana", WORDS)
    [hello] = with_words(await room.channel(), "I'm Ahabot")
    await room.presses("Ana", "Ask a question now", hello.id)
    return with_words(await room.channel(), "A question for us")[-1]


# The first minute


async def test_the_first_minute(database: Database) -> None:
    """Invited, the bot says once what it does, with a button for a first question, and sends no direct message."""
    async with opened(database, MONDAY, invited=False) as room:
        await room.awake()
        await room.people.invites(room.server)
        [hello] = await room.channel()
        assert "I'm Ahabot" in hello
        assert "[Change schedule]" in hello
        await room.presses("Ana", "Ask a question now", hello.id)
        assert len(await room.channel()) == 2
        await room.people.removes(room.server)
        await room.people.invites(room.server)
        assert len(with_words(await room.channel(), "I'm Ahabot")) == 1

        async def is_back() -> bool:
            there = await room.bot.database.read(lambda session: session.exec(select(Workspace)).one())
            return there.removed_at is None

        assert await soon(is_back), "its schedules go on"
        assert [await room.notes(who) for who in ("Ana", "Ben")] == [[], []]


async def test_the_hello_goes_where_the_bot_may_write(database: Database) -> None:
    """It skips the channel for newcomers, in which only admins write."""
    async with opened(database, MONDAY, invited=False) as room:
        await room.awake()
        news = room.discord.world.make(room.server, "news")
        room.server.system = news.id
        room.discord.world.joins(room.server)
        news.overwrites.append(_nobody_writes(room))
        room.discord.welcomed(room.server)
        await room.people.heard()
        assert await room.in_channel(news) == []
        assert with_words(await room.channel(), "I'm Ahabot")


async def test_nowhere_to_write(database: Database) -> None:
    """It posts nothing but saves what people log, and the reply says what to change."""
    async with opened(database, MONDAY, invited=False) as room:
        await room.awake()
        room.home.overwrites.append(_nobody_writes(room))
        await room.people.invites(room.server)
        assert await room.channel() == []
        kept = await room.types("Ana", WORDS)
        assert kept
        assert "Saved as #1" in kept
        assert "I can't post in this channel" in kept
        assert await room.channel() == []
        assert room.discord.called("POST /channels/{channel_id}/messages") == [], "nothing is asked in vain"


async def test_invited_while_nobody_was_there(database: Database) -> None:
    """The hello follows at the next start, and only once, even for an invitation just before the start."""
    async with opened(database, MONDAY) as room:
        await room.awake()
        garden = room.discord.world.found("Garden", joined=False)
        quiet = room.discord.world.make(garden, "quiet")
        await room.people.heard()
        [hello] = await room.channel()
        assert "I'm Ahabot" in hello
        async with living(room.discord, database, room.clock, room.home) as after:
            await after.people.invites(garden)
            await after.awake()
            await after.people.heard()
            assert with_words(await after.in_channel(quiet), "I'm Ahabot")
        async with living(room.discord, database, room.clock, room.home) as again:
            await again.awake()
            await again.people.heard()
            assert [len(await again.in_channel(each)) for each in (again.home, quiet)] == [1, 1]


async def test_a_start_on_servers_that_we_know(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands are looked up together, and unchanged ones write nothing."""
    asked: list[int] = []
    known = presence.known_workspaces

    def counted(
        session: Session, platform: str, ids: Collection[str]
    ) -> Mapping[str, presence.KnownWorkspace]:
        asked.append(len(ids))
        return known(session, platform, ids)

    monkeypatch.setattr(presence, "known_workspaces", counted)
    async with opened(database, MONDAY) as room:
        there = [room.discord.world.found(f"Server {number}") for number in range(7)]
        for server in there:
            room.discord.world.make(server, "team")
        async with living(room.discord, database, room.clock, room.home) as first:
            await first.awake()
            await soon(lambda: all_have_teams(first, 8))
        asked.clear()
        there[3].name = "Another name"
        written: list[object] = []
        monkeypatch.setattr(presence, "mark_present_by_external_id", lambda *given: written.append(given[2]))
        async with living(room.discord, database, room.clock, room.home) as second:
            await second.awake()
            await soon(lambda: holds(written))
        assert sum(asked) == 8
        assert len(asked) < 8, "several at a time"
        assert written == [there[3].id]


# Emoji


async def test_an_emoji_in_a_thread_and_in_a_forum(room: DiscordRoom) -> None:
    await room.types("Ana", WORDS)
    root = room.standing(await room.says("Ben", "What did you see?"))
    thread = await room.people.threads("Ben", root)
    said = await room.people.says("Mei", "The second page is never read.", thread)
    await room.people.reacts("Ana", "💡", said)
    assert "The second page is never read." in await room.finds("second page")
    assert "💡" in (await room.message(said.id)).marks

    forum = room.discord.made(room.discord.world.make(room.server, "ideas", FORUM))
    post, first = await room.people.posts("Ben", forum, "An idea", "A template instead of a wizard.")
    got = await room.gives("Ana", "A post is easier to find than a thread.", post)
    assert "Saved as #1" in got.text
    await room.people.reacts("Ana", "💡", first)
    await room.settled()
    found = await room.people.types("Mei", "aha find", post, words="template")
    assert "A template instead of a wizard." in found.text
    assert "💡" in first.marks(room.discord.world.bot.id)


async def test_an_emoji_in_a_thread_that_is_asleep(room: DiscordRoom) -> None:
    """No event announced the thread, so its channel is requested once."""
    await room.types("Ana", WORDS)
    root = room.standing(await room.says("Ben", "What did you see?"))
    thread = Channel(root.id, "Old", 11, room.server.id, room.home.id, owner=root.author, archived=True)
    room.discord.world.channels[thread.id] = thread
    told = []
    for text in ("One of long ago.", "Another of long ago."):
        said = Message(room.discord.world.mint.mint(), thread.id, room.discord.world.person("Mei").id, text)
        room.discord.world.messages[said.id] = said
        told.append(said)
    for said in told:
        await room.people.reacts("Ana", "💡", said)
    found = await room.finds("long ago")
    assert "One of long ago." in found
    assert "Another of long ago." in found
    assert len(room.discord.called("GET /channels/{channel_id}")) == 1


async def test_super_custom_and_foreign_emoji(room: DiscordRoom) -> None:
    """A super reaction counts, and a custom emoji that the team chose. A bot's reaction does not."""
    await room.types("Ana", WORDS)
    said = room.standing(await room.says("Ben", "A super thought."))
    await room.people.reacts("Ana", "💡", said, burst=True)
    assert "A super thought." in await room.finds("super")

    party = room.discord.world.emoji(room.server, "PartyParrot", animated=True)
    form = room.form(await room.presses("Ana", "Change settings", await setup(room)))
    saved = await room.people.submits(form, emoji=":partyparrot:")
    assert ":partyparrot:" in saved.text
    said = room.standing(await room.says("Ben", "A thought with a parrot."))
    await room.people.reacts("Mei", party, said)
    assert "A thought with a parrot." in await room.finds("parrot")

    other = room.discord.world.add("Robot")
    other.bot = True
    said = room.standing(await room.says("Ben", "A thought for robots."))
    await room.people.reacts("Robot", party, said)
    assert "robots" not in await room.finds("robots")


async def test_an_emoji_taken_back_and_cleared(room: DiscordRoom) -> None:
    """Taken back at once it never happened; later its author is asked. A moderator's clearing has no effect."""
    await room.types("Ana", WORDS)
    said = room.standing(await room.says("Ben", "Half a thought."))
    await room.people.reacts("Ana", "💡", said)
    await room.settled()
    await room.people.clears(said)
    assert len(await room.notes("Ben")) == 1
    await room.people.reacts("Ana", "💡", said)
    await room.people.reacts("Ana", "💡", said, on=False)
    assert await room.notes("Ben") == []

    await room.people.reacts("Ana", "💡", said)
    assert len(await room.notes("Ben")) == 1
    await room.later(minutes=2)
    await room.people.reacts("Ana", "💡", said, on=False)
    notes = await room.notes("Ben")
    assert "was removed" in notes[-1]
    assert "[Delete it]" in notes[-1]


async def test_an_emoji_on_our_own_message_keeps_nothing(room: DiscordRoom) -> None:
    ours = await card(room)
    await room.reacts("Ben", "💡", ours.id)
    assert "#2" not in await room.finds("cache")


# Without message content


async def test_a_draft_and_the_words_of_its_author(deaf: DiscordRoom) -> None:
    """Link and author are saved, and the author is asked for the text. With it, it is a moment like any."""
    await deaf.types("Ana", WORDS)
    said = await deaf.says("Ben", "It is fast because nobody logs in twice.")
    await deaf.reacts("Ana", "💡", said)
    [note] = await deaf.notes("Ben")
    assert "Ana would like to save something you wrote as #2" in note
    assert "💡" in (await deaf.message(said)).marks, "the answer to Ana's"
    assert "Aha #2 · Ben · no text yet" in await deaf.finds()
    form = await deaf.presses("Ben", "Add the text", note.id)
    kept = await deaf.people.submits(deaf.form(form), text="Nobody logs in twice, so it is fast.")
    assert "#2 is saved in your words. The message it's from has my 💡." in kept.text
    found = await deaf.finds("nobody logs")
    assert "Nobody logs in twice, so it is fast." in found
    assert "Ben" in found
    assert "💡" in (await deaf.message(said)).marks


async def test_a_draft_that_its_author_leaves_out(deaf: DiscordRoom) -> None:
    await deaf.types("Ana", WORDS)
    said = await deaf.says("Ben", "It is fast because nobody logs in twice.")
    await deaf.reacts("Ana", "💡", said)
    [note] = await deaf.notes("Ben")
    removed = await deaf.presses("Ben", "Don't save it", note.id)
    assert removed
    assert "#2 deleted" in removed
    assert "#2" not in await deaf.finds()
    assert "💡" not in (await deaf.message(said)).marks


async def test_a_draft_with_its_words_from_the_menu(deaf: DiscordRoom) -> None:
    """*Save as aha* includes the text, so anyone can complete the draft."""
    await deaf.types("Ana", WORDS)
    said = await deaf.says("Ben", "It is fast because nobody logs in twice.")
    await deaf.reacts("Ana", "💡", said)
    await deaf.settled()
    saved = await deaf.chooses("Mei", "Save as aha", said)
    assert saved
    assert "Saved as #2" in saved
    assert "It is fast because nobody logs in twice." in await deaf.finds("logs twice")


async def test_answers_without_the_privileged_intent(deaf: DiscordRoom) -> None:
    """A reply that pings the bot counts. Others are not received, and get no reaction."""
    question = await a_question(deaf)
    assert "or reply to this with @ on. I can't read other replies" in question
    asked = deaf.standing(question.id)
    await deaf.people.says("Ben", "The import, again.", deaf.home, to=asked)
    assert "1 answered" in await deaf.message(question.id)
    await deaf.people.says("Mei", "Not for the bot.", deaf.home, to=asked, ping=False)
    assert "1 answered" in await deaf.message(question.id)
    thread = await deaf.people.threads("Chidi", asked)
    await deaf.people.says("Mei", "Not for the bot.", thread)
    assert "1 answered" in await deaf.message(question.id)
    await deaf.people.says("Chidi", "The second page.", deaf.home, to=asked)
    assert "2 answered" in await deaf.message(question.id)


async def test_answers_with_it(room: DiscordRoom) -> None:
    """A reply in the channel and one in the thread count. An unrelated message does not."""
    question = await a_question(room)
    assert "Replies to this message, or in its thread, are saved as answers" in question
    asked = room.standing(question.id)
    await room.people.says("Ben", "The import, again.", room.home, to=asked, ping=False)
    thread = await room.people.threads("Chidi", asked)
    await room.people.says("Chidi", "The second page.", thread)
    await room.people.says("Mei", "Lunch?", room.home)
    assert "2 answered" in await room.message(question.id)


# Messages and their menu


async def test_saved_from_the_menu_with_its_card_in_a_thread(deaf: DiscordRoom) -> None:
    """The card starts a thread under the message, or uses the existing one."""
    await deaf.types("Ana", WORDS)
    said = await deaf.says("Ben", "Nobody logs in twice.")
    saved = await deaf.chooses("Ana", "Save as failed experiment", said)
    assert saved
    assert "Saved as #2" in saved
    [shown] = with_words(await deaf.channel(), "Nobody logs in twice.")
    assert shown.thread == said
    assert deaf.discord.world.channels[said].name == "Experiment #2"
    there = await deaf.people.says("Mei", "They never do.", deaf.discord.world.channels[said])
    await deaf.chooses("Ana", "Save as aha", there.id)
    [shown] = with_words(await deaf.channel(), "They never do.")
    assert shown.thread == said
    await deaf.presses("Chidi", "High-five", shown.id)
    assert "[High-five (1)]" in await deaf.message(shown.id)


async def test_saved_where_no_thread_may_be_begun(deaf: DiscordRoom) -> None:
    """The card is then a reply."""
    everyone = deaf.server.roles[deaf.server.id]
    everyone.permissions &= ~int(Can.CREATE_PUBLIC_THREADS)
    await deaf.people.permits(deaf.server, INVITED & ~Can.CREATE_PUBLIC_THREADS)
    said = await deaf.says("Ben", "Nobody logs in twice.")
    await deaf.chooses("Ana", "Save as aha", said)
    [shown] = with_words(await deaf.channel(), "Nobody logs in twice.")
    assert shown.thread == ""
    assert deaf.standing(shown.id).reference == said


async def test_the_source_is_edited_and_deleted(room: DiscordRoom) -> None:
    await room.types("Ana", WORDS)
    said = await room.says("Ben", "We cache tokens.")
    await room.reacts("Ana", "💡", said)
    await room.settled()
    await room.edits("Ben", said, "We cache tokens no more: we <sign> them & *sleep*.")
    assert "we <sign> them & *sleep*" in await room.finds("sleep")
    await room.deletes("Ben", said)
    assert "A message you wrote was deleted, but a copy is saved as #2" in (await room.notes("Ben"))[-1]


async def test_many_messages_deleted_at_once(room: DiscordRoom) -> None:
    """Moderators do this. The author of the saved one is asked."""
    await room.types("Ana", WORDS)
    said = [room.standing(await room.says("Ben", f"Thought {number}")) for number in range(3)]
    await room.people.reacts("Ana", "💡", said[1])
    await room.settled()
    await room.people.deletes(*said)
    assert len(with_words(await room.notes("Ben"), "was deleted")) == 1


async def test_words_with_markup_come_back_as_written(room: DiscordRoom) -> None:
    ben = room.discord.world.person("Ben").id
    words = "*not bold* @everyone `x < y` [a link](https://example.com) __so__ > that"
    kept = await room.types("Ana", words)
    assert kept
    assert words in (await room.channel())[-1]
    said = await room.says("Mei", f"<@{ben}> saw it in <#{room.home.id}>")
    await room.reacts("Ana", "💡", said)
    assert "@Ben saw it in #team-lantern" in await room.finds("saw it")


# Forms


@pytest.fixture
def in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show forms as earlier versions did, whose steps people may still have on their screens."""
    monkeypatch.setattr(Interactions, "_arrange_form", lambda _self, form: replace(form, more=More.HERE))


@pytest.mark.usefixtures("in_steps")
async def test_a_long_form_in_steps(room: DiscordRoom, database: Database) -> None:
    """A step has five parts. The values wait in a row and survive a restart."""
    plan = await room.types("Ana", "schedule")
    assert plan
    step = room.form(await room.presses("Ana", "Question schedule", plan.id))
    assert len(step.body["components"]) == 5
    told = await room.people.submits(step, at="09:30", zone="Lisbon", state="1")
    assert "Not saved yet: one more step. You can also save it as it is." in told.text
    async with living(room.discord, database, room.clock, room.home) as second:
        await room.ends()
        got = await second.people.presses("Ana", "Continue", told.whispers[0])
        assert got.modal
        saved = await second.people.submits(got.modal)
        assert "09:30" in saved.text
        assert "Lisbon" in saved.text
        shown = await second.types("Ben", "schedule")
        assert shown
        assert "09:30" in shown


async def half_way(room: DiscordRoom, **given: str) -> Message:
    """Submit the first step of Ana's breakthrough, and return the private message that follows."""
    step = room.form(await room.types("Ana", "breakthrough"))
    told = await room.people.submits(step, text=WORDS, planned="A wizard", **given)
    return told.whispers[0]


async def goes_on(room: DiscordRoom, label: str, on: Message, **given: str) -> str:
    """Press a button that opens a form, submit it as Ana, and return the reply's text."""
    got = await room.people.presses("Ana", label, on)
    assert got.modal, got.text
    return (await room.people.submits(got.modal, **given)).text


@pytest.mark.usefixtures("in_steps")
async def test_a_step_gone_on_with_twice_is_kept_once(room: DiscordRoom, database: Database) -> None:
    """Both get the same reply, from another process too, and all values are in it."""
    told = await half_way(room)
    elsewhere = [deepcopy(told) for _ in range(3)]
    """The same message on devices that do not know yet that it was replaced."""
    assert "Saved as #1" in await goes_on(room, "Continue", told)
    assert "Saved as #1" in await goes_on(room, "Continue", elsewhere[0])
    async with living(room.discord, database, room.clock, room.home) as second:
        await room.ends()
        assert "Saved as #1" in await goes_on(second, "Continue", elsewhere[1])
        kept = await second.people.presses("Ana", "Save as it is", elsewhere[2])
        assert "Saved as #1" in kept.text
        assert len(with_words(await second.channel())) == 1
        assert "#2" not in await second.finds("cache")
        shown = await second.types("Mei", "show 1")
        assert shown
        assert "A wizard" in shown


@pytest.mark.usefixtures("in_steps")
async def test_a_first_step_sent_twice_is_one_form(room: DiscordRoom) -> None:
    """As after a lost answer: with either of the two replies the form is saved once."""
    step = room.form(await room.types("Ana", "breakthrough"))
    told = []
    for _ in range(2):
        step.open = True
        told.append((await room.people.submits(step, text=WORDS)).whispers[0])
    for each in told:
        assert "Saved as #1" in await goes_on(room, "Continue", each)
    assert len(with_words(await room.channel())) == 1


@pytest.mark.usefixtures("in_steps")
async def test_a_form_closed_half_way(room: DiscordRoom) -> None:
    """The reply says that nothing is saved yet. *Save as it is* saves the values so far, once."""
    told = await half_way(room)
    assert "Not saved yet: one more step. You can also save it as it is." in read.words(told)
    assert WORDS not in await room.finds("cache")
    for each in (told, deepcopy(told)):
        kept = await room.people.presses("Ana", "Save as it is", each)
        assert "Saved as #1" in kept.text
    shown = await room.types("Mei", "show 1")
    assert shown
    assert WORDS in shown
    assert "A wizard" in shown
    assert len(with_words(await room.channel())) == 1


@pytest.mark.usefixtures("in_steps")
async def test_the_message_of_a_step_goes_when_the_form_goes_on(room: DiscordRoom) -> None:
    """What is saved stands in its place, also after values that could not be taken. Other cards stay."""
    first = await half_way(room)
    wrong = await goes_on(room, "Continue", first, another_value="x" * 200)
    assert "Open the form again" in wrong
    assert "more step" not in read.words(first)
    assert "Saved as #1" in await goes_on(room, "Open the form again", first, another_value="Calm mornings")
    assert "Saved as #1" in read.words(first)
    card = await room.types("Ana", "show 1")
    assert card
    edit = room.form(await room.presses("Ana", "Edit", card.id))
    told = await room.people.submits(edit, text="We sign tokens.")
    await goes_on(room, "Continue", told.whispers[0])
    assert "#1 updated" in read.words(told.whispers[0])
    assert await room.presses("Ana", "Link", card.id)


@pytest.mark.usefixtures("in_steps")
async def test_what_a_later_step_shows_stays_where_it_is_left_out(room: DiscordRoom) -> None:
    """*Save as it is* also keeps the initial values of unopened steps."""
    first = await half_way(room)
    await goes_on(room, "Continue", first, another_value="Calm mornings")
    shown = await room.types("Ana", "show 1")
    assert shown
    edit = room.form(await room.presses("Ana", "Edit", shown.id))
    told = await room.people.submits(edit, text="We sign tokens.")
    saved = await room.people.presses("Ana", "Save as it is", told.whispers[0])
    assert "#1 updated" in saved.text
    after = await room.types("Ana", "show 1")
    assert after
    assert "We sign tokens." in after
    assert "Calm mornings" in after


@pytest.mark.usefixtures("in_steps")
async def test_a_step_filled_in_wrong(room: DiscordRoom) -> None:
    """The form opens again at that step, with all earlier values."""
    got = await room.people.presses("Ana", "Continue", await half_way(room))
    assert got.modal
    wrong = await room.people.submits(got.modal, another_value="x" * 200)
    assert "Open the form again" in wrong.text
    again = await room.people.presses("Ana", "Open the form again", wrong.whispers[0])
    assert again.modal
    assert read.fields(again.modal.body)["another_value"]["value"] == "x" * 200
    saved = await room.people.submits(again.modal, another_value="")
    assert "Saved as #1" in saved.text
    shown = await room.types("Ana", "show 1")
    assert shown
    assert "A wizard" in shown


async def test_a_form_asks_one_thing_first(room: DiscordRoom) -> None:
    """What it asks is saved at once. The answer has the button for the rest, in two parts, each saved at once."""
    form = room.form(await room.types("Ana", "breakthrough"))
    assert list(read.fields(form.body)) == ["text"]
    saved = await room.people.submits(form, text=WORDS)
    assert "Saved as #1" in saved.text
    details = await room.people.presses("Ana", "Add details", saved.whispers[0])
    assert details.modal
    assert list(read.fields(details.modal.body)) == ["text", "planned", "came_as", "repaid", "powers"]
    told = await room.people.submits(details.modal, planned="A wizard", came_as="A spreadsheet")
    assert "#1 updated" in told.text
    rest = await room.people.presses("Ana", "Add more", told.whispers[0])
    assert rest.modal
    assert list(read.fields(rest.modal.body)) == ["there", "value", "another_value"]
    last = await room.people.submits(rest.modal, another_value="Calm mornings")
    assert "#1 updated" in last.text
    assert "Add more" not in read.words(told.whispers[0])
    shown = await room.types("Mei", "show 1")
    assert shown
    for words in (WORDS, "A wizard", "A spreadsheet", "Calm mornings"):
        assert words in shown


async def test_more_is_added_to_what_is_saved_by_then(room: DiscordRoom, database: Database) -> None:
    """An answer may stand for a while. Its *Add more* takes nothing back, after a restart too, and works twice."""
    await room.types("Ana", f"breakthrough {WORDS}")
    card = await room.types("Ana", "show 1")
    assert card
    told = await room.people.submits(
        room.form(await room.presses("Ana", "Edit", card.id)), planned="A wizard"
    )
    again = room.form(await room.presses("Ana", "Edit", card.id))
    await room.people.submits(again, text="We sign tokens", repaid="Time")
    async with living(room.discord, database, room.clock, room.home) as second:
        await room.ends()
        assert "#1 updated" in await goes_on(
            second, "Add more", deepcopy(told.whispers[0]), another_value="Calm"
        )
        assert "#1 updated" in await goes_on(
            second, "Add more", told.whispers[0], another_value="Calm mornings"
        )
        shown = await second.types("Mei", "show 1")
        assert shown
        for words in ("We sign tokens", "A wizard", "Time", "Calm mornings"):
            assert words in shown
        assert WORDS not in shown


async def test_a_wrong_value_in_what_is_added(room: DiscordRoom) -> None:
    """Its field opens again, and what the first part saved stays saved."""
    form = room.form(await room.types("Ana", "breakthrough"))
    saved = await room.people.submits(form, text=WORDS)
    details = await room.people.presses("Ana", "Add details", saved.whispers[0])
    assert details.modal
    told = await room.people.submits(details.modal, planned="A wizard")
    wrong = await goes_on(room, "Add more", told.whispers[0], another_value="x" * 200)
    assert "Open the form again" in wrong
    again = await room.people.presses("Ana", "Open the form again", told.whispers[0])
    assert again.modal
    assert read.fields(again.modal.body)["another_value"]["value"] == "x" * 200
    assert "#1 updated" in (await room.people.submits(again.modal, another_value="Calm mornings")).text
    shown = await room.types("Mei", "show 1")
    assert shown
    assert "A wizard" in shown
    assert "Calm mornings" in shown


async def test_a_form_sent_twice_works_once_with_its_rest_left_out(room: DiscordRoom) -> None:
    form = room.form(await room.types("Ana", "failed"))
    for _ in range(2):
        form.open = True
        assert "Saved as #1" in (await room.people.submits(form, text=WORDS)).text
    assert len(with_words(await room.channel())) == 1


async def test_who_else_was_there(room: DiscordRoom) -> None:
    """They are chosen from the server's people. A bot is refused, and what was typed is kept."""
    form = room.form(await room.types("Ana", "log"))
    saved = await room.people.submits(form, text=WORDS)
    details = await room.people.presses("Ana", "What changed?", saved.whispers[0])
    assert details.modal
    told = await room.people.submits(details.modal, used_to="We cached it")
    wrong = await goes_on(room, "Add more", told.whispers[0], there="Mei\nAhabot")
    assert "I can only invite people of your organization, and no bots." in wrong
    assert "#1 updated" in await goes_on(room, "Open the form again", told.whispers[0], there="Ben\nMei")
    shown = await room.types("Chidi", "show 1")
    assert shown
    assert "Ana would like to read a version by Ben, Mei." in shown
    assert "We cached it" in shown


async def test_a_schedule_has_no_second_step(room: DiscordRoom) -> None:
    """That of a recap fits one form. A longer one is saved at once, and its rest can be changed after that."""
    plan = await room.types("Ana", "schedule")
    assert plan
    recap = room.form(await room.presses("Ana", "Recap schedule", plan.id))
    assert list(read.fields(recap.body)) == ["days", "at", "state", "zone", "until"]
    assert "09:30" in (await room.people.submits(recap, at="09:30", state="2")).text
    retro = room.form(await room.presses("Ana", "Retro schedule", plan.id))
    told = await room.people.submits(retro, at="08:15", state="1")
    assert "08:15" in told.text
    rest = await room.people.presses("Ana", "Add more", told.whispers[0])
    assert rest.modal
    assert list(read.fields(rest.modal.body)) == ["packs", "names"]
    assert "08:15" in (await room.people.submits(rest.modal, names="nameless")).text


async def test_a_form_opened_again_is_taken_once(room: DiscordRoom) -> None:
    """Any number of invalid submissions lose nothing. A valid one is saved once, even from a screen that is behind."""
    ours = await card(room)
    form = room.form(await room.presses("Mei", "What's possible now?", ours.id))
    long = "We can sleep. " * 30
    wrong = await room.people.submits(form, text=long)
    for _ in range(2):
        again = await room.people.presses("Mei", "Open the form again", wrong.whispers[0])
        assert again.modal
        assert long.strip() in str(again.modal.body)
        assert "Open the form again" in (await room.people.submits(again.modal, text=long)).text
    behind = wrong.whispers[0].components
    for _ in range(2):
        wrong.whispers[0].components = behind
        again = await room.people.presses("Mei", "Open the form again", wrong.whispers[0])
        assert again.modal
        right = await room.people.submits(again.modal, text="We can sleep.")
        assert "Added to #1." in right.text
        assert "[Open the form again]" not in read.words(wrong.whispers[0])
    shown = await room.types("Ana", "show 1")
    assert shown
    assert shown.text.count("We can sleep.") == 1


async def test_somebody_elses_step_is_not_ours_to_go_on_with(room: DiscordRoom) -> None:
    """An invalid form comes back to its person with the typed values."""
    form = room.form(await room.presses("Ana", "Change settings", await setup(room)))
    wrong = await room.people.submits(form, threshold="many", zone="Nowhere at all")
    assert "How many" in wrong.text or "How many people have to react?" in wrong.text
    assert "A number from 1 to 20, please." in wrong.text
    assert "Try a city, like Lisbon" in wrong.text
    again = await room.people.presses("Ana", "Open the form again", wrong.whispers[0])
    assert again.modal
    assert "Nowhere at all" in str(again.modal.body)
    saved = await room.people.submits(again.modal, threshold="2", zone="Lisbon")
    assert "I save a message when 2 people react" in saved.text


async def test_what_is_offered_while_typing(room: DiscordRoom) -> None:
    """Moments are found by words or number, packs by name. Without any moment there is no suggestion."""
    assert await room.people.completes("Mei", "aha show", room.home, "moment", moment="cache") == []
    await room.types("Ana", WORDS)
    await room.types("Ana", "Nobody reads the second page.")
    offered = await room.people.completes("Mei", "aha show", room.home, "moment", moment="cache")
    assert offered == [{"name": f"#1 · {WORDS}", "value": "1"}]
    offered = await room.people.completes("Mei", "aha show", room.home, "moment", moment="")
    assert [each["value"] for each in offered] == ["2", "1"]
    packs = await room.people.completes("Mei", "aha ask", room.home, "pack", pack="")
    assert packs
    got = await room.people.types("Mei", "aha ask", room.home, pack=packs[0]["value"])
    assert not got.trouble


# After a restart


async def test_everything_works_after_a_restart(room: DiscordRoom, database: Database) -> None:
    """Cards, forms and direct messages of the earlier process work, because none needs its memory."""
    ours = await card(room)
    said = await room.says("Ben", "Nobody logs in twice.")
    await room.reacts("Ana", "💡", said)
    [note] = await room.notes("Ben")
    form = room.form(await room.presses("Mei", "Add my version", ours.id))
    settings = await setup(room)
    await room.ends()
    async with living(room.discord, database, room.clock, room.home) as later:
        told = await later.people.submits(form, text="For me it was the silence.")
        assert "It stays hidden until someone else adds theirs" in told.text
        await later.presses("Ben", "High-five", ours.id)
        assert "[High-five (1)]" in await later.message(ours.id)
        removed = await later.presses("Ben", "Remove it", note.id)
        assert removed
        assert "#2 deleted" in removed
        asked = await later.presses("Ana", "Change settings", settings)
        assert later.form(asked).body["title"] == "Change settings"


# The menu of a card


async def test_more_as_often_as_one_likes(room: DiscordRoom, database: Database) -> None:
    """A closed form opens again, after a restart too. An entry that doesn't work for a person says so."""
    ours = await card(room)
    assert "[Edit]" in ours
    for _ in range(2):
        form = await room.presses("Ana", "Edit", ours.id)
        assert room.form(form).open
    async with living(room.discord, database, room.clock, room.home) as again:
        for _ in range(2):
            refused = await again.presses("Ben", "Edit", ours.id)
            assert refused
            assert "so only Ana can change it" in refused
            assert "[" not in refused
    assert room.standing(ours.id).chosen == {}
    removed = await room.presses("Ana", "Delete", ours.id)
    assert removed
    assert " deleted" in removed


async def test_more_of_what_is_gone(room: DiscordRoom) -> None:
    """A button on an outdated card of a removed moment gets a sentence and has no effect."""
    ours = await card(room)
    stale = room.standing(ours.id).components
    await room.presses("Ana", "Delete", ours.id)
    await room.settled()
    room.standing(ours.id).components = stale
    more = await room.presses("Ben", "Link", ours.id)
    assert more
    assert "#1" in more


# Channels and servers


async def test_private_channels_stay_private(room: DiscordRoom) -> None:
    """A channel hidden from @everyone and a private thread each have their own moments."""
    await room.types("Ana", WORDS)
    secret = room.discord.made(room.discord.world.make(room.server, "secret", TEXT, private=True))
    got = await room.gives("Ana", "The launch moved.", secret)
    assert "Saved as #1" in got.text
    assert "launch" not in await room.finds("launch")
    thread = Channel(
        room.discord.world.mint.mint(), "quiet", PRIVATE_THREAD, room.server.id, room.home.id,
        owner=room.discord.world.person("Ana").id,
        joined={room.discord.world.bot.id, room.discord.world.person("Ana").id},
    )  # fmt: skip
    room.discord.began(thread)
    got = await room.gives("Ana", "The budget is gone.", thread)
    assert "Saved as #1" in got.text
    assert "budget" not in await room.finds("budget")
    assert with_words(await room.in_channel(thread), "The budget is gone.")


async def test_a_channel_where_the_bot_may_not_post_is_refused_at_once(room: DiscordRoom) -> None:
    """The sentence names the channel and the permission, and nothing is saved."""
    await room.types("Ana", WORDS)
    other = room.discord.made(room.discord.world.make(room.server, "garden"))
    other.overwrites.append(Overwrite(room.discord.world.bot.id, 1, deny=Can.SEND_MESSAGES))
    await room.people.changes(other, name="garden")
    for button in ("Add a channel", "Change main channel"):
        form = room.form(await room.presses("Ana", button, await setup(room)))
        refused = await room.people.submits(form, channel=other.id)
        assert "I can't post in #garden: the permission Send Messages is missing there." in refused.text
    assert [each.home for each in await channels(room)] == [True]
    other.overwrites.clear()
    await room.people.changes(other, name="garden")
    form = room.form(await room.presses("Ana", "Add a channel", await setup(room)))
    assert "I now save from" in (await room.people.submits(form, channel=other.id)).text


async def test_a_call_asks_once_whose_it_is(room: DiscordRoom) -> None:
    """A voice channel gets no hello. In private, one says once for which team it is, and that stays so."""
    await room.types("Ana", WORDS)
    call = room.discord.made(room.discord.world.make(room.server, "Standup", VOICE))
    asked = await room.people.types("Ana", "aha log", call, text="We sign them now.")
    assert "#Standup isn't a team's channel yet. Is it for this team? I'll remember that." in asked.text
    assert await room.in_channel(call) == []
    assert len(await channels(room)) == 1
    saved = await room.people.presses("Ana", "Save for #team-lantern", asked.whispers[0])
    assert "Saved as #2 in #Standup" in saved.text
    got = await room.gives("Ben", "Nobody logs in twice.", call)
    assert "Saved as #3" in got.text
    assert not [each for each in await room.in_channel(call) if "I save your team's" in each]
    assert "We sign them now." in await room.finds("sign")


async def test_a_private_thread_gets_no_hello(room: DiscordRoom) -> None:
    """What is saved there stays there, and nothing is posted there that nobody asked for."""
    world = room.discord.world
    thread = Channel(
        world.mint.mint(), "quiet", PRIVATE_THREAD, room.server.id, room.home.id,
        owner=world.person("Ana").id, joined={world.bot.id, world.person("Ana").id},
    )  # fmt: skip
    room.discord.began(thread)
    got = await room.gives("Ana", "The budget is gone.", thread)
    assert "Saved as #1" in got.text
    assert len(await room.in_channel(thread)) == 1
    shown = await room.people.types("Ana", "aha schedule", thread)
    assert shown.text.count("Off") == 3


async def test_a_channel_becomes_private(room: DiscordRoom) -> None:
    """By its own permissions or those of @everyone, it is then readable only inside."""
    await room.types("Ana", WORDS)
    other = room.discord.made(room.discord.world.make(room.server, "garden"))
    form = room.form(await room.presses("Ana", "Add a channel", await setup(room)))
    await room.people.submits(form, channel=other.id)
    shown = await room.types("Ben", "setup")
    assert shown
    assert "I also save from: #garden" in shown
    other.overwrites.append(Overwrite(room.server.id, 0, deny=Can.VIEW_CHANNEL))
    other.overwrites.append(Overwrite(room.discord.world.bot.id, 1, allow=Can.VIEW_CHANNEL))
    await room.people.changes(other, name="garden")
    shown = await room.types("Ben", "setup")
    assert shown
    assert "I also save from" not in shown


async def test_a_private_channel_does_not_keep_into_the_team(room: DiscordRoom) -> None:
    """Discord offers it in the list. It is refused beside its field, and the form opens again."""
    await room.types("Ana", WORDS)
    secret = room.discord.made(room.discord.world.make(room.server, "secret", TEXT, private=True))
    form = room.form(await room.presses("Ana", "Add a channel", await setup(room)))
    refused = await room.people.submits(form, channel=secret.id)
    assert "That channel is private, and what's said there stays there." in refused.text
    shown = await room.types("Ben", "setup")
    assert shown
    assert "I also save from" not in shown


async def test_a_forum_is_a_home_too(room: DiscordRoom) -> None:
    """The hello and each card stand in the post where the commands were given."""
    forum = room.discord.made(room.discord.world.make(room.server, "ideas", FORUM))
    post, _first = await room.people.posts("Ben", forum, "An idea", "A template.")
    got = await room.gives("Ana", WORDS, post)
    assert "Saved as #1" in got.text
    shown = await room.in_channel(forum)
    assert with_words(shown, "I'm Ahabot")
    [ours] = with_words(shown)
    assert {each.thread for each in shown} == {post.id}
    await room.presses("Ben", "High-five", ours.id)
    assert "[High-five (1)]" in await room.message(ours.id)


async def test_renamed_shut_out_and_let_in_again(room: DiscordRoom) -> None:
    """Without permission nothing is posted. With it again, moments saved meanwhile get their cards."""
    await card(room)
    await room.people.changes(room.home, name="team-sun")
    assert "team-sun" in {each.name for each in await channels(room)}
    await room.people.shuts(room.home, Can.SEND_MESSAGES)
    calls = len(room.discord.called("POST /channels/{channel_id}/messages"))
    kept = await room.types("Ben", "Nobody reads the second page.")
    assert kept
    assert "I can't post in this channel" in kept
    assert with_words(await room.channel(), "second page") == []
    searched = await room.types("Ben", "cycle")
    assert searched
    opening = await room.presses("Ben", "Start a quest", searched.id)
    assert opening
    opened = await room.fills("Ben", opening.id, text="What do they read?")
    assert opened
    assert "I can't post in this channel" in opened
    assert len(room.discord.called("POST /channels/{channel_id}/messages")) == calls
    await room.people.shuts(room.home, 0)
    assert with_words(await room.channel(), "second page")
    assert with_words(await room.channel(), "What do they read?")


async def test_a_person_renamed(room: DiscordRoom) -> None:
    """Discord reports it to nobody: whatever they do next brings the new name, also what saves nothing."""
    shown = await card(room)
    room.server.members[room.discord.world.person("Ana").id].nick = "\u202eanairdA"
    await room.reacts("Ana", "🦄", shown.id)
    found = await room.types("Mei", "find tokens")
    assert found
    assert "anairdA" in found
    await room.presses("Ben", "High-five", shown.id)
    edited = await room.message(shown.id)
    assert "anairdA" in edited
    assert "\u202e" not in edited


async def test_a_name_that_was_looked_up_is_good_for_a_minute(
    room: DiscordRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It isn't asked for twice in a minute. Where Discord doesn't tell it, no name is made up."""
    directory, ben = room.adapter.directory, room.discord.world.person("Ben").id
    assert await directory.find_name(room.server.id, ben) == "Ben"
    room.server.members[ben].nick = "Benedict"
    assert await directory.find_name(room.server.id, ben) == "Ben"
    asked_at = time.monotonic()
    monkeypatch.setattr(directory, "_clock", lambda: asked_at + 60)
    assert await directory.find_name(room.server.id, ben) == "Benedict"
    assert await directory.find_name(room.server.id, "404") == ""


async def test_our_role_loses_and_regains_what_it_may(room: DiscordRoom) -> None:
    """A role changes the whole server at once."""
    await card(room)
    everyone = room.server.roles[room.server.id]
    before = everyone.permissions
    everyone.permissions &= ~int(Can.SEND_MESSAGES)
    room.discord.of_role(room.server, everyone)
    await room.people.permits(room.server, INVITED & ~Can.SEND_MESSAGES)
    await room.types("Ben", "Nobody reads the second page.")
    assert with_words(await room.channel(), "second page") == []
    everyone.permissions = before
    room.discord.of_role(room.server, everyone)
    await room.people.permits(room.server, INVITED)
    assert with_words(await room.channel(), "second page")


async def test_an_outage_is_no_removal(room: DiscordRoom) -> None:
    """After an outage a server continues. After a removal it continues with the next invitation."""
    await card(room)
    room.discord.outage(room.server)
    await room.people.heard()
    room.discord.outage(room.server, on=False)
    await room.people.heard()
    await room.until(room.clock.now + timedelta(days=5))
    assert with_words(await room.channel(), "The week to")

    await room.people.removes(room.server)
    posts = len(room.discord.called("POST /channels/{channel_id}/messages"))
    await room.until(room.clock.now + timedelta(days=8))
    assert len(room.discord.called("POST /channels/{channel_id}/messages")) == posts
    await room.people.invites(room.server)
    await room.types("Ben", "Nobody reads the second page.")
    await room.until(room.clock.now + timedelta(days=7))
    assert len(with_words(await room.channel(), "The week to")) == 2


async def test_admins_are_asked_for_anew_each_time(room: DiscordRoom) -> None:
    """People may delete others' moments as long as they manage the server or its channels."""
    await card(room)
    shown = await room.types("Ben", "show 1")
    assert shown
    assert "[Delete]" not in shown
    world, ben = room.discord.world, room.discord.world.person("Ben")
    role = world.grants(room.server, ben, Can.MANAGE_CHANNELS, "Gardeners")
    asked = await room.types("Ben", "delete 1")
    assert asked
    removed = await room.presses("Ben", "Delete", asked.id)
    assert removed
    assert "#1 deleted" in removed
    await room.types("Ana", "Nobody reads the second page.")
    shown = await room.types("Ben", "show 2")
    assert shown
    room.server.members[ben.id].roles.remove(role.id)
    refused = await room.presses("Ben", "Delete", shown.id)
    assert refused
    assert "Only Ana or an admin can delete #2." in refused


def _nobody_writes(room: DiscordRoom) -> Overwrite:
    return Overwrite(room.server.id, 0, deny=Can.SEND_MESSAGES)


async def test_an_answer_without_a_name_is_never_a_draft(room: DiscordRoom) -> None:
    """A form sent with nothing but spaces opens again by its command, and no row tells who opened it."""
    asked = room.form(await room.types("Ana", "ask"))
    await room.people.submits(asked, text="What was hard?", sort="nameless")
    card = next(seen for seen in await room.channel() if "What was hard?" in seen)
    form = room.form(await room.presses("Ben", "Answer", card.id))
    told = await room.people.submits(form, text="   ")
    assert room.bot.database.read_now(lambda session: session.exec(select(Pending)).all()) == []
    got = await room.people.presses("Ben", "Continue", told.whispers[0])
    assert got.modal
    said = await room.people.submits(got.modal, text="The deadline")
    assert "Your answer is saved, without your name." in said.text
    assert room.bot.database.read_now(lambda session: session.exec(select(Pending)).all()) == []
