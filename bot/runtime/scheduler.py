"""Finding what is due: a tick that asks the database, which alone knows the time of things.

APScheduler only ticks, in memory; it owns no job that could be lost. Any number of processes may tick at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.runtime.bot import Bot
from storage.engine.errors import StoreError

log = logging.getLogger(__name__)

TICK = 15
"""Seconds between two looks at the clock: a post is at most that late."""

BREATH = 0.25
"""Seconds between two looks at what is due, so that in a burst not every write costs one."""


class Scheduler:
    """Ticks, and pumps the delivery whenever something was written."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._ticks = AsyncIOScheduler()
        self._pump: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin."""
        await self.bot.delivery.begin()
        self._pump = asyncio.create_task(self._pumping())
        self._ticks.add_job(
            self._tick, "interval", seconds=TICK, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._ticks.start()

    async def stop(self, within: float) -> None:
        """Begin nothing more and let what is being sent finish, for `within` seconds at the most."""
        self._ticks.shutdown(wait=False)
        if self._pump is not None:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump
        self.bot.fetching.stop()
        await self.bot.delivery.stop(within)

    async def _tick(self) -> None:
        try:
            await self.bot.plan_due()
            await self.bot.database.fold()
        except StoreError as error:
            log.warning("tick: %s", error)
        except Exception:  # a fault of ours must not keep what else is due from going out
            log.exception("a tick failed")
        self.bot.wake.set()

    async def _pumping(self) -> None:
        """Bring out what is due, at once after every write and when its time comes, whatever goes wrong.

        After that, and where the database is away, it is tried again at the next tick.
        """
        soon = None
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(soon):
                    await self.bot.wake.wait()
            self.bot.wake.clear()
            try:
                soon = await self.bot.bring_out()
            except StoreError as error:
                log.warning("delivery: %s", error)
                soon = None
            except Exception:  # nobody would notice that nothing goes out any more
                log.exception("delivery failed")
                soon = None
            await asyncio.sleep(BREATH)
