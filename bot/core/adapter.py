"""The interface between the core and a chat platform.

It defines the values that are exchanged and the errors a platform raises. A platform is a
folder in `adapters/` with a class that implements `Adapter`. The core contains nothing
that is specific to a platform.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

from bot.core.messages import Post

if TYPE_CHECKING:
    from bot.runtime.bot import Bot


@dataclass(frozen=True)
class Origin:
    """Who sent a command or caused an event, where, and the platform's id of that event.

    All ids are the platform's own, as text.
    """

    platform: str
    workspace: str
    channel: str
    person: str
    person_name: str
    event: str
    """Unique id of the event. A redelivery carries the same id, so nothing is done twice."""
    channel_name: str = ""
    workspace_name: str = ""
    thread: str = ""
    """The message whose thread the event happened in."""
    zone: str = ""
    """The person's IANA time zone, if the platform provides it."""
    admin: bool = False
    direct: bool = False
    """Whether it was sent in a direct message to the bot."""
    private: bool | None = False
    """Whether the channel is closed to parts of the workspace. None if the platform did not say."""
    external: bool = False
    """Whether the person belongs to another organisation."""


@dataclass(frozen=True)
class Place:
    """The location of a message: a channel, a thread in it, or a person's direct messages."""

    workspace: str
    channel: str = ""
    thread: str = ""
    person: str = ""


@dataclass(frozen=True)
class SentMessage:
    """A message on the platform: its channel, its id, and a link to it (may be empty)."""

    channel: str
    message: str
    link: str = ""


@dataclass(frozen=True)
class Source:
    """The current content of a person's message on the platform.

    `by_bot` marks a message that no person wrote.
    """

    text: str
    person: str
    person_name: str
    link: str = ""
    by_bot: bool = False
    external: bool = False
    private: bool = False
    """Whether the message's channel is closed to parts of the workspace."""


@dataclass(frozen=True)
class Capabilities:
    """What a platform can do with its present setup, where the bot's texts depend on it."""

    receives_replies: bool = True
    """Whether messages in threads reach the bot. A question card says what happens to replies."""
    command: str = "/aha"
    """The text that people type before a command's name."""


class PostFailedError(Exception):
    """The platform rejected the call: nothing was posted. The message gives the reason.

    `retry_after` (seconds) is set if a later retry makes sense. `closed` is set if the person
    accepts no direct messages. With neither, the destination stays unusable until somebody
    changes something.
    """

    def __init__(self, reason: str, *, retry_after: float | None = None, closed: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.closed = closed


class OutcomeUnknownError(Exception):
    """The connection ended before the platform answered, so the message may exist or not."""


class Adapter(Protocol):
    """A connection to one chat platform."""

    platform: str

    @property
    def ready(self) -> bool:
        """Whether the platform was reached at least once since the start."""

    @property
    def capabilities(self) -> Capabilities:
        """The platform's capabilities with its present setup."""

    def routes(self) -> Sequence[web.RouteDef | web.StaticDef]:
        """Return the HTTP routes that the platform needs."""

    async def start(self, bot: Bot) -> None:
        """Connect and begin to pass commands and events to `bot.handle`.

        Returns once the platform is connected and listening.
        """

    async def stop(self) -> None:
        """Reject new events, finish those in progress, and disconnect."""

    async def post(self, place: Place, post: Post, key: str) -> SentMessage:
        """Post a message once, under the posting's permanent `key`.

        Raises PostFailedError or OutcomeUnknownError.
        """

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Replace the content of one of the bot's messages with `post`.

        Safe to repeat. Raises PostFailedError or OutcomeUnknownError.
        """

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Add the bot's 💡 reaction to a message, or remove it.

        Safe to repeat. Raises PostFailedError or OutcomeUnknownError.
        """

    async def find(self, place: Place, key: str) -> SentMessage | None:
        """Return the message posted under `key`, or None if it certainly does not exist.

        Raises OutcomeUnknownError if the platform cannot tell.
        """

    async def read(self, place: Place, message: str) -> Source | None:
        """Return a message's content, or None if it was deleted or the bot may not read it.

        Raises OutcomeUnknownError if a later retry makes sense.
        """
