"""Work in progress, so that a shutdown can wait for it. Every platform uses it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

POLL = 0.02
"""Seconds between two looks at the blocks in progress, which cannot be awaited."""


class Tasks:
    """The work in progress: tasks of its own, and blocks that run within somebody else's task."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._blocks = 0

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run `work` as a task that survives its caller being cancelled."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    @contextmanager
    def track(self) -> Iterator[None]:
        """Count the block as work in progress while it runs."""
        self._blocks += 1
        try:
            yield
        finally:
            self._blocks -= 1

    async def drain(self, within: float | None = None) -> None:
        """Wait until no work is in progress, including work started meanwhile.

        Returns after `within` seconds at the latest, and logs how much was still in progress.
        """
        try:
            async with asyncio.timeout(within):
                while self._running or self._blocks:
                    await asyncio.wait([*self._running, asyncio.create_task(asyncio.sleep(POLL))])
        except TimeoutError:
            log.warning("%s answers were cut off", len(self._running) + self._blocks)
