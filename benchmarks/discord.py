"""Durable captures a second over Discord's gateway, beside a bare discord.py client.

The bare client has one command that only answers. The setup is a real one: a process with a
websocket, a fake Discord that gets the cards, SQLite on disk. Only the fake Discord's handling
of answers is shortened, since full handling would cost more than the measured client.
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

from benchmarks.callers import Callers, LoadResult
from benchmarks.servers import AHABOT, BARE_DISCORD, start_server
from benchmarks.slack import check_all_saved
from benchmarks.table import Table
from tests.fakes.discord import payloads
from tests.fakes.discord.faults import answer
from tests.fakes.discord.routes import Route
from tests.fakes.discord.server import Discord, serving
from tests.fakes.discord.world import COMMAND, DEFER, Channel, Interaction, Json, User

ROUNDS = 5
SECONDS = 3.0
"""Seconds of one round under load."""
ALONE_CAPTURES = 200
"""Captures one after another, to measure the wait of a single person."""
PEOPLE, CHANNELS = 64, 8
TEXT = b"We used to cache tokens, now we sign them; logins became faster when we stopped being clever."
KEPT = b"Saved as #"
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
DEFERRED_ANSWER = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
"""The route of an answer after a deferred response, as an overloaded machine gives it."""
POST_MESSAGE = "POST /channels/{channel_id}/messages"
CARD_LIMIT, CARD_SECONDS = 5, 5.0
"""The fake Discord's rate limit for messages in a channel: how many, in how many seconds."""
TOKEN_BYTES = 144
"""Bytes in an interaction's token, about as long as Discord's."""


@dataclass
class CapturingDiscord(Discord):
    """A fake Discord that hands each answer to the waiting caller and shows it to nobody."""

    waiting: dict[str, asyncio.Future[bytes]] = field(default_factory=dict)

    async def call(self, route: Route, request: web.Request) -> web.StreamResponse:
        """Handle answers in short, and every other request in full."""
        if route.name not in (CALLBACK, DEFERRED_ANSWER):
            return await super().call(route, request)
        said, known = await request.read(), request.match_info
        if route.name == DEFERRED_ANSWER or json.loads(said)["type"] != DEFER:
            token = known["webhook_token" if route.name == DEFERRED_ANSWER else "interaction_token"]
            self.waiting.pop(token).set_result(said)
        if "with_response" not in request.query:
            return web.Response(status=204)
        return answer({"interaction": {"id": known["interaction_id"], "type": COMMAND}}, 200)

    async def send_interaction(self, told: Json) -> bytes:
        """Send `told` as a new interaction, and return the first answer to it."""
        told["id"], told["token"] = self.world.mint.mint(), secrets.token_urlsafe(TOKEN_BYTES)
        said: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.waiting[told["token"]] = said
        [session] = self.gateway.live
        assert session.line is not None
        session.count += 1
        session.line.put({"op": 0, "t": "INTERACTION_CREATE", "s": session.count, "d": told})
        return await said


@dataclass(frozen=True)
class Person:
    """A simulated person who types `/aha log` in a channel."""

    discord: CapturingDiscord
    told: Json
    option: Json

    @classmethod
    def in_channel(cls, discord: CapturingDiscord, who: User, channel: Channel) -> Person:
        """Return a person in a channel, with a reusable interaction.

        Only the typed text differs between two of their interactions.
        """
        option = {"name": "text", "type": 3, "value": ""}
        log = {"name": "log", "type": 1, "options": [option]}
        data = {"id": discord.world.mint.mint(), "name": "aha", "type": 1, "options": [log]}
        did = Interaction("", "", COMMAND, who, channel, data)
        return cls(discord, payloads.interaction(discord.world, did), option)

    async def post(self, body: bytes) -> bytes:
        """Return the answer to these words."""
        self.option["value"] = body.decode()
        return await self.discord.send_interaction(self.told)


@dataclass(frozen=True)
class RoundResult:
    """The results of one round: under load, and for one person alone."""

    loaded: LoadResult
    alone: LoadResult


@dataclass(frozen=True)
class Bench:
    """A fake Discord with people, a database file, and how long people type."""

    discord: CapturingDiscord
    people: Sequence[Person]
    file: Path
    seconds: float
    alone: int

    async def run_bare(self) -> RoundResult:
        """Run one round of discord.py alone."""
        async with start_server(BARE_DISCORD, self._server_environ()):
            return await self._measure_calls(self._make_callers(says=b"Noted."))

    async def run_ahabot(self) -> RoundResult:
        """Run one round of the bot.

        RuntimeError when an acknowledged capture is missing in the database.
        """
        self.file.unlink(missing_ok=True)
        callers = self._make_callers(KEPT)
        async with start_server(AHABOT, self._server_environ()):
            turn = await self._measure_calls(callers)
        sent = next(callers.numbers)
        check_all_saved(self.file, sent - len(callers.handed_back), sent)
        return turn

    def _make_callers(self, says: bytes) -> Callers:
        return Callers(self.people, [TEXT] * len(self.people), says)

    async def _measure_calls(self, callers: Callers) -> RoundResult:
        await self.discord.connected()
        await callers.call_for(self.seconds / 4)  # warm-up: create the teams and fill the caches
        return RoundResult(await callers.call_for(self.seconds), await callers.call_alone(self.alone))

    def _server_environ(self) -> dict[str, str]:
        return {**self.discord.environment, "DATABASE_URL": f"sqlite:///{self.file}"}


@asynccontextmanager
async def open_discord_bench(seconds: float = SECONDS, alone: int = ALONE_CAPTURES) -> AsyncIterator[Bench]:
    """Yield a fake Discord with people who are ready to type."""
    with TemporaryDirectory(prefix="ahabot-bench-") as folder:
        discord = CapturingDiscord(checks=False)
        discord.rates.narrow(POST_MESSAGE, CARD_LIMIT, CARD_SECONDS)
        async with serving(discord=discord):
            world = discord.world
            here = world.found()
            callers = [world.add(name) for name in ("Ana", *(f"Ben{each}" for each in range(2, PEOPLE + 1)))]
            channels = [world.make(here, f"team-{each}") for each in range(CHANNELS)]
            people = [
                Person.in_channel(discord, *each) for each in zip(callers, cycle(channels), strict=False)
            ]
            yield Bench(discord, people, Path(folder) / "turn.db", seconds, alone)


def run_discord() -> Table:
    """Measure both contestants, in rounds, and return the table."""
    return asyncio.run(_run_rounds())


async def _run_rounds() -> Table:
    async with open_discord_bench() as bench:
        turns = [(await bench.run_bare(), await bench.run_ahabot()) for _ in range(ROUNDS)]
    return build_discord_table([bare for bare, _ in turns], [ahabot for _, ahabot in turns])


def build_discord_table(bare: Sequence[RoundResult], ahabot: Sequence[RoundResult]) -> Table:
    """Return the medians of all rounds, and the longest of the longest waits."""
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
        [
            _build_row("bare discord.py, only answers", plain, bare),
            _build_row("Ahabot, kept first", plain, ahabot),
        ],
        "Aim: 0.45 of bare. A wait is from INTERACTION_CREATE to the answer. Every capture that was acknowledged "
        "stood in the file after the process was killed.",
    )


def _build_row(name: str, plain: float, turns: Sequence[RoundResult]) -> Sequence[str]:
    loaded, alone = [turn.loaded for turn in turns], [turn.alone for turn in turns]
    rate = median(each.rate for each in loaded)
    return (
        name, f"{rate:,.0f}", f"{rate / plain:.2f}", _median_wait(loaded, 50), _median_wait(loaded, 99),
        f"{1000 * max(max(each.waits) for each in loaded):,.0f}", str(sum(each.handed_back for each in loaded)),
        _median_wait(alone, 50), _median_wait(alone, 99),
    )  # fmt: skip


def _median_wait(answered: Sequence[LoadResult], hundredth: int) -> str:
    return f"{1000 * median(each.wait_percentile(hundredth) for each in answered):.1f}"
