"""Lines of text for Slack, as mrkdwn and as rich text, escaping each text exactly once.

People's text never acts as markup, but web addresses in it are links. What people write is read in
`reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, assert_never
from urllib.parse import quote

from bot.core.language.words import _
from bot.core.messages import ChannelMention, Emoji, Inline, Line, Strong, TextLink, Timestamp
from bot.core.plain_text import render_plain_line
from bot.core.text import name_channel, split_addresses

FORMAT_PATTERN = re.compile(r"[*_~`]|^\s*>", re.MULTILINE)
"""Characters that format text as bold, struck, code or a quote, and cannot be escaped in mrkdwn."""
CHUNK_SIZE = 2_900
"""Characters of one rich text element; Slack's own limit for a text is 3,000."""
LONGEST_LINK, LONGEST_MRKDWN_LINK = 2_000, 500
"""Characters of an address that becomes a link, in rich text and in mrkdwn. Longer ones stay text."""


def escape_text(words: str) -> str:
    """Escape text so that it has no effect in Slack's markup."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape_text(words: str) -> str:
    """Undo Slack's escaping of a text."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def render_mrkdwn(line: Line) -> str:
    """Return one of the bot's lines as mrkdwn."""
    return "".join(map(_render_inline, line))


def is_markup(piece: Inline) -> bool:
    """Return whether mrkdwn cannot show these words as they are: formatting, or a very long address."""
    words = piece.text if isinstance(piece, Strong) else piece
    if not isinstance(words, str):
        return False
    if FORMAT_PATTERN.search(words) is not None:
        return True
    return len(words) > LONGEST_MRKDWN_LINK and any(
        is_address and len(part) > LONGEST_MRKDWN_LINK for part, is_address in split_addresses(words)
    )


def has_link(words: str) -> bool:
    """Return whether a text has a web address that becomes a link."""
    return any(_is_link(*piece) for piece in split_addresses(words))


def _is_link(piece: str, is_address: bool) -> bool:
    return is_address and len(piece) <= LONGEST_LINK


def split_words(words: str, most: int = CHUNK_SIZE) -> list[str]:
    """Return a text in parts of at most `most` characters. No address that fits is cut in two."""
    if len(words) <= most:
        return [words] if words else []
    parts = [""]
    for piece, is_address in split_addresses(words):
        if is_address and len(parts[-1]) + len(piece) > most:
            parts.append("")
        for at in range(0, len(piece), most):
            left = piece[at : at + most]
            room = most - len(parts[-1])
            parts[-1] += left[:room]
            if left[room:]:
                parts.append(left[room:])
    return [part for part in parts if part]


def text_elements(words: str, **style: bool) -> Iterator[dict[str, Any]]:
    """Yield a text as rich text elements. Its web addresses are links, and nothing else in it is markup."""
    more = {"style": style} if style else {}
    for piece, is_address in split_addresses(words):
        if _is_link(piece, is_address):
            yield {"type": "link", "url": piece, "text": piece, **more}
        else:
            yield from ({"type": "text", "text": part, **more} for part in split_words(piece))


def rich_text_elements(piece: Inline) -> Iterator[dict[str, Any]]:
    """Yield a piece of a line as rich text elements, which never read markup in words."""
    match piece:
        case str(text):
            yield from text_elements(text)
        case Strong(text):
            yield from text_elements(text, bold=True)
        case Timestamp(at, _, clock):
            fallback = render_plain_line((piece,))
            shown = {"format": _date_format(clock), "fallback": fallback}
            yield {"type": "date", "timestamp": int(at.timestamp()), **shown}
        case ChannelMention(_, name):  # as text: Slack may refuse a message that links to an unknown channel
            yield {"type": "text", "text": name_channel(name)}
        case TextLink(text, url):
            known = url.startswith(("https://", "http://"))
            yield {"type": "link", "url": url, "text": text} if known else {"type": "text", "text": text}
        case Emoji(text):
            custom = text.startswith(":")
            yield {"type": "emoji", "name": text.strip(":")} if custom else {"type": "text", "text": text}
        case _:
            assert_never(piece)


def _date_format(clock: bool) -> str:
    """Return the format of a date, in which Slack fills its own placeholders in the reader's zone."""
    return _("{day} at {time}", day="{date_pretty}", time="{time}") if clock else "{date_pretty}"


def _render_inline(piece: Inline) -> str:
    match piece:
        case str(text):
            return _link_addresses(text)
        case Emoji(text):
            return escape_text(text)
        case Strong(text):
            return _bold_text(text)
        case Timestamp(at, _, clock):
            fallback = render_plain_line((piece,))
            return f"<!date^{int(at.timestamp())}^{_date_format(clock)}|{escape_text(fallback)}>"
        case ChannelMention(channel, name):
            return f"<#{channel}|{escape_text(name.replace('|', ''))}>" if name else f"<#{channel}>"
        case TextLink(text, url):
            return (
                f"<{_quote_url(url)}|{escape_text(text)}>"
                if url.startswith(("https://", "http://"))
                else escape_text(text)
            )
        case _:
            assert_never(piece)


def _bold_text(text: str) -> str:
    """Return bold mrkdwn, with leading and trailing spaces outside the stars.

    Stars count only next to a word.
    """
    inner = text.strip()
    before, _, after = text.partition(inner) if inner else (text, "", "")
    return f"{before}*{_link_addresses(inner)}*{after}" if inner else text


def _link_addresses(text: str) -> str:
    """Return a text escaped, with its web addresses as links."""
    if "://" not in text:
        return escape_text(text)
    return "".join(
        f"<{escape_text(piece)}>" if is_address else escape_text(piece)
        for piece, is_address in split_addresses(text)
    )


def _quote_url(url: str) -> str:
    return escape_text(quote(url, safe="%/:=&?~#+!$,;'@()*[]"))
