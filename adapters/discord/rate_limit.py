"""The limit on invalid requests: Discord blocks an IP address after 10,000 in ten minutes.

Discord counts responses with status 401, 403 and 429. The address may be shared, so this
process uses at most a tenth of that, then sends no requests until the oldest ones no longer
count.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace

from aiohttp import ClientSession, TraceConfig, TraceRequestEndParams

COUNTED = (401, 403, 429)
LIMIT = 1_000
WINDOW = 600.0
"""Seconds for which a response counts."""


class InvalidRequestBudget:
    """A counter of the invalid requests of one process."""

    def __init__(
        self, limit: int = LIMIT, window: float = WINDOW, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._window = window
        self._clock = clock
        self._latest: deque[float] = deque(maxlen=limit)

    def count(self, status: int) -> None:
        """Count a response by its HTTP status. Other statuses than 401, 403 and 429 are ignored."""
        if status in COUNTED:
            self._latest.append(self._clock())

    def seconds_to_wait(self) -> float:
        """Return the seconds until a request may be sent; 0 for at once."""
        if len(self._latest) < (self._latest.maxlen or 0):
            return 0.0
        return max(0.0, self._latest[0] + self._window - self._clock())

    def build_trace(self) -> TraceConfig:
        """Return a trace config that counts every response of an HTTP session.

        It also sees the responses of discord.py's own retries.
        """

        async def count_response(
            _session: ClientSession, _context: SimpleNamespace, end: TraceRequestEndParams
        ) -> None:
            self.count(end.response.status)

        trace = TraceConfig()
        trace.on_request_end.append(count_response)
        return trace
