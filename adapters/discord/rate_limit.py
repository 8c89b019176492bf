"""How many answers Discord counts as our mistakes: beyond 10,000 in ten minutes it shuts this address out.

They are 401, 403 and 429. A tenth of that is ours to use up, for the address may be shared; then we ask no more
until there is room.
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
"""Seconds that an answer counts."""


class Budget:
    """The mistakes of one process."""

    def __init__(
        self, limit: int = LIMIT, window: float = WINDOW, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._window = window
        self._clock = clock
        self._latest: deque[float] = deque(maxlen=limit)

    def note(self, status: int) -> None:
        """Count an answer, by its HTTP status."""
        if status in COUNTED:
            self._latest.append(self._clock())

    def wait(self) -> float:
        """Seconds until there is room again; 0 while there is."""
        if len(self._latest) < (self._latest.maxlen or 0):
            return 0.0
        return max(0.0, self._latest[0] + self._window - self._clock())

    def trace(self) -> TraceConfig:
        """Counts every answer of the HTTP session that it is given to, those of discord.py's own retries too."""

        async def ended(
            _session: ClientSession, _context: SimpleNamespace, end: TraceRequestEndParams
        ) -> None:
            self.note(end.response.status)

        trace = TraceConfig()
        trace.on_request_end.append(ended)
        return trace
