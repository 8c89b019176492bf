"""The scheduler: a regular tick that asks the database for due work.

APScheduler only ticks, in memory, and holds no job that could be lost. Any number of processes
may tick at the same time.
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
"""Seconds between two ticks, and so the most that a post is late."""

PUMP_PAUSE = 0.25
"""Seconds between two queries for due work, so that a burst of writes shares one query."""


class Scheduler:
    """A background job that plans due work on every tick and sends it after every write."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._ticks = AsyncIOScheduler()
        self._pump: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the delivery, the send loop and the ticks."""
        await self.bot.delivery.recover_orphaned()
        self._pump = asyncio.create_task(self._send_forever())
        self._ticks.add_job(
            self._plan_work, "interval", seconds=TICK, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._ticks.start()

    async def stop(self, within: float) -> None:
        """Start no new work, and give running sends up to `within` seconds to finish."""
        self._ticks.shutdown(wait=False)
        if self._pump is not None:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump
        self.bot.fetching.stop()
        await self.bot.delivery.stop(within)

    async def _plan_work(self) -> None:
        try:
            await self.bot.plan_due()
            await self.bot.database.empty_journal()
        except StoreError as error:
            log.warning("tick: %s", error)
        except Exception:  # a bug must not stop other due work
            log.exception("a tick failed")
        self.bot.wake.set()

    async def _send_forever(self) -> None:
        """Send due work after every write and whenever the next is due, whatever fails.

        After an error, as when the database cannot be reached, the next try is at the next tick.
        """
        soon = None
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(soon):
                    await self.bot.wake.wait()
            self.bot.wake.clear()
            try:
                soon = await self.bot.send_due()
            except StoreError as error:
                log.warning("delivery: %s", error)
                soon = None
            except Exception:  # without this, a bug would silently stop all sending
                log.exception("delivery failed")
                soon = None
            await asyncio.sleep(PUMP_PAUSE)
