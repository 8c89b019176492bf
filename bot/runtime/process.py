"""One serving process: everything started in order, and stopped in the opposite one within ten seconds."""

from __future__ import annotations

import asyncio
import errno
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web

from bot.core.adapter import Adapter
from bot.core.context import Clock
from bot.runtime.bot import Bot
from bot.runtime.health import application
from bot.runtime.scheduler import Scheduler
from bot.settings import BadSetting
from storage.engine.database import Database

FINISH_WITHIN = 6.0
"""Seconds for posts in hand at the end; with the rest of the way out that stays under ten."""


def build(database: Database, adapters: Sequence[Adapter], clock: Clock) -> Bot:
    """A bot on these platforms, not started yet. The tests build theirs with it too."""
    bot = Bot(database, clock)
    bot.adapters.update({adapter.platform: adapter for adapter in adapters})
    return bot


@asynccontextmanager
async def running(bot: Bot, host: str, port: int) -> AsyncIterator[int]:
    """The bot at work inside the block; gives the port it listens on. BadSetting when that cannot be had."""
    runner = web.AppRunner(application(bot), access_log=None, shutdown_timeout=2)
    scheduler = Scheduler(bot)
    async with AsyncExitStack() as stops:
        await runner.setup()
        stops.push_async_callback(runner.cleanup)
        here = await _listen(runner, host, port)
        for adapter in bot.adapters.values():
            stops.push_async_callback(adapter.stop)
            await adapter.start(bot)
        await scheduler.start()
        stops.push_async_callback(scheduler.stop, FINISH_WITHIN)
        yield here


async def _listen(runner: web.AppRunner, host: str, port: int) -> int:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BadSetting(f"Port {port} is taken. Set PORT to another one, like {port + 1}.") from None
        raise BadSetting(f"HOST {host} and PORT {port} cannot be listened on ({error.strerror}).") from None
    address: tuple[str, int] = runner.addresses[0]
    return address[1]


def until_told_to_stop(serve: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `serve` with an event that SIGTERM or SIGINT sets."""

    async def main() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        await serve(stop)

    asyncio.run(main())
