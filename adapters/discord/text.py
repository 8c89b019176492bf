"""Words on their way in and out: Discord's own markup becomes what a person saw, and nothing a person wrote obeys.

A backslash before a mark that Discord reads takes its meaning away. An address stands between `<` and `>`: there it can
be followed, ends where it ends, and nothing within it is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import assert_never
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.core.messages import Inline, Line, LinkTo, Strong, When, Where
from bot.core.plain_text import in_plain

UTC_ZONE = ZoneInfo("UTC")

ADDRESS = r"(?P<address>(?i:https?)://[^\W_][\w.~:/?#@!$&'()*+,;=%-]*)"
BEHIND = ".,:;!?'*_~"
"""What stands behind an address in a sentence and is no part of it."""

BREAK = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
HEAD = rf"(?P<head>(?:\A|(?<=[{BREAK}]))[^\S{BREAK}]*\d*)(?P<first>[#>+.)-])"
"""Headings, small lines, lists and quotes: what a mark at the head of a line means."""

MARKS = (
    r"(?P<mark>[\\*_~|`<\[]"
    r"|:(?=//)"  # an address that is none of ours to link
    r"|:(?=[\w+-]+:)"  # `:tada:`
    r"|@(?=everyone|here))"
)
READ, UNLINKED = re.compile(f"{ADDRESS}|{HEAD}|{MARKS}"), re.compile(f"{HEAD}|{MARKS}")
ESCAPED = re.compile(r"<((?i:https?)://[^\s<>]+)>|\\([^0-9A-Za-z\s])")

MENTION = re.compile(r"<(?:@[!&]?|#)(\d+)>")
MARKUP = re.compile(
    r"<(?:(?P<sign>@[!&]?|#)(?P<id>\d+)|a?(?P<emoji>:\w+:)\d+|(?P<command>/[^<>:]+):\d+"
    r"|t:(?P<unix>-?\d{1,13})(?::(?P<style>[tTdDfFRsS]))?|(?P<address>(?i:https?)://[^\s<>]+))>"
)


def escape(words: str, links: bool = True) -> str:
    """Words of anybody within Discord's markup, where they shall be nothing but words.

    With `links`, addresses in them can be followed; a place that is bold has none.
    """
    return (READ if links else UNLINKED).sub(_harmless, words)


def unescape(words: str) -> str:
    """The other way round."""
    return ESCAPED.sub(lambda found: found[1] or found[2], words)


def _harmless(found: re.Match[str]) -> str:
    parts = found.groupdict()
    if mark := parts["mark"]:
        return "\\" + mark
    if parts.get("address"):
        return _followable(parts["address"])
    return f"{parts['head']}\\{parts['first']}"


def _followable(run: str) -> str:
    """An address as a link; what a sentence put behind it stays behind it."""
    address = run
    while address[-1] in BEHIND or (address[-1] == ")" and address.count(")") > address.count("(")):
        address = address[:-1]
    return f"<{address}>" + re.sub(MARKS, r"\\\g<0>", run[len(address) :])


def as_written(text: str, names: Mapping[str, str]) -> str:
    """A message as its author saw it; `names` are of the people, roles and channels in it, by their id.

    Moments in time, which every reader sees in their own zone, are told in UTC.
    """
    return MARKUP.sub(lambda found: _seen(found, names), text)


def mentioned(text: str) -> set[str]:
    """The ids of the people, roles and channels that a text mentions without a name."""
    return set(MENTION.findall(text))


def _seen(found: re.Match[str], names: Mapping[str, str]) -> str:
    parts = found.groupdict()
    if target := parts["id"]:
        return f"{parts['sign'][0]}{names.get(target) or target}"
    if parts["unix"]:
        return _time(int(parts["unix"]), parts["style"] or "f") or found[0]
    return parts["emoji"] or parts["command"] or parts["address"]


def _time(unix: int, style: str) -> str:
    """A moment in time in words; nothing for one beyond all calendars."""
    try:
        at = datetime.fromtimestamp(unix, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    if style in "tT":
        return f"{at:%H:%M} UTC"
    return in_plain((When(at, clock=style not in "dD"),), UTC_ZONE) + ("" if style in "dD" else " UTC")


def markdown(line: Line) -> str:
    """A line of the bot's in Discord's markup."""
    return "".join(map(_inline, line))


def bold(words: str) -> str:
    """Words that stand out, on one line: what is bold does not reach into the next."""
    line = re.sub(rf"\s*[{BREAK}]\s*", " ", words)
    return f"**{escape(line, links=False)}**" if line.strip() else escape(line)


def _inline(piece: Inline) -> str:
    match piece:
        case str(text):
            return escape(text)
        case Strong(text):
            return bold(text)
        case When(at, _, clock):
            return f"<t:{int(at.timestamp())}:{'f' if clock else 'D'}>"
        case Where(channel, name):
            return f"<#{channel}>" if channel.isdecimal() else escape(f"#{name}")
        case LinkTo(text, url):
            is_address = url.startswith(("https://", "http://"))
            return f"[{escape(text, links=False)}](<{_address(url)}>)" if is_address else escape(text)
        case _:
            assert_never(piece)


def _address(url: str) -> str:
    return quote(url, safe="%/:=&?~#+!$,;'@*[]")


def size(text: str) -> int:
    """The length of a text as Discord's own programs count it: in units of UTF-16, an emoji two or more."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)
