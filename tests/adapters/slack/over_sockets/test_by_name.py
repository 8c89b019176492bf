"""The bot is called by its name in channels and threads, and written to directly: what Slack sends, and what comes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.moments.commands import Log
from storage.engine.database import Database
from storage.models import Moment
from tests.adapters.slack.over_sockets.conftest import MONDAY
from tests.fakes.slack import events, faults, read
from tests.fakes.slack.chat import HTTP, SlackRoom, opened
from tests.fakes.slack.world import Message
from tests.support.chat import Seen, sure, the, with_words
from tests.support.questions import rows

WORDS = "We used to cache tokens, now we sign them."


def whispers(room: SlackRoom, who: str) -> list[Message]:
    """Return what only this person sees in channels."""
    here = room.slack.home
    return [each for each in here.messages if each.to == here.person(who).id and not each.deleted]


def words(message: Message) -> str:
    return read.words(message.blocks, message.text)


async def marks(room: SlackRoom) -> frozenset[str]:
    """Return the bot's emoji on the message that spoke to it last."""
    return (await room.message(room.spoken)).marks


async def test_it_answers_in_private_where_it_was_called(both: SlackRoom) -> None:
    """In the channel and in the thread, with buttons that change the answer."""
    room = both
    got = sure(await room.names("Ana", WORDS))
    assert got.text.startswith("Saved as #1.")
    assert await marks(room) == {"💡"}
    assert whispers(room, "Ana")[-1].thread == ""
    undone = sure(await room.presses("Ana", "Undo", got.id))
    assert undone.id == got.id, "an answer in place of the other one"
    assert "[Bring back]" in undone.text
    assert await marks(room) == frozenset()
    said = await room.says("Ben", "The cache was cold")
    inside = sure(await room.names("Ana", "list", thread=said))
    assert inside.thread == said


async def test_in_a_private_channel(room: SlackRoom) -> None:
    """It is the team of that channel."""
    garden = room.slack.home.make("garden", private=True)
    await room.people.invites("Ana", garden)
    message, got = await room.people.names("Ana", WORDS, garden.id)
    assert "Saved as #1." in got.text
    await room.settled()
    assert room.slack.home.bot in message.reactions["bulb"]
    assert with_words(await room.channel(), WORDS) == []


async def test_two_events_of_one_message_are_handled_once(both: SlackRoom) -> None:
    """Slack sends the message and the mention. Neither is an answer to the question in whose thread it is."""
    room = both
    await room.types("Ana", "ask What did we learn?")
    question = the(await room.channel(), "What did we learn?")
    got = sure(await room.names("Ben", "We sign tokens now", thread=question.id))
    assert "Saved as #1." in got.text
    assert "1 answered" not in (await room.message(question.id))
    assert [
        each["event"]["type"] for each, _, _ in room.slack.delivered if "client_msg_id" in each["event"]
    ] == [
        "message",
        "app_mention",
    ]
    await room.says("Ben", "We learned to sign", thread=question.id)
    assert "1 answered" in (await room.message(question.id))


async def test_an_event_that_comes_again(both: SlackRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is saved once, and the person has an answer that says so."""
    room, real = both, both.bot.handle
    monkeypatch.setattr("tests.fakes.slack.wire.ANSWER_WITHIN", 0.5)
    held: list[Any] = []
    goes_on, done = asyncio.Event(), asyncio.Event()

    async def handle(command: Any, origin: Any) -> Any:
        if not isinstance(command, Log) or held:
            return await real(command, origin)
        held.append(command)
        await goes_on.wait()
        try:
            return await real(command, origin)
        finally:
            done.set()

    monkeypatch.setattr(room.bot, "handle", handle)
    await room.names("Ana", WORDS)
    goes_on.set()
    await done.wait()
    await room.settled()
    assert [each.text for each in rows(room.bot, Moment)] == [WORDS]
    assert {words(each).splitlines()[0].partition(".")[0] for each in whispers(room, "Ana")} == {
        "Saved as #1"
    }


@pytest.mark.parametrize("what", ["bot", "us", "edited"])
async def test_whose_messages_are_left_alone(room: SlackRoom, what: str) -> None:
    """Those of apps, its own, and one that got its name by an edit."""
    here = room.slack.home
    author = here.bot if what == "us" else here.person("Ana").id
    message = Message(room.home.id, here.ts(), author, f"<@{here.bot}> {WORDS}")
    event = events.mentioned(here, message) | {"bot": {"bot_id": "B0OTHER"}, "us": {}}.get(
        what, {"edited": {"user": author, "ts": here.ts()}}
    )
    answer = await room.slack.deliver(events.wrapped(here, event))
    assert answer.ok
    await room.settled()
    assert rows(room.bot, Moment) == []
    assert whispers(room, "Ana") == []


async def test_people_from_outside(room: SlackRoom) -> None:
    """They are told, in private, that nothing is saved or shown. What they wrote is not kept by others either."""
    here = room.slack.home
    here.person("Chidi").team, room.home.shared = "T0OTHERS", True
    got = sure(await room.names("Chidi", WORDS))
    assert "This team's memory is only for people in its own organization" in got
    said = await room.says("Chidi", "Our side of it")
    kept = sure(await room.names("Ana", "remember this", thread=said))
    assert "That's from someone outside your organisation, so I can't save it." in kept
    assert rows(room.bot, Moment) == []


@pytest.mark.parametrize(
    "error", ["user_not_in_channel", "not_in_channel", "channel_not_found", "restricted_action"]
)
async def test_where_slack_shows_nothing_private(room: SlackRoom, error: str) -> None:
    """The answer comes as a direct message, whose buttons change it."""
    room.slack.faults.put("chat.postEphemeral", faults.Refuses(error=error))
    assert await room.names("Ana", WORDS) is None
    note = (await room.notes("Ana"))[-1]
    assert note.text.startswith("Saved as #1.")
    undone = sure(await room.presses("Ana", "Undo", note.id))
    assert undone.id == note.id
    assert "[Bring back]" in undone.text


async def test_slack_does_not_take_the_answer_at_all(room: SlackRoom) -> None:
    """What was said is saved, and the 💡 says so."""
    room.slack.faults.put("chat.postEphemeral", faults.Breaks())
    assert await room.names("Ana", WORDS) is None
    await room.settled()
    assert await marks(room) == {"💡"}


async def test_direct_messages(both: SlackRoom) -> None:
    """An ordinary message answers, in the same thread. Its buttons replace it, or add another one."""
    room = both
    await room.types("Ana", "We begin")
    here = room.slack.home
    direct = here.direct(here.person("Ana").id)
    helped = sure(await room.writes_to_bot("Ana", "hi, what can you do?"))
    assert here.message(helped.id) is not None
    assert here.near(direct.id, helped.id).to == ""
    assert "/aha" in helped
    asked = sure(await room.writes_to_bot("Ana", WORDS))
    assert "Post it in #team-lantern?" in asked
    assert with_words(await room.channel(), WORDS) == []
    posted = sure(await room.presses("Ana", "Post it", asked.id))
    assert posted.id == asked.id
    assert "Saved as #1 in #team-lantern." in posted
    assert with_words(await room.channel(), WORDS)
    undone = sure(await room.presses("Ana", "Undo", posted.id))
    assert undone.id == asked.id
    message, got = await room.people.names("Ana", "list", direct.id, thread=helped.id)
    assert got.whispers[-1].thread == helped.id
    assert message.thread == helped.id


async def test_a_form_in_direct_messages(room: SlackRoom) -> None:
    """A button opens it, and it says who will see its text."""
    await room.types("Ana", "We begin")
    offered = sure(await room.writes_to_bot("Ana", "breakthrough"))
    assert "Here's the form." in offered
    form = sure(await room.presses("Ana", "Log a breakthrough", offered.id))
    assert "Everyone in #team-lantern will see this." in form
    await room.fills("Ana", form.id, text="It runs on one machine")
    assert with_words(await room.channel(), "It runs on one machine")


async def test_what_apps_write_directly(room: SlackRoom) -> None:
    """Its own answers are no messages to it, and an edit there changes nothing."""
    await room.types("Ana", "We begin")
    asked = sure(await room.writes_to_bot("Ana", WORDS))
    message = room.slack.home.message(room.spoken)
    assert message is not None
    await room.people.edits(message, "Something else")
    await room.settled()
    assert [each.id for each in await room.notes("Ana")] == [asked.id]
    assert WORDS in (await room.notes("Ana"))[0]


async def test_remember_this_where_slack_gives_no_words(room: SlackRoom) -> None:
    """Its author is asked, as with an emoji."""
    said = await room.says("Ben", WORDS)
    for _ in range(9):
        room.slack.faults.put("reactions.get", faults.Refuses(error="missing_scope"))
        room.slack.faults.put("conversations.replies", faults.Refuses(error="missing_scope"))
    got = sure(await room.names("Ana", "remember this", thread=said))
    assert "That'll be #1. I'll tell Ben, and ask for the words if I can't read them there." in got
    assert "[Choose other messages]" in got.text
    assert "I can't read it there" in the(await room.notes("Ben"), "Ana").text
    assert (await room.message(said)).marks == {"💡"}


async def test_what_the_bot_wrote_is_not_saved(room: SlackRoom) -> None:
    """Nor what another app did."""
    await room.types("Ana", "ask What did we learn?")
    question = the(await room.channel(), "What did we learn?")
    got = sure(await room.names("Ana", "remember this", thread=question.id))
    assert "That's my question, and it's waiting for your answers." in got


async def test_without_the_history(database: Database) -> None:
    """It is called by its name and written to all the same. A thread can't be read, and it says what to do."""
    async with opened(database, MONDAY, HTTP, SLACK_MESSAGE_CONTENT="0") as room:
        await room.settled()
        said = await room.says("Ben", WORDS)
        assert "” as #1." in sure(await room.names("Ana", "remember this", thread=said))
        got = sure(await room.names("Ana", "remember this thread", thread=said))
        assert "I can't read this thread. You can save one message at a time" in got
        assert "[Log an aha]" in sure(await room.writes_to_bot("Ana", "hi")).text


async def test_a_picture(room: SlackRoom) -> None:
    """It comes as a direct message, because nobody sees one in a private answer."""
    await room.types("Ben", "failed A wizard")
    await room.names("Ben", "cycle")
    [note] = await room.pictures("Ben")
    assert "1 experiment and no breakthroughs" in note.picture
    assert words(whispers(room, "Ben")[-1]) == "The picture is in your direct messages with me."
    await room.writes_to_bot("Ben", "cycle")
    assert len(await room.pictures("Ben")) == 2
    assert words(whispers(room, "Ben")[-1]) == "The picture is in your direct messages with me."


async def test_what_was_asked_about_keeps_its_message(room: SlackRoom) -> None:
    """*Save as an aha* is pressed later, on the private answer."""
    asked = sure(await room.names("Ana", "when do we sign?"))
    assert rows(room.bot, Moment) == []
    saved = sure(await room.presses("Ana", "Save as an aha", asked.id))
    assert "Saved as #1." in saved
    assert await marks(room) == {"💡"}


async def test_what_was_asked_about_directly_is_asked_about_again(room: SlackRoom) -> None:
    """Where the private answer came as a direct message, the press says first where it would be posted."""
    await room.types("Ana", "We sign tokens at login")
    room.slack.faults.put("chat.postEphemeral", faults.Refuses(error="user_not_in_channel"))
    await room.names("Ana", "when do we sign?")
    asked = (await room.notes("Ana"))[-1]
    again = sure(await room.presses("Ana", "Save as an aha", asked.id))
    assert "Post it in #team-lantern?" in again
    await room.presses("Ana", "Post it", again.id)
    assert with_words(await room.channel(), "when do we sign?")


async def test_the_database_is_closed(room: SlackRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who wrote it hears that nothing is saved, with their words."""

    async def fails(*_args: Any) -> Any:
        raise RuntimeError("no disk")

    monkeypatch.setattr(room.bot, "handle", fails)
    await room.names("Ana", WORDS)
    await room.settled()
    [told] = whispers(room, "Ana")
    assert "Something went wrong on my side." in words(told)
    assert WORDS in words(told)


async def test_a_thread_with_the_bots_own_posts(room: SlackRoom) -> None:
    """They are not offered, nor what was said to the bot in it."""
    await room.types("Ana", "ask What did we learn?")
    question = the(await room.channel(), "What did we learn?")
    await room.says("Ben", "To sign once", thread=question.id)
    offered = sure(await room.names("Ana", "remember this thread", thread=question.id))
    form: Seen = sure(await room.presses("Ana", "Choose messages", offered.id))
    assert list(form.fields["chosen"]["options"]) == ["Ben · To sign once"]
