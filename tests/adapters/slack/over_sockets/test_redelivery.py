"""Tests of events that are acknowledged late or not at all: Slack sends them again, and each is saved once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.core.events import EmojiAdded
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.world import Message

WORDS = "We used to cache tokens, now we sign them."


async def said(room: SlackRoom) -> Message:
    """Post Ben's message in a channel with a team."""
    return room.slack.home.near(room.home.id, await room.says("Ben", WORDS))


def taken(room: SlackRoom) -> list[bool]:
    """Return whether each delivery of the emoji was acknowledged in time."""
    return [a.ok for p, a, _ in room.slack.delivered if p["event"].get("user") == "U0ANA"]


async def kept_once(room: SlackRoom) -> None:
    """Check that there is one moment, one Note and one 💡."""
    await room.settled()
    found = await room.types("Mei", "list")
    assert found
    assert WORDS in found
    assert "#2" not in found
    assert len(await room.notes("Ben")) == 1


async def test_an_acknowledgement_that_comes_too_late(
    both: SlackRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second delivery finishes before the first."""
    room, message = both, await said(both)
    monkeypatch.setattr("tests.fakes.slack.wire.ANSWER_WITHIN", 0.5)
    goes_on, done, real = asyncio.Event(), asyncio.Event(), room.bot.handle
    held: list[Any] = []

    async def handle(command: Any, origin: Any) -> Any:
        if not isinstance(command, EmojiAdded) or held:
            return await real(command, origin)
        held.append(command)
        await goes_on.wait()
        try:
            return await real(command, origin)
        finally:
            done.set()

    monkeypatch.setattr(room.bot, "handle", handle)
    await room.people.reacts("Ana", "💡", message)
    assert taken(room) == [False, True]
    goes_on.set()
    await done.wait()
    monkeypatch.setattr("tests.fakes.slack.wire.ANSWER_WITHIN", 3.0)
    await kept_once(room)


async def test_the_connection_drops_before_the_acknowledgement(
    socket: SlackRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is saved, but all sockets close before the acknowledgement. New ones redeliver it."""
    room, message = socket, await said(socket)
    monkeypatch.setattr("tests.fakes.slack.wire.ANSWER_WITHIN", 1.0)
    room.slack.waits = (0.1, 2.0, 2.0, 2.0)
    real, opened = room.bot.handle, room.slack.socket.opened
    dropped: list[Any] = []

    async def handle(command: Any, origin: Any) -> Any:
        answer = await real(command, origin)
        if isinstance(command, EmojiAdded) and not dropped:
            dropped.append(command)
            await room.slack.socket.hang_up()
        return answer

    monkeypatch.setattr(room.bot, "handle", handle)
    await room.people.reacts("Ana", "💡", message)
    first, *_, last = taken(room)
    assert (first, last) == (False, True)
    assert room.slack.socket.opened > opened
    monkeypatch.setattr("tests.fakes.slack.wire.ANSWER_WITHIN", 3.0)
    await kept_once(room)
