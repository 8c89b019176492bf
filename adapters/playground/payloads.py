"""What the page sends, in the core's words: a doing's Origin, a typed command, a shortcut, a form's values.

The page is not trusted to be ours: whatever does not fit raises Refused with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any

from adapters.playground import render
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import BOT, Channel, Json, Message, Person, Refused
from bot.core.adapter import Origin
from bot.core.messages import FieldKind

PLATFORM = "playground"
COMMAND = "/aha"
TEXT_LIMIT = 200_000
EMOJI_LENGTH = 32
EVENT = re.compile(r"[\w.:-]{1,80}")


def text(body: Json, name: str, *, default: str | None = None) -> str:
    """A text of the body. Refused where it is missing, not text, or longer than any message."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise Refused(f"The request says no “{name}”.")
    if len(value) > TEXT_LIMIT:
        raise Refused("That is too long for one message. Nothing was sent.", 413)
    return value


def event(body: Json) -> str:
    """The page's own id of what was done; the same one when it tries again."""
    given = text(body, "event", default="")
    if given and not EVENT.fullmatch(given):
        raise Refused("The request's “event” is not an id.")
    return given


def flag(body: Json, name: str) -> bool:
    """A yes or no of the body."""
    value = body.get(name)
    if not isinstance(value, bool):
        raise Refused(f"The request says no “{name}”.")
    return value


def texts(body: Json, name: str) -> dict[str, str]:
    """Texts by name, such as a form's values."""
    values = body.get(name)
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise Refused(f"The request says no “{name}”.")
    return values


def origin(person: Person, channel: Channel, thread: str, event: str) -> Origin:
    """Who did something, where, and the id of the doing."""
    return Origin(
        platform=PLATFORM,
        workspace=PLATFORM,
        workspace_name="Playground",
        channel=channel.id,
        channel_name="" if channel.direct else channel.name,
        person=person.id,
        person_name=person.name,
        event=event,
        thread=thread,
        zone=person.zone,
        admin=person.admin,
        direct=bool(channel.direct),
        private=channel.private,
    )


def typed(line: str) -> str | None:
    """What stands after `/aha`, or None where the line is not a command."""
    word, *rest = line.strip().split(maxsplit=1)
    if word.casefold() != COMMAND:
        return None
    return rest[0] if rest else ""


def about(message: Message, chat: Chat) -> dict[str, str]:
    """What a shortcut may want to know of a message."""
    author = chat.world.people.get(message.author)
    return {
        "message": message.id,
        "text": message.text or render.plain(message.card),
        "author": message.author,
        "author_name": author.name if author else "Ahabot",
        "link": render.link(message),
        "by_bot": "1" if message.author == BOT else "",
        "external": "",
    }


def emoji(given: str) -> str:
    """A reaction: a character or a short name, never a sentence."""
    if not 0 < len(given) <= EMOJI_LENGTH or given.split() != [given]:
        raise Refused("That is not an emoji.")
    return given


def filled(form: Json, values: Mapping[str, str], channels: set[str]) -> dict[str, str]:
    """A form's values, each as its field wants it. Refused with a sentence for each that is not."""
    taken: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in form["fields"]:
        value = values.get(field["name"], "")
        taken[field["name"]] = value
        if value.strip():
            errors |= {field["name"]: wrong} if (wrong := _wrong(field, value, channels)) else {}
        elif field["required"]:
            errors[field["name"]] = "This one is needed."
    if errors:
        raise Refused("Not sent yet: one look at the marked place.", 422, errors)
    return taken


def _wrong(field: Json, value: str, channels: set[str]) -> str:
    options = {option["value"] for option in field["options"]}
    match FieldKind(field["kind"]):
        case FieldKind.CHOICE if value not in options:
            return "Choose one of these."
        case FieldKind.CHOICES if not options.issuperset(value.split("\n")):
            return "Choose among these."
        case FieldKind.CHANNEL if value not in channels:
            return "Choose a channel from the list."
        case FieldKind.DATE if not _reads(date.fromisoformat, value):
            return "Give a day, like 2026-03-20."
        case FieldKind.TIME if not _reads(time.fromisoformat, value):
            return "Give a time, like 16:00."
        case _:
            return ""


def _reads(read: Callable[[str], Any], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True
