"""Posts go out about one a second a channel; what is kept never waits for them, and other channels do not either."""

import asyncio
from itertools import pairwise

from storage.database import Database
from tests.adapters.slack.conftest import MONDAY
from tests.slack.room import HTTP, opened

EVERY = 0.3


async def test_a_burst(database: Database) -> None:
    """All is kept at once; its cards follow one by one, and the other channel's is not held up by them."""
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
        assert all("Kept as" in got.answer.body["text"] for got in kept)
        await room.settled()
        posts = room.slack.called("chat.postMessage")[before:]
        here = [done.at for done in posts if done.given["channel"] == room.home.id]
        there = [done.at for done in posts if done.given["channel"] == other.id]
        assert len(here) == 5
        assert all(later - earlier > EVERY * 0.8 for earlier, later in pairwise(here))
        assert there[0] < here[2]
