"""The interface between the core and a chat platform.

It defines the values that are exchanged and the errors a platform raises. A platform is a
folder in `adapters/` with a class that implements `Adapter`. The core contains nothing
that is specific to a platform.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

from bot.core.messages import Post
from bot.core.origin import Capabilities, Place, SentMessage, Source

if TYPE_CHECKING:
    from bot.runtime.bot import Bot


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
