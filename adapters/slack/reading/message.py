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


def find_shown(message: Json) -> Shows:
    """Return what a message shows beside its words, by its first file."""
    files = message.get("files")
    first = files[0] if isinstance(files, list) and files else None
    return Shows.of_media_type(str(first.get("mimetype") or "")) if isinstance(first, dict) else Shows.NOTHING


def _blocks(message: Json) -> Sequence[Any]:
    blocks = message.get("blocks")
    return blocks if isinstance(blocks, list) else ()


def _text(message: Json) -> str:
    text = message.get("text")
    return text if isinstance(text, str) else ""
