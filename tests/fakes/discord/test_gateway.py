"""Tests of the gateway over a raw websocket: closing codes, resumes, members in chunks, sessions that end."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from tests.fakes.discord.gateway import Intent
from tests.fakes.discord.server import Discord, serving
from tests.fakes.discord.world import Json, Message

GUILDS = int(Intent.GUILDS | Intent.MESSAGES)


@dataclass
class Hand:
    """A raw connection and the frames it received. `unpack` decompresses the stream if it is compressed."""

    socket: aiohttp.ClientWebSocketResponse
    unpack: Any = None
    heard: list[Json] = field(default_factory=list)

    async def next(self) -> Json:
        frame = await self.socket.receive(timeout=30)
        if frame.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
            return {"closed": self.socket.close_code}
        text = self.unpack.decompress(frame.data).decode() if self.unpack else frame.data
        self.heard.append(json.loads(text))
        return self.heard[-1]

    async def until(self, name: str) -> Json:
        while (frame := await self.next()).get("t") != name:
            assert "closed" not in frame, frame
        return frame

    async def says(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})


@pytest.fixture
async def there() -> AsyncIterator[Discord]:
    async with serving() as one:
        one.world.make(one.world.found(), "team-lantern")
        yield one


@asynccontextmanager
async def connection(one: Discord, query: str = "") -> AsyncIterator[Hand]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{one.gateway.url}?v=10&encoding=json{query}") as socket,
    ):
        hand = Hand(socket, zlib.decompressobj() if "zlib" in query else None)
        assert (await hand.next())["op"] == 10
        yield hand


def identity(one: Discord, **more: Any) -> Json:
    return {"token": one.token, "intents": GUILDS, "properties": {}, **more}


@pytest.mark.parametrize(
    ("op", "given", "code"),
    [
        (2, {"token": "wrong"}, 4004),
        (2, {"shard": [2, 2]}, 4010),
        (2, {"intents": 1 << 40}, 4013),
        (2, {"intents": GUILDS | Intent.CONTENT}, 4014),
        (6, {"token": "wrong"}, 4004),
        (8, {}, 4003),
        (99, {}, 4003),
    ],
)
async def test_what_closes_a_connection(there: Discord, op: int, given: Json, code: int) -> None:
    async with connection(there) as hand:
        await hand.says(op, identity(there, **given))
        assert await hand.next() == {"closed": code}


async def test_what_closes_it_later(there: Discord) -> None:
    async with connection(there) as hand:
        await hand.says(2, identity(there))
        await hand.until("READY")
        await hand.says(2, identity(there))
        await hand.until("GUILD_CREATE")
        assert await hand.next() == {"closed": 4005}
    async with connection(there) as hand:
        await hand.socket.send_str("no json")
        assert await hand.next() == {"closed": 4002}


@pytest.mark.parametrize("query", ["", "&compress=zlib-stream"])
async def test_a_session(there: Discord, query: str) -> None:
    """READY, the servers and the answer to a heartbeat arrive, compressed if that was requested."""
    async with connection(there, query) as hand:
        await hand.says(1, None)
        assert (await hand.next())["op"] == 11
        await hand.says(2, identity(there))
        ready = await hand.until("READY")
        assert ready["d"]["guilds"] == [{"id": there.world.home.id, "unavailable": True}]
        assert ready["d"]["user"]["id"] == there.world.app
        created = await hand.until("GUILD_CREATE")
        assert (ready["s"], created["s"]) == (1, 2)
        assert created["d"]["unavailable"] is False


def _says(one: Discord, text: str) -> None:
    place = one.world.channel("team-lantern")
    one.stands(Message(one.world.mint.mint(), place.id, one.world.bot.id, text))


async def test_a_resume(there: Discord) -> None:
    """A resume delivers only the events after the last one read, and fails once the session was closed with 1000."""
    async with connection(there) as hand:
        await hand.says(2, identity(there))
        session = (await hand.until("READY"))["d"]["session_id"]
        await hand.until("GUILD_CREATE")
        _says(there, "one")
        read = (await hand.until("MESSAGE_CREATE"))["s"]
        there.gateway.drops()
    _says(there, "two")
    async with connection(there) as hand:
        await hand.says(6, {"token": there.token, "session_id": session, "seq": read})
        assert (await hand.until("MESSAGE_CREATE"))["d"]["content"] == "two"
        await hand.until("RESUMED")
        assert [frame["t"] for frame in hand.heard[1:]] == ["MESSAGE_CREATE", "RESUMED"]
        await hand.socket.close(code=1000)
    async with connection(there) as hand:
        await hand.says(6, {"token": there.token, "session_id": session, "seq": read})
        assert (await hand.next())["op"] == 9


async def test_a_resume_from_the_future(there: Discord) -> None:
    async with connection(there) as hand:
        await hand.says(2, identity(there))
        session = (await hand.until("READY"))["d"]["session_id"]
        there.gateway.drops()
    async with connection(there) as hand:
        await hand.says(6, {"token": there.token, "session_id": session, "seq": 99})
        assert await hand.next() == {"closed": 4007}


async def test_members(there: Discord) -> None:
    there.world.add("Ana")
    async with connection(there) as hand:
        await hand.says(2, identity(there))
        await hand.until("GUILD_CREATE")
        await hand.says(8, {"guild_id": there.world.home.id, "query": "", "limit": 0, "nonce": "n"})
        chunk = (await hand.until("GUILD_MEMBERS_CHUNK"))["d"]
        assert {each["user"]["username"] for each in chunk["members"]} == {"Ahabot", "ana"}
        assert (chunk["chunk_count"], chunk["nonce"]) == (1, "n")


async def test_no_identifies_left(there: Discord) -> None:
    """Discord would reset the token, so no client can log in."""
    there.gateway.starts = 0
    async with connection(there) as hand:
        await hand.says(2, identity(there))
        assert await hand.next() == {"closed": 4004}


async def test_nobody_answers_heartbeats(there: Discord) -> None:
    there.gateway.acks = False
    async with connection(there) as hand:
        await hand.says(1, None)
        await hand.says(2, identity(there))
        assert (await hand.next())["t"] == "READY"
