"""Everything the bot can say, as data.

The core emits structure and never markup, so that each platform can show it in its own look and escape
people's words in its own way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

CARD_WORDS = 600
"""Characters of one person's words that a card shows before *read on* (design, section 6)."""


@dataclass(frozen=True)
class Strong:
    """A few words that stand out within a line."""

    text: str


@dataclass(frozen=True)
class When:
    """A moment in time (aware), shown in the reader's own zone where the platform can; else in `zone`."""

    at: datetime
    zone: str = "UTC"
    clock: bool = False
    """Whether the time of day is shown beside the date."""


@dataclass(frozen=True)
class Where:
    """A channel, by its id on the platform."""

    channel: str
    name: str


@dataclass(frozen=True)
class LinkTo:
    """Words that lead to an address."""

    text: str
    url: str


Inline = str | Strong | When | Where | LinkTo
Line = tuple[Inline, ...]


class Style(StrEnum):
    """How much a button asks for attention."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True)
class Button:
    """A label (at most 75 characters on Slack, 80 on Discord) and the command that a press sends.

    The encoded command fits `commands.ENCODED_LIMIT`, for which `Turn.later` has a stand-in.
    """

    label: str
    command: Any
    style: Style = Style.PLAIN


@dataclass(frozen=True)
class Title:
    """The head of a card: kind and number, or a subject. At most 150 characters (Slack's header)."""

    text: str


@dataclass(frozen=True)
class Quote:
    """A person's words, exactly as written: the largest thing on a card, shown and never obeyed."""

    words: str
    by: str = ""
    button: Button | None = None


@dataclass(frozen=True)
class Text:
    """A sentence of the bot's."""

    line: Line


@dataclass(frozen=True)
class Small:
    """The bot's small words: who, when, what else there is."""

    line: Line


@dataclass(frozen=True)
class Section:
    """A heading inside a longer card, such as a recap."""

    text: str


Block = Title | Quote | Text | Small | Section


@dataclass(frozen=True)
class Card:
    """What the bot says: blocks in reading order, two or three buttons, and a menu of further ones."""

    blocks: tuple[Block, ...]
    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A PNG with the words that say what it shows (at most 2,000 characters) and a file name."""

    png: bytes
    alt: str
    name: str


@dataclass(frozen=True)
class Post:
    """What everyone in a place sees. It is always a Posting, so that it can be edited and emptied later."""

    card: Card
    picture: Picture | None = None


@dataclass(frozen=True)
class Reply:
    """The private answer to one person's command, button or form; nobody else ever sees it."""

    card: Card
    replaces: bool = False
    """Whether it takes the place of the private card whose button was pressed."""


class FieldKind(StrEnum):
    """What a field of a form asks for. Values arrive as text; CHOICES as several, one to a line.

    A CHANNEL `x` arrives as its id, with its name under `x_name` and "1" under `x_private` where it is private.
    """

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    TIME = "time"
    CHANNEL = "channel"


@dataclass(frozen=True)
class Option:
    """One thing to choose: `value` comes back, `label` is shown (at most 75 characters)."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """One question of a form. `name` is a field of the form's command; `value` is what stands there first."""

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    value: str = ""
    required: bool = True
    hint: str = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Form:
    """What the bot asks for. Its submission is `command` with the fields' values put in.

    `errors` holds one sentence for each field whose value cannot be taken; what was typed stays in `value`.
    """

    title: str
    command: Any
    fields: tuple[Field, ...]
    submit: str = "Keep"
    intro: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


def say(*line: Inline) -> Card:
    """A card of one sentence."""
    return Card((Text(line),))


def reply(*line: Inline, buttons: tuple[Button, ...] = (), replaces: bool = False) -> Reply:
    """A private answer of one sentence, with what one can do next."""
    return Reply(Card((Text(line),), buttons), replaces)
