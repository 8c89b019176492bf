"""Words on their way in and out: Slack's escapes are taken off once and put on once, and nothing a person wrote obeys.

Slack escapes `&`, `<` and `>` in what people write; whatever then stands between `<` and `>` is its own markup
for people, channels and links, which becomes what the person saw.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import assert_never
from urllib.parse import quote
from zoneinfo import ZoneInfo

from adapters.slack.emoji import characters
from bot.messages import Inline, Line, LinkTo, Strong, When, Where
from bot.plain import in_plain

MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")
UTC = ZoneInfo("UTC")


def escape(words: str) -> str:
    """Words of anybody within Slack's markup, where they shall be nothing but words."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(words: str) -> str:
    """The other way round."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_written(text: str, names: Mapping[str, str]) -> str:
    """A message as its author saw it; `names` are of those it mentions, by their id."""
    return unescape(characters(MARKUP.sub(lambda found: _seen(found, names), text)))


def mentioned(text: str) -> set[str]:
    """The ids of people whom a text mentions without a name."""
    return set(MENTION.findall(text))


def _seen(found: re.Match[str], names: Mapping[str, str]) -> str:
    sign, target, label = found[1], found[2], found[3] or ""
    match sign:
        case "@":
            return "@" + (label or escape(names.get(target, "")) or target).removeprefix("@")
        case "#":
            return "#" + (label or target).removeprefix("#")
        case "!":
            return label or "@" + target.partition("^")[0]
        case _:
            address = target.removeprefix("mailto:")
            return target if not label or label in (target, address) else f"{label} ({target})"


def mrkdwn(line: Line) -> str:
    """A line of the bot's in Slack's markup."""
    return "".join(map(_inline, line))


def _inline(piece: Inline) -> str:
    match piece:
        case str(text):
            return escape(text)
        case Strong(text):
            return f"*{escape(text)}*" if text.strip() else escape(text)
        case When(at, zone, clock):
            shown = "{date_pretty} at {time}" if clock else "{date_pretty}"
            fallback = in_plain((piece,), ZoneInfo(zone))
            return f"<!date^{int(at.timestamp())}^{shown}|{escape(fallback)}>"
        case Where(channel, name):
            return f"<#{channel}|{escape(name.replace('|', ''))}>" if name else f"<#{channel}>"
        case LinkTo(text, url):
            return (
                f"<{_address(url)}|{escape(text)}>"
                if url.startswith(("https://", "http://"))
                else escape(text)
            )
        case _:
            assert_never(piece)


def _address(url: str) -> str:
    return escape(quote(url, safe="%/:=&?~#+!$,;'@()*[]"))
