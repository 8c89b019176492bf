"""A card as plain text: for the command line, and for whoever wants to read one without a platform.

A terminal has no blocks; the order and the words are all of a card that matters there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.messages import (
    Block,
    Button,
    Card,
    Inline,
    Line,
    LinkTo,
    Quote,
    Section,
    Small,
    Strong,
    Text,
    Title,
    When,
    Where,
)


def plain(card: Card, zone: ZoneInfo) -> str:
    """A card's words in reading order, times in `zone`, buttons as `[Label]`."""
    lines = [line for block in card.blocks for line in _block(block, zone)]
    pressed = [" ".join(f"[{button.label}]" for button in row) for row in (card.buttons, card.menu)]
    return "\n".join([*lines, *filter(None, pressed)])


def _block(block: Block, zone: ZoneInfo) -> Iterator[str]:
    match block:
        case Title(text):
            yield text
        case Section(text):
            yield from ("", text)
        case Quote(words, by, button):
            yield f"“{words}”" + (f" — {by}" if by else "") + _label(button)
        case Text(line) | Small(line):
            yield in_plain(line, zone)
        case _:
            assert_never(block)


def _label(button: Button | None) -> str:
    return f" [{button.label}]" if button else ""


def in_plain(line: Line, zone: ZoneInfo) -> str:
    """One line of the bot's words."""
    return "".join(_inline(piece, zone) for piece in line)


def _inline(piece: Inline, zone: ZoneInfo) -> str:
    match piece:
        case str(text) | Strong(text):
            return text
        case When(at, _, clock):
            local = at.astimezone(zone)
            return f"{local.day} {local:%B %Y}" + (f"{local:, %H:%M}" if clock else "")
        case Where(_, name):
            return f"#{name}"
        case LinkTo(text, url):
            return f"{text} ({url})"
        case _:
            assert_never(piece)
