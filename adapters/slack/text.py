"""Conversion between Slack's message text and plain text, escaping each text exactly once.

Slack escapes `&`, `<` and `>` in what people write, and uses `<…>` for its own markup of
people, channels and links. Incoming markup is replaced by the text that people see, and
outgoing text from people never acts as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, assert_never
from urllib.parse import quote

from adapters.emoji_names import find_character
from bot.core.messages import ChannelMention, Emoji, Inline, Line, Strong, TextLink, Timestamp
from bot.core.plain_text import render_plain_line
from bot.core.text import name_channel

MARKUP_PATTERN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
MENTION_PATTERN = re.compile(r"<@([UW][A-Z0-9]+)>")
FORMAT_PATTERN = re.compile(r"[*_~`]|^\s*>", re.MULTILINE)
"""Characters that format text as bold, struck, code or a quote, and cannot be escaped in mrkdwn."""
EMOJI_PATTERN = re.compile(r"(?<![A-Za-z0-9]):([a-z0-9_+'-]+):(?![A-Za-z0-9])")
"""An emoji's name as Slack sends it, `:bulb:` for 💡; not inside a word or between numbers."""
CHUNK_SIZE = 2_900
"""Characters of one rich text element; Slack's own limit for a text is 3,000."""


def escape_text(words: str) -> str:
    """Escape text so that it has no effect in Slack's markup."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape_text(words: str) -> str:
    """Undo Slack's escaping of a text."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_written(text: str, names: Mapping[str, str]) -> str:
    """Return a message as its author saw it.

    `names` has the names of the people it mentions, by ID.
    """
    return unescape_text(
        replace_emoji_names(MARKUP_PATTERN.sub(lambda found: _visible_text(found, names), text))
    )


def mentioned_ids(text: str) -> set[str]:
    """Return the IDs of the people a text mentions without a name."""
    return set(MENTION_PATTERN.findall(text))


def _visible_text(found: re.Match[str], names: Mapping[str, str]) -> str:
    sign, target, label = found[1], found[2], found[3] or ""
    match sign:
        case "@":
            return "@" + (label or escape_text(names.get(target, "")) or target).removeprefix("@")
        case "#":
            return "#" + (label or target).removeprefix("#")
        case "!":
            return label or "@" + target.partition("^")[0]
        case _:
            address = target.removeprefix("mailto:")
            return target if not label or label in (target, address) else f"{label} ({target})"


def render_mrkdwn(line: Line) -> str:
    """Return one of the bot's lines as mrkdwn."""
    return "".join(map(_render_inline, line))


def is_markup(piece: Inline) -> bool:
    """Return whether Slack would read formatting into these words in mrkdwn."""
    words = piece.text if isinstance(piece, Strong) else piece
    return isinstance(words, str) and FORMAT_PATTERN.search(words) is not None


def rich_text_elements(piece: Inline) -> Iterator[dict[str, Any]]:
    """Yield a piece of a line as rich text elements, which never read markup in words."""
    match piece:
        case str(text):
            yield from ({"type": "text", "text": part} for part in _split_text(text))
        case Strong(text):
            bold = {"style": {"bold": True}}
            yield from ({"type": "text", "text": part, **bold} for part in _split_text(text))
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


def _split_text(text: str) -> list[str]:
    return [text[at : at + CHUNK_SIZE] for at in range(0, len(text), CHUNK_SIZE)]


def _date_format(clock: bool) -> str:
    return "{date_pretty} at {time}" if clock else "{date_pretty}"


def _render_inline(piece: Inline) -> str:
    match piece:
        case str(text) | Emoji(text):
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
    return f"{before}*{escape_text(inner)}*{after}" if inner else text


def _quote_url(url: str) -> str:
    return escape_text(quote(url, safe="%/:=&?~#+!$,;'@()*[]"))


def emoji_character(name: str) -> str:
    """Return the character of an emoji name from an event, or `:name:` if there is none.

    Skin tones are dropped.
    """
    plain = name.partition("::")[0]
    return _find_character(plain) or f":{plain}:"


def replace_emoji_names(text: str) -> str:
    """Return the text with each emoji's `:name:` replaced by its character."""
    if ":" not in text:
        return text
    return EMOJI_PATTERN.sub(lambda found: _find_character(found[1]) or found[0], text)


def _find_character(name: str) -> str:
    """Return the character behind one of Slack's names, or an empty string."""
    return find_character(name, "slack")
