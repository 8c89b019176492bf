"""Cards as Discord components: one container each, with people's words in quotes.

Everything people wrote is escaped, so that no markup in it can end its quote. All limits are
Discord's: a message has at most 40 components, counting nested ones, 4,000 characters of text,
and 5 buttons a row. A card's menu becomes buttons too: on a private card beside the others,
else behind *More*. A longer private answer is split over several messages. A public card is
one message. The core keeps its cards below the limits, and one that is too long all the same
says so and keeps its buttons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import zip_longest
from typing import Any, assert_never

from adapters.discord import custom_ids
from adapters.discord.custom_ids import CustomId
from adapters.discord.text import bold_text, escape_text, render_markdown, text_length
from bot.core.language.words import _
from bot.core.messages import (
    Block,
    Button,
    Card,
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
)

Json = dict[str, Any]
Encode = Callable[[Any], str]

COMPONENTS_V2 = 1 << 15
"""The flag of a message made of these components."""

ROW, BUTTON, SECTION, DISPLAY, GALLERY, FILE, CONTAINER = 1, 2, 9, 10, 12, 13, 17
COMPONENTS, BUTTONS, LABEL, ALT, NAME = 40, 5, 80, 1_024, 100
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
    buttons = [_render_button(each, encode) for each in (*card.buttons, *card.menu)]
    drawn = [*_render_texts(card.blocks, encode), *_button_rows(buttons)]
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
    buttons = [_render_button(each, encode) for each in card.buttons]
    if card.menu:
        buttons.append(
            {"type": BUTTON, "style": STYLES[Style.PLAIN], "label": _("More"), "custom_id": custom_ids.MORE}
        )
    uploaded = [*([_render_picture(picture)] if picture else []), *([_render_file(file)] if file else [])]
    foot = [*uploaded, *_button_rows(buttons)]
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
    above: Block | None = None
    for block, below in zip_longest(blocks, blocks[1:]):
        match block, below:
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
    return re.sub(r"\r\n|\n|\r", "\n> ", escape_text(words.strip("\r\n").rstrip()))


def _small_lines(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(f"-# {line}" for line in lines if line)


def _one_line(words: str) -> str:
    return " ".join(words.split()) or "…"


def _button_rows(buttons: Sequence[Json]) -> Iterator[Json]:
    for at in range(0, len(buttons), BUTTONS):
        yield {"type": ROW, "components": list(buttons[at : at + BUTTONS])}


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
    """Give every button a CustomId with a number that is unique in its message."""
    number = 0
    for each in _walk_components(drawn):
        if "custom_id" in each:
            number += 1
            each["custom_id"] = custom_ids.write_custom_id(CustomId(each["custom_id"], number, guild))
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
