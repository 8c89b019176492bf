"""What the bot says, as JSON for the page: structure only, so that no word in it can become markup.

The page makes text nodes of every text; addresses are let through here or nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never
from urllib.parse import urlsplit

from adapters.playground.chat.model import Json, Message
from bot.core.messages import (
    Block,
    Button,
    Card,
    Field,
    Form,
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

Encode = Callable[[Any], str]


def card(said: Card, encode: Encode) -> Json:
    """A card; each button carries its encoded command."""
    return {
        "blocks": [_block(block, encode) for block in said.blocks],
        "buttons": [_button(button, encode) for button in said.buttons],
        "menu": [_button(button, encode) for button in said.menu],
    }


def form(asked: Form) -> Json:
    """A form; its command stays with the chat, which knows it by the form's id."""
    return {
        "title": asked.title,
        "intro": asked.intro,
        "submit": asked.submit,
        "fields": [_field(field) for field in asked.fields],
        "errors": dict(asked.errors),
    }


def link(message: Message) -> str:
    """The address of a message, within the page."""
    return f"/#c={message.channel}&m={message.id}"


def buttons(shown: Json) -> list[Json]:
    """Every button that stands on a card."""
    at_quotes = [block["button"] for block in shown["blocks"] if block.get("button")]
    return [*at_quotes, *shown["buttons"], *shown["menu"]]


def plain(shown: Json | None) -> str:
    """A card's words alone, for whoever quotes the message."""
    lines = [
        block.get("words") or block.get("text") or _flat(block["line"])
        for block in (shown or _NONE)["blocks"]
    ]
    return "\n".join(lines)


_NONE: Json = {"blocks": []}


def _block(block: Block, encode: Encode) -> Json:
    match block:
        case Title(text):
            return {"kind": "title", "text": text}
        case Section(text):
            return {"kind": "section", "text": text}
        case Quote(words, by, button):
            return {"kind": "quote", "words": words, "by": by, "button": button and _button(button, encode)}
        case Text(line):
            return {"kind": "text", "line": _line(line)}
        case Small(line):
            return {"kind": "small", "line": _line(line)}
        case _:
            assert_never(block)


def _button(button: Button, encode: Encode) -> Json:
    return {"label": button.label, "press": encode(button.command), "style": button.style.value}


def _line(line: Line) -> list[Json | str]:
    return [_inline(piece) for piece in line]


def _inline(piece: Inline) -> Json | str:
    match piece:
        case str():
            return piece
        case Strong(text):
            return {"strong": text}
        case When(at, zone, clock):
            return {"when": at.isoformat(), "zone": zone, "clock": clock}
        case Where(channel, name):
            return {"where": channel, "text": f"#{name}"}
        case LinkTo(text, url):
            return {"link": url, "text": text} if _safe(url) else text
        case _:
            assert_never(piece)


def _safe(url: str) -> bool:
    """Another site over HTTP, or a place within the page; never a scheme that runs something."""
    if url.startswith(("#", "/#")):
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _flat(line: list[Json | str]) -> str:
    return "".join(piece if isinstance(piece, str) else _shown(piece) for piece in line)


def _shown(piece: Json) -> str:
    return str(piece.get("strong") or piece.get("text") or piece["when"][:10])


def _field(field: Field) -> Json:
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind.value,
        "value": field.value,
        "required": field.required,
        "hint": field.hint,
        "options": [{"value": option.value, "label": option.label} for option in field.options],
    }
