"""What the platforms said of who is in which channel, remembered for minutes.

What belongs to a channel is shown to the people who are in it now. A command typed in a channel proves
that its person is there. Everything else asks the platform, outside any transaction: the rule raises
`AccessUnknownError`, the bot asks and runs the command again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from bot.core.origin import Access, ChannelAccess

VALID_FOR = {
    Access.MEMBER: timedelta(minutes=5),
    Access.GUEST: timedelta(minutes=5),
    Access.OUTSIDE: timedelta(minutes=1),
    Access.UNKNOWN: timedelta(minutes=1),
}
"""How long an answer counts. No platform is asked twice in a minute about one person and channel."""

CACHE_SIZE = 20_000
"""Answers that are remembered at most."""


@dataclass(frozen=True)
class AccessQuestion:
    """Whether a person is in a channel, both by the platform's ids.

    `changes` counts what the platform has told of the person's coming and leaving. An answer to an earlier
    count does not count any more.
    """

    platform: str
    workspace: str
    channel: str
    person: str
    changes: int = 0


class AccessUnknownError(Exception):
    """The platform has to be asked these questions before the command can be answered."""

    def __init__(self, *questions: AccessQuestion) -> None:
        super().__init__(f"{len(questions)} questions about channels")
        self.questions = questions


@dataclass
class AccessCache:
    """The platforms' answers, with the time at which each question was asked. Threads share it."""

    _known: dict[AccessQuestion, tuple[ChannelAccess, datetime]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def recall(self, question: AccessQuestion, now: datetime) -> ChannelAccess | None:
        """Return the answer, or None if the platform has to be asked."""
        known = self._known.get(question)
        if known is None or now - known[1] >= VALID_FOR[known[0].access]:
            return None
        return known[0]

    def remember(self, question: AccessQuestion, answer: ChannelAccess, asked_at: datetime) -> None:
        """Remember an answer, in place of an earlier one."""
        with self._lock:
            self._known.pop(question, None)
            self._known[question] = answer, asked_at
            if len(self._known) > CACHE_SIZE:
                del self._known[next(iter(self._known))]

    def forget(self, workspace: str, channel: str = "", person: str = "") -> None:
        """Forget the answers about a channel or a person, or about both if both are given."""
        with self._lock:
            for question in [one for one in self._known if _is_about(one, workspace, channel, person)]:
                del self._known[question]


def _is_about(question: AccessQuestion, workspace: str, channel: str, person: str) -> bool:
    return (
        question.workspace == workspace
        and channel in ("", question.channel)
        and person in ("", question.person)
    )
