"""Values that platforms and the core exchange: where something happened, and where a message goes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


class Replies(StrEnum):
    """Which replies to its posts reach the bot with their words.

    PINGS: only those that mention the bot, as a reply on Discord does by default.
    """

    ALL = "all"
    PINGS = "pings"
    NONE = "none"


@dataclass(frozen=True)
class Capabilities:
    """What a platform can do with its present setup, where the bot's texts depend on it."""

    receives_replies: Replies = Replies.ALL
    """Which replies the bot can read. A question card says what happens to replies."""
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
