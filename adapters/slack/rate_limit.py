"""Posts leave a channel about one a second from the start, which is what Slack allows; other channels do not wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

EVERY = 1.0
"""Seconds between two posts in a channel."""
KNOWN = 10_000


class Pace:
    """Whose turn it is in each channel."""

    def __init__(self, every: float = EVERY, clock: Callable[[], float] = time.monotonic) -> None:
        self.every = every
        self._clock = clock
        self._next: dict[tuple[str, str], float] = {}

    async def turn(self, workspace: str, channel: str) -> None:
        """Return when a post may go out there."""
        now = self._clock()
        at = max(now, self._next.pop((workspace, channel), 0))
        self._next[workspace, channel] = at + self.every
        if len(self._next) > KNOWN:
            self._next = {place: then for place, then in self._next.items() if then > now}
        if at > now:
            await asyncio.sleep(at - now)
