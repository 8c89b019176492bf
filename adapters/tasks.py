"""Running tasks, so that a stop can wait for them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class Tasks:
    """The set of running tasks."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run `work` as a task that survives its caller being cancelled."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    @contextmanager
    def track(self) -> Iterator[None]:
        """Track the current task while the block runs."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            yield
        finally:
            self._running.discard(task)

    async def drain(self, within: float) -> None:
        """Wait until no task is running, including tasks started meanwhile.

        Returns after `within` seconds at the latest, and logs how many were still running.
        """
        try:
            async with asyncio.timeout(within):
                while self._running:
                    await asyncio.wait(list(self._running))
        except TimeoutError:
            log.warning("%s answers were cut off", len(self._running))
