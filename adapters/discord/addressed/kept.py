"""Answers that are opened with a button, in memory for a few minutes.

Opened from here, an answer is not made a second time. It may hold a Note that waited for the person, and that is
shown only once. After a restart, or later, the answer is made again.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.core.messages import Reply

VALID_FOR = 600.0
"""Seconds for which an answer is kept."""
MOST = 500
"""The most answers at once."""


class KeptAnswers:
    """The answers that nobody has opened yet, by the message that each answers."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answers: dict[str, tuple[Reply, float]] = {}

    def keep(self, message: str, answer: Reply) -> None:
        """Keep an answer, and drop the oldest one beyond MOST."""
        self._answers[message] = answer, self._clock() + VALID_FOR
        if len(self._answers) > MOST:
            del self._answers[next(iter(self._answers))]

    def take(self, message: str) -> Reply | None:
        """Return the answer to a message and forget it, or None where there is none any more."""
        answer, until = self._answers.pop(message, (None, 0.0))
        return answer if until > self._clock() else None
