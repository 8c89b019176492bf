"""The state of the fake Discord: servers, roles, people, channels, messages, interactions. All of it is in memory.

Ids are snowflakes with the current time in them, because discord.py computes ages and expiries from them.
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
"""Start of snowflake time (1 January 2015), in milliseconds since 1970."""
SHARD_STEP = 1 << 22
DAY = 86_400_000
"""Milliseconds. Server ids are dated a day before the app's id, so that no other id equals one."""

TEXT, DIRECT, VOICE, NEWS, THREAD, PRIVATE_THREAD, STAGE, FORUM = 0, 1, 2, 5, 11, 12, 13, 15
THREADS = (10, THREAD, PRIVATE_THREAD)

EPHEMERAL, LOADING, V2 = 1 << 6, 1 << 7, 1 << 15
HAS_THREAD, SUPPRESS_EMBEDS = 1 << 5, 1 << 2
SAID, REPLY, COMMAND_SAID, MENU_SAID = 0, 19, 20, 23
"""Types of messages."""

COMMAND, PRESS, COMPLETE, SUBMIT = 2, 3, 4, 5
"""Types of interactions."""
PONG, MESSAGE, DEFER, DEFER_EDIT, EDIT, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9
"""Types of interaction callbacks."""

TOKEN_LIVES = 15 * 60.0


class DiscordError(Exception):
    """An error answer of the API: HTTP status, JSON error code and message. `more` holds further keys of the body."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.more = more


def unknown(what: str) -> DiscordError:
    """Return the 404 error for a missing object of this kind."""
    return DiscordError(404, UNKNOWN[what], f"Unknown {what}")


UNKNOWN = {
    "Channel": 10003, "Guild": 10004, "Member": 10007, "Message": 10008, "Role": 10011, "User": 10013,
    "Emoji": 10014, "Webhook": 10015, "interaction": 10062, "application command": 10063,
}  # fmt: skip


def forbidden(code: int) -> DiscordError:
    """Return the 403 error with this code."""
    return DiscordError(403, code, FORBIDDEN[code])


FORBIDDEN = {
    50001: "Missing Access", 50007: "Cannot send messages to this user", 50013: "Missing Permissions",
    50005: "Cannot edit a message authored by another user",
}  # fmt: skip


@dataclass
class Snowflakes:
    """A generator of unique ids that grow with time."""

    last: int = 0

    def mint(self) -> str:
        """Return the next id."""
        self.last = max(self.last + 1, (int(time.time() * 1000) - EPOCH) << 22)
        return str(self.last)


def now() -> str:
    """Return the current time as an ISO 8601 time stamp, as Discord writes it."""
    return datetime.now(UTC).isoformat()


def minted_at(snowflake: str) -> str:
    """Return the time in an id as an ISO 8601 time stamp."""
    return datetime.fromtimestamp(((int(snowflake) >> 22) + EPOCH) / 1000, UTC).isoformat()


@dataclass
class User:
    """A person or a bot, the same on every server."""

    id: str
    name: str
    locale: str = "en-US"
    bot: bool = False
    closed: bool = False
    """Whether the user takes no direct messages."""


@dataclass
class Role:
    """A role of a server."""

    id: str
    name: str
    permissions: int
    position: int = 1
    managed: bool = False
    bot: str = ""
    """The id of the bot whose own role it is, or an empty string."""


@dataclass
class Member:
    """A user on one server."""

    user: User
    roles: list[str] = field(default_factory=list)
    nick: str | None = None
    joined: str = field(default_factory=now)


@dataclass
class Overwrite:
    """A permission overwrite of a role (kind 0) or a member (kind 1) in one channel."""

    id: str
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass
class Server:
    """A guild. The bot is on it while it is among the members."""

    id: str
    name: str
    owner: str = ""
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    emojis: dict[str, Json] = field(default_factory=dict)
    locale: str = "en-US"
    features: list[str] = field(default_factory=list)
    """What the server is, such as `COMMUNITY`, whose admins choose its locale."""
    unavailable: bool = False
    """Whether the server has an outage: the gateway reports it, and REST answers 10004, for its channels 10003."""
    system: str = ""
    """The id of the channel for Discord's own messages."""

    def __post_init__(self) -> None:
        """Add the @everyone role, which has the server's id."""
        self.roles[self.id] = Role(self.id, "@everyone", EVERYONE, 0)

    def role(self, name: str) -> Role:
        """Return the role with this name or id."""
        return next(role for role in self.roles.values() if name in (role.name, role.id))


@dataclass
class Channel:
    """A channel, a thread, a forum, or the direct messages with `user`."""

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
    """The id of the user who started the thread."""
    archived: bool = False
    locked: bool = False
    joined: set[str] = field(default_factory=set)
    """The ids of the users in a private thread."""
    last: str | None = None
    deleted: bool = False
    tags: list[Json] = field(default_factory=list)
    """The tags of a forum."""
    requires_tag: bool = False
    applied: list[str] = field(default_factory=list)
    """The ids of the tags on a forum post."""

    @property
    def is_thread(self) -> bool:
        """Whether the channel is a thread."""
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
    """One emoji on a message, with the ids of the users who reacted normally and with a super reaction."""

    emoji: Json
    normal: list[str] = field(default_factory=list)
    burst: list[str] = field(default_factory=list)


@dataclass
class Message:
    """A message. With `to` it is ephemeral: only that user sees it, and only its interaction can reach it."""

    id: str
    channel: str
    author: str
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reactions: dict[str, Reaction] = field(default_factory=dict)
    stickers: list[Json] = field(default_factory=list)
    poll: Json | None = None
    forwards: Json | None = None
    """The snapshot of the message that it forwards."""
    flags: int = 0
    type: int = SAID
    nonce: str | int | None = None
    reference: str = ""
    """The id of the message that it replies to."""
    pings: bool = True
    """Whether a reply mentions the author of the message it replies to."""
    metadata: Json | None = None
    """The `interaction_metadata` of the interaction that made it."""
    webhook: str = ""
    to: str = ""
    edits: int = 0
    edited: str | None = None
    deleted: bool = False
    pinned: bool = False
    chosen: dict[str, list[str]] = field(default_factory=dict)
    """What each user chose from its menus since it was updated last. Their client sends none of that again."""

    @property
    def loading(self) -> bool:
        """Whether the message shows that the app is thinking."""
        return bool(self.flags & LOADING)

    def marks(self, user: str) -> frozenset[str]:
        """Return the emoji that this user put on the message."""
        return frozenset(name for name, each in self.reactions.items() if user in each.normal + each.burst)


@dataclass
class Modal:
    """A form shown to a user. Set `open` again to send it twice."""

    id: str
    user: str
    body: Json
    interaction: Interaction
    open: bool = True


@dataclass
class Interaction:
    """An action of a user with the app, and everything that the app answered to it."""

    id: str
    token: str
    type: int
    user: User
    channel: Channel
    data: Json
    on: Message | None = None
    """The message whose component was used."""
    opener: Interaction | None = None
    """The interaction that opened the submitted modal."""
    made: float = field(default_factory=monotonic)
    answered: int = 0
    """The type of the first callback; 0 while there is none."""
    original: Message | None = None
    said: list[Message] = field(default_factory=list)
    """The answer and follow-ups, in order."""
    changed: list[Message] = field(default_factory=list)
    """The messages that the interaction edited, in order."""
    choices: list[Json] | None = None
    modal: Modal | None = None
    came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def age(self) -> float:
        """Seconds since the user's action."""
        return monotonic() - self.made

    def ages(self, seconds: float) -> None:
        """Make the interaction `seconds` older."""
        self.made -= seconds


@dataclass
class World:
    """The whole state. The app and its bot exist from the start, on no server."""

    mint: Snowflakes = field(default_factory=Snowflakes)
    users: dict[str, User] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    """The commands that the app registered, by server id; the global ones are under ""."""
    interactions: dict[str, Interaction] = field(default_factory=dict)
    """All interactions, by token."""
    app: str = ""
    app_name: str = "Ahabot"
    bot: User = field(init=False)
    owner: User = field(init=False)
    address: str = ""

    def __post_init__(self) -> None:
        """Create the app, its bot with the same id, and its owner."""
        self.app = self.mint.mint()
        self.bot = User(self.app, self.app_name, bot=True)
        self.owner = User(self.mint.mint(), "Maker")
        self.users |= {self.bot.id: self.bot, self.owner.id: self.owner}

    # Creating objects

    def found(self, name: str = "Lantern", joined: bool = True) -> Server:
        """Create a server with all existing people on it, and the bot if it has `joined`.

        Each next server is on the next shard.
        """
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
        """Add the bot to a server, with its own managed role, and return the member."""
        role = Role(self.mint.mint(), self.app_name, permissions, managed=True, bot=self.bot.id)
        server.roles[role.id] = role
        server.members[self.bot.id] = Member(self.bot, [role.id])
        return server.members[self.bot.id]

    def leaves(self, server: Server) -> None:
        """Remove the bot and its role from a server."""
        for role in [r for r in server.roles.values() if r.bot == self.bot.id]:
            del server.roles[role.id]
        server.members.pop(self.bot.id, None)

    def add(self, name: str, admin: bool = False, locale: str = "en-US") -> User:
        """Create a person on every existing server. An admin gets MANAGE_GUILD and MANAGE_CHANNELS."""
        user = User(self.mint.mint(), name, locale)
        self.users[user.id] = user
        for server in self.servers.values():
            server.members[user.id] = Member(user)
            if admin:
                self.grants(server, user, Can.MANAGE_GUILD | Can.MANAGE_CHANNELS)
        return user

    def grants(self, server: Server, user: User, permissions: int, name: str = "Admins") -> Role:
        """Give a user a role with these permissions, and return the role. An existing role of that name is extended."""
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
        """Create a channel. A private one is hidden from @everyone and visible to the present members."""
        count = len([each for each in self.channels.values() if each.server == server.id])
        channel = Channel(self.mint.mint(), name, type, server.id, parent, count)
        if private:
            channel.overwrites = [Overwrite(server.id, 0, deny=Can.VIEW_CHANNEL)]
            channel.overwrites += [Overwrite(user, 1, allow=Can.VIEW_CHANNEL) for user in server.members]
        self.channels[channel.id] = channel
        return channel

    def emoji(self, server: Server, name: str, animated: bool = False) -> Json:
        """Create a custom emoji."""
        emoji: Json = {"id": self.mint.mint(), "name": name, "animated": animated}
        server.emojis[emoji["id"]] = emoji
        return emoji

    # Finding objects

    def emoji_id(self, name: str) -> str:
        """Return the id of a custom emoji by name."""
        return next(
            id for here in self.servers.values() for id, each in here.emojis.items() if each["name"] == name
        )

    @property
    def home(self) -> Server:
        """The first server."""
        return next(iter(self.servers.values()))

    def person(self, name: str) -> User:
        """Return the user with this first name or id."""
        return next(user for user in self.users.values() if name in (user.name, user.id))

    def channel(self, name: str) -> Channel:
        """Return the channel or thread with this name or id."""
        return next(c for c in self.channels.values() if name in (c.name, c.id) and not c.deleted)

    def direct(self, user: str) -> Channel:
        """Return the direct message channel of a user and the bot, and create it on first use."""
        for channel in self.channels.values():
            if channel.user == user:
                return channel
        channel = Channel(self.mint.mint(), "", DIRECT, user=user)
        self.channels[channel.id] = channel
        return channel

    def server_of(self, channel: Channel) -> Server | None:
        """Return the server of a channel, or None for direct messages."""
        return self.servers.get(channel.server)

    def message(self, message: str) -> Message | None:
        """Return the message with this id, or None. Ephemeral messages count, deleted ones do not."""
        found = self.messages.get(message)
        return None if found is None or found.deleted else found

    def near(self, channel: str, message: str) -> Message:
        """Return the message with this id in a channel. Raises DiscordError where the API would not find it."""
        found = self.message(message)
        if found is None or found.to or found.channel != channel:
            raise unknown("Message")
        return found

    def standing(self, channel: str, threads: bool = False) -> list[Message]:
        """Return the messages of a channel that everyone sees, oldest first. `threads` adds those in its threads."""
        places = {channel}
        if threads:
            places |= {each.id for each in self.channels.values() if each.parent == channel}
        return [m for m in self.messages.values() if m.channel in places and not m.deleted and not m.to]

    def whispers(self, user: str) -> list[Message]:
        """Return the ephemeral messages for one user."""
        return [m for m in self.messages.values() if m.to == user and not m.deleted]

    def shared(self, user: str) -> list[Server]:
        """Return the servers that a user shares with the bot."""
        return [s for s in self.servers.values() if user in s.members and self.bot.id in s.members]
