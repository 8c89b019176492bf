"""The bot's cards and forms as JSON for the page.

It is structure only, so that no text in it can become markup: the page makes text nodes of
every text. URLs are checked here and nowhere else.
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
    ChannelMention,
    Field,
    Form,
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

Encode = Callable[[Any], str]


def card_to_json(said: Card, encode: Encode) -> Json:
    """Return a card as JSON. Each button carries its encoded command."""
    return {
        "blocks": [_block_json(block, encode) for block in said.blocks],
        "buttons": [_button_json(button, encode) for button in said.buttons],
        "menu": [_button_json(button, encode) for button in said.menu],
    }


def form_to_json(asked: Form) -> Json:
    """Return a form as JSON. Its command stays in the chat, which finds it by the form's id."""
    return {
        "title": asked.title,
        "intro": asked.intro,
        "submit": asked.submit,
        "fields": [_field_json(field) for field in asked.fields],
        "errors": dict(asked.errors),
    }


def link_to_message(message: Message) -> str:
    """Return the address of a message within the page."""
    return f"/#c={message.channel}&m={message.id}"


def find_card_buttons(shown: Json) -> list[Json]:
    """Return every button on a card."""
    at_quotes = [block["button"] for block in shown["blocks"] if block.get("button")]
    return [*at_quotes, *shown["buttons"], *shown["menu"]]


def card_plain_words(shown: Json | None) -> str:
    """Return a card's plain text, for quoting the message."""
    lines = [
        block.get("words") or block.get("text") or _line_words(block["line"])
        for block in (shown or _EMPTY_CARD)["blocks"]
    ]
    return "\n".join(lines)


_EMPTY_CARD: Json = {"blocks": []}


def _block_json(block: Block, encode: Encode) -> Json:
    match block:
        case Title(text):
            return {"kind": "title", "text": text}
        case Section(text):
            return {"kind": "section", "text": text}
        case Quote(words, by, button):
            return {
                "kind": "quote",
                "words": words,
                "by": by,
                "button": button and _button_json(button, encode),
            }
        case Text(line):
            return {"kind": "text", "line": _line_json(line)}
        case Small(line):
            return {"kind": "small", "line": _line_json(line)}
        case _:
            assert_never(block)


def _button_json(button: Button, encode: Encode) -> Json:
    return {"label": button.label, "press": encode(button.command), "style": button.style.value}


def _line_json(line: Line) -> list[Json | str]:
    return [_inline_json(piece) for piece in line]


def _inline_json(piece: Inline) -> Json | str:
    match piece:
        case str():
            return piece
        case Strong(text):
            return {"strong": text}
        case Timestamp(at, zone, clock):
            return {"when": at.isoformat(), "zone": zone, "clock": clock}
        case ChannelMention(channel, name):
            return {"where": channel, "text": f"#{name}"}
        case TextLink(text, url):
            return {"link": url, "text": text} if _is_safe_url(url) else text
        case _:
            assert_never(piece)


def _is_safe_url(url: str) -> bool:
    """Return whether a URL is another site over HTTP(S), or a place within the page.

    Schemes that can run code are never safe.
    """
    if url.startswith(("#", "/#")):
        return True
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _line_words(line: list[Json | str]) -> str:
    return "".join(piece if isinstance(piece, str) else _piece_words(piece) for piece in line)


def _piece_words(piece: Json) -> str:
    return str(piece.get("strong") or piece.get("text") or piece["when"][:10])


def _field_json(field: Field) -> Json:
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind.value,
        "value": field.value,
        "required": field.required,
        "hint": field.hint,
        "options": [{"value": option.value, "label": option.label} for option in field.options],
    }
