"""The messages of threads, as the platforms gave them a moment ago.

A handler that needs a thread's messages raises `ThreadUnknownError`. The bot asks the platform outside any
transaction and runs the command again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from bot.core.addressed import ThreadMessage
from bot.core.origin import Place

VALID_FOR = timedelta(minutes=1)
"""How long an answer counts: long enough for the command that asked, and for a form that is sent soon."""
CACHE_SIZE = 200
"""Threads that are remembered at most."""


@dataclass(frozen=True)
class ThreadQuestion:
    """Which messages a thread of a platform has."""

    platform: str
    place: Place


class ThreadUnknownError(Exception):
    """The platform has to be asked for a thread's messages before the command can be answered."""

    def __init__(self, question: ThreadQuestion) -> None:
        super().__init__(question.place.thread)
        self.question = question


@dataclass
class ThreadCache:
    """The platforms' answers, with the time at which each came. Threads share it."""

    _known: dict[ThreadQuestion, tuple[Sequence[ThreadMessage], datetime]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def recall(self, question: ThreadQuestion, now: datetime) -> Sequence[ThreadMessage]:
        """Return a thread's messages, and none where the bot can't read it.

        ThreadUnknownError if the platform has to be asked.
        """
        known = self._known.get(question)
        if known is None or now - known[1] >= VALID_FOR:
            raise ThreadUnknownError(question)
        return known[0]

    def forget_channel(self, platform: str, workspace: str, channel: str) -> None:
        """Forget the threads of a channel, because a message in it was edited or deleted."""
        with self._lock:
            for question in list(self._known):
                at = question.place
                if (question.platform, at.workspace, at.channel) == (platform, workspace, channel):
                    del self._known[question]

    def remember(self, question: ThreadQuestion, found: Sequence[ThreadMessage], now: datetime) -> None:
        """Remember a thread's messages, in place of earlier ones."""
        with self._lock:
            self._known.pop(question, None)
            self._known[question] = tuple(found), now
            if len(self._known) > CACHE_SIZE:
                del self._known[next(iter(self._known))]
