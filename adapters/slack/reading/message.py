"""The words of a Slack message, wherever one comes in: as an event, from a shortcut, or from the Web API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.slack.reading import mrkdwn, rich_text
from adapters.slack.reading.mentions import Mentions, Names
from bot.core.origin import Shows

Json = dict[str, Any]
NO_NAMES = Names()


def read_message(message: Json, names: Names = NO_NAMES) -> str:
    """Return what the author of a message saw when they sent it.

    The blocks say it, and the text where there are none. A message with only a picture has no words.
    """
    read = rich_text.read_blocks(_blocks(message), names, _text(message))
    return mrkdwn.read_text(_text(message), names) if read is None else read


def find_mentions(message: Json) -> Mentions:
    """Return the IDs whose names the words of a message need."""
    return rich_text.find_mentions(_blocks(message)) | mrkdwn.find_mentions(_text(message))


def says_the_same(message: Json, before: Json) -> bool:
    """Return whether two versions of a message show their author the same words and mentions."""
    mentions = find_mentions(message) | find_mentions(before)
    ids = Names(
        *({each: each for each in known} for known in (mentions.people, mentions.channels, mentions.groups))
    )
    return read_message(message, ids) == read_message(before, ids)


def find_shown(message: Json) -> Shows:
    """Return what a message shows beside its words: its first file, or a message that it shares."""
    if file := _first_object(message, "files"):
        return Shows.of_media_type(str(file.get("mimetype") or ""))
    return Shows.FORWARD if _first_object(message, "attachments").get("is_share") else Shows.NOTHING


def _first_object(message: Json, name: str) -> Json:
    found = message.get(name)
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, dict) else {}


def _blocks(message: Json) -> Sequence[Any]:
    blocks = message.get("blocks")
    return blocks if isinstance(blocks, list) else ()


def _text(message: Json) -> str:
    text = message.get("text")
    return text if isinstance(text, str) else ""
