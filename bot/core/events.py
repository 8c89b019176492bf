"""Events of a chat in which nobody speaks to the bot, in platform-independent form.

An adapter translates its platform's events into these and passes them to `Bot.handle`
like commands. The `Origin` holds the person, the channel and the thread. No event gets a
reply: what its person has to know is told in a Note.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from bot.core.commands import Needs
from bot.core.origin import Origin
from storage.teams.teams import Caller


@dataclass(frozen=True)
class EmojiAdded:
    """A person added `emoji` to `message`: the character, or the name of a custom emoji.

    `author` wrote that message, and is empty where the platform does not say. `ours` is "1" if the
    bot wrote it, `external` is "1" if its author is from another organisation.
    """

    message: str
    emoji: str
    author: str = ""
    author_name: str = ""
    ours: str = ""
    external: str = ""


@dataclass(frozen=True)
class EmojiRemoved:
    """A person removed `emoji` from `message`."""

    message: str
    emoji: str


@dataclass(frozen=True)
class ReplyWritten:
    """A person wrote `text` as `message` in the origin's thread.

    Only messages in threads are passed on. `to` is the message it replies to, if it is another one
    than the first of the thread.
    """

    message: str
    text: str
    to: str = ""


@dataclass(frozen=True)
class MessageEdited:
    """The content of `message` was changed to `text`.

    Where that names the bot, `before`, `after` and `called` are those of `Addressed`.
    """

    message: str
    text: str
    after: str = ""
    before: str = ""
    called: str = ""


@dataclass(frozen=True)
class MessageDeleted:
    """`message` was deleted from the platform."""

    message: str


@dataclass(frozen=True)
class ChannelJoined:
    """The bot was invited to the origin's channel by the origin's person."""


@dataclass(frozen=True)
class ChannelLeft:
    """The bot can no longer post in the origin's channel: removed, archived or deleted."""


@dataclass(frozen=True)
class PersonCame:
    """The origin's person joined the origin's channel."""


@dataclass(frozen=True)
class PersonLeft:
    """The origin's person left the origin's channel, or was removed from it."""


@dataclass(frozen=True)
class PersonRenamed:
    """The origin's person has the name `name` now, or had it already: the platform told their profile."""

    name: str


@dataclass(frozen=True)
class ReadersChanged:
    """The platform changed who may see the origin's channel, or any channel of the workspace without one."""


@dataclass(frozen=True)
class ChannelReopened:
    """The origin's channel was closed for a while and is open again, with the bot in it."""


@dataclass(frozen=True)
class ChannelChanged:
    """The origin's channel has a new name or visibility. The origin holds both."""


@dataclass(frozen=True)
class ChannelMoved:
    """The origin's channel has a new id. `before` is its old id, which is no longer used."""

    before: str


@dataclass(frozen=True)
class PermissionsChanged:
    """The bot lost or got back a permission in the whole workspace.

    Each field names the missing permission as the platform does, and is empty if the bot has it:
    to post, and to add emoji.
    """

    cannot_post: str = ""
    cannot_mark: str = ""


@dataclass(frozen=True)
class RepliesChanged:
    """The bot receives other replies in the whole workspace than before, as `Adapter.capabilities_in` tells."""


RelevanceCheck = Callable[[Session, Caller, Origin, Any], bool]
"""Tells whether an event is relevant to a listener, before any name is stored."""


@dataclass(frozen=True)
class Listener:
    """A function that an event is passed to, as a `Context` and the event.

    `refuse_long` is called instead for an event with more text than is saved. Without it, such an
    event does nothing.

    A StoreError is raised to the platform, so that it delivers the event again. Of an event that no
    listener finds relevant nothing is stored but what it tells of its channel.
    """

    handle: Callable[[Any, Any], None]
    needs: Needs = Needs.KNOWN_TEAM
    is_relevant: RelevanceCheck | None = None
    refuse_long: Callable[[Any, Any], None] | None = None


EVENT_KEYS: Mapping[type, str] = {
    EmojiAdded: "emoji-added",
    EmojiRemoved: "emoji-removed",
    ReplyWritten: "said",
    MessageEdited: "message-edited",
    MessageDeleted: "message-deleted",
    ChannelJoined: "joined",
    ChannelLeft: "left",
    PersonCame: "person-came",
    PersonLeft: "person-left",
    PersonRenamed: "person-renamed",
    ReadersChanged: "readers-changed",
    ChannelReopened: "reopened",
    ChannelChanged: "channel-changed",
    ChannelMoved: "channel-moved",
    PermissionsChanged: "permissions-changed",
    RepliesChanged: "replies-changed",
}
"""The names of the events in metrics."""
