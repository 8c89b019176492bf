"""One serving process: parts start in order and stop in reverse, within ten seconds."""

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
from bot.runtime.http import build_application
from bot.runtime.scheduler import Scheduler
from bot.settings import SettingError
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
async def run_bot(bot: Bot, host: str, port: int) -> AsyncIterator[int]:
    """Run the bot inside the block and yield the port that it listens on.

    SettingError when HOST and PORT cannot be listened on.
    """
    runner = web.AppRunner(build_application(bot), access_log=None, shutdown_timeout=2)
    scheduler = Scheduler(bot)
    async with AsyncExitStack() as stops:
        await runner.setup()
        stops.push_async_callback(runner.cleanup)
        here = await _start_listening(runner, host, port)
        for adapter in bot.adapters.values():
            stops.push_async_callback(adapter.stop)
            await adapter.start(bot)
        await scheduler.start()
        stops.push_async_callback(scheduler.stop, FINISH_WITHIN)
        yield here


async def _start_listening(runner: web.AppRunner, host: str, port: int) -> int:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingError(f"Port {port} is taken. Set PORT to another one, like {port + 1}.") from None
        raise SettingError(f"HOST {host} and PORT {port} cannot be listened on ({error.strerror}).") from None
    address: tuple[str, int] = runner.addresses[0]
    return address[1]


def run_until_signal(serve: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `serve` with an event that SIGTERM or SIGINT sets."""

    async def main() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        await serve(stop)

    asyncio.run(main())
