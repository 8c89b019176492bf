"""Parsing of Slack's payloads: who acted, where, under which event ID, and how to answer.

No field is trusted to be present. A missing one reads as empty, and a payload that makes
no sense raises InvalidPayloadError.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.manifest import shortcut_id
from adapters.slack.render import Json
from bot.core.commands import Shortcut

PLATFORM = "slack"
ANSWER_ID = "answer-"
"""What begins the ids of the blocks of the bot's plain answers in direct messages."""
HIDDEN_NAMES = {"directmessage", "privategroup"}
"""What a slash command sends in place of the name of a channel that is not public."""

USER_MESSAGES = {"", "thread_broadcast", "file_share", "me_message"}
"""Subtypes of messages that a person wrote."""


class InvalidPayloadError(Exception):
    """A payload that Slack would not send."""


@dataclass(frozen=True)
class Interaction:
    """One action of a person: where, under which event ID, and how to answer it."""

    workspace: str
    person: str
    event: str
    organisation: str = ""
    us: str = ""
    """The bot's own user ID in the workspace."""
    handle: str = ""
    """The person's name in the payload, used when Slack does not provide a better one."""
    channel: str = ""
    channel_name: str = ""
    private: bool | None = None
    thread: str = ""
    trigger: str = ""
    respond: str = ""
    """The response URL, for private answers."""
    ephemeral: bool = False
    """Whether it was done on a private card, which the answer may replace."""
    view: str = ""
    home: bool = False
    is_event: bool = False
    """Whether Slack sent it as an event, which it does only for conversations that the bot is in."""
    from_form: bool = False
    on_answer: bool = False
    """Whether it was done on one of the bot's plain answers in a direct message, which the next one may replace."""
    present: bool = True
    """Whether Slack vouches that the person is in the channel now. Old buttons and forms outlast that."""


def text_at(body: Any, *path: str) -> str:
    """Return the text at a path in a payload, or an empty string."""
    for name in path:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body if isinstance(body, str) else ""


def object_at(body: Any, *path: str) -> Json:
    """Return the object at a path in a payload, or an empty one."""
    for name in path:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body if isinstance(body, dict) else {}


def texts_at(body: Any, *path: str) -> list[str]:
    """Return the texts in the list at a path in a payload."""
    *above, last = path
    found = object_at(body, *above).get(last)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def parse_command(body: Json, context: Mapping[str, Any]) -> Interaction:
    """Parse a slash command."""
    name = text_at(body, "channel_name")
    return _make_interaction(
        context, text_at(body, "user_id"), f"command:{text_at(body, 'trigger_id')}",
        handle=text_at(body, "user_name"), **_channel_fields(text_at(body, "channel_id"), name),
        trigger=text_at(body, "trigger_id"),
        respond=text_at(body, "response_url"),
    )  # fmt: skip


def parse_button(body: Json, context: Mapping[str, Any]) -> tuple[Interaction, str]:
    """Parse a button or a menu entry, and return its value too."""
    action = find_action(body)
    carried = text_at(action, "value") or text_at(action, "selected_option", "value")
    view, container = object_at(body, "view"), object_at(body, "container")
    message = text_at(container, "message_ts") or text_at(view, "id")
    thread = text_at(container, "thread_ts") or text_at(body, "message", "thread_ts")
    person = text_at(body, "user", "id")
    event = f"press:{message}:{text_at(action, 'action_ts')}:{person}:{text_at(action, 'action_id')}"
    interaction = _make_interaction(
        context, person, event,
        handle=text_at(body, "user", "username") or text_at(body, "user", "name"),
        **_channel_fields(text_at(body, "channel", "id"), text_at(body, "channel", "name")),
        thread="" if thread == message else thread,
        trigger=text_at(body, "trigger_id"),
        respond=text_at(body, "response_url"),
        ephemeral=container.get("is_ephemeral") is True, present=False,
        on_answer=text_at(action, "block_id").startswith(ANSWER_ID) and not container.get("is_ephemeral"),
        view=text_at(view, "id") if text_at(view, "type") == "modal" else "", home=text_at(view, "type") == "home",
    )  # fmt: skip
    return interaction, carried


def find_action(body: Json) -> Json:
    """Return what was pressed, or an empty object."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else {}
    return action if isinstance(action, dict) else {}


def parse_form(body: Json, context: Mapping[str, Any]) -> Interaction:
    """Parse a form's submission.

    Where the form was opened is in its `private_metadata`, not here.
    """
    view = object_at(body, "view")
    return _make_interaction(
        context, text_at(body, "user", "id"), f"form:{text_at(view, 'id')}:{text_at(view, 'callback_id')}",
        handle=text_at(body, "user", "username") or text_at(body, "user", "name"), trigger=text_at(body, "trigger_id"),
        view=text_at(view, "id"), from_form=True, present=False,
    )  # fmt: skip


def parse_shortcut(body: Json, context: Mapping[str, Any]) -> Interaction:
    """Parse a shortcut, either a message's or the global one."""
    return _make_interaction(
        context, text_at(body, "user", "id"), f"shortcut:{text_at(body, 'trigger_id')}",
        handle=text_at(body, "user", "username") or text_at(body, "user", "name"),
        **_channel_fields(text_at(body, "channel", "id"), text_at(body, "channel", "name")),
        thread=_thread_root(object_at(body, "message")), trigger=text_at(body, "trigger_id"),
        respond=text_at(body, "response_url"),
    )  # fmt: skip


def parse_event(
    body: Json, context: Mapping[str, Any], person: str, channel: str, **more: Any
) -> Interaction:
    """Parse an event.

    An event without an ID gets one made from its type, channel, timestamp and person.
    """
    event = object_at(body, "event")
    known = (
        text_at(body, "event_id")
        or f"{text_at(event, 'type')}:{channel}:{text_at(event, 'event_ts')}:{person}"
    )
    return _make_interaction(context, person, f"event:{known}", channel=channel, is_event=True, **more)


def parse_spoken(
    body: Json, context: Mapping[str, Any], person: str, channel: str, message: str, thread: str
) -> Interaction:
    """Parse a message to the bot. Each delivery of the message has the same event ID, whichever event tells it."""
    known = f"spoken:{channel}:{message}"
    return replace(parse_event(body, context, person, channel, thread=thread), event=known)


def find_shortcut_command(callback: str, shortcuts: Sequence[Shortcut]) -> Any:
    """Return the command of a message shortcut, by the callback ID from the manifest.

    Raise InvalidPayloadError for an unknown ID.
    """
    for shortcut in shortcuts:
        if callback == shortcut_id(shortcut.label.text):
            return shortcut.command
    raise InvalidPayloadError(f"no shortcut {callback!r}")


def find_thread(message: Json) -> str:
    """Return the thread that a message is a reply in, or an empty string."""
    return _thread_root(message)


def is_by_person(message: Json, us: str = "") -> bool:
    """Return whether a person wrote the message, and not a bot or the system.

    With `us`, messages of that user do not count.
    """
    if message.get("bot_id") or message.get("hidden") or text_at(message, "subtype") not in USER_MESSAGES:
        return False
    return bool(text_at(message, "user")) and text_at(message, "user") != us


def author_workspace(message: Json) -> str:
    """Return the workspace of a message's author as the message has it, or an empty string."""
    named = (text_at(message, name) for name in ("user_team", "source_team", "team"))
    return next(filter(None, named), "")


def _thread_root(message: Json) -> str:
    root = text_at(message, "thread_ts")
    return "" if root == text_at(message, "ts") else root


def _channel_fields(channel: str, name: str) -> Json:
    """Return the interaction fields of a channel.

    Slack sends the real name of public channels only.
    """
    hidden = name in HIDDEN_NAMES or name.startswith("mpdm-")
    return {"channel": channel, "channel_name": "" if hidden else name, "private": hidden}


def _make_interaction(context: Mapping[str, Any], person: str, event: str, **more: Any) -> Interaction:
    workspace = context.get("team_id") or context.get("enterprise_id")
    if not workspace or not person:
        raise InvalidPayloadError("no person or workspace")
    organisation = str(context.get("enterprise_id") or "")
    return Interaction(
        str(workspace), person, event, organisation, str(context.get("bot_user_id") or ""), **more
    )
