"""Everything that the bot can say, as data.

The core produces structure and no markup. Each platform renders it in its own look and
escapes user text in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlmodel import Session

from bot.core.parts.part import Part
from bot.core.pictures.drawing import Drawing

FORM_WORDS = 3_000
"""Maximum characters of a form's text field on Slack (4,000 on Discord).

A longer text cannot be edited in a form.
"""


CARD_TEXT_LIMIT = 600
"""The most characters of a person's text on a card before *read on*."""


@dataclass(frozen=True)
class Strong:
    """A few emphasised words within a line."""

    text: str


@dataclass(frozen=True)
class Timestamp:
    """A point in time (aware), shown in the reader's zone if the platform can, else in `zone`."""

    at: datetime
    zone: str = "UTC"
    clock: bool = False
    """Whether the time of day is shown beside the date."""


@dataclass(frozen=True)
class ChannelMention:
    """A mention of a channel, by its id on the platform."""

    channel: str
    name: str


@dataclass(frozen=True)
class TextLink:
    """Text that links to a URL."""

    text: str
    url: str


@dataclass(frozen=True)
class Emoji:
    """An emoji as the core stores it: its character, or a custom one's name as `:party:`."""

    text: str


Inline = str | Strong | Timestamp | ChannelMention | TextLink | Emoji
Line = tuple[Inline, ...]


class Style(StrEnum):
    """How prominent a button is."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True)
class Button:
    """A label (at most 75 characters on Slack, 80 on Discord) and the command that a press sends.

    The encoded command has to fit `commands.ENCODED_LIMIT`. `Context.store_if_long` replaces
    a longer one.
    """

    label: str
    command: Any
    style: Style = Style.PLAIN


@dataclass(frozen=True)
class Title:
    """The heading of a card: kind and number, or a subject. At most 150 characters (Slack's header)."""

    text: str


@dataclass(frozen=True)
class Quote:
    """A person's text, exactly as written, and the largest element of a card.

    It is only shown, never interpreted.
    """

    words: str
    by: str = ""
    button: Button | None = None


@dataclass(frozen=True)
class Entry:
    """One entry of a list: its words, small print below them, and a button.

    The words are a person's, exactly as written and never interpreted, or a line of the bot's. Entries next
    to each other are one list. A line break in the small print begins another small line.
    """

    words: str | Line
    small: Line = ()
    button: Button | None = None


@dataclass(frozen=True)
class Text:
    """A sentence from the bot, with a button beside it that is about this sentence alone."""

    line: Line
    button: Button | None = None


@dataclass(frozen=True)
class Small:
    """Small print from the bot: people, times, what else there is."""

    line: Line


@dataclass(frozen=True)
class Section:
    """A heading inside a longer card, such as a recap."""

    text: str


Block = Title | Quote | Entry | Text | Small | Section


@dataclass(frozen=True)
class Card:
    """A message's content: blocks in reading order, two or three buttons, a menu of further ones."""

    blocks: tuple[Block, ...]
    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()


@dataclass(frozen=True)
class File:
    """A file for a person to keep: its bytes, a file name and its media type, such as `text/html`."""

    data: bytes
    name: str
    media_type: str


@dataclass(frozen=True)
class Picture:
    """A PNG with its alternative text (at most 2,000 characters) and a file name."""

    png: bytes
    alt: str
    name: str

    @property
    def file(self) -> File:
        """The picture as a file to upload."""
        return File(self.png, self.name, "image/png")


@dataclass(frozen=True)
class Post:
    """A message that everyone in a channel sees.

    It always belongs to a Posting, so that it can be edited and emptied later.
    """

    card: Card
    picture: Picture | None = None
    file: File | None = None
    """A file that comes with it, at most `Capabilities.largest_file` bytes."""
    language: str = ""
    """The language of its sentences, which the platform's own words follow."""


@dataclass(frozen=True)
class Offer:
    """Buttons that a reply gets at its end only if there is something behind them.

    `find` looks for it in a read after the commit, so that nobody's command waits for it. It is None for
    what is known to be there. `record` then notes that the buttons are shown, where that has to be noted.
    Both return whether they may be.
    """

    find: Callable[[Session], bool] | None
    record: Callable[[Session], bool] | None
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Reply:
    """The private answer to a person's command, button or form. Nobody else sees it."""

    card: Card
    replaces: bool = False
    """Whether the reply replaces the private card whose button was pressed."""
    offers: tuple[Offer, ...] = ()
    """What the bot adds before anyone sees the reply. A platform never gets one."""
    picture: Drawing | None = None
    """The picture that comes after the card. A platform lets the bot draw it: `bot.core.adapter.Bot.draw`."""
    language: str = ""
    """The language of its sentences, which the platform's own words follow."""
    personal: bool = False
    """Whether not even one sentence of it may be seen by others."""


class FieldKind(StrEnum):
    """The type of a form field. Values arrive as text, several CHOICES one per line.

    A CHANNEL field `x` arrives as the channel's id, with its name as `x_name`, "1" as `x_private` if
    it is private, "1" as `x_threads_only` if it holds threads alone, and as `x_lacks` the permission without which
    the bot can't post there, if the platform told that it lacks one.

    A PEOPLE field `x` arrives as the platform's ids of at most PEOPLE_MOST people, one per line, with their names
    as `x_names`, one per line, and the ids of those who are bots or outside the organisation as
    `x_outside`, one per line. Its `value` holds ids, too.

    A ZONE field is a time zone, found by typing a city where the platform has suggestions
    (`bot.core.adapter.Bot.suggest`), and else typed as text. It arrives as a zone's name or as what was typed.
    """

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    TIME = "time"
    CHANNEL = "channel"
    PEOPLE = "people"
    ZONE = "zone"


PEOPLE_MOST = 10
"""The most people that one field takes."""


@dataclass(frozen=True)
class Option:
    """One option of a choice. `value` is submitted, `label` is shown (at most 75 characters)."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """One field of a form. `name` is a field of the form's command, `value` its initial value.

    A `public` one offers only channels that everyone in the workspace can read, where the platform
    can tell them apart.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    value: str = ""
    required: bool = True
    hint: str = ""
    options: tuple[Option, ...] = ()
    public: bool = False
    later: bool = False
    """Whether it is asked only of a person who wants to add more. See `bot.core.forms.later`."""
    default: str = ""
    """The value with which a later choice counts as not filled in."""
    placeholder: str = ""
    """An example that an empty text field shows, at most 100 characters."""
    part: Part | None = None
    """The part of the product that it belongs to. It isn't asked in a team where that is off."""


class More(StrEnum):
    """How the later fields of a form can be filled in after it was sent without them.

    HERE: not at all. ANSWER: a button on the answer asks for them. AGAIN: the form changes something that
    is there, so it can be sent again with them. Its command opens it again.
    """

    HERE = "here"
    ANSWER = "answer"
    AGAIN = "again"


@dataclass(frozen=True)
class Form:
    """A form for a person to fill in. Its submission is `command` with the values of the fields.

    `errors` holds one sentence for each field with an invalid value. The typed text stays in
    `value`. A form that is not `storable` is never saved as a draft, because its author must stay
    unknown. Its command opens it again.
    """

    title: str
    command: Any
    fields: tuple[Field, ...]
    submit: str = ""
    """The label of the button that sends it. Without one, `submit_word` of `bot.core.text`."""
    intro: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    storable: bool = True
    language: str = ""
    """The language of its sentences, which the platform's own words follow."""
    more: More = More.HERE
    """What a platform does that can't show the later fields in the form itself."""


def group_entries(blocks: Iterable[Block]) -> Iterator[Block | tuple[Entry, ...]]:
    """Yield blocks in order, those entries together that are one list."""
    for is_list, found in groupby(blocks, key=lambda block: isinstance(block, Entry)):
        if is_list:
            yield tuple(each for each in found if isinstance(each, Entry))
        else:
            yield from found


def describe_picture(post: Post) -> Post:
    """Return the post with its picture replaced by the alt text, in small print."""
    return post if post.picture is None else replace(add_words(post, post.picture.alt), picture=None)


def add_words(post: Post, words: str) -> Post:
    """Return the post with words at its end, in small print."""
    return replace(post, card=replace(post.card, blocks=(*post.card.blocks, Small((words,)))))


def text_card(*line: Inline) -> Card:
    """Return a card with one sentence."""
    return Card((Text(line),))


def text_reply(*line: Inline, buttons: tuple[Button, ...] = (), replaces: bool = False) -> Reply:
    """Return a private reply with one sentence, and buttons for what to do next."""
    return Reply(Card((Text(line),), buttons), replaces)


def brief_card(reply: Reply) -> Card | None:
    """Return the card of an answer that is one sentence with buttons, which may be shown to all.

    None for anything longer, and for what is personal, which only its person may see.
    """
    if reply.personal:
        return None
    brief = len(reply.card.blocks) == 1 and isinstance(reply.card.blocks[0], Text) and reply.picture is None
    return Card(reply.card.blocks, reply.card.buttons) if brief else None
