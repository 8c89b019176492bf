"""The bot's cards and forms as JSON for the page.

It is structure only, so that no text in it can become markup: the page makes text nodes of
every text. URLs are checked here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from adapters.playground.chat.model import Json
from adapters.playground.text import line_to_json
from bot.core.messages import (
    Block,
    Button,
    Card,
    Entry,
    Quote,
    Section,
    Small,
    Text,
    Title,
    group_entries,
)
from bot.core.plain_text import describe_button

DESCRIBED = 150
"""The most characters that a screen reader says for a button beside something."""

Encode = Callable[[Any], str]


def card_to_json(said: Card, encode: Encode) -> Json:
    """Return a card as JSON. Each button carries its encoded command."""
    return {
        "blocks": [_block_json(block, encode) for block in group_entries(said.blocks)],
        "buttons": [_button_json(button, encode) for button in said.buttons],
        "menu": [_button_json(button, encode) for button in said.menu],
    }


def find_card_buttons(shown: Json) -> list[Json]:
    """Return every button on a card."""
    parts = [part for block in shown["blocks"] for part in (block, *block.get("entries", ()))]
    return [*(part["button"] for part in parts if part.get("button")), *shown["buttons"], *shown["menu"]]


def _block_json(block: Block | tuple[Entry, ...], encode: Encode) -> Json:
    match block:
        case tuple():
            return {"kind": "list", "entries": [_entry_json(each, encode) for each in block]}
        case Entry():
            return _block_json((block,), encode)
        case Title(text):
            return {"kind": "title", "text": text}
        case Section(text):
            return {"kind": "section", "text": text}
        case Quote(words, by, button):
            return {
                "kind": "quote",
                "words": words,
                "pieces": line_to_json((words,)),
                "by": by,
                "button": button and _button_json(button, encode, block),
            }
        case Text(line, button):
            beside = button and _button_json(button, encode, block)
            return {"kind": "text", "line": line_to_json(line), "button": beside}
        case Small(line):
            return {"kind": "small", "line": line_to_json(line)}
        case _:
            assert_never(block)


def _entry_json(entry: Entry, encode: Encode) -> Json:
    words = (entry.words,) if isinstance(entry.words, str) else entry.words
    return {
        "words": line_to_json(words),
        "small": line_to_json(entry.small) if any(entry.small) else [],
        "button": entry.button and _button_json(entry.button, encode, entry),
    }


def _button_json(button: Button, encode: Encode, beside: Block | None = None) -> Json:
    """Return a button. One `beside` a block says to screen readers what it is about."""
    about = {} if beside is None else {"described": describe_button(button, beside, DESCRIBED)}
    return {"label": button.label, "press": encode(button.command), "style": button.style.value, **about}
