"""The state of the fake Slack, all in memory: workspaces, people, channels, messages and modals."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]

BOT_SCOPES = frozenset(
    [
        "app_mentions:read",
        "commands",
        "chat:write",
        "im:history",
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
"""The scopes that `adapters/slack/manifest.py` asks for when message content is on."""

EMOJI = {"💡": "bulb", "🎉": "tada", "🙌": "raised_hands", "👀": "eyes", "❤️": "heart", "🔥": "fire"}


class SlackError(Exception):
    """The error that a method returns; `more` holds further fields of the response."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass
class User:
    """A person or a bot. `team` is the workspace they belong to, another one for people from outside."""

    id: str
    name: str
    team: str
    zone: str = "Europe/Lisbon"
    admin: bool = False
    bot: bool = False
    deleted: bool = False
    closed: bool = False
    """Whether the person accepts no direct messages."""
    guest: bool = False
    """Whether the person is a guest, who may see only single channels."""
    locale: str = "en-US"
    enterprise: str = ""
    """The id of the person's organisation, the same in all of its workspaces; empty without one."""

    def seen(self, home: str) -> Json:
        """Return the person as `users.info` does. People of another team than `home` are strangers."""
        names = {"real_name": self.name, "display_name": self.name}
        return {
            "id": self.id, "team_id": self.team, "name": self.name.lower(), "deleted": self.deleted,
            "real_name": self.name, "tz": self.zone, "tz_label": "", "tz_offset": 0, "profile": names,
            "is_admin": self.admin, "is_owner": False, "is_primary_owner": False, "is_bot": self.bot,
            "is_stranger": self.team != home, "is_restricted": self.guest, "is_ultra_restricted": False,
            **({"enterprise_user": {"enterprise_id": self.enterprise}} if self.enterprise else {}),
        }  # fmt: skip


@dataclass
class Channel:
    """A channel, or the direct messages with `user`."""

    id: str
    name: str
    team: str
    private: bool = False
    members: set[str] = field(default_factory=set)
    archived: bool = False
    shared: bool = False
    """Whether the channel is shared with another organisation over Slack Connect."""
    pending: bool = False
    """Whether another organisation is invited to share the channel and has not accepted yet."""
    user: str = ""
    trouble: str = ""
    """The error that posting here returns, such as `restricted_action`."""

    @property
    def of_two(self) -> bool:
        """Whether these are direct messages, with the bot or between two people."""
        return self.id.startswith("D")

    @property
    def kind(self) -> str:
        """The `channel_type` in events."""
        return "im" if self.of_two else "group" if self.private else "channel"

    def seen(self, me: str) -> Json:
        """Return the channel as `conversations.info` does, where `me` is the caller's user id."""
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
    """A message. With `to` it is ephemeral: only that person sees it, and the API does not return it."""

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
    """The response_url that created the message."""

    def seen(self, bot_id: str, app: str) -> Json:
        """Return the message as events and `conversations.history` contain it."""
        told: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        if self.by_bot:
            told |= {"bot_id": bot_id, "app_id": app, "blocks": self.blocks}
        elif blocks := self.blocks or rich(self.text):
            told["blocks"] = blocks
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
            if not self.by_bot:
                told["subtype"] = "file_share"
        return told


@dataclass
class View:
    """A modal of one person, or their App Home."""

    id: str
    user: str
    body: Json
    open: bool = True
    errors: dict[str, str] = field(default_factory=dict)
    root: str = ""
    previous: str = ""
    hash: str = ""
    trigger: str = ""
    typed: dict[tuple[str, str], str] = field(default_factory=dict)
    """What the person typed, by `block_id` and `action_id`. Another view in the modal keeps it under the same ones."""

    def kept(self) -> dict[str, str]:
        """Return what is typed in the fields that the view has now, by `action_id`."""
        there = {
            (block.get("block_id", ""), (block.get("element") or {}).get("action_id", ""))
            for block in self.body["blocks"]
        }
        return {action: value for (block, action), value in self.typed.items() if (block, action) in there}

    def seen(self, workspace: Workspace) -> Json:
        """Return the view as payloads and responses contain it."""
        return {
            "id": self.id, "team_id": workspace.team, "private_metadata": "", "callback_id": "",
            "external_id": "", "submit": None, "close": None, **self.body, "state": {"values": {}},
            "hash": self.hash, "clear_on_close": False, "notify_on_close": False, "root_view_id": self.root,
            "previous_view_id": self.previous or None, "app_id": workspace.app, "bot_id": workspace.bot_id,
            "app_installed_team_id": workspace.enterprise if workspace.org_wide else workspace.team,
        }  # fmt: skip


@dataclass
class Workspace:
    """One workspace, with the app in it as the user `bot`."""

    team: str = "T0LANTERN"
    name: str = "Lantern"
    enterprise: str = ""
    org_wide: bool = False
    """Whether the organisation installed the app for all workspaces.

    Payloads then leave out the workspace where Slack does.
    """
    app: str = "A0AHABOT"
    bot: str = "U0AHABOT"
    bot_id: str = "B0AHABOT"
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    """The handles of the user groups, by id."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        """Add the bot to the users."""
        self.users[self.bot] = User(self.bot, "Ahabot", self.team, bot=True)

    def add(self, name: str, zone: str = "Europe/Lisbon", admin: bool = False, team: str = "") -> User:
        """Add a person. With another `team` they come from outside."""
        letter = "W" if self.enterprise else "U"
        user = User(f"{letter}0{name.upper()}", name, team or self.team, zone, admin)
        user.enterprise = "" if team else self.enterprise
        self.users[user.id] = user
        return user

    def person(self, name: str) -> User:
        """Return a person by first name or id."""
        return next(u for u in self.users.values() if name in (u.name, u.id))

    def make(self, name: str, private: bool = False, shared: bool = False) -> Channel:
        """Create a channel with everyone except the bot in it."""
        channel = Channel(f"C0{next(self.numbers):06}", name, self.team, private, shared=shared)
        channel.members = {u.id for u in self.users.values() if not u.bot}
        self.channels[channel.id] = channel
        return channel

    def channel(self, name: str) -> Channel:
        """Return a channel by name or id."""
        return next(c for c in self.channels.values() if name in (c.name, c.id))

    def direct(self, user: str) -> Channel:
        """Return the direct messages between a user and the bot, opened on first use."""
        for channel in self.channels.values():
            if channel.user == user:
                return channel
        channel = Channel(f"D0{next(self.numbers):06}", "", self.team, members={user, self.bot}, user=user)
        self.channels[channel.id] = channel
        return channel

    def between(self, one: str, other: str) -> Channel:
        """Return the direct messages between two people, by first name. The bot is not in them."""
        members = {self.person(one).id, self.person(other).id}
        for channel in self.channels.values():
            if channel.of_two and channel.members == members:
                return channel
        channel = Channel(f"D0{next(self.numbers):06}", "", self.team, private=True, members=members)
        self.channels[channel.id] = channel
        return channel

    def ts(self) -> str:
        """Return a new, unique timestamp."""
        return f"{int(time.time())}.{next(self.numbers):06}"

    def message(self, ts: str, channel: str = "") -> Message | None:
        """Return the message with this timestamp, or None when it is deleted or unknown.

        An empty `channel` matches every channel.
        """
        for message in self.messages:
            if message.ts == ts and not message.deleted and channel in ("", message.channel):
                return message
        return None

    def near(self, channel: str, ts: str) -> Message:
        """Return a message that the API can see. Raise SlackError when there is none."""
        found = self.message(ts, channel)
        if found is None or found.to:
            raise SlackError("message_not_found")
        return found

    def standing(self, channel: str) -> list[Message]:
        """Return the messages that everyone sees in a channel, threads included, oldest first."""
        return [m for m in self.messages if m.channel == channel and not m.deleted and not m.to]

    def whispers(self, user: str) -> list[Message]:
        """Return the ephemeral messages of one person."""
        return [m for m in self.messages if m.to == user and not m.deleted]


def escaped(text: str) -> str:
    """Return a person's text with `&`, `<` and `>` escaped, as Slack sends it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


MARKUP = re.compile(r"<(@|#|!subteam\^|!|)([^<>|]+)(?:\|([^<>]*))?>")
MENTIONS = {"@": ("user", "user_id"), "#": ("channel", "channel_id"), "!subteam^": ("usergroup", "usergroup_id"),
            "!": ("broadcast", "range")}  # fmt: skip


def rich(text: str) -> list[Json]:
    """Return the blocks that Slack makes of a text: rich text, in which nothing is escaped. None without text."""
    elements, at = list[Json](), 0
    for found in MARKUP.finditer(text):
        elements += plain(text[at : found.start()])
        sign, target, label = found[1], html.unescape(found[2]), html.unescape(found[3] or "")
        if sign:
            kind, name = MENTIONS[sign]
            elements.append({"type": kind, name: target})
        else:
            elements.append({"type": "link", "url": target, **({"text": label} if label else {})})
        at = found.end()
    elements += plain(text[at:])
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": "b1", "elements": [section]}] if text else []


def plain(text: str) -> list[Json]:
    """Return the rich text element of a text without markup, or none."""
    return [{"type": "text", "text": html.unescape(text)}] if text else []


def emoji_name(emoji: str) -> str:
    """Return the name of an emoji as reactions use it, such as `bulb` for 💡."""
    return EMOJI.get(emoji, emoji.strip(":"))
