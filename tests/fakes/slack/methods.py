"""The methods of Slack's Web API that our bot needs, each as strict as the real one."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import limits
from tests.fakes.slack.world import Channel, Json, Message, SlackError, View, Workspace

if TYPE_CHECKING:
    from tests.fakes.slack.server import Slack


@dataclass(frozen=True)
class Call:
    """One call of a method: its workspace, arguments and token."""

    slack: Slack
    workspace: Workspace
    given: Json
    token: str

    def text(self, name: str) -> str:
        """Return a required argument. Raise SlackError when it is missing."""
        value = self.given.get(name)
        if value in (None, ""):
            raise SlackError(
                "invalid_arguments", response_metadata={"messages": [f"[ERROR] missing: {name}"]}
            )
        return str(value)

    def data(self, name: str, default: Any = None) -> Any:
        """Return a structured argument, given as JSON or as a string of JSON.

        Raise SlackError when the string is not JSON.
        """
        value = self.given.get(name, default)
        try:
            return json.loads(value) if isinstance(value, str) and value else value
        except ValueError:
            raise SlackError("invalid_arguments") from None

    def place(self, error: str = "not_in_channel") -> Channel:
        """Return the channel of the call; a user id means the direct messages with that user.

        Raise SlackError when the bot is not in the channel.
        """
        name, here = self.text("channel"), self.workspace
        if name in here.users and not here.users[name].bot:
            return here.direct(name)
        found = here.channels.get(name)
        if found is None or (found.private and here.bot not in found.members):
            raise SlackError("channel_not_found")
        if here.bot not in found.members:
            raise SlackError(error)
        return found

    def checked(self, problems: list[str]) -> None:
        """Record a payload's problems, which fails the test, and raise SlackError when there are any."""
        if problems:
            self.slack.problems += problems
            raise SlackError("invalid_blocks", response_metadata={"messages": problems})


Method = Callable[[Call], Json]


def auth_test(call: Call) -> Json:
    """Handle auth.test: return the app's identity."""
    here = call.workspace
    return {
        "url": "https://lantern.slack.com/", "team": here.name, "team_id": here.team, "user": "ahabot",
        "user_id": here.bot, "bot_id": here.bot_id, "is_enterprise_install": False, "app_id": here.app,
        "enterprise_id": here.enterprise or None,
    }  # fmt: skip


def _body(call: Call) -> Json:
    """Return a message's text, blocks and metadata. Raise SlackError when they break a limit or a file is missing."""
    body = {
        "text": call.given.get("text"),
        "blocks": call.data("blocks") or [],
        "metadata": call.data("metadata"),
    }
    call.checked(limits.of_message({name: value for name, value in body.items() if value}))
    for block in body["blocks"]:
        call.slack.files.shown(block)
    return body


def _open(channel: Channel, here: Workspace) -> None:
    if channel.archived:
        raise SlackError("is_archived")
    if channel.trouble:
        raise SlackError(channel.trouble)
    if channel.user and here.users[channel.user].closed:
        raise SlackError("messages_tab_disabled")


def post_message(call: Call) -> Json:
    """Handle chat.postMessage."""
    here, channel = call.workspace, call.place()
    _open(channel, here)
    body, thread = _body(call), str(call.given.get("thread_ts") or "")
    if thread and (parent := here.message(thread, channel.id)) is None:
        raise SlackError("thread_not_found")
    elif thread and parent is not None and parent.thread not in ("", thread):
        thread = parent.thread
    message = Message(
        channel.id, here.ts(), here.bot, body["text"], body["blocks"], thread, True, body["metadata"]
    )
    call.slack.stands(here, message)
    return {"channel": channel.id, "ts": message.ts, "message": message.seen(here.bot_id, here.app)}


def update(call: Call) -> Json:
    """Handle chat.update."""
    here, channel = call.workspace, call.place("channel_not_found")
    message = here.near(channel.id, call.text("ts"))
    if message.user != here.bot:
        raise SlackError("cant_update_message")
    _open(channel, here)
    body = _body(call)
    before = message.seen(here.bot_id, here.app)
    message.text, message.blocks, message.edits = body["text"], body["blocks"], message.edits + 1
    call.slack.changed(here, message, before)
    return {"channel": channel.id, "ts": message.ts, "text": message.text}


def post_ephemeral(call: Call) -> Json:
    """Handle chat.postEphemeral. Raise SlackError when the user is not in the channel."""
    here, channel, user = call.workspace, call.place(), call.text("user")
    _open(channel, here)
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    body = _body(call)
    thread = str(call.given.get("thread_ts") or "")
    message = Message(channel.id, here.ts(), here.bot, body["text"], body["blocks"], thread, True, to=user)
    here.messages.append(message)
    return {"message_ts": message.ts}


def delete(call: Call) -> Json:
    """Handle chat.delete."""
    here, channel = call.workspace, call.place("channel_not_found")
    message = here.near(channel.id, call.text("ts"))
    if message.user != here.bot:
        raise SlackError("cant_delete_message")
    message.deleted = True
    return {"channel": channel.id, "ts": message.ts}


def permalink(call: Call) -> Json:
    """Handle chat.getPermalink."""
    channel = call.place("channel_not_found")
    ts = call.text("message_ts")
    call.workspace.near(channel.id, ts)
    return {"channel": channel.id, "permalink": link(channel.id, ts)}


def link(channel: str, ts: str) -> str:
    """Return the link to a message."""
    return f"https://lantern.slack.com/archives/{channel}/p{ts.replace('.', '')}"


def add_reaction(call: Call) -> Json:
    """Handle reactions.add."""
    return _react(call, True)


def remove_reaction(call: Call) -> Json:
    """Handle reactions.remove."""
    return _react(call, False)


def _react(call: Call, on: bool) -> Json:
    here, channel, name = call.workspace, call.place(), call.text("name")
    if channel.archived:
        raise SlackError("is_archived")
    message = here.near(channel.id, call.text("timestamp"))
    if (here.bot in message.reactions.get(name, [])) == on:
        raise SlackError("already_reacted" if on else "no_reaction")
    call.slack.reacted(here, message, here.bot, name, on)
    return {}


def reactions(call: Call) -> Json:
    """Handle reactions.get, which returns the whole message."""
    here, channel = call.workspace, call.place("channel_not_found")
    message = here.near(channel.id, call.text("timestamp"))
    return {"type": "message", "channel": channel.id, "message": _told(here, message)}


def _told(here: Workspace, message: Message) -> Json:
    team = here.users[message.user].team
    return {
        **message.seen(here.bot_id, here.app),
        "team": team,
        "permalink": link(message.channel, message.ts),
    }


def channel_info(call: Call) -> Json:
    """Handle conversations.info, for public channels and the private ones that the bot is in."""
    found = call.workspace.channels.get(call.text("channel"))
    if found is None or (found.private and call.workspace.bot not in found.members):
        raise SlackError("channel_not_found")
    return {"channel": found.seen(call.workspace.bot)}


def open_direct(call: Call) -> Json:
    """Handle conversations.open."""
    user = call.workspace.users.get(call.text("users"))
    if user is None or user.deleted:
        raise SlackError("user_not_found" if user is None else "user_disabled")
    if user.bot:
        raise SlackError("cannot_dm_bot")
    return {"channel": {"id": call.workspace.direct(user.id).id}}


def history(call: Call) -> Json:
    """Handle conversations.history: messages without thread replies, newest first."""
    channel = call.place()
    told = [m for m in call.workspace.standing(channel.id) if m.thread in ("", m.ts)]
    return {"messages": _page(call, told)[::-1], "has_more": False, "response_metadata": {"next_cursor": ""}}


def replies(call: Call) -> Json:
    """Handle conversations.replies: a thread with its root, oldest first."""
    channel, ts = call.place(), call.text("ts")
    root = call.workspace.near(channel.id, ts)
    told = [m for m in call.workspace.standing(channel.id) if m is root or m.thread == (root.thread or ts)]
    return {"messages": _page(call, told), "has_more": False}


def _page(call: Call, messages: list[Message]) -> list[Json]:
    here, exact = call.workspace, str(call.given.get("inclusive", "")).lower() in ("1", "true")
    oldest, latest = str(call.given.get("oldest") or "0"), str(call.given.get("latest") or "9999999999")
    metadata = str(call.given.get("include_all_metadata", "")).lower() in ("1", "true")
    found = [
        m
        for m in messages
        if float(oldest) < float(m.ts) < float(latest) or (exact and m.ts in (oldest, latest))
    ]
    return [
        {**_told(here, m), **({"metadata": m.metadata} if metadata and m.metadata else {})}
        for m in found[-int(call.given.get("limit") or 100) :]
    ]


def channels(call: Call) -> Json:
    """Handle conversations.list."""
    here = call.workspace
    kinds = str(call.given.get("types") or "public_channel").split(",")
    told = [
        c.seen(here.bot)
        for c in here.channels.values()
        if ("im" if c.user else "private_channel" if c.private else "public_channel") in kinds
        and (not c.private or here.bot in c.members)
    ]
    return {"channels": told, "response_metadata": {"next_cursor": ""}}


def members(call: Call) -> Json:
    """Handle conversations.members."""
    return {
        "members": sorted(call.place("channel_not_found").members),
        "response_metadata": {"next_cursor": ""},
    }


def user_info(call: Call) -> Json:
    """Handle users.info."""
    found = call.workspace.users.get(call.text("user"))
    if found is None:
        raise SlackError("user_not_found")
    locale = {"locale": found.locale} if call.text("include_locale") == "true" else {}
    return {"user": found.seen(call.workspace.team) | locale}


def users(call: Call) -> Json:
    """Handle users.list."""
    told = [user.seen(call.workspace.team) for user in call.workspace.users.values()]
    return {"members": told, "response_metadata": {"next_cursor": ""}}


def groups(call: Call) -> Json:
    """Handle usergroups.list."""
    return {"usergroups": [{"id": id_, "handle": handle} for id_, handle in call.workspace.groups.items()]}


def team_info(call: Call) -> Json:
    """Handle team.info."""
    here = call.workspace
    return {"team": {"id": here.team, "name": here.name, "domain": here.name.lower()}}


def _view(call: Call, kind: str) -> Json:
    body: Json = call.data("view") or {}
    call.checked(limits.of_view(body))
    if body["type"] != kind:
        raise SlackError("invalid_arguments")
    for number, block in enumerate(body["blocks"]):
        block.setdefault("block_id", f"auto{number}")
        call.slack.files.shown(block)
    return body


def open_view(call: Call) -> Json:
    """Handle views.open. A trigger id is valid for three seconds and opens one modal."""
    return _opened(call, "")


def push_view(call: Call) -> Json:
    """Handle views.push: open a modal on top of the one that is open."""
    return _opened(call, "open")


def _opened(call: Call, over: str) -> Json:
    body, trigger = _view(call, "modal"), call.text("trigger_id")
    user = call.slack.triggers.take(trigger)
    standing = [v for v in call.workspace.views.values() if v.user == user and v.open]
    if over and not standing:
        raise SlackError("not_found")
    view = call.slack.opened(call.workspace, user, body, standing[-1] if over else None)
    view.trigger = trigger
    return {"view": view.seen(call.workspace)}


def update_view(call: Call) -> Json:
    """Handle views.update."""
    view = call.workspace.views.get(call.text("view_id"))
    if view is None or not view.open:
        raise SlackError("not_found")
    if call.given.get("hash") and call.given["hash"] != view.hash:
        raise SlackError("hash_conflict")
    view.body, view.hash = _view(call, "modal"), secrets.token_hex(4)
    return {"view": view.seen(call.workspace)}


def publish_view(call: Call) -> Json:
    """Handle views.publish: set a person's App Home."""
    user, body = call.text("user_id"), _view(call, "home")
    if user not in call.workspace.users:
        raise SlackError("user_not_found")
    view = call.workspace.homes.setdefault(user, View(f"V0H{next(call.workspace.numbers)}", user, {}))
    if call.given.get("hash") and call.given["hash"] != view.hash:
        raise SlackError("hash_conflict")
    view.body, view.hash = body, secrets.token_hex(4)
    return {"view": view.seen(call.workspace)}


def upload_url(call: Call) -> Json:
    """Handle files.getUploadURLExternal."""
    length = int(call.text("length"))
    if length < 1:
        raise SlackError("invalid_arguments")
    file = call.slack.files.begin(call.text("filename"), length, str(call.given.get("alt_txt") or ""))
    return {"file_id": file, "upload_url": f"{call.slack.address}/upload/{file}"}


HIGHLIGHTS = ("png", "jpg")
"""The values of `highlight_type`."""


def complete_upload(call: Call) -> Json:
    """Handle files.completeUploadExternal. With a channel, the files are posted there."""
    given = call.data("files")
    if any(each.get("highlight_type", "png") not in HIGHLIGHTS for each in given):
        raise SlackError("invalid_arguments")
    files = [call.slack.files.complete(each.get("id", ""), each.get("title", "")) for each in given]
    for each in given:
        call.slack.files.known[each["id"]].highlight = each.get("highlight_type", "")
    if call.given.get("channel_id"):
        here = call.workspace
        channel = Call(call.slack, here, {"channel": call.given["channel_id"]}, call.token).place()
        _open(channel, here)
        thread, said = str(call.given.get("thread_ts") or ""), str(call.given.get("initial_comment") or "")
        message = Message(channel.id, here.ts(), here.bot, said, thread=thread, by_bot=True, files=files)
        call.slack.stands(here, message)
    return {"files": files}


def file_info(call: Call) -> Json:
    """Handle files.info."""
    return {"file": call.slack.files.info(call.text("file"))}


def revoke(call: Call) -> Json:
    """Handle auth.revoke."""
    call.slack.tokens.pop(call.token, None)
    return {"revoked": True}


METHODS: dict[str, tuple[Method, str]] = {
    "auth.test": (auth_test, ""),
    "auth.revoke": (revoke, ""),
    "chat.postMessage": (post_message, "chat:write"),
    "chat.update": (update, "chat:write"),
    "chat.delete": (delete, "chat:write"),
    "chat.postEphemeral": (post_ephemeral, "chat:write"),
    "chat.getPermalink": (permalink, ""),
    "reactions.add": (add_reaction, "reactions:write"),
    "reactions.remove": (remove_reaction, "reactions:write"),
    "reactions.get": (reactions, "reactions:read"),
    "conversations.info": (channel_info, "channels:read"),
    "conversations.open": (open_direct, "im:write"),
    "conversations.history": (history, "channels:history"),
    "conversations.replies": (replies, "channels:history"),
    "conversations.list": (channels, "channels:read"),
    "conversations.members": (members, "channels:read"),
    "users.info": (user_info, "users:read"),
    "users.list": (users, "users:read"),
    "usergroups.list": (groups, "usergroups:read"),
    "team.info": (team_info, "team:read"),
    "views.open": (open_view, ""),
    "views.push": (push_view, ""),
    "views.update": (update_view, ""),
    "views.publish": (publish_view, ""),
    "files.getUploadURLExternal": (upload_url, "files:write"),
    "files.completeUploadExternal": (complete_upload, "files:write"),
    "files.info": (file_info, "files:read"),
}
"""The function of each method, and the scope that the method needs."""
