"""The tests' own platform: it records what the core posts, and fails in every way that a platform can.

The fourth adapter beside Slack's, Discord's and the playground's; it has no look at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.core.adapter import Bot
from bot.core.messages import Post
from bot.core.origin import Capabilities, OutcomeUnknownError, Place, PostFailedError, SentMessage, Source
from bot.core.plain_text import render_plain_card


@dataclass
class Standing:
    """A message that stands in the recorder."""

    place: Place
    post: Post
    key: str
    edits: int = 0

    @property
    def text(self) -> str:
        """What a person reads."""
        return render_plain_card(self.post.card, ZoneInfo("UTC"))


@dataclass
class Recorder:
    """Keeps every message; `trouble` holds errors to raise at the next calls, after or before storing."""

    platform: str = "recorder"
    standing: dict[str, Standing] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)
    said: dict[str, Source] = field(default_factory=dict)
    trouble: list[Exception] = field(default_factory=list)
    stored_first: bool = False
    """Whether a message is stored before the trouble strikes, as when a connection drops late."""
    can_find: bool = True
    ready: bool = True
    capabilities: Capabilities = field(default_factory=Capabilities)
    bot: Bot | None = None
    numbers: Any = field(default_factory=lambda: count(1))

    def routes(self) -> Sequence[web.RouteDef]:
        """None."""
        return []

    async def start(self, bot: Bot) -> None:
        """Remember the bot."""
        self.bot = bot

    async def stop(self) -> None:
        """Nothing to end."""

    async def post(self, place: Place, post: Post, key: str) -> SentMessage:
        """Store it, unless there is trouble."""
        if self.trouble and not self.stored_first:
            raise self.trouble.pop(0)
        message = f"m{next(self.numbers)}"
        self.standing[message] = Standing(place, post, key)
        if self.trouble:
            raise self.trouble.pop(0)
        return SentMessage(place.channel or f"dm-{place.person}", message, f"https://chat.example/{message}")

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Replace it."""
        if self.trouble:
            raise self.trouble.pop(0)
        if message not in self.standing:
            raise PostFailedError("That message is gone.")
        there = self.standing[message]
        self.standing[message] = replace(there, post=post, edits=there.edits + 1)

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Note our own emoji."""
        if self.trouble:
            raise self.trouble.pop(0)
        (self.marks.add if on else self.marks.discard)(message)

    async def find(self, place: Place, key: str) -> SentMessage | None:
        """The message under a key."""
        if not self.can_find:
            raise OutcomeUnknownError
        found = (SentMessage(s.place.channel, m) for m, s in self.standing.items() if s.key == key)
        return next(found, None)

    async def read(self, place: Place, message: str) -> Source | None:
        """A person's message."""
        if self.trouble:
            raise self.trouble.pop(0)
        return self.said.get(message)

    # What tests look at

    def texts(self, channel: str = "C1") -> list[str]:
        """What stands in a channel, threads included."""
        return [each.text for each in self.standing.values() if each.place.channel == channel]

    def notes(self, person: str) -> list[str]:
        """What stands in somebody's direct messages."""
        return [each.text for each in self.standing.values() if each.place.person == person]

    def last(self, channel: str = "C1") -> tuple[str, Standing]:
        """The newest message of a channel."""
        return [(m, s) for m, s in self.standing.items() if s.place.channel == channel][-1]


EVENTS = count(1)
