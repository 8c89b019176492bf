"""The payloads of Slack's events: the inner events, and the envelope around them."""

from __future__ import annotations

import time
from itertools import count

from tests.fakes.slack.world import Channel, Json, Message, Workspace

ALL = frozenset(
    [
        "message",
        "app_mention",
        "reaction_added",
        "reaction_removed",
        "member_joined_channel",
        "member_left_channel",
        "app_home_opened",
        "channel_archive",
        "channel_unarchive",
        "channel_rename",
        "channel_deleted",
        "channel_left",
        "channel_shared",
        "channel_unshared",
        "channel_id_changed",
        "group_archive",
        "group_unarchive",
        "group_rename",
        "group_left",
        "group_deleted",
        "app_uninstalled",
        "tokens_revoked",
        "team_access_granted",
        "team_access_revoked",
        "user_change",
    ]
)
NUMBERS = count(1)


def hears(here: Workspace, event: Json) -> bool:
    """Return whether the bot receives an event.

    It receives events without a channel and events of channels it is in, and a few kinds from other channels.
    """
    place = (event.get("item") or {}).get("channel") or event.get("channel")
    name = place.get("id") if isinstance(place, dict) else place
    channel = here.channels.get(str(name))
    always = ("member_left_channel", "channel_left", "group_left", "channel_deleted", "channel_unarchive")
    return channel is None or here.bot in channel.members or event["type"] in always


def wrapped(here: Workspace, event: Json) -> Json:
    """Return the body of a delivery. A repeated delivery has the same body."""
    authorization = {
        "enterprise_id": here.enterprise or None, "team_id": None if here.org_wide else here.team,
        "user_id": here.bot, "is_bot": True, "is_enterprise_install": here.org_wide,
    }  # fmt: skip
    number = next(NUMBERS)
    return {
        "token": "verification-token", "team_id": here.team, "context_team_id": here.team,
        "context_enterprise_id": here.enterprise or None, "api_app_id": here.app, "event": event,
        "type": "event_callback", "event_id": f"Ev0{number:08}", "event_time": int(time.time()),
        "authorizations": [authorization], "is_ext_shared_channel": _shared(here, event),
        "event_context": f"4-context-{number}",
    }  # fmt: skip


def _shared(here: Workspace, event: Json) -> bool:
    channel = here.channels.get(str((event.get("item") or event).get("channel")))
    return bool(channel and channel.shared)


def said(here: Workspace, message: Message) -> Json:
    """Return the event of a new message."""
    told = message.seen(here.bot_id, here.app)
    author = here.users[message.user]
    return {
        **told, "team": author.team, "channel": message.channel, "event_ts": message.ts,
        "channel_type": here.channels[message.channel].kind,
        **({} if message.by_bot else {"client_msg_id": f"c-{message.ts}"}),
        **({"parent_user_id": _parent(here, message)} if message.thread else {}),
        **({"source_team": author.team, "user_team": author.team} if author.team != here.team else {}),
    }  # fmt: skip


def mentioned(here: Workspace, message: Message) -> Json:
    """Return the event of a message with the bot's name in it, which comes beside the one of the message."""
    told = said(here, message)
    for name in ("channel_type", "subtype", "files"):
        told.pop(name, None)
    return {**told, "type": "app_mention"}


def is_wanted(event: Json, subscribed: frozenset[str]) -> bool:
    """Return whether an app with these subscriptions gets an event: messages by their kind of channel."""
    if event["type"] != "message" or "message" in subscribed:
        return event["type"] in subscribed
    kinds = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
    return f"message.{kinds.get(str(event.get('channel_type')), '')}" in subscribed


def is_permitted(event: Json, scopes: frozenset[str]) -> bool:
    """Return whether an app with these scopes gets an event: messages in channels need the history's."""
    needed = {"channel": "channels:history", "group": "groups:history"}.get(str(event.get("channel_type")))
    return event["type"] != "message" or needed is None or needed in scopes


def _parent(here: Workspace, message: Message) -> str:
    parent = here.message(message.thread, message.channel)
    return parent.user if parent else ""


def changed(here: Workspace, message: Message, before: Json) -> Json:
    """Return the event of a changed message."""
    at = here.ts()
    return {
        "type": "message", "subtype": "message_changed", "hidden": True, "channel": message.channel, "ts": at,
        "message": message.seen(here.bot_id, here.app), "previous_message": before, "event_ts": at,
        "channel_type": here.channels[message.channel].kind,
    }  # fmt: skip


def deleted(here: Workspace, message: Message) -> Json:
    """Return the event of a deleted message."""
    at = here.ts()
    return {
        "type": "message", "subtype": "message_deleted", "hidden": True, "channel": message.channel, "ts": at,
        "deleted_ts": message.ts, "previous_message": message.seen(here.bot_id, here.app), "event_ts": at,
        "channel_type": here.channels[message.channel].kind,
    }  # fmt: skip


def reaction(message: Message, user: str, name: str, on: bool) -> Json:
    """Return the event of an added or removed emoji."""
    return {
        "type": "reaction_added" if on else "reaction_removed", "user": user, "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.user, "event_ts": f"{time.time():.6f}",
    }  # fmt: skip


def membership(here: Workspace, channel: Channel, user: str, by: str, on: bool) -> Json:
    """Return the event of a person joining or leaving a channel."""
    return {
        "type": "member_joined_channel" if on else "member_left_channel", "user": user, "channel": channel.id,
        "channel_type": "G" if channel.private else "C", "team": here.team, "event_ts": f"{time.time():.6f}",
        **({"inviter": by} if on else {}),
    }  # fmt: skip


def of_channel(channel: Channel, what: str, user: str) -> Json:
    """Return the event of a changed channel. `what` is `archive`, `rename`, `shared` and so on."""
    kind = "group" if channel.private and what not in ("shared", "unshared") else "channel"
    about: Json | str = channel.id
    if what == "rename":
        about = {"id": channel.id, "name": channel.name, "created": 1700000000}
    return {"type": f"{kind}_{what}", "channel": about, "user": user, "event_ts": f"{time.time():.6f}"}


def converted(here: Workspace, channel: Channel, user: str) -> Json:
    """Return the event of a channel made private or public. Slack reports it only as a message in the channel."""
    kind, at = "private" if channel.private else "public", here.ts()
    return {
        "type": "message", "subtype": f"channel_convert_to_{kind}", "user": user, "ts": at, "event_ts": at,
        "text": f"made this channel *{kind}*.", "channel": channel.id, "channel_type": channel.kind,
    }  # fmt: skip


def moved(before: str, after: str) -> Json:
    """Return the event of a private channel's new id, which it gets before it is shared."""
    return {
        "type": "channel_id_changed", "old_channel_id": before, "new_channel_id": after,
        "event_ts": f"{time.time():.6f}",
    }  # fmt: skip


def access(granted: bool, *teams: str) -> Json:
    """Return the event of an organisation's admins adding the app to workspaces, or removing it."""
    return {"type": f"team_access_{'granted' if granted else 'revoked'}", "team_ids": list(teams)}


def home(channel: Channel, user: str, view: Json | None) -> Json:
    """Return the event of a person opening the App Home."""
    told: Json = {
        "type": "app_home_opened", "user": user, "channel": channel.id, "tab": "home",
        "event_ts": f"{time.time():.6f}",
    }  # fmt: skip
    return told | ({"view": view} if view else {})
