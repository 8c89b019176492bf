"""Words on their way in and out: Slack's escapes are taken off once and put on once, and nothing a person wrote obeys.

Slack escapes `&`, `<` and `>` in what people write; whatever then stands between `<` and `>` is its own markup
for people, channels and links, which becomes what the person saw.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, assert_never
from urllib.parse import quote
from zoneinfo import ZoneInfo

from adapters.slack.emoji import characters
from bot.core.messages import Inline, Line, LinkTo, Strong, When, Where
from bot.core.plain_text import in_plain

MARKUP = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")
FORMATS = re.compile(r"[*_~`]|^\s*>", re.MULTILINE)
"""What makes words bold, struck, code or a quotation in Slack's markup, and has no escape there."""
CHUNK = 2_900
"""Characters of one element of rich text; Slack's own limit for a text is 3,000."""
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


def is_markup(piece: Inline) -> bool:
    """Whether Slack would obey these words within its markup, instead of showing them."""
    words = piece.text if isinstance(piece, Strong) else piece
    return isinstance(words, str) and FORMATS.search(words) is not None


def in_rich_text(piece: Inline) -> Iterator[dict[str, Any]]:
    """A piece of a line as elements of rich text, in which no word is ever markup."""
    match piece:
        case str(text):
            yield from ({"type": "text", "text": part} for part in _chunks(text))
        case Strong(text):
            bold = {"style": {"bold": True}}
            yield from ({"type": "text", "text": part, **bold} for part in _chunks(text))
        case When(at, zone, clock):
            fallback = in_plain((piece,), ZoneInfo(zone))
            shown = {"format": _shown(clock), "fallback": fallback}
            yield {"type": "date", "timestamp": int(at.timestamp()), **shown}
        case Where(
            channel, name
        ):  # as words: Slack may refuse a message that links a channel it does not know
            yield {"type": "text", "text": f"#{name or channel}"}
        case LinkTo(text, url):
            known = url.startswith(("https://", "http://"))
            yield {"type": "link", "url": url, "text": text} if known else {"type": "text", "text": text}
        case _:
            assert_never(piece)


def _chunks(text: str) -> list[str]:
    return [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]


def _shown(clock: bool) -> str:
    return "{date_pretty} at {time}" if clock else "{date_pretty}"


def _inline(piece: Inline) -> str:
    match piece:
        case str(text):
            return escape(text)
        case Strong(text):
            return _bold(text)
        case When(at, zone, clock):
            fallback = in_plain((piece,), ZoneInfo(zone))
            return f"<!date^{int(at.timestamp())}^{_shown(clock)}|{escape(fallback)}>"
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


def _bold(text: str) -> str:
    """Between stars, which count only beside a word: spaces stay outside."""
    inner = text.strip()
    before, _, after = text.partition(inner) if inner else (text, "", "")
    return f"{before}*{escape(inner)}*{after}" if inner else text


def _address(url: str) -> str:
    return escape(quote(url, safe="%/:=&?~#+!$,;'@()*[]"))
