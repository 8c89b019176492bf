"""Cards as Discord components: one container each, with people's words in quotes, and lists as lists.

Everything people wrote is escaped, so that no markup in it can end its quote. All limits are
Discord's: a message has at most 40 components, counting nested ones, 4,000 characters of text,
5 buttons a row and 25 entries in a menu. One row of buttons fits a phone; a card's further buttons
are entries of a menu below it. A longer private answer is split over several messages. A public
card is one message. The core keeps its cards below the limits, and one that is too long all the same
says so and keeps its buttons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import count, zip_longest
from typing import Any, assert_never

from adapters.discord import custom_ids
from adapters.discord.custom_ids import CustomId
from adapters.discord.text import bold_text, escape_text, render_markdown, text_length
from bot.core.language.words import _
from bot.core.messages import (
    Block,
    Button,
    Card,
    Entry,
    File,
    Inline,
    Line,
    Picture,
    Quote,
    Section,
    Small,
    Strong,
    Style,
    Text,
    Title,
    group_entries,
)

Json = dict[str, Any]
Encode = Callable[[Any], str]

COMPONENTS_V2 = 1 << 15
"""The flag of a message made of these components."""

ROW, BUTTON, SELECT, SECTION, DISPLAY, GALLERY, FILE, CONTAINER = 1, 2, 3, 9, 10, 12, 13, 17
COMPONENTS, BUTTONS, ENTRIES, LABEL, ENTRY, ALT, NAME = 40, 5, 25, 80, 100, 1_024, 100
ROW_BUTTONS, ROW_CHARACTERS = 3, 36
"""Most buttons in a row beside a menu, and the characters of their labels, that a phone shows in one line."""
SHORT_LABEL = 8
"""Most characters of labels that are a scale or a choice, such as *3 mm*. All of those are shown as buttons."""
MESSAGE_LENGTH = 4_000
"""Most characters of a message's texts. Labels don't count."""
TEXT_LENGTH = 3_000
"""Most characters of one text, so that the texts above and below it fit as well."""
WORDS_LENGTH = TEXT_LENGTH - 2 * NAME
"""The characters of TEXT_LENGTH that are left for people's words beside a name."""
ESCAPE_FACTOR = 3
"""Most characters that escaping and quoting make of one character."""

HEADLINE_LENGTH = 200
"""Most characters of a card's main words to be shown in the largest size."""

ACCENT_COLOR = 0x14697A
"""The colour of a moment in a recap's picture."""

STYLES = {Style.PRIMARY: 1, Style.PLAIN: 2, Style.DANGER: 4}


def render_messages(card: Card, encode: Encode, guild: str = "") -> list[list[Json]]:
    """Return a card as the components of messages: nearly always one, more for a long private answer.

    `guild` is the server that the card is about. It's given for a direct message, which doesn't
    say it.
    """
    drawn = [*_render_texts(card.blocks, encode), *_render_controls(card, encode)]
    return [[_build_container(part)] for part in _split_parts(_number_buttons(drawn, guild))]


def render_message(
    card: Card,
    encode: Encode,
    guild: str = "",
    key: str = "",
    picture: Picture | None = None,
    file: File | None = None,
) -> list[Json]:
    """Return a card as the components of one message, with a picture and a file uploaded under their names.

    `key` is the posting's: the message can be found again by its `container_id`.
    """
    texts = list(_render_texts(card.blocks, encode))
    uploaded = [*([_render_picture(picture)] if picture else []), *([_render_file(file)] if file else [])]
    foot = [*uploaded, *_render_controls(card, encode)]
    return [
        _build_container(
            _number_buttons([*_fit_texts(texts, foot), *foot], guild), container_id(key) if key else None
        )
    ]


def render_picture(picture: Picture) -> Json:
    """Return the content of a message that shows only a picture uploaded with it."""
    return {"components": [_render_picture(picture)], "attachments": describe_files(picture)}


def describe_files(picture: Picture | None, file: File | None = None) -> list[Json]:
    """Return the descriptions of a message's uploaded picture and file, in the order of their parts."""
    shown = [{"filename": picture.name, "description": clip_text(picture.alt, ALT)}] if picture else []
    named = [*shown, {"filename": file.name}] if file else shown
    return [{"id": at, **each} for at, each in enumerate(named)]


def container_id(key: str) -> int:
    """Return the id of a posting's container: 31 bits made from its key, never 0."""
    return (int.from_bytes(blake2b(key.encode(), digest_size=4).digest()) >> 1) or 1


def clip_text(words: str, most: int) -> str:
    """Return a label or name cut to `most` characters, with an ellipsis if it was cut."""
    if text_length(words) <= most:
        return words
    cut = words[: most - 1]
    while text_length(cut) >= most:
        cut = cut[:-1]
    return cut + "…"


def _build_container(drawn: list[Json], id: int | None = None) -> Json:
    shown = drawn or [_text_component("…")]
    named = {} if id is None else {"id": id}
    return {"type": CONTAINER, **named, "accent_color": ACCENT_COLOR, "components": shown}


def _render_texts(blocks: Sequence[Block], encode: Encode) -> Iterator[Json]:
    """Yield the texts in reading order.

    A title above someone's words is small, so that the words are the largest thing.
    """
    above: Block | tuple[Entry, ...] | None = None
    shown = list(group_entries(blocks))
    for block, below in zip_longest(shown, shown[1:]):
        match block, below:
            case tuple(), _:
                yield from _render_list(block, encode)
            case (Title(text), Quote()) | (Section(text), Quote(by="")):
                yield _text_component(_small_label(text))
            case Text(button=Button() as button), _:
                *before, last = map(_text_component, list(_block_lines(block)) or ["…"])
                yield from before
                yield _section_component(last, button, encode)
            case Quote(), _:
                yield from _render_quote(block, encode, "### " if isinstance(above, Title) else "")
            case _:
                yield from map(_text_component, _block_lines(block))
        above = block


def _render_list(entries: Sequence[Entry], encode: Encode) -> Iterator[Json]:
    """Yield a list: each entry beside its button, or one text with bullets where there are no buttons."""
    if not any(each.button for each in entries):
        yield from map(
            _text_component, _pack_lines(text for each in entries for text in _entry_texts(each, "- "))
        )
        return
    for each in entries:
        *before, last = map(_text_component, _entry_texts(each))
        yield from before
        yield last if each.button is None else _section_component(last, each.button, encode)


def _entry_texts(entry: Entry, bullet: str = "") -> list[str]:
    """Return an entry's words, with its small print below them: nearly always one text."""
    words = entry.words
    parts = map(_escape_words, _split_words(words)) if isinstance(words, str) else _split_line(words)
    said = [part for part in parts if part.strip()] or ["…"]
    said = [f"{bullet}{part}".replace("\n", "\n" + " " * len(bullet)) for part in said]
    small = [lines for part in _split_line(entry.small) if (lines := _small_lines(part))]
    if not small or text_length(said[-1]) + text_length(small[0]) >= TEXT_LENGTH:
        return [*said, *small]
    return [*said[:-1], f"{said[-1]}\n{small[0]}", *small[1:]]


def _pack_lines(texts: Iterable[str]) -> Iterator[str]:
    """Yield texts below each other, as many in one as fit."""
    packed = ""
    for each in texts:
        if packed and text_length(packed) + text_length(each) >= TEXT_LENGTH:
            yield packed
            packed = ""
        packed = f"{packed}\n{each}" if packed else each
    yield packed


def _block_lines(block: Block) -> Iterator[str]:
    match block:
        case Title(text):
            yield f"### {escape_text(_one_line(text))}"
        case Section(text):
            yield bold_text(_one_line(text))
        case Text(line):
            yield from _split_line(line)
        case Small(line):
            yield from map(_small_lines, _split_line(line))
        case Quote(words):
            yield from (f"> {_quote_lines(part)}" for part in _split_words(words) if part.strip())
        case Entry():
            yield from _entry_texts(block)
        case _:
            assert_never(block)


def _render_quote(quote: Quote, encode: Encode, heading: str) -> Iterator[Json]:
    """Yield words as a quote under their author's name, with any button beside the quote's end."""
    said = list(_block_lines(quote)) or ([] if quote.by else ["…"])
    if len(said) == 1 and len(quote.words) <= HEADLINE_LENGTH and "\n" not in said[0] and said[0][-1] != "#":
        said = [said[0].replace("> ", f"> {heading}", 1)]
    if quote.by:
        said[:1] = ["\n".join([_small_label(clip_text(quote.by, NAME)), *said[:1]])]
    *before, last = map(_text_component, said)
    yield from before
    yield (last if quote.button is None else _section_component(last, quote.button, encode))


def _section_component(text: Json, button: Button, encode: Encode) -> Json:
    return {"type": SECTION, "components": [text], "accessory": _render_button(button, encode)}


def _small_label(words: str) -> str:
    return f"-# {bold_text(_one_line(words))}"


def _quote_lines(words: str) -> str:
    return _escape_words(words).replace("\n", "\n> ")


def _escape_words(words: str) -> str:
    """Return people's words escaped, with plain line breaks and none at their ends."""
    return re.sub(r"\r\n|\r", "\n", escape_text(words.strip("\r\n").rstrip()))


def _small_lines(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(f"-# {line}" for line in lines if line)


def _one_line(words: str) -> str:
    return " ".join(words.split()) or "…"


def _render_controls(card: Card, encode: Encode) -> Iterator[Json]:
    """Yield a card's first buttons as a row, and the others with its menu as entries of a menu."""
    if not card.menu and all(len(each.label) <= SHORT_LABEL for each in card.buttons):
        yield from _button_rows(card.buttons, encode)
        return
    buttons = _choose_first(card.buttons)
    shown = _count_row(buttons)
    yield from _button_rows(buttons[:shown], encode)
    further = (*buttons[shown:], *card.menu)
    for at in range(0, len(further), ENTRIES):
        yield {"type": ROW, "components": [_render_menu(further[at : at + ENTRIES], encode)]}


def _choose_first(buttons: Sequence[Button]) -> Sequence[Button]:
    """Return the buttons with the prominent one first where not all fit a row, so that it is never in the menu."""
    if _count_row(buttons) == len(buttons):
        return buttons
    return sorted(buttons, key=lambda each: each.style is not Style.PRIMARY)


def _count_row(buttons: Sequence[Button]) -> int:
    """Return how many of the first buttons fit one line of a phone, at least one if there is any."""
    for shown in range(min(len(buttons), ROW_BUTTONS), 1, -1):
        if sum(len(each.label) for each in buttons[:shown]) <= ROW_CHARACTERS:
            return shown
    return min(len(buttons), 1)


def _button_rows(buttons: Sequence[Button], encode: Encode) -> Iterator[Json]:
    """Yield buttons in rows of about the same length."""
    rows = -(-len(buttons) // BUTTONS)
    length = -(-len(buttons) // max(rows, 1))
    for at in range(0, len(buttons), max(length, 1)):
        yield {
            "type": ROW,
            "components": [_render_button(each, encode) for each in buttons[at : at + length]],
        }


def _render_menu(entries: Sequence[Button], encode: Encode) -> Json:
    """Return a menu whose entries each carry a command.

    Discord sends an entry again only after the message was updated, or when it was chosen off in between. No
    values is a choice too, so that a form that was closed can be opened again.
    """
    options = [
        {"label": clip_text(each.label, ENTRY) or "…", "value": encode(each.command)} for each in entries
    ]
    return {
        "type": SELECT, "custom_id": "", "placeholder": _("More…"), "min_values": 0, "max_values": 1,
        "options": options,
    }  # fmt: skip


def _render_button(button: Button, encode: Encode) -> Json:
    return {
        "type": BUTTON,
        "style": STYLES[button.style],
        "label": clip_text(button.label, LABEL) or "…",
        "custom_id": encode(button.command),
    }


def _render_picture(picture: Picture) -> Json:
    shown = {"media": {"url": f"attachment://{picture.name}"}, "description": clip_text(picture.alt, ALT)}
    return {"type": GALLERY, "items": [shown]}


def _render_file(file: File) -> Json:
    return {"type": FILE, "file": {"url": f"attachment://{file.name}"}}


def _number_buttons(drawn: list[Json], guild: str) -> list[Json]:
    """Give every button, menu and entry a CustomId with a number that is unique in its message."""
    numbers = count(1)
    for each in _walk_components(drawn):
        for part, name in ((each, "custom_id"), *((option, "value") for option in each.get("options", ()))):
            if name in part:
                part[name] = custom_ids.write_custom_id(CustomId(part[name], next(numbers), guild))
    return drawn


def _walk_components(drawn: Iterable[Json]) -> Iterator[Json]:
    """Yield every component, including nested ones."""
    for each in drawn:
        yield each
        if "components" in each:
            yield from _walk_components(each["components"])
        if "accessory" in each:
            yield from _walk_components([each["accessory"]])


def _fit_texts(texts: list[Json], foot: list[Json]) -> list[Json]:
    """Return the texts that fit above `foot`, with a note if some were left out."""
    shown = texts if _measure_components([*texts, *foot])[0] < COMPONENTS else _join_texts(texts)
    if _fits_container([*shown, *foot]):
        return shown
    more = _text_component(
        "-# " + _("There's more than fits here. Type /aha show or /aha recap to see all of it.")
    )
    kept: list[Json] = []
    for each in shown:
        if not _fits_container([*kept, each, more, *foot]):
            break
        kept.append(each)
    return [*kept, more]


def _join_texts(texts: Iterable[Json]) -> list[Json]:
    """Join neighbouring texts, for a message that would have too many components."""
    packed: list[Json] = []
    for each in texts:
        if packed and each["type"] == packed[-1]["type"] == DISPLAY:
            together = f"{packed[-1]['content']}\n\n{each['content']}"
            if text_length(together) <= TEXT_LENGTH // 2:
                packed[-1] = _text_component(together)
                continue
        packed.append(each)
    return packed


def _split_parts(drawn: Iterable[Json]) -> list[list[Json]]:
    parts: list[list[Json]] = [[]]
    components = characters = 0
    for each in drawn:
        more, longer = _measure_components([each])
        components, characters = components + more, characters + longer
        if parts[-1] and (components >= COMPONENTS or characters > MESSAGE_LENGTH):
            parts.append([])
            components, characters = more, longer
        parts[-1].append(each)
    return parts


def _fits_container(drawn: Sequence[Json]) -> bool:
    """Return whether these components fit one container."""
    components, characters = _measure_components(drawn)
    return components < COMPONENTS and characters <= MESSAGE_LENGTH


def _measure_components(drawn: Iterable[Json]) -> tuple[int, int]:
    """Return how many components these are, nested ones included, and the characters in them."""
    components = characters = 0
    for each in _walk_components(drawn):
        components += 1
        if "content" in each:
            characters += text_length(each["content"])
    return components, characters


def _split_line(line: Line) -> Iterator[str]:
    """Yield a line in Discord's markup, split into texts that fit. Only plain words are split."""
    piece = ""
    for inline in line:
        for each in (render_markdown((part,)) for part in _split_inline(inline)):
            if text_length(piece) + text_length(each) > TEXT_LENGTH:
                yield from [piece] if piece.strip() else []
                piece = ""
            piece += each
    if piece.strip():
        yield piece


def _split_inline(inline: Inline) -> Sequence[Inline]:
    match inline:
        case str(words):
            return _split_words(words)
        case Strong(words):
            return [Strong(part) for part in _split_words(words)]
        case _:
            return [inline]


def _split_words(words: str) -> list[str]:
    """Split words into parts that fit as a quote even when every character is escaped.

    They're split between words where there are spaces.
    """
    if text_length(words) * ESCAPE_FACTOR <= WORDS_LENGTH:
        return [words]
    parts, room = [""], 0
    for token in re.findall(r"\S{1,500}\s{0,50}|\s{1,50}", words):
        taken = text_length(escape_text(token)) + 2 * token.count("\n") + 2 * token.count("\r")
        room += taken
        if room > WORDS_LENGTH:
            parts.append("")
            room = taken
        parts[-1] += token
    return parts


def _text_component(content: str) -> Json:
    return {"type": DISPLAY, "content": content}
