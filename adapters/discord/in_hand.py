"""What was begun and is not done yet, so that a stop can wait for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class InHand:
    """Everything at work."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def keep(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Do it to its end, whoever waits."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for it; it goes on even where the waiting is cut off."""
        return await asyncio.shield(self.keep(work))

    async def done(self, within: float) -> None:
        """Return when nothing is in hand any more, also nothing begun meanwhile, or after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                while self._tasks:
                    await asyncio.wait(list(self._tasks))
        except TimeoutError:
            log.warning("%s answers were cut off", len(self._tasks))
