"""Everything that a person reads of an answer or a post, with its place in it, and people's own words left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from bot.core.messages import (
    Button,
    Card,
    Entry,
    Field,
    Form,
    Inline,
    Post,
    Quote,
    Reply,
    Strong,
    Text,
    TextLink,
)
from bot.core.pictures.drawing import Drawing


def list_texts(said: Reply | Form | Post | None) -> Iterator[str]:
    """Yield the bot's texts in an answer or a post: sentences, labels, hints, and the words of a picture."""
    if isinstance(said, Form):
        yield from (said.title, said.submit, said.intro, *said.errors.values())
        for each in said.fields:
            yield from _of_field(each)
    elif said is not None:
        yield from _of_card(said.card)
        yield from _of_picture(said.picture)


def _of_field(field: Field) -> Iterator[str]:
    yield from (field.label, field.hint, field.placeholder)
    yield from (option.label for option in field.options)


def _of_card(card: Card) -> Iterator[str]:
    for block in card.blocks:
        match block:
            case Quote():
                yield block.by
                yield from _of_buttons([block.button] if block.button else [])
            case Entry(words, small, button):
                yield from (
                    "".join(_of_inline(each) for each in line)
                    for line in (words, small)
                    if line != words or not isinstance(words, str)
                )
                yield from _of_buttons([button] if button else [])
            case _ if hasattr(block, "line"):
                yield "".join(_of_inline(each) for each in block.line)
            case _:
                yield block.text
    yield from _of_buttons([*card.buttons, *card.menu])


def _of_buttons(buttons: list[Button]) -> Iterator[str]:
    yield from (each.label for each in buttons)


def list_buttons(card: Card) -> list[Button]:
    """Return every button of a card, those beside quotes, entries and sentences and in its menu too."""
    parts = [block for block in card.blocks if isinstance(block, Quote | Entry | Text)]
    beside = [block.button for block in parts if block.button]
    return [*beside, *card.buttons, *card.menu]


def _of_inline(each: Inline) -> str:
    if isinstance(each, str):
        return each
    return each.text if isinstance(each, (Strong, TextLink)) else " "


def _of_picture(picture: Any) -> Iterator[str]:
    if picture is None:
        return
    yield picture.alt
    if isinstance(picture, Drawing):
        yield from _words_in(picture.figures)


def _words_in(figures: Any) -> Iterator[str]:
    """Yield the texts that a picture is drawn with, wherever they are."""
    if isinstance(figures, str):
        yield figures
    elif is_dataclass(figures):
        for each in fields(figures):
            yield from _words_in(getattr(figures, each.name))
    elif isinstance(figures, (tuple, list)):
        for part in figures:
            yield from _words_in(part)
