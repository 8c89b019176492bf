"""What is true in our Discord: servers, roles, people, channels, messages, interactions. Everything in memory.

Ids are snowflakes minted at the moment, because discord.py computes ages and expiries from them.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from tests.fakes.discord.checks.permissions import EVERYONE, INVITED, Can

Json = dict[str, Any]

EPOCH = 1420070400000
"""Milliseconds; what a snowflake counts from."""
SHARD_STEP = 1 << 22
DAY = 86_400_000
"""Servers are older than everything else, so that no other id is theirs."""

TEXT, DIRECT, NEWS, THREAD, PRIVATE_THREAD, FORUM = 0, 1, 5, 11, 12, 15
THREADS = (10, THREAD, PRIVATE_THREAD)

EPHEMERAL, LOADING, V2 = 1 << 6, 1 << 7, 1 << 15
HAS_THREAD, SUPPRESS_EMBEDS = 1 << 5, 1 << 2
SAID, REPLY, COMMAND_SAID, MENU_SAID = 0, 19, 20, 23
"""Types of messages."""

COMMAND, PRESS, COMPLETE, SUBMIT = 2, 3, 4, 5
"""Types of interactions."""
PONG, MESSAGE, DEFER, DEFER_EDIT, EDIT, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9
"""Types of answers to them."""

TOKEN_LIVES = 15 * 60.0


class DiscordError(Exception):
    """What a call answers when it does not do what it was asked: status, JSON code, message; `more` beside them."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.more = more


def unknown(what: str) -> DiscordError:
    """404 for one of the things that can be missing."""
    return DiscordError(404, UNKNOWN[what], f"Unknown {what}")


UNKNOWN = {
    "Channel": 10003, "Guild": 10004, "Member": 10007, "Message": 10008, "Role": 10011, "User": 10013,
    "Emoji": 10014, "Webhook": 10015, "interaction": 10062, "application command": 10063,
}  # fmt: skip


def forbidden(code: int) -> DiscordError:
    """403 for one of the reasons there are."""
    return DiscordError(403, code, FORBIDDEN[code])


FORBIDDEN = {
    50001: "Missing Access", 50007: "Cannot send messages to this user", 50013: "Missing Permissions",
    50005: "Cannot edit a message authored by another user",
}  # fmt: skip


@dataclass
class Snowflakes:
    """Ids that grow with time, none twice."""

    last: int = 0

    def mint(self) -> str:
        """The next one."""
        self.last = max(self.last + 1, (int(time.time() * 1000) - EPOCH) << 22)
        return str(self.last)


def now() -> str:
    """A time stamp of this moment, as Discord writes them."""
    return datetime.now(UTC).isoformat()


def minted_at(snowflake: str) -> str:
    """When an id was minted, as a time stamp."""
    return datetime.fromtimestamp(((int(snowflake) >> 22) + EPOCH) / 1000, UTC).isoformat()


@dataclass
class User:
    """Somebody, on every server."""

    id: str
    name: str
    locale: str = "en-US"
    bot: bool = False
    closed: bool = False
    """Takes no direct messages."""


@dataclass
class Role:
    """A role of a server."""

    id: str
    name: str
    permissions: int
    position: int = 1
    managed: bool = False
    bot: str = ""
    """The bot whose own role it is."""


@dataclass
class Member:
    """Somebody on one server."""

    user: User
    roles: list[str] = field(default_factory=list)
    nick: str | None = None
    joined: str = field(default_factory=now)


@dataclass
class Overwrite:
    """What a role (kind 0) or a member (kind 1) may more, or less, in one channel."""

    id: str
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass
class Server:
    """A guild. The bot is there while it is a member."""

    id: str
    name: str
    owner: str = ""
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    emojis: dict[str, Json] = field(default_factory=dict)
    locale: str = "en-US"
    unavailable: bool = False
    """An outage: the gateway says so, and REST answers 10004."""
    system: str = ""
    """The channel for Discord's own messages."""

    def __post_init__(self) -> None:
        """@everyone has the server's id."""
        self.roles[self.id] = Role(self.id, "@everyone", EVERYONE, 0)

    def role(self, name: str) -> Role:
        """A role by name or id."""
        return next(role for role in self.roles.values() if name in (role.name, role.id))


@dataclass
class Channel:
    """A channel, a thread, a forum, or direct messages with `user`."""

    id: str
    name: str
    type: int = TEXT
    server: str = ""
    parent: str = ""
    position: int = 0
    topic: str | None = None
    overwrites: list[Overwrite] = field(default_factory=list)
    user: str = ""
    owner: str = ""
    """Who began a thread."""
    archived: bool = False
    locked: bool = False
    joined: set[str] = field(default_factory=set)
    """Who is in a private thread."""
    last: str | None = None
    deleted: bool = False

    @property
    def is_thread(self) -> bool:
        """Whether it hangs on another channel."""
        return self.type in THREADS


@dataclass
class Attachment:
    """A file of a message."""

    id: str
    name: str
    data: bytes
    kind: str
    alt: str = ""


@dataclass
class Reaction:
    """One emoji on a message: who put it there, and who as a super reaction."""

    emoji: Json
    normal: list[str] = field(default_factory=list)
    burst: list[str] = field(default_factory=list)


@dataclass
class Message:
    """Something said. `to` makes it ephemeral: only that person sees it, and only its interaction reaches it."""

    id: str
    channel: str
    author: str
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reactions: dict[str, Reaction] = field(default_factory=dict)
    flags: int = 0
    type: int = SAID
    nonce: str | int | None = None
    reference: str = ""
    """The message it replies to."""
    pings: bool = True
    """Whether a reply mentions the one it replies to."""
    metadata: Json | None = None
    """Of the interaction that made it."""
    webhook: str = ""
    to: str = ""
    edits: int = 0
    edited: str | None = None
    deleted: bool = False
    pinned: bool = False

    @property
    def loading(self) -> bool:
        """It says that the app is thinking."""
        return bool(self.flags & LOADING)

    def marks(self, user: str) -> frozenset[str]:
        """The emoji that this user put on it."""
        return frozenset(name for name, each in self.reactions.items() if user in each.normal + each.burst)


@dataclass
class Modal:
    """A form that stands open before somebody. Open it again to send it twice."""

    id: str
    user: str
    body: Json
    interaction: Interaction
    open: bool = True


@dataclass
class Interaction:
    """Something a person did with the app, and all that it answered."""

    id: str
    token: str
    type: int
    user: User
    channel: Channel
    data: Json
    on: Message | None = None
    """The message whose component it was."""
    opener: Interaction | None = None
    """What opened the modal that was sent."""
    made: float = field(default_factory=monotonic)
    answered: int = 0
    """Type of the first answer; 0 while there is none."""
    original: Message | None = None
    said: list[Message] = field(default_factory=list)
    """Its answer and follow-ups, in order."""
    changed: list[Message] = field(default_factory=list)
    """Messages that it rewrote, in order."""
    choices: list[Json] | None = None
    modal: Modal | None = None
    came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def age(self) -> float:
        """Seconds since the person did it."""
        return monotonic() - self.made

    def ages(self, seconds: float) -> None:
        """Let it be older."""
        self.made -= seconds


@dataclass
class World:
    """Everything. The app and its bot are in it from the start, on no server."""

    mint: Snowflakes = field(default_factory=Snowflakes)
    users: dict[str, User] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    """What the app registered, by server; under "" what is global."""
    interactions: dict[str, Interaction] = field(default_factory=dict)
    """By token."""
    app: str = ""
    app_name: str = "Ahabot"
    bot: User = field(init=False)
    owner: User = field(init=False)
    address: str = ""

    def __post_init__(self) -> None:
        """The app, whose bot has the same id, and who made it."""
        self.app = self.mint.mint()
        self.bot = User(self.app, self.app_name, bot=True)
        self.owner = User(self.mint.mint(), "Maker")
        self.users |= {self.bot.id: self.bot, self.owner.id: self.owner}

    # Making things

    def found(self, name: str = "Lantern", joined: bool = True) -> Server:
        """A new server, with everyone who is there already on it; each next one is on the next shard."""
        yesterday = (int(self.app) >> 22) - DAY
        server = Server(str((yesterday + len(self.servers)) * SHARD_STEP), name)
        self.servers[server.id] = server
        for user in self.users.values():
            if not user.bot and user is not self.owner:
                server.members[user.id] = Member(user)
        server.owner = self.owner.id
        if joined:
            self.joins(server)
        return server

    def joins(self, server: Server, permissions: int = INVITED) -> Member:
        """The bot comes in, with a role of its own."""
        role = Role(self.mint.mint(), self.app_name, permissions, managed=True, bot=self.bot.id)
        server.roles[role.id] = role
        server.members[self.bot.id] = Member(self.bot, [role.id])
        return server.members[self.bot.id]

    def leaves(self, server: Server) -> None:
        """The bot is out, and its role with it."""
        for role in [r for r in server.roles.values() if r.bot == self.bot.id]:
            del server.roles[role.id]
        server.members.pop(self.bot.id, None)

    def add(self, name: str, admin: bool = False, locale: str = "en-US") -> User:
        """A new person, on every server there is; an admin may manage it."""
        user = User(self.mint.mint(), name, locale)
        self.users[user.id] = user
        for server in self.servers.values():
            server.members[user.id] = Member(user)
            if admin:
                self.grants(server, user, Can.MANAGE_GUILD | Can.MANAGE_CHANNELS)
        return user

    def grants(self, server: Server, user: User, permissions: int, name: str = "Admins") -> Role:
        """A role with these permissions for somebody."""
        role = next((r for r in server.roles.values() if r.name == name), None)
        if role is None:
            role = Role(self.mint.mint(), name, 0, len(server.roles))
            server.roles[role.id] = role
        role.permissions |= permissions
        server.members[user.id].roles.append(role.id)
        return role

    def make(
        self, server: Server, name: str, type: int = TEXT, private: bool = False, parent: str = ""
    ) -> Channel:
        """A new channel; a private one is hidden from @everyone and open to the members there are now."""
        count = len([each for each in self.channels.values() if each.server == server.id])
        channel = Channel(self.mint.mint(), name, type, server.id, parent, count)
        if private:
            channel.overwrites = [Overwrite(server.id, 0, deny=Can.VIEW_CHANNEL)]
            channel.overwrites += [Overwrite(user, 1, allow=Can.VIEW_CHANNEL) for user in server.members]
        self.channels[channel.id] = channel
        return channel

    def emoji(self, server: Server, name: str, animated: bool = False) -> Json:
        """A custom emoji."""
        emoji: Json = {"id": self.mint.mint(), "name": name, "animated": animated}
        server.emojis[emoji["id"]] = emoji
        return emoji

    # Finding things

    @property
    def home(self) -> Server:
        """The first server."""
        return next(iter(self.servers.values()))

    def person(self, name: str) -> User:
        """Somebody by first name or id."""
        return next(user for user in self.users.values() if name in (user.name, user.id))

    def channel(self, name: str) -> Channel:
        """A channel or a thread by name or id."""
        return next(c for c in self.channels.values() if name in (c.name, c.id) and not c.deleted)

    def direct(self, user: str) -> Channel:
        """The direct messages of somebody with the bot."""
        for channel in self.channels.values():
            if channel.user == user:
                return channel
        channel = Channel(self.mint.mint(), "", DIRECT, user=user)
        self.channels[channel.id] = channel
        return channel

    def server_of(self, channel: Channel) -> Server | None:
        """The server of a channel; None for direct messages."""
        return self.servers.get(channel.server)

    def message(self, message: str) -> Message | None:
        """What stands under this id, whoever may see it."""
        found = self.messages.get(message)
        return None if found is None or found.deleted else found

    def near(self, channel: str, message: str) -> Message:
        """The same for what the API must find in a channel. DiscordError."""
        found = self.message(message)
        if found is None or found.to or found.channel != channel:
            raise unknown("Message")
        return found

    def standing(self, channel: str, threads: bool = False) -> list[Message]:
        """What everyone sees in a channel, oldest first; with `threads` what hangs on it too."""
        places = {channel}
        if threads:
            places |= {each.id for each in self.channels.values() if each.parent == channel}
        return [m for m in self.messages.values() if m.channel in places and not m.deleted and not m.to]

    def whispers(self, user: str) -> list[Message]:
        """What only one person sees."""
        return [m for m in self.messages.values() if m.to == user and not m.deleted]

    def shared(self, user: str) -> list[Server]:
        """The servers that somebody has in common with the bot."""
        return [s for s in self.servers.values() if user in s.members and self.bot.id in s.members]
