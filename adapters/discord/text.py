"""Text to and from Discord: markup becomes the text a person saw, and people's words are escaped.

A backslash before a character of Discord's markup takes away its meaning. A URL is put between
`<` and `>`: there it stays a link, ends at its own end, and no markup is read in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import assert_never
from urllib.parse import quote

from bot.core.messages import ChannelMention, Emoji, Inline, Line, Strong, TextLink, Timestamp
from bot.core.plain_text import render_plain_line
from bot.core.text import name_channel

ADDRESS = r"(?P<address>(?i:https?)://[^\W_][\w.~:/?#@!$&'()*+,;=%-]*)"
TRAILING = ".,:;!?'*_~"
"""Punctuation that follows a URL in a sentence and isn't part of it."""

LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
LINE_START = rf"(?P<head>(?:\A|(?<=[{LINE_BREAKS}]))[^\S{LINE_BREAKS}]*\d*)(?P<first>[#>+.)-])"
"""Markup at the start of a line: headings, small text, lists and quotes."""

MARKS = (
    r"(?P<mark>[\\*_~|`<\[]"
    r"|:(?=//)"  # a URL with a scheme that isn't linked here
    r"|:(?=[\w+-]+:)"  # `:tada:`
    r"|@(?=everyone|here))"
)
ESCAPABLE, UNLINKED = re.compile(f"{ADDRESS}|{LINE_START}|{MARKS}"), re.compile(f"{LINE_START}|{MARKS}")
ESCAPED = re.compile(r"<((?i:https?)://[^\s<>]+)>|\\([^0-9A-Za-z\s])")

MENTION_PATTERN = re.compile(r"<(?:@[!&]?|#)(\d+)>")
MARKUP_PATTERN = re.compile(
    r"<(?:(?P<sign>@[!&]?|#)(?P<id>\d+)|a?(?P<emoji>:\w+:)\d+|(?P<command>/[^<>:]+):\d+"
    r"|t:(?P<unix>-?\d{1,13})(?::(?P<style>[tTdDfFRsS]))?|(?P<address>(?i:https?)://[^\s<>]+))>"
)


def escape_text(words: str, links: bool = True) -> str:
    """Return anybody's words with Discord's markup escaped.

    With `links`, URLs in them stay links. Bold text can't hold any.
    """
    return (ESCAPABLE if links else UNLINKED).sub(_escape_match, words)


def unescape_text(words: str) -> str:
    """Return escaped text as it was before `escape_text`."""
    return ESCAPED.sub(lambda found: found[1] or found[2], words)


def _escape_match(found: re.Match[str]) -> str:
    parts = found.groupdict()
    if mark := parts["mark"]:
        return "\\" + mark
    if parts.get("address"):
        return _link_url(parts["address"])
    return f"{parts['head']}\\{parts['first']}"


def _link_url(run: str) -> str:
    """Return a URL as a link. Punctuation that belongs to the sentence stays behind it."""
    address = run
    while address[-1] in TRAILING or (address[-1] == ")" and address.count(")") > address.count("(")):
        address = address[:-1]
    return f"<{address}>" + re.sub(MARKS, r"\\\g<0>", run[len(address) :])


def as_written(text: str, names: Mapping[str, str]) -> str:
    """Return a message's text as its author saw it.

    `names` maps the ids of the people, roles and channels in it to their names. Discord shows
    timestamps in each reader's own zone; here they're in UTC.
    """
    return MARKUP_PATTERN.sub(lambda found: _visible_text(found, names), text)


def mentioned_ids(text: str) -> set[str]:
    """Return the ids of the people, roles and channels that a text mentions."""
    return set(MENTION_PATTERN.findall(text))


def _visible_text(found: re.Match[str], names: Mapping[str, str]) -> str:
    parts = found.groupdict()
    if target := parts["id"]:
        return f"{parts['sign'][0]}{names.get(target) or target}"
    if parts["unix"]:
        return _time_text(int(parts["unix"]), parts["style"] or "f") or found[0]
    return parts["emoji"] or parts["command"] or parts["address"]


def _time_text(unix: int, style: str) -> str:
    """Return a timestamp in words, or an empty text for one beyond the calendar."""
    try:
        at = datetime.fromtimestamp(unix, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    if style in "tT":
        return f"{at:%H:%M} UTC"
    return render_plain_line((Timestamp(at, clock=style not in "dD"),)) + ("" if style in "dD" else " UTC")


def render_markdown(line: Line) -> str:
    """Return a line of the bot's text in Discord's markup."""
    return "".join(map(_render_inline, line))


def bold_text(words: str) -> str:
    """Return words in bold, on one line. Discord's bold doesn't span lines."""
    line = re.sub(rf"\s*[{LINE_BREAKS}]\s*", " ", words)
    return f"**{escape_text(line, links=False)}**" if line.strip() else escape_text(line)


def _render_inline(piece: Inline) -> str:
    match piece:
        case str(text) | Emoji(text):
            return escape_text(text)
        case Strong(text):
            return bold_text(text)
        case Timestamp(at, _, clock):
            return f"<t:{int(at.timestamp())}:{'f' if clock else 'D'}>"
        case ChannelMention(channel, name):
            return f"<#{channel}>" if channel.isdecimal() else escape_text(name_channel(name))
        case TextLink(text, url):
            is_address = url.startswith(("https://", "http://"))
            return (
                f"[{escape_text(text, links=False)}](<{_quote_url(url)}>)"
                if is_address
                else escape_text(text)
            )
        case _:
            assert_never(piece)


def _quote_url(url: str) -> str:
    return quote(url, safe="%/:=&?~#+!$,;'@*[]")


def text_length(text: str) -> int:
    """Return a text's length as Discord counts it, in UTF-16 units.

    An emoji counts as two or more.
    """
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)
