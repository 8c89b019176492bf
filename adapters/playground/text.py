"""Lines of text as JSON for the page, and as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never
from urllib.parse import urlsplit

from adapters.playground.chat.model import Json, Message
from bot.core.messages import ChannelMention, Emoji, Inline, Line, Strong, TextLink, Timestamp
from bot.core.plain_text import render_plain_line
from bot.core.text import name_channel, split_addresses

_EMPTY_CARD: Json = {"blocks": []}


def link_to_message(message: Message) -> str:
    """Return the address of a message within the page."""
    return f"/#c={message.channel}&m={message.id}"


def card_plain_words(shown: Json | None) -> str:
    """Return a card's plain text, for quoting the message."""
    return "\n".join(line for block in (shown or _EMPTY_CARD)["blocks"] for line in _block_words(block))


def _block_words(block: Json) -> Iterator[str]:
    if "entries" in block:
        yield from (line_words(each["words"]) for each in block["entries"])
    else:
        yield block.get("words") or block.get("text") or line_words(block["line"])


def line_to_json(line: Line) -> list[Json | str]:
    """Return a line as JSON: plain text as it is, everything else as an object.

    Web addresses in plain text are links.
    """
    return [shown for piece in line for shown in _inline_json(piece)]


def _inline_json(piece: Inline) -> Iterator[Json | str]:
    match piece:
        case str():
            yield from (
                {"link": part, "text": part} if is_address and _is_safe_url(part) else part
                for part, is_address in split_addresses(piece)
            )
        case Emoji(text):
            yield text
        case Strong(text):
            yield {"strong": text}
        case Timestamp(at, zone, clock):
            yield {"when": at.isoformat(), "zone": zone, "clock": clock}
        case ChannelMention(channel, name):
            yield {"where": channel, "text": name_channel(name)}
        case TextLink(text, url):
            yield {"link": url, "text": text} if _is_safe_url(url) else text
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
