"""How our connection to Discord begins, goes on and ends: shards, new clients for ended ones, and few IDENTIFYs.

Discord takes back the token of a bot that sends a thousand IDENTIFYs in a day. It counts them itself and tells us
what is left, so whoever begins anew in a loop waits longer each time, also after a restart, without a row of ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route
from yarl import URL

from adapters.discord.connection.client import CLOSE_WITHIN, Client, Desk, silence
from adapters.discord.connection.command_tree import make_tree, sync
from adapters.discord.rate_limit import Budget
from adapters.discord.settings import Settings
from adapters.tasks import InHand
from bot import logs
from bot.core.commands import Commands, Shortcut
from bot.settings import BadSetting

log = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]

READY_WITHIN = 5.0
"""Seconds that a start waits for Discord; after that it goes on waiting in the background."""
FINISH_WITHIN = 2.5
"""Seconds for what people wait for while we leave: nobody is answered later than two."""
LONGEST = 300.0
"""Seconds between two tries, at most."""
STEADY = 60.0
"""Seconds after which a connection counts as one that worked."""
ONE_BY_ONE = 5.0
"""Seconds between two IDENTIFYs that Discord does not take at once."""
SHORT = 20.0
"""Seconds that an open connection may wait for its IDENTIFY; for more it is closed first."""

WRONG_TOKEN = (
    "Discord does not take DISCORD_TOKEN. Copy it anew from the app's page at "
    "https://discord.com/developers/applications, Bot, Reset Token."
)
NO_CONTENT = (
    "Discord does not give this bot the message content that DISCORD_MESSAGE_CONTENT=1 asks for. Turn on Message "
    "Content Intent at https://discord.com/developers/applications, Bot, or set DISCORD_MESSAGE_CONTENT=0."
)
WRONG_SHARDS = (
    "Discord does not know these shards: DISCORD_SHARD_IDS and DISCORD_SHARD_COUNT do not fit together."
)
TOO_FEW = "This bot is on more servers than DISCORD_SHARD_COUNT shards may hold: raise it, or leave both out."
BAD_INTENTS = (
    "Discord does not take our intents, so this version of Ahabot is too old for it. Take a newer one."
)
CLOSES = {4004: WRONG_TOKEN, 4010: WRONG_SHARDS, 4011: TOO_FEW, 4013: BAD_INTENTS, 4014: NO_CONTENT}
"""What the codes mean with which Discord hangs up for good."""


@dataclass(frozen=True)
class Starts:
    """What Discord says of our IDENTIFYs: how many it takes in a window, what is left of them, until when (seconds)."""

    total: int
    remaining: int
    reset_after: float
    at_once: int = 1
    """How many shards may identify in the same five seconds."""

    @classmethod
    def read(cls, limit: Any) -> Starts:
        """From `session_start_limit`."""
        reset = limit["reset_after"] / 1000
        return cls(int(limit["total"]), int(limit["remaining"]), reset, int(limit["max_concurrency"]))

    def wait(self, shards: int = 1) -> float:
        """Seconds to wait before that many: none while plenty are left; and the last one is never spent."""
        left = self.remaining - shards
        if left <= 0:
            return self.reset_after
        used = 1 - min(1.0, self.remaining / max(1, self.total))
        return self.reset_after / left * used**2


class Spent(Exception):
    """So few IDENTIFYs are left that the next one has to wait longer than a connection can."""


class Life:
    """Discord, as long as we run. `client` is the one of the moment."""

    def __init__(
        self,
        settings: Settings,
        budget: Budget,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.budget = budget
        self.in_hand = InHand()
        self.taking = True
        self.client: Client | None = None
        self._sleep = sleep
        self._clock = clock
        self._beginning = True
        self._connected = asyncio.Event()
        self._living: asyncio.Task[None] | None = None
        self._at_once = 1
        self._identified: dict[int, float] = {}

    @property
    def ready(self) -> bool:
        """Whether every shard of this process was connected at least once since start."""
        return self._connected.is_set()

    def http(self) -> HTTPClient | None:
        """discord.py's way to call Discord in the bot's name, or None while there is none; for `Calls`."""
        client = self.client
        there = client is not None and client.user is not None and not client.is_closed()
        return client.http if client is not None and there else None

    async def begin(self, commands: Commands, shortcuts: Sequence[Shortcut], desk: Desk) -> None:
        """Connect; returns once every shard is there, or soon. BadSetting where Discord refuses what is set."""
        Route.BASE = self.settings.api_url
        self._living = asyncio.create_task(self._live(commands, shortcuts, desk))
        arriving = asyncio.create_task(self._connected.wait())
        both = {self._living, arriving}
        await asyncio.wait(both, timeout=READY_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        arriving.cancel()
        self._beginning = False
        if self._living.done():
            await self._living
        if not self.ready:
            log.warning("Discord is not reached yet; still trying")

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand, hang up."""
        self.taking = False
        await self.in_hand.done(FINISH_WITHIN)
        if self.client is not None:
            await _close(self.client)
        if self._living is not None:
            await _ended(self._living)
        if self.client is not None:
            await silence(self.client)

    async def before_identify(self, client: Client, shard: int, first: bool) -> None:
        """Waits for a shard's turn. Spent where that is longer than an open connection can wait."""
        turn = shard % self._at_once
        wait = self._identified.get(turn, -ONE_BY_ONE) + ONE_BY_ONE - self._clock()
        if shard in client.shards:  # it was there before: Discord ended its session
            wait = max(wait, await self._again(client))
        if wait > 0 and not first:
            await self._sleep(wait)
        self._identified[turn] = self._clock()

    def arrived(self, client: Client) -> None:
        """Every shard of the client was connected once."""
        self._connected.set()

    async def _again(self, client: Client) -> float:
        """Seconds before a session that ended is begun anew; one to five where plenty are left, as Discord asks."""
        wait = (await self._starts(client)).wait()
        if wait > SHORT:
            raise Spent
        return max(wait, random.uniform(1, 5))

    async def _live(self, commands: Commands, shortcuts: Sequence[Shortcut], desk: Desk) -> None:
        """One client after another. BadSetting while we begin."""
        tries = 0
        while True:
            began = self._clock()
            try:
                await self._one(commands, shortcuts, desk)
                wait = 0.0
            except Spent:
                wait = 0.0
            except BadSetting as wrong:
                if self._beginning:
                    raise
                log.error("%s", wrong)
                wait = LONGEST
            except Exception as error:
                logs.failure(log, "the connection to Discord", error)
                wait = 0.0
            if not self.taking:
                return
            tries = 0 if self._clock() - began > STEADY else tries + 1
            await self._sleep(max(wait, min(LONGEST, 2.0**tries)) * random.uniform(0.8, 1.2))

    async def _one(self, commands: Commands, shortcuts: Sequence[Shortcut], desk: Desk) -> None:
        """A client from its login to its end."""
        client = Client(self.settings, desk, self, self.in_hand, self.budget)
        tree = await make_tree(client, commands, shortcuts)
        try:
            self.client = client
            await client.login(self.settings.token)
            self._check_intents(client)
            starts = await self._starts(client)
            if self.settings.leads:
                await sync(tree)
            await self._wait_for(starts, len(client.ours))
            await client.connect()
        except (discord.LoginFailure, discord.ConnectionClosed, discord.PrivilegedIntentsRequired) as error:
            raise self._refusal(error) from None
        finally:
            await _close(client)
            await silence(client)

    async def _starts(self, client: Client) -> Starts:
        """What Discord says of our IDENTIFYs; and where its gateway is, and how many shards we shall have."""
        shards, url, limit = await client.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = URL(url)
        client.shard_count = client.shard_count or shards
        starts = Starts.read(limit)
        self._at_once = max(1, starts.at_once)
        return starts

    async def _wait_for(self, starts: Starts, shards: int) -> None:
        wait = starts.wait(shards)
        if wait >= 1:
            log.warning(
                "Discord takes %s more IDENTIFYs of us for now, so we connect in %.0f s",
                starts.remaining,
                wait,
            )
            await self._sleep(wait)

    def _check_intents(self, client: Client) -> None:
        """Before an IDENTIFY is spent on it."""
        flags = client.application_flags
        if self.settings.message_content and not (
            flags.gateway_message_content or flags.gateway_message_content_limited
        ):
            raise BadSetting(NO_CONTENT)

    def _refusal(self, error: Exception) -> Exception:
        """A sentence for what only somebody can change; else the error itself."""
        match error:
            case discord.LoginFailure():
                return BadSetting(WRONG_TOKEN)
            case discord.PrivilegedIntentsRequired():
                return BadSetting(NO_CONTENT if self.settings.message_content else BAD_INTENTS)
            case discord.ConnectionClosed(code=4011) if self.settings.shard_count is None:
                return error  # the next client asks how many there shall be
            case discord.ConnectionClosed(code=code) if code in CLOSES:
                return BadSetting(CLOSES[code])
        return error


async def _close(client: Client) -> None:
    """Hang up, also where nobody answers."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_WITHIN):
            await client.close()
    await client.http.close()


async def _ended(living: asyncio.Task[None]) -> None:
    """discord.py swallows a cancellation that comes while it connects anew, so one is not always enough."""
    while not living.done():
        living.cancel()
        await asyncio.wait({living}, timeout=0.1)
