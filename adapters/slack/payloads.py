"""What Slack sends, in our words: who did something where, by which natural id, and how they can be answered.

Nothing is trusted to be there: whatever is missing reads as nothing, and what cannot be anything raises Junk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.manifest import shortcut_id
from adapters.slack.render import Json
from bot.core.commands import Shortcut

PLATFORM = "slack"
HIDDEN_NAMES = {"directmessage", "privategroup"}
"""What a command says instead of the name of a channel that is not public."""

SAID = {"", "thread_broadcast", "file_share", "me_message"}
"""Kinds of messages in which a person says something."""


class Junk(Exception):
    """Not something that Slack sends."""


@dataclass(frozen=True)
class Doing:
    """What somebody did: where, as which event, and the ways to answer."""

    workspace: str
    person: str
    event: str
    organisation: str = ""
    us: str = ""
    """The bot's own id as a person there."""
    handle: str = ""
    """The person's name as the payload has it, for when Slack does not tell a better one."""
    channel: str = ""
    channel_name: str = ""
    private: bool | None = None
    thread: str = ""
    trigger: str = ""
    respond: str = ""
    """The address that answers in private."""
    ephemeral: bool = False
    """Whether it was done on a private card, which an answer may replace."""
    view: str = ""
    home: bool = False


def at(body: Any, *path: str) -> str:
    """The text at a path, or nothing."""
    for name in path:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body if isinstance(body, str) else ""


def part(body: Any, *path: str) -> Json:
    """The object at a path, or an empty one."""
    for name in path:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body if isinstance(body, dict) else {}


def typed(body: Json, context: Mapping[str, Any]) -> Doing:
    """A slash command."""
    name = at(body, "channel_name")
    return _doing(
        context, at(body, "user_id"), f"command:{at(body, 'trigger_id')}",
        handle=at(body, "user_name"), **_channel(at(body, "channel_id"), name),
        trigger=at(body, "trigger_id"), respond=at(body, "response_url"),
    )  # fmt: skip


def pressed(body: Json, context: Mapping[str, Any]) -> tuple[Doing, str]:
    """A button or an entry of a menu, and what it carries."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else {}
    carried = at(action, "value") or at(action, "selected_option", "value")
    view, container = part(body, "view"), part(body, "container")
    message = at(container, "message_ts") or at(view, "id")
    thread = at(container, "thread_ts") or at(body, "message", "thread_ts")
    event = f"press:{message}:{at(action, 'action_ts')}:{at(body, 'user', 'id')}:{at(action, 'action_id')}"
    doing = _doing(
        context, at(body, "user", "id"), event,
        handle=at(body, "user", "username") or at(body, "user", "name"),
        **_channel(at(body, "channel", "id"), at(body, "channel", "name")),
        thread="" if thread == message else thread,
        trigger=at(body, "trigger_id"), respond=at(body, "response_url"),
        ephemeral=container.get("is_ephemeral") is True,
        view=at(view, "id") if at(view, "type") == "modal" else "", home=at(view, "type") == "home",
    )  # fmt: skip
    return doing, carried


def submitted(body: Json, context: Mapping[str, Any]) -> Doing:
    """A form's submission; where it was opened stands in the form."""
    view = part(body, "view")
    return _doing(
        context, at(body, "user", "id"), f"form:{at(view, 'id')}:{at(view, 'callback_id')}",
        handle=at(body, "user", "username") or at(body, "user", "name"), trigger=at(body, "trigger_id"),
        view=at(view, "id"),
    )  # fmt: skip


def chosen(body: Json, context: Mapping[str, Any]) -> Doing:
    """A shortcut, a message's or the global one."""
    return _doing(
        context, at(body, "user", "id"), f"shortcut:{at(body, 'trigger_id')}",
        handle=at(body, "user", "username") or at(body, "user", "name"),
        **_channel(at(body, "channel", "id"), at(body, "channel", "name")),
        thread=_thread(part(body, "message")), trigger=at(body, "trigger_id"), respond=at(body, "response_url"),
    )  # fmt: skip


def happened(body: Json, context: Mapping[str, Any], person: str, channel: str, **more: Any) -> Doing:
    """An event; without an id of its own, what it is about names it."""
    event = part(body, "event")
    known = at(body, "event_id") or f"{at(event, 'type')}:{channel}:{at(event, 'event_ts')}:{person}"
    return _doing(context, person, f"event:{known}", channel=channel, **more)


def behind(callback: str, shortcuts: Sequence[Shortcut]) -> Any:
    """The command of a message shortcut, by the id that our manifest gives it."""
    for shortcut in shortcuts:
        if callback == shortcut_id(shortcut.label):
            return shortcut.command
    raise Junk(f"no shortcut {callback!r}")


def thread_of(message: Json) -> str:
    """The thread that a message is a reply in, or nothing."""
    return _thread(message)


def by_person(message: Json, us: str = "") -> bool:
    """Whether a person said this: no bot, no notice of the system."""
    if message.get("bot_id") or message.get("hidden") or at(message, "subtype") not in SAID:
        return False
    return bool(at(message, "user")) and at(message, "user") != us


def home_of(message: Json) -> str:
    """The workspace that a message says its author is of, or nothing."""
    named = (at(message, name) for name in ("user_team", "source_team", "team"))
    return next(filter(None, named), "")


def _thread(message: Json) -> str:
    root = at(message, "thread_ts")
    return "" if root == at(message, "ts") else root


def _channel(channel: str, name: str) -> Json:
    """What a payload says of a channel. Slack tells the name of public ones alone."""
    hidden = name in HIDDEN_NAMES or name.startswith("mpdm-")
    return {"channel": channel, "channel_name": "" if hidden else name, "private": hidden}


def _doing(context: Mapping[str, Any], person: str, event: str, **more: Any) -> Doing:
    workspace = context.get("team_id") or context.get("enterprise_id")
    if not workspace or not person:
        raise Junk("nobody did it, or nowhere")
    organisation = str(context.get("enterprise_id") or "")
    return Doing(str(workspace), person, event, organisation, str(context.get("bot_user_id") or ""), **more)
