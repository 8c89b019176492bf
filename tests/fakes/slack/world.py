"""What is true in our Slack: workspaces, people, channels, messages, modals. Everything in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]

BOT_SCOPES = frozenset(
    [
        "commands",
        "chat:write",
        "im:write",
        "reactions:read",
        "reactions:write",
        "users:read",
        "files:write",
        "channels:read",
        "groups:read",
        "channels:history",
        "groups:history",
    ]
)
"""What our manifest asks for (design, the shared facts)."""

EMOJI = {"💡": "bulb", "🎉": "tada", "🙌": "raised_hands", "👀": "eyes", "❤️": "heart", "🔥": "fire"}


class SlackError(Exception):
    """What a method answers when it does not do what it was asked; `more` stands beside the error."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass
class User:
    """Somebody. `team` is theirs: for people from outside it is another one."""

    id: str
    name: str
    team: str
    zone: str = "Europe/Lisbon"
    admin: bool = False
    bot: bool = False
    deleted: bool = False
    closed: bool = False
    """Takes no direct messages."""
    enterprise: str = ""
    """The organisation of those in it, whichever of its workspaces they are from."""

    def seen(self, home: str) -> Json:
        """As `users.info` tells."""
        names = {"real_name": self.name, "display_name": self.name}
        return {
            "id": self.id, "team_id": self.team, "name": self.name.lower(), "deleted": self.deleted,
            "real_name": self.name, "tz": self.zone, "tz_label": "", "tz_offset": 0, "profile": names,
            "is_admin": self.admin, "is_owner": False, "is_primary_owner": False, "is_bot": self.bot,
            "is_stranger": self.team != home, "is_restricted": False, "is_ultra_restricted": False,
            **({"enterprise_user": {"enterprise_id": self.enterprise}} if self.enterprise else {}),
        }  # fmt: skip


@dataclass
class Channel:
    """A channel, or a direct message with `user`."""

    id: str
    name: str
    team: str
    private: bool = False
    members: set[str] = field(default_factory=set)
    archived: bool = False
    shared: bool = False
    """With another organisation, over Slack Connect."""
    pending: bool = False
    """About to be shared: the other organisation is invited."""
    user: str = ""
    trouble: str = ""
    """An error that posting here answers, such as `restricted_action`."""

    @property
    def kind(self) -> str:
        """Its `channel_type` in events."""
        return "im" if self.user else "group" if self.private else "channel"

    def seen(self, me: str) -> Json:
        """As `conversations.info` tells."""
        if self.user:
            return {"id": self.id, "is_im": True, "user": self.user, "is_archived": False}
        return {
            "id": self.id, "name": self.name, "is_channel": not self.private, "is_group": self.private,
            "is_im": False, "is_mpim": False, "is_private": self.private, "is_archived": self.archived,
            "is_member": me in self.members, "is_general": False, "is_shared": self.shared,
            "is_ext_shared": self.shared, "is_pending_ext_shared": self.pending, "is_org_shared": False,
            "context_team_id": self.team,
            "num_members": len(self.members), "created": 1700000000,
        }  # fmt: skip


@dataclass
class Message:
    """Something said. `to` makes it ephemeral: only that person sees it, and the API never."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread: str = ""
    by_bot: bool = False
    metadata: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)
    edits: int = 0
    deleted: bool = False
    to: str = ""
    url: str = ""
    """The response_url that made it."""

    def seen(self, bot_id: str, app: str) -> Json:
        """As events and history tell it."""
        told: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        if self.by_bot:
            told |= {"bot_id": bot_id, "app_id": app, "blocks": self.blocks}
        if self.thread:
            told["thread_ts"] = self.thread
        if self.edits:
            told["edited"] = {"user": self.user, "ts": self.ts}
        if self.reactions:
            told["reactions"] = [
                {"name": name, "users": users, "count": len(users)} for name, users in self.reactions.items()
            ]
        if self.files:
            told["files"] = self.files
        return told


@dataclass
class View:
    """A modal that stands open before somebody, or their App Home."""

    id: str
    user: str
    body: Json
    open: bool = True
    errors: dict[str, str] = field(default_factory=dict)
    root: str = ""
    previous: str = ""
    hash: str = ""
    trigger: str = ""

    def seen(self, workspace: Workspace) -> Json:
        """As Slack tells it."""
        return {
            "id": self.id, "team_id": workspace.team, "private_metadata": "", "callback_id": "",
            "external_id": "", "submit": None, "close": None, **self.body, "state": {"values": {}},
            "hash": self.hash, "clear_on_close": False, "notify_on_close": False, "root_view_id": self.root,
            "previous_view_id": self.previous or None, "app_id": workspace.app, "bot_id": workspace.bot_id,
            "app_installed_team_id": workspace.enterprise if workspace.org_wide else workspace.team,
        }  # fmt: skip


@dataclass
class Workspace:
    """One team's Slack, with the app in it as `bot`."""

    team: str = "T0LANTERN"
    name: str = "Lantern"
    enterprise: str = ""
    org_wide: bool = False
    """Served by its organisation's installation, whose payloads leave the workspace out where they can."""
    app: str = "A0AHABOT"
    bot: str = "U0AHABOT"
    bot_id: str = "B0AHABOT"
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        """The bot is somebody too."""
        self.users[self.bot] = User(self.bot, "Ahabot", self.team, bot=True)

    def add(self, name: str, zone: str = "Europe/Lisbon", admin: bool = False, team: str = "") -> User:
        """A new person; of another `team` they come from outside."""
        letter = "W" if self.enterprise else "U"
        user = User(f"{letter}0{name.upper()}", name, team or self.team, zone, admin)
        user.enterprise = "" if team else self.enterprise
        self.users[user.id] = user
        return user

    def person(self, name: str) -> User:
        """Somebody by first name or id."""
        return next(u for u in self.users.values() if name in (u.name, u.id))

    def make(self, name: str, private: bool = False, shared: bool = False) -> Channel:
        """A new channel with everybody but the bot in it."""
        channel = Channel(f"C0{next(self.numbers):06}", name, self.team, private, shared=shared)
        channel.members = {u.id for u in self.users.values() if not u.bot}
        self.channels[channel.id] = channel
        return channel

    def channel(self, name: str) -> Channel:
        """A channel by name or id."""
        return next(c for c in self.channels.values() if name in (c.name, c.id))

    def direct(self, user: str) -> Channel:
        """The direct messages of somebody with the bot."""
        for channel in self.channels.values():
            if channel.user == user:
                return channel
        channel = Channel(f"D0{next(self.numbers):06}", "", self.team, members={user, self.bot}, user=user)
        self.channels[channel.id] = channel
        return channel

    def ts(self) -> str:
        """A time stamp that nothing else has."""
        return f"{int(time.time())}.{next(self.numbers):06}"

    def message(self, ts: str, channel: str = "") -> Message | None:
        """What stands under this time stamp, for the API."""
        for message in self.messages:
            if message.ts == ts and not message.deleted and channel in ("", message.channel):
                return message
        return None

    def near(self, channel: str, ts: str) -> Message:
        """The same for what must be there. SlackError."""
        found = self.message(ts, channel)
        if found is None or found.to:
            raise SlackError("message_not_found")
        return found

    def standing(self, channel: str) -> list[Message]:
        """What everyone sees in a channel, threads included, oldest first."""
        return [m for m in self.messages if m.channel == channel and not m.deleted and not m.to]

    def whispers(self, user: str) -> list[Message]:
        """What only one person sees."""
        return [m for m in self.messages if m.to == user and not m.deleted]


def escaped(text: str) -> str:
    """A person's words as Slack passes them on."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def emoji_name(emoji: str) -> str:
    """The name of an emoji, as reactions have it."""
    return EMOJI.get(emoji, emoji.strip(":"))
