"""The connection to Discord: shards, a new client when one ends, and few IDENTIFYs.

Discord resets the token of a bot that sends a thousand IDENTIFYs in a day. It counts them and
reports how many are left. So a bot that restarts in a loop waits longer each time, also after
a restart of the process, without a row in the database.
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

from adapters.discord.connection.client import CLOSE_WITHIN, Client, Handlers, end_heartbeats
from adapters.discord.connection.command_tree import make_tree, sync_commands
from adapters.discord.rate_limit import InvalidRequestBudget
from adapters.discord.settings import Settings
from adapters.tasks import Tasks
from bot import logs
from bot.core.commands import Commands, Shortcut
from bot.settings import SettingError

log = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]

READY_WITHIN = 5.0
"""Seconds that a start waits for Discord. After that it waits in the background."""
FINISH_WITHIN = 2.5
"""Seconds that a stop gives to running answers.

Nobody is answered later than two seconds after asking.
"""
LONGEST_WAIT = 300.0
"""Most seconds between two tries to connect."""
STEADY_AFTER = 60.0
"""Seconds after which a connection counts as successful."""
IDENTIFY_EVERY = 5.0
"""Seconds between two IDENTIFYs that Discord doesn't accept at the same time."""
LONGEST_OPEN_WAIT = 20.0
"""Most seconds that an open connection waits for its IDENTIFY.

For a longer wait it's closed first.
"""

WRONG_TOKEN = (
    "Discord rejects DISCORD_TOKEN. Get a new one at https://discord.com/developers/applications, Bot, "
    "Reset Token."
)
NO_CONTENT = (
    "Discord doesn't let this bot read messages, which DISCORD_MESSAGE_CONTENT=1 needs. Turn on Message "
    "Content Intent at https://discord.com/developers/applications, Bot, or set DISCORD_MESSAGE_CONTENT=0."
)
WRONG_SHARDS = "Discord rejects these shards: DISCORD_SHARD_IDS and DISCORD_SHARD_COUNT don't match."
TOO_FEW = "This bot is on too many servers for DISCORD_SHARD_COUNT shards. Raise it, or leave out both shard settings."
BAD_INTENTS = "Discord rejects this bot's intents, so this version of Ahabot is too old. Please update it."
CLOSE_SENTENCES = {4004: WRONG_TOKEN, 4010: WRONG_SHARDS, 4011: TOO_FEW, 4013: BAD_INTENTS, 4014: NO_CONTENT}
"""The meaning of the close codes after which Discord accepts no reconnect."""


@dataclass(frozen=True)
class IdentifyBudget:
    """The IDENTIFYs that Discord still accepts.

    `total` in a window, `remaining` of them, and `reset_after` seconds until the window ends.
    """

    total: int
    remaining: int
    reset_after: float
    at_once: int = 1
    """How many shards may identify within the same five seconds."""

    @classmethod
    def read(cls, limit: Any) -> IdentifyBudget:
        """Read the budget from Discord's `session_start_limit`."""
        reset = limit["reset_after"] / 1000
        return cls(int(limit["total"]), int(limit["remaining"]), reset, int(limit["max_concurrency"]))

    def seconds_to_wait(self, shards: int = 1) -> float:
        """Return the seconds to wait before `shards` IDENTIFYs.

        0 while plenty are left. The last IDENTIFY is never used.
        """
        left = self.remaining - shards
        if left <= 0:
            return self.reset_after
        used = 1 - min(1.0, self.remaining / max(1, self.total))
        return self.reset_after / left * used**2


class BudgetSpentError(Exception):
    """Too few IDENTIFYs are left: the next one must wait longer than an open connection can."""


class Gateway:
    """The connection to Discord while the process runs.

    `client` is the current discord.py client.
    """

    def __init__(
        self,
        settings: Settings,
        budget: InvalidRequestBudget,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.budget = budget
        self.tasks = Tasks()
        self.is_accepting = True
        self.client: Client | None = None
        self._sleep = sleep
        self._clock = clock
        self._is_starting = True
        self._connected = asyncio.Event()
        self._connection_task: asyncio.Task[None] | None = None
        self._shards_at_once = 1
        self._last_identify: dict[int, float] = {}

    @property
    def ready(self) -> bool:
        """Whether every shard of this process was connected at least once since the start."""
        return self._connected.is_set()

    def current_http(self) -> HTTPClient | None:
        """Return discord.py's HTTP client, logged in as the bot, or None while there is none.

        `ApiClient` sends its requests with it.
        """
        client = self.client
        there = client is not None and client.user is not None and not client.is_closed()
        return client.http if client is not None and there else None

    async def start(self, commands: Commands, shortcuts: Sequence[Shortcut], handlers: Handlers) -> None:
        """Connect, and return when every shard is connected, or after READY_WITHIN seconds.

        Raises SettingError if Discord refuses the settings.
        """
        Route.BASE = self.settings.api_url
        self._connection_task = asyncio.create_task(self._keep_connected(commands, shortcuts, handlers))
        arriving = asyncio.create_task(self._connected.wait())
        both = {self._connection_task, arriving}
        await asyncio.wait(both, timeout=READY_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        arriving.cancel()
        self._is_starting = False
        if self._connection_task.done():
            await self._connection_task
        if not self.ready:
            log.warning("Discord is not connected yet; still trying")

    async def stop(self) -> None:
        """Stop accepting events, finish the running tasks, and disconnect."""
        self.is_accepting = False
        await self.tasks.drain(FINISH_WITHIN)
        if self.client is not None:
            await _close_client(self.client)
        if self._connection_task is not None:
            await _cancel_task(self._connection_task)
        if self.client is not None:
            await end_heartbeats(self.client)

    async def before_identify(self, client: Client, shard: int, first: bool) -> None:
        """Wait until a shard may identify.

        Raises BudgetSpentError if that takes longer than an open connection can wait.
        """
        turn = shard % self._shards_at_once
        wait = self._last_identify.get(turn, -IDENTIFY_EVERY) + IDENTIFY_EVERY - self._clock()
        if shard in client.shards:  # connected before, so Discord ended its session
            wait = max(wait, await self._reconnect_wait(client))
        if wait > 0 and not first:
            await self._sleep(wait)
        self._last_identify[turn] = self._clock()

    def mark_connected(self, client: Client) -> None:
        """Record that every shard of the client was connected once."""
        self._connected.set()

    async def _reconnect_wait(self, client: Client) -> float:
        """Return the seconds to wait before a new session replaces an ended one.

        One to five while plenty of IDENTIFYs are left, as Discord asks.
        """
        wait = (await self._fetch_budget(client)).seconds_to_wait()
        if wait > LONGEST_OPEN_WAIT:
            raise BudgetSpentError
        return max(wait, random.uniform(1, 5))

    async def _keep_connected(
        self, commands: Commands, shortcuts: Sequence[Shortcut], handlers: Handlers
    ) -> None:
        """Run one client after another. Raises SettingError during the start only."""
        tries = 0
        while True:
            began = self._clock()
            try:
                await self._run_client(commands, shortcuts, handlers)
                wait = 0.0
            except BudgetSpentError:
                wait = 0.0
            except SettingError as wrong:
                if self._is_starting:
                    raise
                log.error("%s", wrong)
                wait = LONGEST_WAIT
            except Exception as error:
                logs.log_failure(log, "the connection to Discord", error)
                wait = 0.0
            if not self.is_accepting:
                return
            tries = 0 if self._clock() - began > STEADY_AFTER else tries + 1
            await self._sleep(max(wait, min(LONGEST_WAIT, 2.0**tries)) * random.uniform(0.8, 1.2))

    async def _run_client(
        self, commands: Commands, shortcuts: Sequence[Shortcut], handlers: Handlers
    ) -> None:
        """Run one client from its login until its connection ends."""
        client = Client(self.settings, handlers, self, self.tasks, self.budget)
        tree = await make_tree(client, commands, shortcuts)
        try:
            self.client = client
            await client.login(self.settings.token)
            self._check_intents(client)
            starts = await self._fetch_budget(client)
            if self.settings.has_first_shard:
                await sync_commands(tree)
            await self._wait_for_budget(starts, len(client.own_shards))
            await client.connect()
        except (discord.LoginFailure, discord.ConnectionClosed, discord.PrivilegedIntentsRequired) as error:
            raise self._explain_error(error) from None
        finally:
            await _close_client(client)
            await end_heartbeats(client)

    async def _fetch_budget(self, client: Client) -> IdentifyBudget:
        """Return the IDENTIFYs that are left.

        Also stores the gateway's URL, the number of shards, and how many of them may identify at once.
        """
        shards, url, limit = await client.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = URL(url)
        client.shard_count = client.shard_count or shards
        starts = IdentifyBudget.read(limit)
        self._shards_at_once = max(1, starts.at_once)
        return starts

    async def _wait_for_budget(self, starts: IdentifyBudget, shards: int) -> None:
        wait = starts.seconds_to_wait(shards)
        if wait >= 1:
            log.warning(
                "Discord allows only %s more connection starts (IDENTIFY) for now, so the next one is in %.0f s",
                starts.remaining,
                wait,
            )
            await self._sleep(wait)

    def _check_intents(self, client: Client) -> None:
        """Raise SettingError if message content is asked for but not granted.

        This is checked before an IDENTIFY is used.
        """
        flags = client.application_flags
        if self.settings.message_content and not (
            flags.gateway_message_content or flags.gateway_message_content_limited
        ):
            raise SettingError(NO_CONTENT)

    def _explain_error(self, error: Exception) -> Exception:
        """Return a SettingError for an error that only an admin can fix, else the error itself."""
        match error:
            case discord.LoginFailure():
                return SettingError(WRONG_TOKEN)
            case discord.PrivilegedIntentsRequired():
                return SettingError(NO_CONTENT if self.settings.message_content else BAD_INTENTS)
            case discord.ConnectionClosed(code=4011) if self.settings.shard_count is None:
                return error  # the next client asks Discord for the number of shards
            case discord.ConnectionClosed(code=code) if code in CLOSE_SENTENCES:
                return SettingError(CLOSE_SENTENCES[code])
        return error


async def _close_client(client: Client) -> None:
    """Close a client, even where Discord doesn't answer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_WITHIN):
            await client.close()
    await client.http.close()


async def _cancel_task(living: asyncio.Task[None]) -> None:
    """Cancel a task until it has ended.

    discord.py swallows a cancellation that comes while it reconnects, so one is not always enough.
    """
    while not living.done():
        living.cancel()
        await asyncio.wait({living}, timeout=0.1)
