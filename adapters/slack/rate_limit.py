"""A rate limit of about one post a second in each channel, which is what Slack allows.

It applies from the first post on. Channels do not wait for each other.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

POST_INTERVAL = 1.0
"""Seconds between two posts in a channel."""
MAX_CHANNELS = 10_000
"""Channels remembered before those that need not wait are dropped."""


class ChannelRateLimit:
    """The earliest time of the next post in each channel."""

    def __init__(self, every: float = POST_INTERVAL, clock: Callable[[], float] = time.monotonic) -> None:
        self.every = every
        self._clock = clock
        self._next: dict[tuple[str, str], float] = {}

    async def wait(self, workspace: str, channel: str) -> None:
        """Wait until a post may be sent to the channel."""
        now = self._clock()
        at = max(now, self._next.pop((workspace, channel), 0))
        self._next[workspace, channel] = at + self.every
        if len(self._next) > MAX_CHANNELS:
            self._next = {place: then for place, then in self._next.items() if then > now}
        if at > now:
            await asyncio.sleep(at - now)
