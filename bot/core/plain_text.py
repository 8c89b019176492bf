"""Cards as plain text, for the command line and other readers without a platform, and as text to be heard.

A terminal has no blocks, so only the words and their order are rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import assert_never
from urllib.parse import urlsplit

from bot.core.messages import (
    Block,
    Button,
    Card,
    ChannelMention,
    Emoji,
    Entry,
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
from bot.core.text import name_channel, one_line, split_addresses
from bot.core.times import format_full_day, zone_or_utc
from storage.models.shown import enclose_words

ENDS, CLOSING = ".!?…:。！？：", '”“"’)»«\u2069'
"""What a sentence ends with, and what may stand behind that."""
SINGLE_QUOTES = str.maketrans('“”„"«»', "‘’‚'‹›")
"""People's own quotation marks become these within the bot's."""
DOUBLED_QUOTES = re.compile('[“”„"«»]{2,}')
LESSON = "\n→ "
"""What stands before what an experiment taught, where a card has one quote for both."""
NUMBER = re.compile(r"\d+(?:\.\d+)*")
"""The number of a why, in bold before it."""
DOTS = re.compile(r"\s+·\s+")
LETTERS = re.compile("[●○]")
"""The signs of the row of SMMART letters. The line behind it says the same in words."""


def render_plain_card(card: Card) -> str:
    """Return a card's words in reading order, each time in its own zone, buttons as `[Label]`."""
    lines = [line for block in card.blocks for line in _block_lines(block)]
    pressed = [" ".join(f"[{button.label}]" for button in row) for row in (card.buttons, card.menu)]
    return "\n".join([*lines, *filter(None, pressed)])


def render_spoken_card(card: Card) -> str:
    """Return a card's words to be heard: in notifications, and where a screen reader reads the message as one text.

    Names come before what they said, each line ends as a sentence does, and nothing is said of buttons, which the
    platform reads by itself. Web addresses are their hosts.
    """
    spoken = (_tame_quotes(line.strip()) for block in card.blocks for line in _spoken_lines(block))
    return "\n".join(_end_sentence(line) for line in spoken if line and not LETTERS.search(line))


def describe_button(button: Button, beside: Block, most: int) -> str:
    """Return what a screen reader says for a button that stands beside a block: its label and what it is about.

    `most` is in characters. Buttons with the same label on one card are told apart by it.
    """
    about = " ".join(_spoken_lines(beside))
    return (
        f"{button.label}: {one_line(about, most - len(button.label) - 5)}"[:most] if about else button.label
    )


def _spoken_lines(block: Block) -> Iterator[str]:
    match block:
        case Title(text) | Section(text):
            yield _spoken_text(text)
        case Quote(words, by):
            said = f"“{enclose_words(_spoken_words(words))}”"
            yield f"{_introduce(_spoken_text(by))} {said}" if by else said
        case Entry(words, small):
            yield from _spoken_entry(words, _spoken_line(small))
        case Text(line) | Small(line):
            yield from _spoken_line(line)
        case _:
            assert_never(block)


def _spoken_entry(words: str | Line, small: Sequence[str]) -> Iterator[str]:
    if isinstance(words, str):
        yield from _spoken_lines(Quote(words, small[0]))
        yield from small[1:]
    else:
        yield from (*_spoken_line(words), *small)


def _spoken_line(line: Line) -> list[str]:
    """Return a line of the bot's as the lines to be heard, at least one."""
    return [_spoken_text(each) for each in "".join(map(_spoken_inline, line)).split("\n")]


def _spoken_inline(piece: Inline) -> str:
    """Return a piece without the address behind it, and a number in front of words with a colon."""
    if isinstance(piece, Strong) and NUMBER.fullmatch(piece.text):
        return f"{piece.text}:"
    return piece.text if isinstance(piece, TextLink) else _inline_text(piece)


def _introduce(by: str) -> str:
    """Return what stands before somebody's words, with a colon unless it is a sentence."""
    return by if by[-1:] in ENDS else f"{by}:"


def _spoken_text(text: str) -> str:
    """Return the bot's own words with pauses where the eye sees dots."""
    return " ".join(DOTS.sub(_pause, _name_hosts(text)).split())


def _pause(dot: re.Match[str]) -> str:
    """Return a comma for a dot between two parts, and only a space behind a sentence."""
    return " " if dot.string[: dot.start()].rstrip(CLOSING)[-1:] in ENDS else ", "


def _spoken_words(words: str) -> str:
    """Return a person's words with hosts for addresses and single quotation marks, and a lesson as a sentence."""
    first, *lessons = _name_hosts(words).translate(SINGLE_QUOTES).split(LESSON)
    return " ".join([*([_end_sentence(first)] if lessons else [first]), *lessons])


def _name_hosts(text: str) -> str:
    return "".join(
        (urlsplit(piece).hostname or "") if is_address else piece
        for piece, is_address in split_addresses(text)
    )


def _tame_quotes(line: str) -> str:
    """Return a line in which no two quotation marks stand side by side."""
    return DOUBLED_QUOTES.sub(
        lambda found: found[0][0] if _opens(line, found.start()) else found[0][-1], line
    )


def _opens(line: str, at: int) -> bool:
    return at == 0 or line[at - 1].isspace() or line[at - 1] in "(["


def _end_sentence(line: str) -> str:
    """Return a line that ends as a sentence does."""
    return line if line.rstrip(CLOSING)[-1:] in ENDS else f"{line}."


def _block_lines(block: Block) -> Iterator[str]:
    match block:
        case Title(text):
            yield text
        case Section(text):
            yield from ("", text)
        case Quote(words, by, button):
            yield f"“{enclose_words(words)}”" + (f" — {by}" if by else "") + _button_label(button)
        case Entry(words, small, button):
            shown = f"“{enclose_words(words)}”" if isinstance(words, str) else render_plain_line(words)
            about = render_plain_line(small).replace("\n", " · ")
            yield f"• {shown}" + (f" — {about}" if about else "") + _button_label(button)
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
