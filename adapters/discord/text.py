"""Text to and from Discord: markup becomes the text a person saw, and people's words are escaped.

A backslash before a character of Discord's markup takes away its meaning. A URL is put between
`<` and `>`: there it stays a link, ends at its own end, and no markup is read in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, assert_never
from urllib.parse import quote

from bot.core.messages import ChannelMention, Emoji, Inline, Line, Strong, TextLink, Timestamp
from bot.core.plain_text import render_plain_line
from bot.core.text import ADDRESS, name_channel, trim_address
from storage.models.shown import plain_name

LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
LINE_START = rf"(?P<head>(?:\A|(?<=[{LINE_BREAKS}]))[^\S{LINE_BREAKS}]*\d*)(?P<first>[#>+.)-])"
"""Markup at the start of a line: headings, small text, lists and quotes."""

MARKS = (
    r"(?P<mark>[\\*_~|`<\[]"
    r"|:(?=//)"  # a URL with a scheme that isn't linked here
    r"|:(?=[\w+-]+:)"  # `:tada:`
    r"|@(?=everyone|here))"
)
ESCAPABLE = re.compile(f"(?P<address>{ADDRESS.pattern})|{LINE_START}|{MARKS}")
UNLINKED = re.compile(f"{LINE_START}|{MARKS}")
ESCAPED = re.compile(r"<((?i:https?)://[^\s<>]+)>|\\([^0-9A-Za-z\s])")

PERSON, ROLE, CHANNEL = "@", "@&", "#"
"""The signs of what a text can mention."""


class Mention(NamedTuple):
    """A person, role or channel that a text mentions: its sign and its id."""

    sign: str
    id: str


NAMELESS = {PERSON: "@someone", ROLE: "@a role", CHANNEL: "#a channel"}
"""What a mention reads as when nobody can tell its name."""
NAVIGATION = {
    "customize": "Channels & Roles",
    "browse": "Browse Channels",
    "guide": "Server Guide",
    "home": "Server Guide",
    "linked-roles": "Linked Roles",
}
"""The names of a server's own pages, which `<id:customize>` and the like link to."""

TOKEN = re.compile(
    r"(?P<escaped>\\[^0-9A-Za-z\s])|(?P<ticks>`+)"
    r"|<(?:(?P<sign>@[!&]?|#)(?P<id>\d+)|a?(?P<emoji>:\w+:)\d+|(?P<command>/[^<>:]+):\d+"
    r"|t:(?P<unix>-?\d{1,13})(?::(?P<style>[tTdDfFRsS]))?|id:(?P<page>[a-z-]+)(?::\d+)?"
    r"|(?P<address>(?i:https?)://[^\s<>]+|\+\d+|[\w.%+-]+@[\w-]+(?:\.[\w-]+)+))>",
    re.ASCII,
)
"""What Discord's client shows otherwise than it was sent, and what takes the meaning from that: `\\` and code."""
FENCE = "```"


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
    address = trim_address(run)
    return f"<{address}>" + re.sub(MARKS, r"\\\g<0>", run[len(address) :])


def as_written(text: str, names: Mapping[Mention, str]) -> str:
    """Return a text from Discord as its author saw it.

    `names` has the names of what it mentions. Markup in code, and behind a backslash, stays as it
    is, because Discord's client leaves it too. Discord shows timestamps in each reader's own zone;
    here they're in UTC.
    """
    shown, at = [], 0
    for found in _find_markup(text):
        shown += [text[at : found.start()], _visible_text(found, names)]
        at = found.end()
    return "".join([*shown, text[at:]])


def find_mentions(text: str) -> set[Mention]:
    """Return the people, roles and channels that a text mentions."""
    return {_read_mention(found) for found in _find_markup(text) if found["id"]}


def find_mention(text: str, among: Collection[Mention]) -> tuple[Mention, int, int] | None:
    """Return the first mention in a text of one of these, with its beginning and its end, or None.

    One in code or behind a backslash is none, as Discord's client shows it.
    """
    for found in _find_markup(text):
        if found["id"] and (mention := _read_mention(found)) in among:
            return mention, found.start(), found.end()
    return None


def strip_mention(text: str, person: str) -> str:
    """Return a text without the mentions of a person at its beginning and its end."""
    ours = rf"<@!?{re.escape(person)}>"
    return re.sub(rf"\A(?:\s*{ours})+|(?:{ours}\s*)+\Z", "", text).strip()


def _find_markup(text: str) -> Iterator[re.Match[str]]:
    """Yield the markup in a text that Discord's client shows otherwise, in order."""
    if "<" not in text:  # all of it begins with that
        return
    runs = _backtick_runs(text)
    at = 0
    while found := TOKEN.search(text, at):
        at = found.end()
        if found["ticks"]:
            at = _code_end(text, found.start(), len(found["ticks"]), runs) or at
        elif not found["escaped"]:
            yield found


def _backtick_runs(text: str) -> Mapping[int, Sequence[int]]:
    """Return where the runs of backticks begin, by their length."""
    runs: dict[int, list[int]] = defaultdict(list)
    for run in re.finditer("`+", text):
        runs[len(run[0])].append(run.start())
    return runs


def _code_end(text: str, start: int, ticks: int, runs: Mapping[int, Sequence[int]]) -> int:
    """Return where the code ends that backticks begin, or 0 where they begin none.

    A block ends at the next three backticks. Other code ends at the next run as long as its own
    beginning, which may be the first part of `ticks`, as in Discord's client.
    """
    if ticks >= len(FENCE):
        first = start + len(FENCE)
        while text.startswith("\n", first):
            first += 1
        if (closing := text.find(FENCE, first + 1)) > 0:
            return closing + len(FENCE)
    for length in range(ticks, 0, -1):
        later = runs.get(length, ())
        if (place := bisect_left(later, start + ticks)) < len(later):
            return later[place] + length
    return 0


def _read_mention(found: re.Match[str]) -> Mention:
    return Mention(found["sign"].replace("!", ""), found["id"])


def _visible_text(found: re.Match[str], names: Mapping[Mention, str]) -> str:
    if found["id"]:
        mention = _read_mention(found)
        name = plain_name(names.get(mention, "")).removeprefix("@" if mention.sign == ROLE else "")
        return f"{mention.sign[0]}{name}" if name else NAMELESS[mention.sign]
    if found["unix"]:
        return _time_text(int(found["unix"]), found["style"] or "f") or found[0]
    if found["page"]:
        return NAVIGATION.get(found["page"], found[0])
    return found["emoji"] or found["command"] or found["address"]


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
