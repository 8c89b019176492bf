"""Slack's mrkdwn as its author saw it, where a text comes without blocks.

Slack escapes `&`, `<` and `>` in what people write, and uses `<…>` for its own markup of people,
channels and links. Each piece is unescaped exactly once. Code has no emoji.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from adapters.slack.reading.emoji import replace_emoji_names
from adapters.slack.reading.mentions import Mentions, Names, date_words, link_words
from adapters.slack.text import unescape_text

CODE_PATTERN = re.compile(r"```.+?```|`[^`\n]+`", re.DOTALL)
MARKUP_PATTERN = re.compile(
    r"<(?:@(?P<person>[UW][A-Z0-9]+)|#(?P<channel>[CDG][A-Z0-9]+)|!subteam\^(?P<group>[A-Z0-9]+)"
    r"|!(?P<special>[a-z]+(?:\^[^<>|]*)?)|(?P<url>[A-Za-z][A-Za-z0-9+.-]*:[^<>|\s]+))"
    r"(?:\|(?P<label>[^<>]*))?(?:>|(?P<cut>\Z))"
)
"""One mention or link. A text at Slack's length limit may end in the middle of the last one."""
ENTITY = r"&(?:amp|lt|gt);"
UNESCAPED = re.compile(rf"(?!{ENTITY})[&<>]")


def read_text(text: str, names: Names) -> str:
    """Return mrkdwn as its author saw it."""
    return "".join(
        piece if is_code else replace_emoji_names(piece) for piece, is_code in _read_pieces(text, names)
    )


def read_typed(value: str, before: str = "") -> str:
    """Return what somebody typed in a form's field, which opened with the text `before`.

    Emoji are written as names there and nothing is markup. Names that were in `before` are its text.
    """
    words, at = [], 0
    text = unescape_if_escaped(value)
    for code in CODE_PATTERN.finditer(text):
        words += [replace_emoji_names(text[at : code.start()], before), code[0]]
        at = code.end()
    return "".join([*words, replace_emoji_names(text[at:], before)])


def unescape_if_escaped(value: str) -> str:
    """Return a value without Slack's escaping, or as it is if Slack did not escape it.

    Slack escapes the texts and values in its interactions (bolt-python, issue 513), and does not document
    it for what is typed in a form. A character that an escaped value cannot have shows one that came as it is.
    """
    return value if UNESCAPED.search(value) else unescape_text(value)


def find_mentions(text: str) -> Mentions:
    """Return the IDs whose names mrkdwn lacks, and those of channels: a label may tell a private one's name."""
    found = [
        each
        for each in MARKUP_PATTERN.finditer(text)
        if each["cut"] is None and (each["channel"] or not each["label"])
    ]
    return Mentions(
        *(frozenset(each[kind] for each in found if each[kind]) for kind in ("person", "channel", "group"))
    )


def _read_pieces(text: str, names: Names) -> Iterator[tuple[str, bool]]:
    """Yield a text in pieces, each with whether it is final: code, a mention or a link."""
    at = 0
    for code in CODE_PATTERN.finditer(text):
        yield from _read_markup(text[at : code.start()], names, False)
        yield from _read_markup(code[0], names, True)
        at = code.end()
    yield from _read_markup(text[at:], names, False)


def _read_markup(text: str, names: Names, is_code: bool) -> Iterator[tuple[str, bool]]:
    at = 0
    for found in MARKUP_PATTERN.finditer(text):
        yield unescape_text(text[at : found.start()]), is_code
        yield _visible_text(found, names), True
        at = found.end()
    yield unescape_text(text[at:]), is_code


def _visible_text(found: re.Match[str], names: Names) -> str:
    label = unescape_text(found["label"] or "")
    if found["url"]:
        return link_words(unescape_text(found["url"]), label)
    if found["cut"] is not None:
        return unescape_text(found[0])
    if found["channel"]:
        return names.channel(found["channel"])
    if found["person"] or found["group"]:
        shown = names.person(found["person"]) if found["person"] else names.group(found["group"])
        return "@" + label.removeprefix("@") if label else shown
    special, _, date = found["special"].partition("^")
    if special == "date":
        return label or date_words(date.partition("^")[0])
    return "@" + (label.removeprefix("@") or special)
