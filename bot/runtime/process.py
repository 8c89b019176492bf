"""One serving process: parts start in order and stop in reverse, within ten seconds."""

from __future__ import annotations

import asyncio
import errno
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from bot.core.adapter import Adapter
from bot.core.context import Clock
from bot.runtime.bot import Bot
from bot.runtime.http import build_application, build_health_application, serve_application
from bot.runtime.scheduler import Scheduler
from bot.settings import Address, SettingError, format_address
from storage.engine.database import Database

FINISH_WITHIN = 6.0
"""Seconds for unfinished posts at shutdown.

With the other steps, a shutdown stays under ten seconds.
"""


def build_bot(database: Database, adapters: Sequence[Adapter], clock: Clock) -> Bot:
    """Return a bot with these adapters, not started yet.

    Tests build their bots with this function too.
    """
    bot = Bot(database, clock)
    bot.adapters.update({adapter.platform: adapter for adapter in adapters})
    return bot


@asynccontextmanager
async def run_bot(bot: Bot, host: str, port: int, health: Address | None = None) -> AsyncIterator[int]:
    """Run the bot inside the block and yield the port that it listens on.

    With `health`, that address alone serves health and metrics. SettingError when an address cannot be
    listened on.
    """
    scheduler = Scheduler(bot)
    async with AsyncExitStack() as stops:
        here = await _start_listening(stops, bot, host, port, health)
        for adapter in bot.adapters.values():
            stops.push_async_callback(adapter.stop)
            await adapter.start(bot)
        await scheduler.start()
        stops.push_async_callback(scheduler.stop, FINISH_WITHIN)
        yield here


async def _start_listening(
    stops: AsyncExitStack, bot: Bot, host: str, port: int, health: Address | None
) -> int:
    if health is not None:
        app = build_health_application(bot)
        try:
            await stops.enter_async_context(serve_application(app, *health, bot.metrics))
        except OSError as error:
            raise SettingError(
                f"HEALTH_ADDRESS {format_address(health)} cannot be listened on ({error.strerror})."
            ) from None
    app = build_application(bot, health=health is None)
    try:
        return await stops.enter_async_context(serve_application(app, host, port, bot.metrics))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingError(f"Port {port} is taken. Set PORT to another one, like {port + 1}.") from None
        raise SettingError(f"HOST {host} and PORT {port} cannot be listened on ({error.strerror}).") from None


def run_until_signal(serve: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `serve` with an event that SIGTERM or SIGINT sets."""

    async def main() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        await serve(stop)

    asyncio.run(main())
