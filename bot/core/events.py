"""What happens in a chat without anyone speaking to the bot, in the core's words.

An adapter turns its platform's events into these and passes them to `Bot.handle` like every command; the
`Origin` says who did it, in which channel, and in whose thread. None of them gets a reply.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EmojiAdded:
    """Somebody put `emoji` (the character, or the name of a custom one) on `message`.

    `author` wrote that message; `ours` ("1") says that the bot did, `external` that its author is from outside.
    """

    message: str
    emoji: str
    author: str = ""
    author_name: str = ""
    ours: str = ""
    external: str = ""


@dataclass(frozen=True)
class EmojiRemoved:
    """Somebody took `emoji` off `message` again."""

    message: str
    emoji: str


@dataclass(frozen=True)
class Said:
    """Somebody wrote `text` as `message` in a thread (the origin's). Only replies in threads are passed on."""

    message: str
    text: str


@dataclass(frozen=True)
class MessageEdited:
    """The words of `message` are now `text`."""

    message: str
    text: str


@dataclass(frozen=True)
class MessageDeleted:
    """`message` is gone from the platform."""

    message: str


@dataclass(frozen=True)
class Joined:
    """The bot was invited to the origin's channel by the origin's person."""


@dataclass(frozen=True)
class Left:
    """The bot can no longer speak in the origin's channel: removed, archived or deleted."""


@dataclass(frozen=True)
class Reopened:
    """The origin's channel, closed for a while, is open again, and the bot still in it."""


@dataclass(frozen=True)
class ChannelChanged:
    """The origin's channel has a new name or other readers; both stand in the origin."""


@dataclass(frozen=True)
class ChannelMoved:
    """The origin's channel was known as `before`, an id that nobody uses any more."""

    before: str
