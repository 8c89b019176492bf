"""Values that platforms and the core exchange: where something happened, and where a message goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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
    locale: str = ""
    """The language of the person's platform, such as `de-AT`, if it provides it."""
    server_locale: str = ""
    """The language that the server's or workspace's admins chose for it, if the platform provides it."""
    admin: bool = False
    direct: bool = False
    """Whether it was sent in the bot's own direct messages with the person."""
    without_bot: bool = False
    """Whether it was sent in a conversation between people that the bot is not part of.

    Also when the platform does not say. What is said there stays there.
    """
    from_form: bool = False
    """Whether the person sent it with a form, which says who will see the text."""
    private: bool | None = False
    """Whether the channel is closed to parts of the workspace. None if the platform did not say."""
    external: bool = False
    """Whether the person belongs to another organisation."""
    guest: bool | None = False
    """Whether the person is a guest of the workspace, who may see single channels. None if it is not known."""
    present: bool = True
    """Whether this proves that the person is in the channel now. An old button or form does not."""
    handle: str = ""
    """A login name, or a name from a while ago. It is the person's until the platform tells a better one."""
    threads_only: bool = False
    """Whether the channel holds threads alone, as a forum does."""
    passing: bool = False
    """Whether the channel is there for passing talk, such as a call. It becomes no team that says hello."""
    may_post: bool | None = None
    """Whether the bot can post in the channel. None if the platform did not say."""
    called: str = ""
    """What the person called the bot, such as `@Ahabot`, where they wrote the command by name."""
    message: str = ""
    """The message that the command was written in by name, in a channel."""
    link: str = ""
    """A link to that message."""

    @property
    def person_key(self) -> str:
        """The person's name among those of all platforms, for someone of whom no row is stored."""
        return f"{self.platform}:{self.workspace}:{self.person}"


class Access(StrEnum):
    """Whether a person is in a channel now. A GUEST is in it, and may see nothing else of the workspace."""

    MEMBER = "member"
    GUEST = "guest"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ChannelAccess:
    """A platform's answer about a person and a channel. `admin` says whether they are an admin there."""

    access: Access
    admin: bool = False


@dataclass(frozen=True)
class Place:
    """The location of a message: a channel, a thread in it, or a person's direct messages."""

    workspace: str
    channel: str = ""
    thread: str = ""
    person: str = ""
    opens_thread: bool = True
    """Whether the message may begin a thread of its own in a channel that holds threads alone."""


@dataclass(frozen=True)
class SentMessage:
    """A message on the platform: its channel, its id, and a link to it (may be empty)."""

    channel: str
    message: str
    link: str = ""


class Shows(StrEnum):
    """What a message shows beside its text, or in place of one."""

    NOTHING = ""
    PICTURE = "picture"
    VIDEO = "video"
    VOICE = "voice"
    STICKER = "sticker"
    POLL = "poll"
    FILE = "file"
    FORWARD = "forward"

    @staticmethod
    def of_media_type(kind: str) -> Shows:
        """Return what a file of a media type shows, such as a picture for `image/png`."""
        by_kind = {"image": Shows.PICTURE, "video": Shows.VIDEO, "audio": Shows.VOICE}
        return by_kind.get(kind.partition("/")[0], Shows.FILE)


@dataclass(frozen=True)
class Source:
    """The current content of a person's message on the platform.

    `by_bot` marks a message that no person wrote. `shows` is what it shows, where it has no text.
    """

    text: str
    person: str
    person_name: str
    link: str = ""
    by_bot: bool = False
    external: bool = False
    private: bool = False
    """Whether the message's channel is closed to parts of the workspace."""
    shows: Shows = Shows.NOTHING


class Replies(StrEnum):
    """Which replies to its posts reach the bot with their words.

    PINGS: only those that mention the bot, as a reply on Discord does by default.
    """

    ALL = "all"
    PINGS = "pings"
    NONE = "none"


def _no_character(_name: str) -> str:
    return ""


@dataclass(frozen=True)
class Capabilities:
    """What a platform can do with its present setup, where the bot's texts depend on it."""

    receives_replies: Replies = Replies.ALL
    """Which replies the bot can read. A question card says what happens to replies."""
    command: str = "/aha"
    """The text that people type before a command's name."""
    replies_to_cards: bool = False
    """Whether a person inside a thread can reply to one of the bot's messages, and not only to the thread."""
    largest_file: int = 10_000_000
    """The most bytes of a file that a post may bring."""
    find_character: Callable[[str], str] = field(default=_no_character, compare=False)
    """Returns the character behind an emoji's name, such as `bulb`, by the names that the platform's people type.

    It is empty for any other name, which is then a custom emoji's.
    """


class PostFailedError(Exception):
    """The platform rejected the call: nothing was posted. The message gives the reason.

    The reason is a sentence of the catalogs in English, so that it can be stored and read in another language:
    `Lazy(str(error))()`.
    `retry_after` (seconds) is set if a later retry makes sense. `closed` is set if the person
    accepts no direct messages. `lacks` names a permission that the bot needs for it, `everywhere` is
    set if it lacks that in the whole workspace. `threads_only` is set if the channel holds threads
    alone. With none of these, the destination stays unusable until somebody changes something.
    """

    def __init__(
        self,
        reason: str,
        *,
        retry_after: float | None = None,
        closed: bool = False,
        lacks: str = "",
        everywhere: bool = False,
        threads_only: bool = False,
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.closed = closed
        self.lacks = lacks
        self.everywhere = everywhere
        self.threads_only = threads_only


class OutcomeUnknownError(Exception):
    """The connection ended before the platform answered, so the message may exist or not."""
