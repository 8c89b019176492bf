"""Waiting for conditions rather than for time, so that a busy machine makes a test slower and never red."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.core.adapter import Bot

PATIENT = 30.0
"""Seconds that a test waits for what takes some milliseconds on a quiet machine."""

FIRST_STEP = timedelta(minutes=1)


class SettableClock(Protocol):
    """A clock that a test moves."""

    now: datetime


async def until(condition: Callable[[], Any], within: float = PATIENT) -> None:
    """Wait until a condition is true. TimeoutError after `within` seconds."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110  # most conditions have no event
            await asyncio.sleep(0.005)


async def soon(check: Callable[[], Awaitable[Any]], within: float = PATIENT) -> Any:
    """Repeat `check` until its result is truthy, and return it. TimeoutError after `within` seconds."""
    async with asyncio.timeout(within):
        while not (found := await check()):  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.05)
        return found


async def advance_clock(bot: Bot, clock: SettableClock, time: datetime) -> None:
    """Move the clock to `time`, with a tick at every due time on the way.

    When work remains due after a tick, the clock still moves on: by one minute at first, and twice as far each time.
    """
    before, step = None, FIRST_STEP
    while (due := await bot.next_due()) is not None and due <= time and clock.now < time:
        stuck = before is not None and due <= before
        step = step * 2 if stuck else FIRST_STEP
        clock.now = min(time, clock.now + step) if stuck else max(due, clock.now)
        await bot.tick()
        before = due
    clock.now = time
