"""Slack's rich text blocks as words: what the author's own client made of what they typed.

Emoji, links, mentions and code are told apart there, so that `:x:` within a text is a text. Styles
become the marks that a person types for them, as in mrkdwn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from adapters.emoji_names import find_emoji
from adapters.slack.reading.emoji import add_skin_tone, emoji_of_code_points
from adapters.slack.reading.mentions import Mentions, Names, date_words, link_words
from adapters.slack.reading.mrkdwn import UNESCAPED
from adapters.slack.text import escape_text, unescape_text

Json = dict[str, Any]
Unescape = Callable[[str], str]

MARKS = {"bold": "*", "italic": "_", "strike": "~"}
"""What a person types around a text for each style. Code has its own, inside of the others."""
BULLETS = "•◦▪"
"""The signs of a list, by its depth."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"
ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
LONGEST_ROMAN = 50
INDENT = "    "


class UnknownElementError(Exception):
    """A part of a block that this reader does not know. The message's text has its words, too."""


def read_blocks(blocks: Sequence[Any], names: Names, text: str) -> str | None:
    """Return the words of rich text blocks, or None if there are none or they hold more than rich text.

    `text` is the text of the same message. See `_find_escaping`.
    """
    if not blocks or not all(_kind(block) == "rich_text" for block in blocks):
        return None
    reader = _Reader(names, _find_escaping(blocks, text))
    try:
        return _join_lines(
            reader.read_part(part) for block in blocks for part in _objects(block.get("elements"))
        )
    except UnknownElementError:
        return None


def find_mentions(blocks: Sequence[Any]) -> Mentions:
    """Return the IDs that rich text blocks mention."""
    leaves = [each for block in blocks for each in _leaves(block)]
    kinds = ("user", "user_id"), ("channel", "channel_id"), ("usergroup", "usergroup_id")
    return Mentions(
        *(
            frozenset(str(each.get(field)) for each in leaves if _kind(each) == kind and each.get(field))
            for kind, field in kinds
        )
    )


class _Reader:
    """Reads the elements of one message."""

    def __init__(self, names: Names, unescape: Unescape) -> None:
        self.names = names
        self.unescape = unescape

    def read_part(self, part: Json) -> str:
        """Return one section, list, quote or preformatted text."""
        elements = _objects(part.get("elements"))
        match _kind(part):
            case "rich_text_section":
                return self._read_styled(elements)
            case "rich_text_quote":
                return "\n".join(
                    f"> {line}" for line in self._read_styled(elements).removesuffix("\n").split("\n")
                )
            case "rich_text_preformatted":
                return f"```{''.join(map(self._read_element, elements))}```"
            case "rich_text_list":
                return self._read_list(part, elements)
            case unknown:
                raise UnknownElementError(unknown)

    def _read_list(self, part: Json, items: Sequence[Json]) -> str:
        depth, first = _number(part.get("indent")), _number(part.get("offset")) + 1
        lines = []
        number = first
        for item in items:
            if _kind(item) == "rich_text_list":
                lines.append(self.read_part({**item, "indent": max(depth + 1, _number(item.get("indent")))}))
                continue
            sign = _ordinal(number, depth) if part.get("style") == "ordered" else _bullet(depth)
            head = f"{INDENT * depth}{sign} "
            lines.append(head + self.read_part(item).replace("\n", "\n" + " " * len(head)))
            number += 1
        return "\n".join(lines)

    def _read_styled(self, elements: Sequence[Json]) -> str:
        """Return elements side by side, those of one style with their marks once around them."""
        return "".join(
            _add_marks("".join(map(self._read_element, run)), style)
            for style, run in groupby(elements, key=_style)
        )

    def _read_element(self, element: Json) -> str:
        def value(name: str) -> str:
            found = element.get(name)
            return self.unescape(found) if isinstance(found, str) else ""

        match _kind(element):
            case "text":
                return value("text")
            case "emoji":
                return _emoji(element)
            case "link":
                return link_words(value("url"), value("text"))
            case "user":
                return self.names.person(value("user_id"))
            case "channel":
                return self.names.channel(value("channel_id"))
            case "usergroup":
                return self.names.group(value("usergroup_id"))
            case "broadcast":
                return f"@{value('range')}"
            case "date":
                return value("fallback") or date_words(str(element.get("timestamp")))
            case "color":
                return value("value")
            case unknown:
                raise UnknownElementError(unknown)


def _emoji(element: Json) -> str:
    """Return an emoji's character, or `:name:` for a custom one, which may be deleted by now."""
    name, _, tone = str(element.get("name") or "").partition("::skin-tone-")
    character = emoji_of_code_points(str(element.get("unicode") or "")) or find_emoji(name, "slack")
    if not character:
        return f":{name}:"
    return add_skin_tone(character, _number(element.get("skin_tone")) or _number(tone))


def _style(element: Json) -> tuple[str, ...]:
    """Return the marks of an element's style, from the outermost in."""
    given = element.get("style")
    style = given if isinstance(given, dict) else {}
    return (
        *(mark for name, mark in MARKS.items() if style.get(name)),
        *(["`"] if style.get("code") else []),
    )


def _add_marks(words: str, marks: Sequence[str]) -> str:
    """Return words between marks, which stand right beside them. Spaces stay outside, except those of code."""
    inner = words if "`" in marks else words.strip()
    if not inner or not marks:
        return words
    before, _, after = words.partition(inner)
    return before + "".join(marks) + inner + "".join(reversed(marks)) + after


def _bullet(depth: int) -> str:
    return BULLETS[min(depth, len(BULLETS) - 1)]


def _ordinal(number: int, depth: int) -> str:
    """Return the sign of a numbered item as Slack draws it: `1.`, then `a.`, then `i.`, and from the start."""
    if depth % 3 == 1 and number <= len(LETTERS):
        return f"{LETTERS[number - 1]}."
    if depth % 3 == 2 and number < LONGEST_ROMAN:
        return f"{_roman(number)}."
    return f"{number}."


def _roman(number: int) -> str:
    said = ""
    for value, sign in ROMAN:
        said += sign * (number // value)
        number %= value
    return said


def _join_lines(parts: Iterator[str]) -> str:
    """Return parts below each other. A section may bring its line break along."""
    said = ""
    for part in parts:
        said += part if not said or said.endswith("\n") else f"\n{part}"
    return said


def _find_escaping(blocks: Sequence[Any], text: str) -> Unescape:
    """Return how to undo the escaping of these blocks, which is nearly always none.

    Slack escapes a message's text, and documents no escaping for rich text. Where the blocks have the
    same entities as the text, they were escaped with it.
    """
    words = [each for leaf in map(_leaf_text, _all_leaves(blocks)) for each in leaf.split("\n")]
    marked = [each for each in words if unescape_text(each) != each]
    if not marked or any(map(UNESCAPED.search, words)) or not all(each in text for each in marked):
        return str
    return str if all(escape_text(each) in text for each in marked) else unescape_text


def _leaf_text(leaf: Json) -> str:
    return str(leaf.get("text") or "") if _kind(leaf) in ("text", "link") else ""


def _all_leaves(blocks: Sequence[Any]) -> Iterator[Json]:
    return (leaf for block in blocks for leaf in _leaves(block))


def _leaves(node: Any) -> Iterator[Json]:
    """Yield the elements that hold no others."""
    for each in _objects(node.get("elements") if isinstance(node, dict) else None):
        if "elements" in each:
            yield from _leaves(each)
        else:
            yield each


def _objects(value: Any) -> list[Json]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _kind(element: Any) -> str:
    return str(element.get("type") or "") if isinstance(element, dict) else ""


def _number(value: Any) -> int:
    """Return a small whole number, or 0."""
    if isinstance(value, str):
        value = int(value) if value.isdecimal() and len(value) < 4 else 0
    return value if isinstance(value, int) and 0 <= value < 10_000 else 0
