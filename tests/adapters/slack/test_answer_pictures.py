"""Tests of a private answer's picture on Slack, which shows no uploaded file in an ephemeral message."""

from tests.fakes.slack import read
from tests.fakes.slack.chat import SlackRoom

ALT = "Experiments and breakthroughs over time, 16 March 2026: 1 experiment and no breakthroughs."


def beside_the_answer(room: SlackRoom) -> list[str]:
    """Return the texts of Ben's ephemeral messages after his two answers."""
    shown = room.here.whispers(room.here.person("Ben").id)
    return [read.words(message.blocks, message.text) for message in shown[2:]]


async def ask(room: SlackRoom, channel: str = "") -> None:
    """Let Ben save an experiment and ask how the search goes, and wait for everything that comes of it."""
    await room.types("Ben", "failed A wizard")
    await room.people.types("Ben", "cycle", channel or room.home.id)
    await room.pictures("Ben")


async def test_the_answer_says_where_its_picture_is(room: SlackRoom) -> None:
    """It is in the person's messages with the bot, and the line links there."""
    await ask(room)
    [note] = await room.notes("Ben")
    assert "Here's the picture that goes with my answer." in note
    assert note.picture == ALT
    assert beside_the_answer(room) == ["The picture is in your direct messages with me."]


async def test_in_the_person_s_own_messages_the_picture_is_right_there(room: SlackRoom) -> None:
    """Nothing has to be said about it."""
    direct = room.here.direct(room.here.person("Ben").id)
    await ask(room, direct.id)
    [note] = await room.notes("Ben")
    assert note.picture == ALT
    assert beside_the_answer(room) == []


async def test_without_uploads_its_words_are_with_the_answer(room: SlackRoom) -> None:
    """No message is sent that has no picture."""
    room.slack.files.disabled = True
    await ask(room)
    assert await room.notes("Ben") == []
    assert beside_the_answer(room) == [ALT]


async def test_where_messages_are_closed_its_words_are_with_the_answer(room: SlackRoom) -> None:
    """As for somebody who may not be written to."""
    room.here.person("Ben").closed = True
    await ask(room)
    assert await room.notes("Ben") == []
    assert beside_the_answer(room) == [ALT]
