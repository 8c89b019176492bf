"""The gateway of the fake Discord: sessions over websockets, each with its shard, intents and sequence numbers.

A session outlives its connection: its events are kept for a resume, unless it was closed with 1000 or 1001.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord import payloads
from tests.fakes.discord.world import Channel, Json, World

DISPATCH, BEAT, IDENTIFY, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 8, 9, 10, 11
IGNORED = (3, 4)
CAUGHT_UP_WITHIN = 30.0


class Intent(IntFlag):
    """The gateway intents that a session can request."""

    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    PRESENCES = 1 << 8
    MESSAGES = 1 << 9
    REACTIONS = 1 << 10
    DIRECT_MESSAGES = 1 << 12
    DIRECT_REACTIONS = 1 << 13
    CONTENT = 1 << 15


PRIVILEGED = Intent.MEMBERS | Intent.PRESENCES | Intent.CONTENT
KNOWN_INTENTS = (1 << 26) - 1
LIMITED_FLAGS = {Intent.PRESENCES: 1 << 13, Intent.MEMBERS: 1 << 15, Intent.CONTENT: 1 << 19}
"""The application flags of switched-on privileged intents, for a bot on fewer than a hundred servers."""

Make = Callable[[int], Json]
"""A function that returns an event's payload for a session with these intents."""


@dataclass(eq=False)
class Line:
    """One connection. All its frames are sent by one writer, in order."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport
    squeeze: Any = None
    frames: asyncio.Queue[bytes | str | int] = field(default_factory=asyncio.Queue)
    marked: int = 0
    reached: int = 0
    """The highest mark that the client returned. It has read everything before that mark."""
    pong: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, frame: Json) -> None:
        """Queue a frame behind all earlier ones."""
        text = json.dumps({"t": None, "s": None, **frame})
        if self.squeeze is None:
            self.frames.put_nowait(text)
        else:
            data = self.squeeze.compress(text.encode()) + self.squeeze.flush(zlib.Z_SYNC_FLUSH)
            self.frames.put_nowait(data)

    def mark(self) -> int:
        """Send a numbered ping, and return its number. The client answers it after reading all earlier frames."""
        self.marked += 1
        self.frames.put_nowait(self.marked)
        return self.marked

    async def write(self) -> None:
        """Send the queued frames until the connection ends."""
        with contextlib.suppress(ConnectionError):
            while True:
                match await self.frames.get():
                    case int(number):
                        await self.socket.ping(str(number).encode())
                    case bytes(data):
                        await self.socket.send_bytes(data)
                    case str(text):
                        await self.socket.send_str(text)

    def abort(self) -> None:
        """End the connection without a close frame."""
        self.transport.abort()


@dataclass(eq=False)
class Session:
    """An identified client. It numbers its events and keeps them for a resume."""

    id: str
    intents: int
    shard: tuple[int, int]
    count: int = 0
    told: list[Json] = field(default_factory=list)
    line: Line | None = None

    def tell(self, name: str, data: Json) -> None:
        """Send one event."""
        self.count += 1
        frame = {"op": DISPATCH, "t": name, "s": self.count, "d": data}
        self.told.append(frame)
        if self.line is not None:
            self.line.put(frame)

    def has(self, server: str) -> bool:
        """Return whether a server, or "" for direct messages, is on the session's shard."""
        number, of = self.shard
        return ((int(server) >> 22) % of if server else 0) == number

    def names(self) -> list[str]:
        """Return the names of all events sent to the session."""
        return [frame["t"] for frame in self.told]


@dataclass
class Gateway:
    """All sessions and connections."""

    world: World
    token: str
    privileged: int = 0
    """The privileged intents that are switched on in the developer portal."""
    sessions: dict[str, Session] = field(default_factory=dict)
    lines: set[Line] = field(default_factory=set)
    beat: float = 45.0
    """Seconds between heartbeats."""
    closed: bool = False
    """Whether new connections are refused."""
    acks: bool = True
    """Whether heartbeats are answered. A client without answers gives up its connection."""
    identifies: list[Json] = field(default_factory=list)
    resumes: list[Json] = field(default_factory=list)
    starts: int = 1000
    """The number of IDENTIFYs left today."""
    problems: list[str] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client has identified or resumed."""

    @property
    def url(self) -> str:
        """The address to connect to."""
        return self.world.address.replace("http", "ws", 1) + "/gateway/"

    @property
    def live(self) -> list[Session]:
        """The sessions with a connection."""
        return [session for session in self.sessions.values() if session.line is not None]

    # Sending events

    def tell(
        self, name: str, make: Make | Json, server: str = "", needs: int = 0, place: Channel | None = None
    ) -> None:
        """Send an event to each session of the shard with one of the intents in `needs`, if the bot can see `place`."""
        if place is not None and not payloads.sees(self.world, place):
            return
        for session in list(self.sessions.values()):
            if session.has(server) and (not needs or session.intents & needs):
                session.tell(name, make(session.intents) if callable(make) else make)

    async def caught_up(self) -> None:
        """Wait until every connected client has read all its events."""
        await asyncio.gather(*(self._read(line) for line in self.lines))

    async def _read(self, line: Line) -> None:
        mark = line.mark()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CAUGHT_UP_WITHIN):
                while line.reached < mark and line in self.lines:
                    line.pong.clear()
                    await line.pong.wait()

    # Faults

    def drops(self) -> None:
        """End every connection without a close frame. The sessions can be resumed."""
        for line in list(self.lines):
            line.abort()

    def reconnects(self) -> None:
        """Tell every client to reconnect and resume (op 7)."""
        for session in self.live:
            assert session.line is not None
            session.line.put({"op": RECONNECT, "d": None})

    def invalidates(self, resumable: bool = False) -> None:
        """Invalidate every session (op 9). Without `resumable` they are deleted."""
        for session in self.live:
            assert session.line is not None
            session.line.put({"op": INVALID, "d": resumable})
            if not resumable:
                session.line = None
                del self.sessions[session.id]

    async def closes(self, code: int) -> None:
        """Close every connection with this code."""
        for line in list(self.lines):
            await line.socket.close(code=code)

    # Serving

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        assert request.transport is not None
        if self.closed:
            request.transport.abort()
            return web.Response()
        socket = web.WebSocketResponse(autoping=False, max_msg_size=16384)
        await socket.prepare(request)
        line = Line(socket, request.transport, self._squeeze(request.query.get("compress", "")))
        self.lines.add(line)
        line.put({"op": HELLO, "d": {"heartbeat_interval": int(self.beat * 1000), "_trace": ["[]"]}})
        writer = asyncio.create_task(line.write())
        try:
            await self._listen(line)
        finally:
            self.lines.discard(line)
            line.pong.set()
            writer.cancel()
            self._ended(line)
            await asyncio.gather(writer, return_exceptions=True)
        return socket

    def _squeeze(self, wanted: str) -> Any:
        if wanted == "zlib-stream":
            return zlib.compressobj()
        if wanted:
            self.problems.append(f"gateway: compress={wanted}, which is not spoken here")
        return None

    async def _listen(self, line: Line) -> None:
        async for frame in line.socket:
            match frame.type:
                case WSMsgType.TEXT:
                    await self._received(line, frame.data)
                case WSMsgType.PING:
                    await line.socket.pong(frame.data)
                case WSMsgType.PONG:
                    line.reached = max(line.reached, int(bytes(frame.data)))
                    line.pong.set()
                case _:
                    return

    def _ended(self, line: Line) -> None:
        """Detach the connection from its session. A session that the client closed with 1000 or 1001 is deleted."""
        for session in list(self.sessions.values()):
            if session.line is line:
                session.line = None
                if line.socket.close_code in (1000, 1001):
                    del self.sessions[session.id]

    async def _received(self, line: Line, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            await line.socket.close(code=4002)
            return
        op, data = frame.get("op"), frame.get("d")
        known = any(session.line is line for session in self.sessions.values())
        if op == BEAT:
            if self.acks:
                line.put({"op": ACK})
        elif op in (IDENTIFY, RESUME) and known:
            await line.socket.close(code=4005)
        elif op == IDENTIFY:
            await self._identify(line, data)
        elif op == RESUME:
            await self._resume(line, data)
        elif op == MEMBERS and known:
            self._members(line, data)
        elif op not in IGNORED:
            await line.socket.close(code=4001 if known else 4003)

    async def _identify(self, line: Line, data: Json) -> None:
        self.identifies.append(data)
        intents, shard = data.get("intents"), tuple(data.get("shard") or (0, 1))
        if code := self._wrong(data, intents, shard):
            await line.socket.close(code=code)
            return
        self.starts -= 1
        assert intents is not None
        session = Session(secrets.token_hex(16), intents, (shard[0], shard[1]), line=line)
        self.sessions[session.id] = session
        here = [s for s in self.world.servers.values() if session.has(s.id) and self._on(s.id)]
        session.tell("READY", self._ready(session, [s.id for s in here]))
        for server in here:
            if not server.unavailable and intents & Intent.GUILDS:
                session.tell("GUILD_CREATE", payloads.server_created(self.world, server, again=True))
        self.ready.set()

    def _wrong(self, data: Json, intents: Any, shard: Any) -> int:
        """Return the close code for an invalid IDENTIFY, or 0 for a valid one."""
        if data.get("token") != self.token:
            return 4004
        if len(shard) != 2 or not 0 <= shard[0] < shard[1]:
            return 4010
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            return 4013
        if intents & PRIVILEGED & ~self.privileged:
            return 4014
        return 4004 if self.starts < 1 else 0

    def _on(self, server: str) -> bool:
        return self.world.bot.id in self.world.servers[server].members

    def _ready(self, session: Session, servers: list[str]) -> Json:
        return {
            "v": 10, "user_settings": {}, "user": payloads.me(self.world), "session_type": "normal",
            "session_id": session.id, "resume_gateway_url": self.url, "shard": list(session.shard),
            "relationships": [], "private_channels": [], "presences": [], "guild_join_requests": [],
            "guilds": [{"id": server, "unavailable": True} for server in servers],
            "geo_ordered_rtc_regions": [], "game_relationships": [], "auth": {},
            "application": {"id": self.world.app, "flags": self.flags}, "_trace": ["[]"],
        }  # fmt: skip

    @property
    def flags(self) -> int:
        """The application's flags, which show the privileged intents that are on."""
        return sum(bit for intent, bit in LIMITED_FLAGS.items() if intent & self.privileged)

    async def _resume(self, line: Line, data: Json) -> None:
        self.resumes.append(data)
        session = self.sessions.get(str(data.get("session_id")))
        if data.get("token") != self.token:
            await line.socket.close(code=4004)
        elif session is None:
            line.put({"op": INVALID, "d": False})
        elif not isinstance(data.get("seq"), int) or data["seq"] > session.count:
            await line.socket.close(code=4007)
        else:
            session.line = line
            for frame in session.told[data["seq"] :]:
                line.put(frame)
            session.tell("RESUMED", {"_trace": ["[]"]})
            self.ready.set()

    def _members(self, line: Line, data: Json) -> None:
        """Send the requested members in a single GUILD_MEMBERS_CHUNK."""
        session = next(s for s in self.sessions.values() if s.line is line)
        here = self.world.servers[str(data["guild_id"])]
        wanted = data.get("user_ids")
        wanted = [str(wanted)] if isinstance(wanted, str | int) else [str(each) for each in wanted or []]
        found = [m for m in here.members.values() if not wanted or m.user.id in wanted]
        session.tell(
            "GUILD_MEMBERS_CHUNK",
            {
                "guild_id": here.id, "members": [payloads.member(each) for each in found], "chunk_index": 0,
                "chunk_count": 1, "not_found": [], "nonce": data.get("nonce"),
            },
        )  # fmt: skip
