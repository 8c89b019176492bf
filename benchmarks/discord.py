"""Durable captures a second over Discord's gateway, beside a bare discord.py client whose one command only answers.

Everything runs as in earnest: a process that holds a websocket, a Discord that hears the cards, SQLite on disk. Only
what comes of a command is short work there, for all of it would cost more than the client that is measured.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from aiohttp import web

from benchmarks.callers import Answered, Callers
from benchmarks.servers import AHABOT, BARE_DISCORD, started
from benchmarks.slack import all_kept
from benchmarks.table import Table
from tests.fakes.discord import payloads
from tests.fakes.discord.faults import answer
from tests.fakes.discord.routes import Route
from tests.fakes.discord.server import Discord, serving
from tests.fakes.discord.world import COMMAND, DEFER, Channel, Interaction, Json, User

ROUNDS = 5
SECONDS = 3.0
"""Of a turn under load."""
ALONE = 200
"""Captures one after another, for what somebody waits who has the bot to themselves."""
PEOPLE, CHANNELS = 64, 8
TEXT = b"We used to cache tokens, now we sign them; logins became faster when we stopped being clever."
KEPT = b"Kept as #"
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
AT_LAST = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
"""The answer after a promise, as an overloaded machine gives it."""
POSTED = "POST /channels/{channel_id}/messages"
CARDS, IN = 5, 5.0
"""Messages that Discord takes in a channel, and in how many seconds."""
TOKEN = 144
"""Bytes in an interaction's token, which is about as long as Discord's."""


@dataclass
class Brief(Discord):
    """A Discord that hands each answer to whoever waits for it, and shows it to nobody."""

    waiting: dict[str, asyncio.Future[bytes]] = field(default_factory=dict)

    async def call(self, route: Route, request: web.Request) -> web.StreamResponse:
        """Answers in short, everything else in full."""
        if route.name not in (CALLBACK, AT_LAST):
            return await super().call(route, request)
        said, known = await request.read(), request.match_info
        if route.name == AT_LAST or json.loads(said)["type"] != DEFER:
            token = known["webhook_token" if route.name == AT_LAST else "interaction_token"]
            self.waiting.pop(token).set_result(said)
        if "with_response" not in request.query:
            return web.Response(status=204)
        return answer({"interaction": {"id": known["interaction_id"], "type": COMMAND}}, 200)

    async def answered(self, told: Json) -> bytes:
        """The first answer to an interaction, which is told as a new one."""
        told["id"], told["token"] = self.world.mint.mint(), secrets.token_urlsafe(TOKEN)
        said: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.waiting[told["token"]] = said
        [session] = self.gateway.live
        assert session.line is not None
        session.count += 1
        session.line.put({"op": 0, "t": "INTERACTION_CREATE", "s": session.count, "d": told})
        return await said


@dataclass(frozen=True)
class Person:
    """Somebody who types `/aha log` in a channel."""

    discord: Brief
    told: Json
    option: Json

    @classmethod
    def at(cls, discord: Brief, who: User, channel: Channel) -> Person:
        """Discord tells the same of them each time but for what they typed."""
        option = {"name": "text", "type": 3, "value": ""}
        log = {"name": "log", "type": 1, "options": [option]}
        data = {"id": discord.world.mint.mint(), "name": "aha", "type": 1, "options": [log]}
        did = Interaction("", "", COMMAND, who, channel, data)
        return cls(discord, payloads.interaction(discord.world, did), option)

    async def post(self, body: bytes) -> bytes:
        """The answer to these words."""
        self.option["value"] = body.decode()
        return await self.discord.answered(self.told)


@dataclass(frozen=True)
class Turn:
    """What one turn brought: under load, and one person alone."""

    loaded: Answered
    alone: Answered


@dataclass(frozen=True)
class Bench:
    """A Discord with people in it, a file for the database, and how long people type."""

    discord: Brief
    people: Sequence[Person]
    file: Path
    seconds: float
    alone: int

    async def bare(self) -> Turn:
        """One turn of discord.py alone."""
        async with started(BARE_DISCORD, self._environ()):
            return await self._called(self._callers(says=b"Noted."))

    async def ahabot(self) -> Turn:
        """One turn of the bot. RuntimeError when something was acknowledged that is not kept."""
        self.file.unlink(missing_ok=True)
        callers = self._callers(KEPT)
        async with started(AHABOT, self._environ()):
            turn = await self._called(callers)
        sent = next(callers.numbers)
        all_kept(self.file, sent - len(callers.handed_back), sent)
        return turn

    def _callers(self, says: bytes) -> Callers:
        return Callers(self.people, [TEXT] * len(self.people), says)

    async def _called(self, callers: Callers) -> Turn:
        await self.discord.connected()
        await callers.call_for(self.seconds / 4)  # teams are made, and caches fill
        return Turn(await callers.call_for(self.seconds), await callers.call_alone(self.alone))

    def _environ(self) -> dict[str, str]:
        return {**self.discord.environment, "DATABASE_URL": f"sqlite:///{self.file}"}


@asynccontextmanager
async def opened(seconds: float = SECONDS, alone: int = ALONE) -> AsyncIterator[Bench]:
    """A Discord where people are about to type."""
    with TemporaryDirectory(prefix="ahabot-bench-") as folder:
        discord = Brief(checks=False)
        discord.rates.narrow(POSTED, CARDS, IN)
        async with serving(discord=discord):
            world = discord.world
            here = world.found()
            callers = [world.add(name) for name in ("Ana", *(f"Ben{each}" for each in range(2, PEOPLE + 1)))]
            channels = [world.make(here, f"team-{each}") for each in range(CHANNELS)]
            people = [Person.at(discord, *each) for each in zip(callers, cycle(channels), strict=False)]
            yield Bench(discord, people, Path(folder) / "turn.db", seconds, alone)


def run() -> Table:
    """Both contestants, in rounds."""
    return asyncio.run(_rounds())


async def _rounds() -> Table:
    async with opened() as bench:
        turns = [(await bench.bare(), await bench.ahabot()) for _ in range(ROUNDS)]
    return table([bare for bare, _ in turns], [ahabot for _, ahabot in turns])


def table(bare: Sequence[Turn], ahabot: Sequence[Turn]) -> Table:
    """The medians of all rounds; of the longest waits, the longest."""
    plain = median(turn.loaded.rate for turn in bare)
    return Table(
        f"Discord's /aha log over its gateway, {PEOPLE} people in {CHANNELS} channels "
        f"(median of {len(ahabot)} rounds)",
        (
            "",
            "a second",
            "of bare",
            "p50 ms",
            "p99 ms",
            "longest ms",
            "handed back",
            "alone, p50 ms",
            "p99 ms",
        ),
        [_row("bare discord.py, only answers", plain, bare), _row("Ahabot, kept first", plain, ahabot)],
        "Aim: 0.70 of bare. A wait is from INTERACTION_CREATE to the answer. Every capture that was acknowledged "
        "stood in the file after the process was killed.",
    )


def _row(name: str, plain: float, turns: Sequence[Turn]) -> Sequence[str]:
    loaded, alone = [turn.loaded for turn in turns], [turn.alone for turn in turns]
    rate = median(each.rate for each in loaded)
    return (
        name, f"{rate:,.0f}", f"{rate / plain:.2f}", _wait(loaded, 50), _wait(loaded, 99),
        f"{1000 * max(max(each.waits) for each in loaded):,.0f}", str(sum(each.handed_back for each in loaded)),
        _wait(alone, 50), _wait(alone, 99),
    )  # fmt: skip


def _wait(answered: Sequence[Answered], hundredth: int) -> str:
    return f"{1000 * median(each.percentile(hundredth) for each in answered):.1f}"
