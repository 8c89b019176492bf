"""Tests of messages that name the bot in a channel: how they're read, and what everybody sees of its answer."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

import pytest

from adapters.discord import responses
from adapters.discord.addressed import replies
from storage.engine.database import database_file
from tests.fakes.discord import faults, read
from tests.fakes.discord.chat import DiscordRoom, living
from tests.fakes.discord.checks.permissions import Can
from tests.fakes.discord.people import Got
from tests.fakes.discord.world import FORUM, PRIVATE_THREAD, Channel, Message, Overwrite, User
from tests.support.chat import WORDS, Seen, sure, the, with_words
from tests.support.databases import locked

POST = "POST /channels/{channel_id}/messages"
FOR_YOU = "My answer is only for you."
VOICE = 2


async def asks(room: DiscordRoom, who: str, text: str, **more: Any) -> Message:
    """Write a message that names the bot, in the home channel if no other is given, and return the one reply to it."""
    place = more.pop("place", room.home)
    message = await room.people.names(who, text, place, **more)
    await room.adapter.gateway.tasks.drain()
    [found] = room.people.replies(message)
    return found


async def shows(room: DiscordRoom, who: str, text: str) -> Got:
    """Ask by name, and open the answer with the reply's button."""
    reply = await asks(room, who, text)
    assert FOR_YOU in read.words(reply)
    return await room.people.presses(who, "Show it", reply)


def stands(room: DiscordRoom, message: Message) -> bool:
    """Return whether a message is still there."""
    return room.discord.world.message(message.id) is not None


# What is read, and what is answered


async def test_a_thought_without_the_message_intent(deaf: DiscordRoom) -> None:
    """Discord gives the words of a message that mentions the bot. The reply is short, and notifies nobody."""
    message = await deaf.people.names("Ana", WORDS, deaf.home)
    [reply] = deaf.people.replies(message)
    assert "Saved as #1" in read.words(reply)
    assert WORDS not in read.words(reply), "they stand above it"
    assert "[Undo]" in read.words(reply)
    assert "[Hide reply]" in read.words(reply)
    assert not reply.pings
    [call] = [each for each in deaf.discord.called(POST) if "message_reference" in each.given]
    assert call.given["allowed_mentions"] == {"parse": []}
    assert call.given["enforce_nonce"]
    assert WORDS in await deaf.finds("cache tokens")


async def test_only_the_asker_or_an_admin_removes_a_reply(deaf: DiscordRoom) -> None:
    """Anybody else gets one sentence, and the moment stays."""
    reply = await asks(deaf, "Ben", WORDS)
    refused = await deaf.people.presses("Mei", "Hide reply", reply)
    assert refused.text.startswith("Only the person I answered or an admin can remove that.")
    assert stands(deaf, reply)
    await deaf.people.presses("Ben", "Hide reply", reply)
    assert not stands(deaf, reply)
    other = await asks(deaf, "Ben", "Nobody reads the second page.")
    await deaf.people.presses("Ana", "Hide reply", other)
    assert not stands(deaf, other)
    assert "second page" in await deaf.finds("second page")


async def test_a_reply_that_can_not_be_removed(deaf: DiscordRoom) -> None:
    """The person is told, in private. One that is gone already is fine."""
    reply = await asks(deaf, "Ben", WORDS)
    delete = "DELETE /channels/{channel_id}/messages/{message_id}"
    deaf.discord.faults.put(delete, faults.Refuses(400, 50083, "Thread is archived"))
    assert "I couldn't remove that just now." in (await deaf.people.presses("Ben", "Hide reply", reply)).text
    deaf.discord.faults.put(delete, faults.Refuses(404, 10008, "Unknown Message"))
    assert (await deaf.people.presses("Ben", "Hide reply", reply)).text == ""


async def test_a_longer_answer_is_for_the_asker_alone(deaf: DiscordRoom) -> None:
    """The reply has one line and a button, which nobody else can use, and which also works twice or after a restart."""
    await asks(deaf, "Ana", WORDS)
    reply = await asks(deaf, "Ben", "find")
    assert WORDS not in read.words(reply)
    shown = await deaf.people.presses("Ben", "Show it", reply)
    [whisper] = shown.whispers
    assert WORDS in read.words(whisper)
    assert "- @Ahabot log" in (await shows(deaf, "Ben", "help")).text, "as it was called"
    assert (await deaf.people.presses("Ben", "Show it", reply)).whispers
    async with living(deaf.discord, deaf.bot.database, deaf.clock, deaf.home) as after:
        await deaf.ends()
        assert WORDS in (await after.people.presses("Ben", "Show it", reply)).text
        refused = await after.people.presses("Mei", "Show it", reply)
    assert refused.text.startswith("Only the person I answered can use that.")


async def test_an_answer_after_its_message_is_gone(deaf: DiscordRoom) -> None:
    """Opened once, nothing of it is stored, so the person is asked to write again. So it is where Discord is away."""
    message = await deaf.people.names("Ben", "help", deaf.home)
    [reply] = deaf.people.replies(message)
    assert "What I can do" in (await deaf.people.presses("Ben", "Show it", reply)).text
    deaf.discord.faults.put("GET /channels/{channel_id}/messages/{message_id}", faults.Breaks())
    assert (
        "Discord isn't answering me right now." in (await deaf.people.presses("Ben", "Show it", reply)).text
    )
    await deaf.people.deletes(message)
    assert "I can't see that message any more." in (await deaf.people.presses("Ben", "Show it", reply)).text


@pytest.mark.parametrize("said", ["memory", "stop saving my messages", "opt out", "forget me"])
async def test_what_is_about_the_person_alone(deaf: DiscordRoom, said: str) -> None:
    """Not even one sentence of it stands in the channel, nor what its buttons answer."""
    reply = await asks(deaf, "Ben", said)
    assert FOR_YOU in read.words(reply)
    assert read.words(reply).count("[") == 2, "Show it, and Remove"
    shown = await deaf.people.presses("Ben", "Show it", reply)
    assert shown.whispers
    assert FOR_YOU in read.words(reply)


async def test_who_does_not_want_to_be_saved(room: DiscordRoom) -> None:
    """The one who asked is told in private, and nobody else is."""
    await room.types("Ben", "opt out")
    said = room.standing(await room.says("Ben", "Nobody reads the second page."))
    await room.presses("Ben", "Opt out", sure(await room.types("Ben", "opt out")).id)
    reply = await asks(room, "Mei", "remember this", to=said)
    assert "Ben" not in read.words(reply)
    assert FOR_YOU in read.words(reply)
    assert "Ben doesn't want others to save" in (await room.people.presses("Mei", "Show it", reply)).text


async def test_a_form_opens_with_a_button(deaf: DiscordRoom) -> None:
    """It's named like the form, only the asker can open it, and the answer to it takes the reply's place."""
    reply = await asks(deaf, "Ben", "failed")
    refused = await deaf.people.presses("Mei", "Log an experiment", reply)
    assert refused.modal is None
    form = (await deaf.people.presses("Ben", "Log an experiment", reply)).modal
    assert form
    assert form.body["title"] == "Log an experiment"
    await deaf.people.submits(form, text="We put a wizard in front of the import")
    assert "Saved as #1" in read.words(reply)
    assert "[Hide reply]" in read.words(reply)
    assert "[Log an experiment]" not in read.words(reply)


async def test_buttons_of_a_short_answer(deaf: DiscordRoom) -> None:
    """They're the asker's, and what replaces the answer does so in its place."""
    reply = await asks(deaf, "Ben", WORDS)
    assert "Only the person I answered" in (await deaf.people.presses("Mei", "Undo", reply)).text
    await deaf.people.presses("Ben", "Undo", reply)
    assert "#1" in read.words(reply)
    assert "Saved" not in read.words(reply)
    assert "[Hide reply]" in read.words(reply)
    assert "Nothing here has" in await deaf.finds("cache tokens")


@pytest.mark.parametrize("late", [False, True], ids=["in time", "late"])
async def test_answers_that_come_late(deaf: DiscordRoom, monkeypatch: pytest.MonkeyPatch, late: bool) -> None:
    """A button's answer that takes long is promised first, and is the same in the end."""
    monkeypatch.setattr(responses, "CORE_WITHIN", 0.0 if late else responses.CORE_WITHIN)
    reply = await asks(deaf, "Ben", WORDS)
    assert WORDS in (await shows(deaf, "Ben", "find")).text
    await deaf.people.presses("Ben", "Undo", reply)
    assert "Saved" not in read.words(reply)


# Where


async def test_in_a_thread_a_post_and_a_voice_channel(deaf: DiscordRoom) -> None:
    """The reply is where the message is, and so is what is found from there."""
    root = deaf.standing(await deaf.says("Ben", "What did you see?"))
    thread = await deaf.people.threads("Ben", root)
    forum = deaf.discord.made(deaf.discord.world.make(deaf.server, "ideas", FORUM))
    post, _ = await deaf.people.posts("Ben", forum, "An idea", "A template instead of a wizard.")
    voice = deaf.discord.made(deaf.discord.world.make(deaf.server, "stand-up", VOICE))
    for place in (thread, post, voice):
        reply = await asks(deaf, "Mei", f"Seen in {place.name}", place=place)
        assert reply.channel == place.id
        assert "Saved as #" in read.words(reply)


async def test_in_a_private_thread(deaf: DiscordRoom) -> None:
    """What is said there stays there, and so does the reply."""
    world = deaf.discord.world
    people = {world.person(each).id for each in ("Ana", "Ben")} | {world.bot.id}
    quiet = Channel(world.mint.mint(), "quiet", PRIVATE_THREAD, deaf.server.id, deaf.home.id, joined=people)
    quiet.owner = world.person("Ana").id
    deaf.discord.began(quiet)
    reply = await asks(deaf, "Ben", "help", place=quiet)
    assert reply.channel == quiet.id


async def test_a_name_in_passing_is_no_command(deaf: DiscordRoom) -> None:
    """Nothing happens, and nothing is saved."""
    message = await deaf.people.names("Ben", "let's ask @Ahabot later", deaf.home)
    assert deaf.people.replies(message) == []
    assert "Nothing" in await deaf.finds("ask later") or "no" in (await deaf.finds("ask later")).casefold()


async def test_what_is_not_said_to_us(room: DiscordRoom) -> None:
    """Neither @everyone nor a mention in code is our name, and no bot and no webhook is answered."""
    world, bot = room.discord.world, room.discord.world.bot.id
    other = User(world.mint.mint(), "Robo", bot=True)
    world.users[other.id] = other
    said = [
        await room.people.says("Ben", "@everyone help", room.home),
        await room.people.says("Ben", f"`<@{bot}> help`", room.home),
        await room.people.says("Ben", f"\\<@{bot}> help", room.home),
    ]
    for author, hook in ((other.id, ""), (world.person("Ben").id, world.mint.mint())):
        message = Message(world.mint.mint(), room.home.id, author, f"<@{bot}> help", webhook=hook)
        room.discord.stands(message)
        await room.people.heard()
        said.append(message)
    assert [room.people.replies(each) for each in said] == [[]] * 5


async def test_a_message_edited_to_name_us(room: DiscordRoom) -> None:
    """It isn't answered: an edit corrects what was said, and a command could run a second time with each."""
    said = await room.says("Ben", "help")
    await room.edits("Ben", said, f"<@{room.discord.world.bot.id}> help")
    assert room.people.replies(room.standing(said)) == []


async def test_a_reply_that_only_pings_is_an_answer(deaf: DiscordRoom) -> None:
    """One that also has the name in its words is said to the bot, and is no answer."""
    await deaf.types("Ana", WORDS)
    [hello] = with_words(await deaf.channel(), "I'm Ahabot")
    await deaf.presses("Ana", "Ask a question now", hello.id)
    question = the(await deaf.channel(), "A question for us")
    asked = deaf.standing(question.id)
    await deaf.people.says("Ben", "The import, again.", deaf.home, to=asked)
    assert "1 answered" in await deaf.message(question.id)
    await asks(deaf, "Mei", "help", to=asked, ping=True)
    assert "1 answered" in await deaf.message(question.id)


async def test_the_role_of_the_bot_is_its_name_too(room: DiscordRoom) -> None:
    """With the message intent, a message that mentions the role has its words."""
    [role] = [each for each in room.server.roles.values() if each.bot]
    message = await room.people.says("Ben", f"<@&{role.id}> {WORDS}", room.home)
    [reply] = room.people.replies(message)
    assert "Saved as #1" in read.words(reply)


async def test_the_role_without_the_message_intent(deaf: DiscordRoom) -> None:
    """Discord hides such a message's words, and the reply says what to do."""
    [role] = [each for each in deaf.server.roles.values() if each.bot]
    message = await deaf.people.says("Ben", f"<@&{role.id}> {WORDS}", deaf.home)
    [reply] = deaf.people.replies(message)
    assert "You mentioned my role" in read.words(reply)
    await deaf.people.presses("Ben", "Hide reply", reply)
    assert not stands(deaf, reply)


# Bad days


async def test_where_the_bot_may_not_write(deaf: DiscordRoom) -> None:
    """The whole answer comes as a direct message, with one line that says why. Nothing is asked in vain."""
    deaf.home.overwrites.append(Overwrite(deaf.server.id, 0, deny=Can.SEND_MESSAGES))
    deaf.home.overwrites.append(Overwrite(deaf.discord.world.person("Ben").id, 1, allow=Can.SEND_MESSAGES))
    deaf.discord.moved(deaf.home)
    await deaf.people.heard()
    before = len(deaf.discord.calls)
    message = await deaf.people.names("Ben", "help", deaf.home)
    assert deaf.people.replies(message) == []
    [told] = await deaf.notes("Ben")
    assert "I can't write in #team-lantern, so I'm answering you here." in told
    assert "What I can do" in told
    assert [each.status for each in deaf.discord.calls[before:] if each.status >= 400] == []


async def test_a_form_where_the_bot_may_not_write(deaf: DiscordRoom) -> None:
    """A form needs a place of its own, and the direct message says where."""
    deaf.discord.faults.put(POST, faults.Refuses(403, 50013, "Missing Permissions"))
    await deaf.people.names("Ben", "failed", deaf.home)
    [told] = await deaf.notes("Ben")
    assert "That needs a form" in told


async def test_direct_messages_are_closed_too(deaf: DiscordRoom, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing can be said, and the thought is saved all the same."""
    caplog.set_level("INFO")
    deaf.discord.world.person("Ben").closed = True
    deaf.discord.faults.put(POST, faults.Refuses(400, 50083, "Thread is archived"))
    message = await deaf.people.names("Ben", WORDS, deaf.home)
    assert deaf.people.replies(message) == []
    assert "an answer can't be sent" in caplog.text
    assert WORDS in await deaf.finds("cache tokens")


async def test_the_message_is_deleted_before_the_answer(deaf: DiscordRoom) -> None:
    """There is no reply to nothing. What was saved from it all the same is treated as after any such deletion."""
    await deaf.types("Ana", "The first.")
    handle = deaf.bot.handle

    async def deletes_first(command: Any, origin: Any) -> Any:
        for each in deaf.discord.world.standing(deaf.home.id):
            each.deleted = each.deleted or WORDS in each.content
        return await handle(command, origin)

    vars(deaf.bot)["handle"] = deletes_first
    await deaf.people.names("Ben", WORDS, deaf.home)
    assert [each for each in await deaf.channel() if "Saved as" in each] == []
    [asked] = await deaf.notes("Ben")
    assert "A message you wrote was deleted, but a copy is saved as #2." in asked
    await deaf.presses("Ben", "Delete it, too", asked.id)
    assert "Nothing here has" in await deaf.finds("cache tokens")


async def test_discord_limits_the_reply(deaf: DiscordRoom) -> None:
    """It's sent again after the time that Discord names, and stands once."""
    deaf.discord.faults.put(POST, faults.Limited(seconds=0.05, via=False))
    reply = await asks(deaf, "Ben", WORDS)
    assert "Saved as #1" in read.words(reply)


async def test_discord_limits_the_reply_for_long(deaf: DiscordRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an answer so long, and a direct message would be limited as well."""
    monkeypatch.setattr(replies, "LONGEST_WAIT", 0.0)
    deaf.discord.faults.put(POST, faults.Limited(seconds=0.05, via=False))
    message = await deaf.people.names("Ben", WORDS, deaf.home)
    assert deaf.people.replies(message) == []
    assert await deaf.notes("Ben") == []


@pytest.mark.parametrize(
    "fault", [faults.Breaks(after=True), faults.Drops(after=True)], ids=["5xx", "dropped"]
)
async def test_the_reply_stands_but_nobody_said_so(
    deaf: DiscordRoom, monkeypatch: pytest.MonkeyPatch, fault: faults.Fault
) -> None:
    """The next try finds it by its nonce, so it stands once."""
    monkeypatch.setattr(replies, "RETRY_WAITS", (0.01, 0.01, 0.01))
    deaf.discord.faults.put(POST, fault)
    reply = await asks(deaf, "Ben", WORDS)
    assert "Saved as #1" in read.words(reply)


async def test_discord_is_away(
    deaf: DiscordRoom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer is given up in the end, without people's words in the log."""
    monkeypatch.setattr(replies, "RETRY_WAITS", (0.01,))
    deaf.discord.faults.put(POST, faults.Breaks(), 9)
    message = await deaf.people.names("Ben", WORDS, deaf.home)
    assert deaf.people.replies(message) == []
    assert "gave up on an answer" in caplog.text
    assert WORDS not in caplog.text


async def test_two_processes_hear_it(deaf: DiscordRoom) -> None:
    """Both get every event while a new version starts. The thought is saved once, and there is one reply."""
    async with AsyncExitStack() as stack:
        twin = living(deaf.discord, deaf.bot.database, deaf.clock, deaf.home)
        await stack.enter_async_context(twin)
        reply = await asks(deaf, "Ben", WORDS)
        assert "Saved as #1" in read.words(reply)
        await deaf.settled()
        assert len([line for line in (await deaf.finds()).splitlines() if WORDS in line]) == 1


async def test_the_database_is_away(deaf: DiscordRoom) -> None:
    """The reply says so in one sentence, without repeating what stands above it. Nothing was saved."""
    await deaf.types("Ana", "The first.")
    path = database_file(deaf.bot.database.url)
    assert path is not None
    with locked(path):
        reply = await asks(deaf, "Ben", WORDS)
    assert "Nothing was saved" in read.words(reply)
    assert WORDS not in read.words(reply)
    await deaf.people.presses("Ben", "Hide reply", reply)
    assert not stands(deaf, reply)


async def test_our_own_mistake(deaf: DiscordRoom, caplog: pytest.LogCaptureFixture) -> None:
    """A failure of the core is one sentence, and the log has no words of people."""

    async def fails(_command: Any, _origin: Any) -> Seen:
        raise RuntimeError(WORDS)

    vars(deaf.bot)["handle"] = fails
    reply = await asks(deaf, "Ben", WORDS)
    assert "Something went wrong on my side." in read.words(reply)
    assert WORDS not in caplog.text
