"""Cards as plain text, for the command line and other readers without a platform.

A terminal has no blocks, so only the words and their order are rendered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from bot.core.messages import (
    Block,
    Button,
    Card,
    ChannelMention,
    Emoji,
    Inline,
    Line,
    Quote,
    Section,
    Small,
    Strong,
    Text,
    TextLink,
    Timestamp,
    Title,
)
from bot.core.text import name_channel
from bot.core.times import format_full_day, zone_or_utc
from storage.models.shown import enclose_words


def render_plain_card(card: Card) -> str:
    """Return a card's words in reading order, each time in its own zone, buttons as `[Label]`."""
    lines = [line for block in card.blocks for line in _block_lines(block)]
    pressed = [" ".join(f"[{button.label}]" for button in row) for row in (card.buttons, card.menu)]
    return "\n".join([*lines, *filter(None, pressed)])


def _block_lines(block: Block) -> Iterator[str]:
    match block:
        case Title(text):
            yield text
        case Section(text):
            yield from ("", text)
        case Quote(words, by, button):
            yield f"“{enclose_words(words)}”" + (f" — {by}" if by else "") + _button_label(button)
        case Text(line, button):
            yield render_plain_line(line) + _button_label(button)
        case Small(line):
            yield render_plain_line(line)
        case _:
            assert_never(block)


def _button_label(button: Button | None) -> str:
    return f" [{button.label}]" if button else ""


def render_plain_line(line: Line) -> str:
    """Return one line of the bot's words as plain text, each time in its own zone."""
    return "".join(map(_inline_text, line))


def _inline_text(piece: Inline) -> str:
    match piece:
        case str(text) | Strong(text) | Emoji(text):
            return text
        case Timestamp(at, zone, clock):
            local = at.astimezone(zone_or_utc(zone))
            return format_full_day(local.date()) + (f"{local:, %H:%M}" if clock else "")
        case ChannelMention(_, name):
            return name_channel(name)
        case TextLink(text, url):
            return f"{text} ({url})"
        case _:
            assert_never(piece)
