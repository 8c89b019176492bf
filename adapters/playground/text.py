"""Lines of text as JSON for the page, and as plain text."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never
from urllib.parse import urlsplit

from adapters.playground.chat.model import Json, Message
from bot.core.messages import ChannelMention, Emoji, Inline, Line, Strong, TextLink, Timestamp
from bot.core.plain_text import render_plain_line
from bot.core.text import name_channel

_EMPTY_CARD: Json = {"blocks": []}


def link_to_message(message: Message) -> str:
    """Return the address of a message within the page."""
    return f"/#c={message.channel}&m={message.id}"


def card_plain_words(shown: Json | None) -> str:
    """Return a card's plain text, for quoting the message."""
    lines = [
        block.get("words") or block.get("text") or line_words(block["line"])
        for block in (shown or _EMPTY_CARD)["blocks"]
    ]
    return "\n".join(lines)


def line_to_json(line: Line) -> list[Json | str]:
    """Return a line as JSON: plain text as it is, everything else as an object."""
    return [_inline_json(piece) for piece in line]


def _inline_json(piece: Inline) -> Json | str:
    match piece:
        case str(text) | Emoji(text):
            return text
        case Strong(text):
            return {"strong": text}
        case Timestamp(at, zone, clock):
            return {"when": at.isoformat(), "zone": zone, "clock": clock}
        case ChannelMention(channel, name):
            return {"where": channel, "text": name_channel(name)}
        case TextLink(text, url):
            return {"link": url, "text": text} if _is_safe_url(url) else text
        case _:
            assert_never(piece)


def _is_safe_url(url: str) -> bool:
    """Return whether a URL is another site over HTTP(S), or a place within the page.

    Schemes that can run code are never safe.
    """
    if url.startswith(("#", "/#")):
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def line_words(line: list[Json | str]) -> str:
    """Return the plain text of a line's JSON."""
    return "".join(piece if isinstance(piece, str) else _piece_words(piece) for piece in line)


def _piece_words(piece: Json) -> str:
    if "when" in piece:
        at = datetime.fromisoformat(piece["when"])
        return render_plain_line((Timestamp(at, piece["zone"], piece["clock"]),))
    return str(piece.get("strong") or piece.get("text") or "")
