"""Tests of the rate limit: one post a second per channel, without delaying captures or other channels."""

import asyncio

import pytest

from adapters.slack.rate_limit import ChannelRateLimit
from storage.engine.database import Database
from tests.adapters.slack.conftest import MONDAY
from tests.fakes.slack.chat import HTTP, opened

EVERY = 0.3


async def test_a_burst(database: Database) -> None:
    """All is saved at once. Its cards follow one by one, and do not delay another channel's card."""
    async with opened(database, MONDAY, HTTP, pace=EVERY) as room:
        await room.settled()
        other = room.here.make("second")
        await room.people.invites("Ben", other)
        await room.settled()
        before = len(room.slack.called("chat.postMessage"))
        kept = await asyncio.gather(
            *(room.people.types("Ana", f"thought {n}", room.home.id) for n in range(5)),
            room.people.types("Ben", "elsewhere", other.id),
        )
        assert all("Saved as" in got.answer.body["text"] for got in kept)
        await room.settled()
        posts = room.slack.called("chat.postMessage")[before:]
        here = [done.at for done in posts if done.given["channel"] == room.home.id]
        there = [done.at for done in posts if done.given["channel"] == other.id]
        assert len(here) == 5
        assert (
            here[-1] - here[0] > EVERY * 2
        )  # arrival times vary on a busy machine; the waits are tested below
        assert there[0] < here[2]


async def test_the_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first goes at once and each further one a second later. Other and quiet channels do not wait."""
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("adapters.slack.rate_limit.asyncio.sleep", wait)
    now = [100.0]
    pace = ChannelRateLimit(1.0, lambda: now[0])
    for channel in ("C1", "C1", "C1", "C2"):
        await pace.wait("T1", channel)
    now[0] = 200.0
    await pace.wait("T1", "C1")
    assert waits == [1.0, 2.0]
