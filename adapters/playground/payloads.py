"""Parsing of the page's requests: origins, typed commands, shortcuts and form values.

Requests are not trusted to come from Ahabot's own page: an invalid one raises ChatError with a
sentence.
"""

from __future__ import annotations

import re

from adapters.playground import text
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import BOT, Channel, Json, Message, Person
from adapters.playground.errors import ChatError
from bot.core.language.words import _
from bot.core.origin import Origin

PLATFORM = "playground"
COMMAND = "/aha"
TEXT_LIMIT = 200_000
EMOJI_LENGTH = 32
EVENT = re.compile(r"[\w.:-]{1,80}")


def read_body_text(body: Json, name: str, *, default: str | None = None) -> str:
    """Return a text field of the body.

    ChatError when it is missing, not text, or longer than 200,000 characters.
    """
    value = body.get(name, default)
    if not isinstance(value, str):
        raise ChatError(f"The request has no valid “{name}”.")
    if len(value) > TEXT_LIMIT:
        raise ChatError(_("That's too long for one message. Nothing was sent."), 413)
    return value


def read_body_event(body: Json) -> str:
    """Return the page's id of the interaction, which stays the same when the page retries.

    ChatError when it is not an id. An empty text when there is none.
    """
    given = read_body_text(body, "event", default="")
    if given and not EVENT.fullmatch(given):
        raise ChatError("The request's “event” is not a valid id.")
    return given


def read_body_flag(body: Json, name: str) -> bool:
    """Return a boolean field of the body. ChatError when it is missing or not a boolean."""
    value = body.get(name)
    if not isinstance(value, bool):
        raise ChatError(f"The request has no valid “{name}”.")
    return value


def read_body_texts(body: Json, name: str) -> dict[str, str]:
    """Return texts by name, such as a form's values. ChatError when they are missing or not texts."""
    values = body.get(name)
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise ChatError(f"The request has no valid “{name}”.")
    return values


def build_playground_origin(person: Person, channel: Channel, thread: str, event: str) -> Origin:
    """Return the origin of an interaction: its person, channel, thread and event id."""
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
        locale=person.language,
        admin=person.admin,
        direct=bool(channel.direct),
        present=not channel.private or person.id in channel.members,
        private=channel.private,
        may_post=None if channel.direct else channel.bot,
    )


def parse_typed_command(line: str) -> str | None:
    """Return the text after `/aha`, or None for a line that is not a command."""
    word, *rest = line.strip().split(maxsplit=1)
    if word.casefold() != COMMAND:
        return None
    return rest[0] if rest else ""


def describe_message(message: Message, chat: Chat) -> dict[str, str]:
    """Return the fields of a message that a shortcut may need."""
    author = chat.world.people.get(message.author)
    return {
        "message": message.id,
        "text": message.text or text.card_plain_words(message.card),
        "author": message.author,
        "author_name": author.name if author else "Ahabot",
        "link": text.link_to_message(message),
        "by_bot": "1" if message.author == BOT else "",
        "external": "",
        "shows": "",
    }


def check_emoji(given: str) -> str:
    """Return a valid reaction: a character or a short name.

    ChatError for an empty text, one with spaces, or more than 32 characters.
    """
    if not 0 < len(given) <= EMOJI_LENGTH or given.split() != [given]:
        raise ChatError(_("That's not an emoji."))
    return given
