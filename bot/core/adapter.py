"""The one port of the core: what it needs from a chat platform, and how a platform says that it went wrong.

A platform is a folder in `adapters/` with a class that fits `Adapter`; the core learns no word of it.
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
    """Who did something, where, and the platform's own id of the doing. All ids are the platform's, as text."""

    platform: str
    workspace: str
    channel: str
    person: str
    person_name: str
    event: str
    """Unique for what was done: a redelivery brings the same one, so that nothing happens twice."""
    channel_name: str = ""
    workspace_name: str = ""
    thread: str = ""
    """The message whose thread this happened in."""
    zone: str = ""
    """The person's IANA zone, where the platform tells."""
    admin: bool = False
    direct: bool = False
    """Said to the bot alone, in a direct message."""
    private: bool | None = False
    """The channel is not open to the whole workspace; None where the platform did not say."""
    external: bool = False
    """The person belongs to another organisation."""


@dataclass(frozen=True)
class Place:
    """Where a message goes or stands: a channel, a thread in it, or one person's direct messages."""

    workspace: str
    channel: str = ""
    thread: str = ""
    person: str = ""


@dataclass(frozen=True)
class Sent:
    """A message that stands: its id, the channel it stands in, and a link people can open (or nothing)."""

    channel: str
    message: str
    link: str = ""


@dataclass(frozen=True)
class Source:
    """A person's message as the platform has it now. `by_bot` marks anything not written by a person."""

    text: str
    person: str
    person_name: str
    link: str = ""
    by_bot: bool = False
    external: bool = False
    private: bool = False
    """The channel it stands in is not open to the whole workspace."""


@dataclass(frozen=True)
class Ways:
    """What is true of a platform as it is set up here, and shows in what the bot says."""

    hears_replies: bool = True
    """Whether it passes on what people write in a thread; a question says what becomes of that."""
    command: str = "/aha"
    """What people type before a command's name."""


class NotPosted(Exception):
    """The platform refused, surely: nothing was posted, and the sentence says why.

    `retry_after` (seconds) is set where trying again later makes sense; `closed` where a person takes no
    direct messages; with neither, the destination is of no use until somebody does something.
    """

    def __init__(self, reason: str, *, retry_after: float | None = None, closed: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.closed = closed


class OutcomeUnknown(Exception):
    """The connection ended before the platform answered: the message may stand, or may not."""


class Adapter(Protocol):
    """A chat platform."""

    platform: str

    @property
    def ready(self) -> bool:
        """Whether the platform was reached at least once since start."""

    @property
    def ways(self) -> Ways:
        """What is true of it as it is set up here."""

    def routes(self) -> Sequence[web.RouteDef | web.StaticDef]:
        """The HTTP routes it wants served."""

    async def start(self, bot: Bot) -> None:
        """Connect and begin to pass what people do to `bot.handle`. Returns once it listens."""

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand, disconnect."""

    async def post(self, place: Place, post: Post, key: str) -> Sent:
        """Post once; `key` names the posting for good. Raises NotPosted or OutcomeUnknown."""

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Put `post` in the place of a message of ours. Safe to repeat. Raises NotPosted or OutcomeUnknown."""

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Put our own 💡 on a message, or take it off. Safe to repeat. Raises NotPosted or OutcomeUnknown."""

    async def find(self, place: Place, key: str) -> Sent | None:
        """The message posted under `key`, or None where it surely is not there.

        Raises OutcomeUnknown where the platform cannot tell.
        """

    async def read(self, place: Place, message: str) -> Source | None:
        """A message's words, or None where it is gone or not ours to read. Raises OutcomeUnknown to try later."""
