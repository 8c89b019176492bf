"""What was begun and is not done yet, so that a stop can wait for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
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

    @contextmanager
    def held(self) -> Iterator[None]:
        """What the running task does inside the block."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    async def done(self, within: float) -> None:
        """Return when nothing is in hand any more, also nothing begun meanwhile, or after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                while self._tasks:
                    await asyncio.wait(list(self._tasks))
        except TimeoutError:
            log.warning("%s answers were cut off", len(self._tasks))
