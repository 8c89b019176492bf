"""A platform for tests that records the core's posts and can fail in every way that a platform can.

It is an adapter like those of Slack, Discord and the playground, but displays nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from aiohttp import web

from bot.core.adapter import Bot
from bot.core.addressed import ThreadMessage
from bot.core.messages import Post
from bot.core.origin import (
    Access,
    Capabilities,
    ChannelAccess,
    OutcomeUnknownError,
    Place,
    PostFailedError,
    SentMessage,
    Source,
)
from bot.core.plain_text import render_plain_card


@dataclass
class Standing:
    """A posted message."""

    place: Place
    post: Post
    key: str
    edits: int = 0

    @property
    def text(self) -> str:
        """The text that a person reads."""
        return render_plain_card(self.post.card)


@dataclass
class Recorder:
    """An adapter that stores every message. The next calls raise the errors in `trouble`, one for each call."""

    platform: str = "recorder"
    standing: dict[str, Standing] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)
    said: dict[str, Source] = field(default_factory=dict)
    trouble: list[Exception] = field(default_factory=list)
    stored_first: bool = False
    """Whether a message is stored before the error is raised, as when a connection is lost late."""
    can_find: bool = True
    ready: bool = True
    capabilities: Capabilities = field(default_factory=Capabilities)
    capabilities_by_workspace: dict[str, Capabilities] = field(default_factory=dict)
    access: dict[tuple[str, str], ChannelAccess | None] = field(default_factory=dict)
    """Who is in which channel, by (channel, person). Others are in all of them; None does not answer."""
    threads: dict[str, Sequence[ThreadMessage]] = field(default_factory=dict)
    """The messages of the threads that the bot can read."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """The channels and people that the core has asked about."""
    bot: Bot | None = None
    numbers: Any = field(default_factory=lambda: count(1))

    def capabilities_in(self, workspace: str) -> Capabilities:
        """Return what was set for one workspace, or else what holds everywhere."""
        return self.capabilities_by_workspace.get(workspace, self.capabilities)

    def routes(self) -> Sequence[web.RouteDef]:
        """Return no routes."""
        return []

    async def start(self, bot: Bot) -> None:
        """Remember the bot."""
        self.bot = bot

    async def stop(self) -> None:
        """Do nothing."""

    async def post(self, place: Place, post: Post, key: str) -> SentMessage:
        """Store a message, or raise the next error in `trouble`."""
        if self.trouble and not self.stored_first:
            raise self.trouble.pop(0)
        message = f"m{next(self.numbers)}"
        self.standing[message] = Standing(place, post, key)
        if self.trouble:
            raise self.trouble.pop(0)
        return SentMessage(place.channel or f"dm-{place.person}", message, f"https://chat.example/{message}")

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Replace a message. Raise PostFailedError when it does not exist."""
        if self.trouble:
            raise self.trouble.pop(0)
        if message not in self.standing:
            raise PostFailedError("That message is gone.")
        there = self.standing[message]
        self.standing[message] = replace(there, post=post, edits=there.edits + 1)

    async def delete(self, place: Place, message: str) -> None:
        """Remove a message, if it is there."""
        if self.trouble:
            raise self.trouble.pop(0)
        self.standing.pop(message, None)

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Store whether the message has the bot's emoji."""
        if self.trouble:
            raise self.trouble.pop(0)
        (self.marks.add if on else self.marks.discard)(message)

    async def find(self, place: Place, key: str) -> SentMessage | None:
        """Return the message with this key, or None.

        Raise OutcomeUnknownError when `can_find` is false.
        """
        if not self.can_find:
            raise OutcomeUnknownError
        found = (SentMessage(s.place.channel, m) for m, s in self.standing.items() if s.key == key)
        return next(found, None)

    async def read(self, place: Place, message: str) -> Source | None:
        """Return a person's message from `said`, or None."""
        if self.trouble:
            raise self.trouble.pop(0)
        return self.said.get(message)

    async def find_access(self, workspace: str, channel: str, person: str) -> ChannelAccess:
        """Return the answer from `access`."""
        self.asked.append((channel, person))
        answer = self.access.get((channel, person), ChannelAccess(Access.MEMBER))
        if answer is None:
            raise OutcomeUnknownError
        return answer

    async def read_thread(self, place: Place) -> Sequence[ThreadMessage]:
        """Return the messages of a thread from `threads`. Raise OutcomeUnknownError for any other."""
        if place.thread not in self.threads:
            raise OutcomeUnknownError
        return self.threads[place.thread]

    # Helpers for assertions

    def texts(self, channel: str = "C1") -> list[str]:
        """Return the texts in a channel, threads included."""
        return [each.text for each in self.standing.values() if each.place.channel == channel]

    def notes(self, person: str) -> list[str]:
        """Return the texts of a person's direct messages."""
        return [each.text for each in self.standing.values() if each.place.person == person]

    def last(self, channel: str = "C1") -> tuple[str, Standing]:
        """Return the newest message of a channel, with its id."""
        return [(m, s) for m, s in self.standing.items() if s.place.channel == channel][-1]


EVENTS = count(1)
