"""Replies as text: stored with the commands of their buttons, and read again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from bot.core.messages import (
    Button,
    Card,
    ChannelMention,
    Emoji,
    Entry,
    Quote,
    Reply,
    Section,
    Small,
    Strong,
    Style,
    Text,
    TextLink,
    Timestamp,
    Title,
)

PARTS: Mapping[str, type] = {
    part.__name__: part
    for part in (
        Button, Card, ChannelMention, Emoji, Entry, Quote, Section, Small, Strong, Text, TextLink, Timestamp,
        Title,
    )
}  # fmt: skip
"""What a reply consists of, by the name that stands for it in the text."""
PART, TIME = "part", "time"


def is_storable(reply: Reply) -> bool:
    """Return whether a reply is all words and buttons. Offers and pictures are functions."""
    return not reply.offers and reply.picture is None


def reply_to_text(reply: Reply, encode: Callable[[Any], str]) -> str:
    """Convert a storable reply to text."""
    kept = {"card": _to_plain(reply.card, encode), "replaces": reply.replaces}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def reply_from_text(text: str, decode: Callable[[str], Any]) -> Reply:
    """Convert the text of `reply_to_text` back to the reply. ValueError for a button whose command no longer exists."""
    kept = json.loads(text)
    return Reply(_from_plain(kept["card"], decode), kept["replaces"])


def _to_plain(value: Any, encode: Callable[[Any], str]) -> Any:
    match value:
        case datetime():
            return {TIME: value.isoformat()}
        case tuple():
            return [_to_plain(each, encode) for each in value]
        case Button(label, command, style):
            return {PART: "Button", "label": label, "command": encode(command), "style": str(style)}
        case _ if type(value) in PARTS.values():
            named = {field.name: _to_plain(getattr(value, field.name), encode) for field in fields(value)}
            return {PART: type(value).__name__, **named}
        case _:
            return value


def _from_plain(value: Any, decode: Callable[[str], Any]) -> Any:
    match value:
        case {"time": str(at)}:
            return datetime.fromisoformat(at)
        case list():
            return tuple(_from_plain(each, decode) for each in value)
        case {"part": "Button", "label": label, "command": command, "style": style}:
            return Button(label, decode(command), Style(style))
        case {"part": str(name), **named}:
            given = {str(key): _from_plain(each, decode) for key, each in named.items()}
            return PARTS[name](**given)
        case _:
            return value
