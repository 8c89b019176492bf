"""Tests of bad days: no database, or a Discord that refuses, limits or disconnects, as people see them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import timedelta

import pytest

from adapters.discord import events, responses
from storage.engine.database import database_file, open_database
from tests.adapters.discord.over_sockets.conftest import MONDAY
from tests.fakes.discord import faults, read
from tests.fakes.discord.chat import DiscordRoom, living, opened
from tests.fakes.discord.checks.permissions import Can
from tests.fakes.discord.world import COMMAND, DEFER, DEFER_EDIT, FORUM, Interaction, Overwrite
from tests.support.chat import WORDS, Seen, with_words
from tests.support.databases import Copies, locked
from tests.support.waiting import soon

POST = "POST /channels/{channel_id}/messages"
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"


def database_away(room: DiscordRoom) -> AbstractContextManager[None]:
    """Lock the bot's database file."""
    path = database_file(room.bot.database.url)
    assert path is not None
    return locked(path)


async def card(room: DiscordRoom) -> Seen:
    """Let Ana log a moment, and return its public card."""
    await room.types("Ana", WORDS)
    [found] = with_words(await room.channel(), WORDS)
    return found


# The database


async def test_a_person_gets_their_words_back(room: DiscordRoom) -> None:
    """A command, a form and a button get it within two seconds, and nothing is saved."""
    ours = await card(room)
    form = room.form(await room.presses("Ben", "Add my version", ours.id))
    loop = asyncio.get_running_loop()
    with database_away(room):
        began = loop.time()
        said = await room.types("Mei", "Nobody reads the second page.")
        assert loop.time() - began < 2.5
        assert said
        assert "Nobody reads the second page." in said
        assert "Nothing was saved" in said
        sent = await room.people.submits(form, text="It was the silence.")
        assert "It was the silence." in sent.text
        assert "Nothing was saved" in sent.text
        pressed = await room.presses("Mei", "I was there", ours.id)
        assert pressed
        assert "Nothing was saved" in pressed
    assert with_words(await room.channel(), "Nobody reads") == []


async def test_an_event_is_tried_again(
    room: DiscordRoom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Discord sends an emoji once. The adapter holds it until the database is back, and it is saved once."""
    monkeypatch.setattr(events, "RETRY_WAITS", (0.1,) * 50)
    await room.types("Ana", "The first.")
    said = await room.says("Ben", WORDS)
    with database_away(room):
        reacting = asyncio.create_task(room.reacts("Ana", "💡", said))

        async def refused() -> bool:
            return "an event waits for the database" in caplog.text

        await soon(refused)
    await reacting

    async def kept() -> list[Seen]:
        return await room.notes("Ben")

    [note] = await soon(kept)
    assert "Ana saved what you wrote" in note
    assert "💡" in (await room.message(said)).marks


async def test_an_event_is_given_up_in_the_end(
    room: DiscordRoom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says so, without people's text."""
    monkeypatch.setattr(events, "RETRY_WAITS", ())
    await room.types("Ana", "The first.")
    said = await room.says("Ben", WORDS)
    with database_away(room):
        await room.reacts("Ana", "💡", said)

        async def given_up() -> bool:
            return "gave up on an event" in caplog.text

        await soon(given_up)
    assert WORDS not in caplog.text


# Slow


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every answer of the core too slow to be sent at once."""
    monkeypatch.setattr(responses, "CORE_WITHIN", 0.0)


@pytest.mark.usefixtures("slow")
async def test_what_takes_long_is_promised_first(room: DiscordRoom) -> None:
    """A command, button, form and private card get the same answers a little later."""
    got = await room.gives("Ana", WORDS, room.home)
    assert got.interaction.answered == DEFER
    assert "Saved as #1" in got.text
    [ours] = with_words(await room.channel(), WORDS)
    pressed = await room.people.presses("Ben", "I was there", room.standing(ours.id))
    assert pressed.interaction.answered == DEFER_EDIT
    assert "Added you to #1." in pressed.text
    assert "Together: Ana, Ben" in await room.message(ours.id)
    again = await room.presses("Ben", "I was there", ours.id)
    assert again
    assert "Added you to #1." in again
    shown = await room.types("Ben", "show 1")
    assert shown
    await room.presses("Ben", "High-five", shown.id)
    assert "[High-five (1)]" in await room.message(shown.id)


async def test_a_form_that_comes_late(room: DiscordRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Discord accepts no form any more, so a sentence and a button that opens it are sent."""
    ours = await card(room)
    monkeypatch.setattr(responses, "CORE_WITHIN", 0.0)
    late = await room.presses("Ben", "Add my version", ours.id)
    assert late
    assert "Nothing is lost: you can open it here." in late
    assert "[Open the form]" in late
    monkeypatch.setattr(responses, "CORE_WITHIN", 1.5)
    form = await room.presses("Ben", "Open the form", late.id)
    told = await room.people.submits(room.form(form), text="It was the silence.")
    assert "It stays hidden until someone else adds theirs" in told.text


async def test_a_form_that_comes_late_in_german(room: DiscordRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform's own words are in the language that the person uses Discord in."""
    ours = await card(room)
    room.discord.world.person("Ben").locale = "de"
    monkeypatch.setattr(responses, "CORE_WITHIN", 0.0)
    late = await room.presses("Ben", "Add my version", ours.id)
    assert late
    assert "Das Formular hat zu lange gebraucht." in late
    assert "[Formular öffnen]" in late


async def test_a_form_that_discord_refuses(room: DiscordRoom) -> None:
    """The same happens if Discord refuses it for another reason."""
    ours = await card(room)
    room.discord.faults.put(CALLBACK, faults.Refuses(400, 50035, "Invalid Form Body"))
    late = await room.presses("Ben", "Add my version", ours.id)
    assert late
    assert "[Open the form]" in late
    form = await room.presses("Ben", "Open the form", late.id)
    intro, field = room.form(form).body["components"]
    assert "component" not in intro
    assert "text" in field["component"]["custom_id"]


async def test_an_answer_that_fails(room: DiscordRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """For any internal fault there is one sentence, with the text."""

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(room.bot, "handle", broken)
    got = await room.types("Ana", WORDS)
    assert got
    assert "Something went wrong on my side" in got
    assert WORDS in got


async def test_too_late_and_answered_already(room: DiscordRoom) -> None:
    """The command is saved although Discord accepts no answer, and the answer is not retried."""
    for refusal in (
        faults.Refuses(404, 10062, "Unknown interaction"),
        faults.Refuses(400, 40060, "Acknowledged"),
    ):
        room.discord.faults.put(CALLBACK, refusal)
        room.discord.answer_within = 0.3
        got = await room.gives("Ana", f"{WORDS} {refusal.code}", room.home)
        assert got.trouble == "The application did not respond"
        calls = len(room.discord.called(CALLBACK))
        room.discord.answer_within = 3.0
        assert f"{WORDS} {refusal.code}" in await room.finds(str(refusal.code))
        assert len(room.discord.called(CALLBACK)) == calls + 1


# Refused


@pytest.mark.parametrize("how", ["gone", "unseen", "read only", "the channel's end"])
async def test_a_question_that_cannot_be_posted(room: DiscordRoom, how: str) -> None:
    """The schedule stops, and its creator is told once. Nothing is sent to a channel known to be deleted."""
    await room.types("Ana", WORDS)
    [hello] = with_words(await room.channel(), "I'm Ahabot")
    await room.presses("Ana", "Turn on questions", hello.id)
    await room.settled()
    match how:
        case "gone":
            room.home.deleted = True
        case "unseen" | "read only":
            deny = Can.VIEW_CHANNEL if how == "unseen" else Can.SEND_MESSAGES
            room.home.overwrites.append(Overwrite(room.discord.world.bot.id, 1, deny=int(deny)))
        case _:
            await room.people.removes_channel(room.home)
    await room.until(room.clock.now + timedelta(days=16))
    told = with_words(await room.notes("Ana"), "I couldn't post the")
    refused = [done for done in room.discord.called(POST) if done.status in (403, 404)]
    if how == "the channel's end":
        assert (told, refused) == ([], []), "whoever removed it knows"
        return
    assert "It's off until someone turns it on again" in told[0]
    assert len({note.text for note in told}) == len(told), "each only once"
    assert len(refused) == len(told), "and each was asked of Discord once"


@pytest.mark.parametrize(
    ("status", "code"), [(400, 50035), (400, 50083), (403, 50013), (404, 10003), (403, 50001)]
)
async def test_a_card_that_discord_refuses(room: DiscordRoom, status: int, code: int) -> None:
    """The moment is saved and found, without a card, posting is not repeated, and its author is told."""
    await room.types("Ana", "The first.")
    await room.settled()
    room.discord.faults.put(POST, faults.Refuses(status, code, "No"))

    def posts() -> int:
        return len([done for done in room.discord.called(POST) if room.home.id in done.path])

    calls = posts()
    kept = await room.types("Ana", WORDS)
    assert kept
    assert "Saved as #2" in kept
    assert with_words(await room.channel(), WORDS) == []
    await room.later(hours=1)
    assert posts() == calls + 1
    assert WORDS in await room.finds("cache tokens")
    assert (
        len(with_words(await room.notes("Ana"), "I couldn't post this in #team-lantern: the card of #2."))
        == 1
    )


@pytest.mark.parametrize(
    "fault", [faults.Breaks(after=True), faults.Drops(after=True)], ids=["5xx", "dropped"]
)
async def test_it_stands_but_nobody_said_so(room: DiscordRoom, fault: faults.Fault) -> None:
    """Stored without an answer, it is found, never posted twice, and its buttons work."""
    await room.types("Ana", "The first.")
    await room.settled()
    room.discord.faults.put(POST, fault, 5)
    await room.types("Ana", WORDS)
    assert len(with_words(await room.channel(), WORDS)) == 1
    room.discord.faults.clear()
    await room.later(minutes=2)
    [ours] = with_words(await room.channel(), WORDS)
    await room.presses("Ben", "High-five", ours.id)
    assert "[High-five (1)]" in await room.message(ours.id)


async def test_it_stands_in_a_forum_but_nobody_said_so(room: DiscordRoom) -> None:
    """A recap that is a forum post has no nonce, so it is found by its content."""
    forum = room.discord.made(room.discord.world.make(room.server, "ideas", FORUM))
    post, _first = await room.people.posts("Ben", forum, "An idea", "A template.")
    await room.gives("Ana", "The first.", post)
    await room.settled()
    room.discord.faults.put("POST /channels/{channel_id}/threads", faults.Breaks(after=True), 5)
    await room.later(days=4, hours=8)
    room.discord.faults.clear()
    await room.later(minutes=2)
    assert len(with_words(await room.in_channel(forum), "The week")) == 1


async def test_the_library_tries_again_by_itself(room: DiscordRoom) -> None:
    """Stored with a 502, the message is posted again by discord.py: the nonce returns the first one."""
    await room.types("Ana", "The first.")
    await room.settled()
    room.discord.faults.put(POST, faults.Breaks(status=502, after=True))
    calls = len(room.discord.called(POST))
    await room.types("Ana", WORDS)
    assert len(with_words(await room.channel(), WORDS)) == 1
    assert len(room.discord.called(POST)) == calls + 2


async def test_it_does_not_stand_and_nobody_said_so(room: DiscordRoom) -> None:
    """It is looked up, not found, and then posted once."""
    await room.types("Ana", "The first.")
    await room.settled()
    room.discord.faults.put(POST, faults.Breaks())
    await room.types("Ana", WORDS)
    assert with_words(await room.channel(), WORDS) == []
    for _ in range(3):
        await room.later(minutes=2)
    assert len(with_words(await room.channel(), WORDS)) == 1
    assert room.discord.called("GET /channels/{channel_id}/messages")


async def test_discord_asks_us_to_slow_down(room: DiscordRoom) -> None:
    """On a 429, discord.py waits as told, and the post is sent once. Without a time, the bot retries."""
    await room.types("Ana", "The first.")
    await room.settled()
    room.discord.faults.put(POST, faults.Limited(seconds=0.2))
    await room.types("Ana", WORDS)
    assert len(with_words(await room.channel(), WORDS)) == 1
    room.discord.faults.put(POST, faults.Limited(seconds=0.2, via=False))
    await room.types("Ana", "Another one.")
    assert with_words(await room.channel(), "Another one.") == []
    await room.later(minutes=2)
    assert len(with_words(await room.channel(), "Another one.")) == 1


async def test_closed_direct_messages(room: DiscordRoom) -> None:
    """The Note waits, and is at the top of the person's next private reply."""
    await room.types("Ana", "The first.")
    said = await room.says("Ben", WORDS)
    room.discord.world.person("Ben").closed = True
    await room.reacts("Ana", "💡", said)
    assert await room.notes("Ben") == []
    shown = await room.types("Ben", "help")
    assert shown
    assert "Ana saved what you wrote" in shown
    removed = await room.presses("Ben", "Remove it", shown.id)
    assert removed
    assert "deleted. You can bring it back" in removed


async def test_the_privilege_to_read_is_gone(room: DiscordRoom) -> None:
    """The message can no longer be read, so its author is asked for the text."""
    await room.types("Ana", "The first.")
    said = await room.says("Ben", WORDS)
    read = "GET /channels/{channel_id}/messages/{message_id}"
    room.discord.faults.put(read, faults.Refuses(403, 50001, "Missing Access"))
    await room.reacts("Ana", "💡", said)
    [note] = await room.notes("Ben")
    assert "but I can't read it there" in note
    assert "[Add the text]" in note


async def test_the_message_cannot_be_read_just_now(room: DiscordRoom) -> None:
    """Discord does not respond, so it is retried and then saved."""
    await room.types("Ana", "The first.")
    said = await room.says("Ben", WORDS)
    room.discord.faults.put("GET /channels/{channel_id}/messages/{message_id}", faults.Breaks())
    await room.reacts("Ana", "💡", said)
    await room.settled()
    await room.later(minutes=1)
    assert WORDS in await room.finds("cache tokens")


# The gateway


async def test_the_connection_drops(room: DiscordRoom) -> None:
    """Events of the meantime come with the resume, once."""
    await room.types("Ana", "The first.")
    said = room.standing(await room.says("Ben", WORDS))
    room.discord.gateway.drops()
    room.discord.reacted(said, room.discord.world.person("Ana").id, {"id": None, "name": "💡"})
    await room.discord.connected()
    assert len(await room.notes("Ben")) == 1
    assert "Saved as #3" in (await room.types("Mei", "After it.")).text  # type: ignore[union-attr]


# Two processes


@asynccontextmanager
async def both(copies: Copies) -> AsyncIterator[tuple[DiscordRoom, DiscordRoom]]:
    """Yield an old and a new process on one PostgreSQL at the same time."""
    name = copies.make()
    first, second = open_database(copies.server.url(name)), open_database(copies.server.url(name))
    try:
        async with opened(first, MONDAY) as old:
            more = {"DISCORD_MESSAGE_CONTENT": "1"}
            async with living(old.discord, second, old.clock, old.home, **more) as new:
                yield old, new
    finally:
        first.close()
        second.close()
        copies.server.drop(name)


async def test_two_processes_take_everything_once(copies: Copies) -> None:
    """Both get every event: each command, button, form and emoji is answered and saved once."""
    async with both(copies) as (old, new):
        for number in range(1, 6):
            kept = await old.types("Ana", f"Thought {number}.")
            assert kept
            assert f"Saved as #{number}" in kept
        await asyncio.gather(old.settled(), new.settled())
        [ours] = with_words(await new.channel(), "Thought 1.")
        await old.presses("Ben", "High-five", ours.id)
        form = old.form(await old.presses("Ben", "Add my version", ours.id))
        told = await old.people.submits(form, text="For me it was the silence.")
        assert "It stays hidden until someone else adds theirs" in told.text
        said = await old.says("Ben", WORDS)
        await old.reacts("Ana", "💡", said)
        await asyncio.gather(old.settled(), new.settled())
        shown = await new.channel()
        for number in range(1, 6):
            assert len(with_words(shown, f"Thought {number}.")) == 1
        [ours] = with_words(shown, "Thought 1.")
        assert "[High-five (1)]" in ours
        assert ours.text.count("Ben added a version") == 1
        assert len(await new.notes("Ben")) == 1
        answers_to = [did for did in old.discord.world.interactions.values() if did.type == COMMAND]
        assert all(len(_said(did)) == 1 for did in answers_to)


def _said(did: Interaction) -> list[str]:
    return [message.id for message in did.said if not message.deleted]


async def test_a_private_picture_that_is_refused_is_told_in_words(room: DiscordRoom) -> None:
    """The answer is there already, and the words follow it."""
    await room.types("Ana", "failed A wizard")
    refusal = faults.Refuses(403, 50013, "Missing Permissions")
    room.discord.faults.put("POST /webhooks/{webhook_id}/{webhook_token}", refusal)
    answer = await room.types("Ben", "cycle")
    assert answer
    assert await room.pictures("Ben") == []
    whispers = room.discord.world.whispers(room.discord.world.person("Ben").id)
    said = "Experiments and breakthroughs over time, 16 March 2026: 1 experiment and no breakthroughs."
    assert [said in read.words(message) for message in whispers] == [False, True]
