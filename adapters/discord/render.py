"""What the bot says, as Discord's components: one calm container, people's words in quotes that nothing in them leaves.

All limits are Discord's: of a message, 40 components with those inside others and 4,000 characters of text; 5 buttons
a row. What a card's menu holds are buttons too: on a private card beside the others, else behind *More*. A private
answer that is longer is parted. What everybody sees is one message: the core keeps its cards below that, and one that
were longer all the same would say so and keep its buttons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import zip_longest
from typing import Any, assert_never

from adapters.discord import custom_ids as frames
from adapters.discord.custom_ids import Frame
from adapters.discord.text import bold, escape, markdown, size
from bot.core.messages import (
    Block,
    Button,
    Card,
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
"""The flag of a message made of such components."""

ROW, BUTTON, SECTION, DISPLAY, GALLERY, CONTAINER = 1, 2, 9, 10, 12, 17
COMPONENTS, BUTTONS, LABEL, ALT, NAME = 40, 5, 80, 1_024, 100
WORDS = 4_000
"""Characters of a message's texts; labels do not count."""
PIECE = 3_000
"""Characters of one text, so that what stands above and below it fits as well."""
ROOM = PIECE - 2 * NAME
"""Of that, what is left for people's words beside a name."""
SWOLLEN = 3
"""Characters that escaping and quoting make of one at the most."""

HEADLINE = 200
"""Characters that the words a card is about may have to be larger than all else on it."""

SEA = 0x14697A
"""The colour of a moment in a recap's picture."""

STYLES = {Style.PRIMARY: 1, Style.PLAIN: 2, Style.DANGER: 4}
MORE = "-# There is more of this than fits here. With /aha show or /aha recap you get all of it."


def messages(card: Card, encode: Encode, guild: str = "") -> list[list[Json]]:
    """A card as the components of messages: nearly always one, more where very much is said to one person.

    `guild` is the server it is about, told where the message itself does not say: in a direct message.
    """
    buttons = [_button(each, encode) for each in (*card.buttons, *card.menu)]
    drawn = [*_texts(card.blocks, encode), *_rows(buttons)]
    return [[_container(part)] for part in _parted(_numbered(drawn, guild))]


def one(
    card: Card, encode: Encode, guild: str = "", key: str = "", picture: Picture | None = None
) -> list[Json]:
    """A card as the components of one message, with a picture that is uploaded under its name.

    `key` is the posting's: by `stamp` the message can be found again.
    """
    texts = list(_texts(card.blocks, encode))
    buttons = [_button(each, encode) for each in card.buttons]
    if card.menu:
        buttons.append(
            {"type": BUTTON, "style": STYLES[Style.PLAIN], "label": "More", "custom_id": frames.MORE}
        )
    foot = [*([_gallery(picture)] if picture else []), *_rows(buttons)]
    return [_container(_numbered([*_fitted(texts, foot), *foot], guild), stamp(key) if key else None)]


def stamp(key: str) -> int:
    """The number that the container of a posting has: 31 bits of its key, never 0."""
    return (int.from_bytes(blake2b(key.encode(), digest_size=4).digest()) >> 1) or 1


def clipped(words: str, most: int) -> str:
    """A label or a name in the room it has."""
    if size(words) <= most:
        return words
    cut = words[: most - 1]
    while size(cut) >= most:
        cut = cut[:-1]
    return cut + "…"


def _container(drawn: list[Json], id: int | None = None) -> Json:
    shown = drawn or [_display("…")]
    named = {} if id is None else {"id": id}
    return {"type": CONTAINER, **named, "accent_color": SEA, "components": shown}


def _texts(blocks: Sequence[Block], encode: Encode) -> Iterator[Json]:
    """Texts in reading order. What stands above somebody's words is small: the words are the largest thing."""
    above: Block | None = None
    for block, below in zip_longest(blocks, blocks[1:]):
        match block, below:
            case (Title(text), Quote()) | (Section(text), Quote(by="")):
                yield _display(_label(text))
            case Quote(), _:
                yield from _quote(block, encode, "### " if isinstance(above, Title) else "")
            case _:
                yield from map(_display, _lines(block))
        above = block


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Title(text):
            yield f"### {escape(_one_line(text))}"
        case Section(text):
            yield bold(_one_line(text))
        case Text(line):
            yield from _pieces(line)
        case Small(line):
            yield from map(_small, _pieces(line))
        case Quote(words):
            yield from (f"> {_quoted(part)}" for part in _chunks(words) if part.strip())
        case _:
            assert_never(block)


def _quote(quote: Quote, encode: Encode, heading: str) -> Iterator[Json]:
    """Words as a quote under whose they are; a button stands beside its end."""
    said = list(_lines(quote)) or ([] if quote.by else ["…"])
    if len(said) == 1 and len(quote.words) <= HEADLINE and "\n" not in said[0] and said[0][-1] != "#":
        said = [said[0].replace("> ", f"> {heading}", 1)]
    if quote.by:
        said[:1] = ["\n".join([_label(clipped(quote.by, NAME)), *said[:1]])]
    *before, last = map(_display, said)
    yield from before
    yield (
        last
        if quote.button is None
        else {
            "type": SECTION,
            "components": [last],
            "accessory": _button(quote.button, encode),
        }
    )


def _label(words: str) -> str:
    return f"-# {bold(_one_line(words))}"


def _quoted(words: str) -> str:
    return re.sub(r"\r\n|\n|\r", "\n> ", escape(words.strip("\r\n").rstrip()))


def _small(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(f"-# {line}" for line in lines if line)


def _one_line(words: str) -> str:
    return " ".join(words.split()) or "…"


def _rows(buttons: Sequence[Json]) -> Iterator[Json]:
    for at in range(0, len(buttons), BUTTONS):
        yield {"type": ROW, "components": list(buttons[at : at + BUTTONS])}


def _button(button: Button, encode: Encode) -> Json:
    return {
        "type": BUTTON,
        "style": STYLES[button.style],
        "label": clipped(button.label, LABEL) or "…",
        "custom_id": encode(button.command),
    }


def _gallery(picture: Picture) -> Json:
    shown = {"media": {"url": f"attachment://{picture.name}"}, "description": clipped(picture.alt, ALT)}
    return {"type": GALLERY, "items": [shown]}


def _numbered(drawn: list[Json], guild: str) -> list[Json]:
    """Everything to press in a frame of its own."""
    number = 0
    for each in _nodes(drawn):
        if "custom_id" in each:
            number += 1
            each["custom_id"] = frames.write(Frame(each["custom_id"], number, guild))
    return drawn


def _nodes(drawn: Iterable[Json]) -> Iterator[Json]:
    """Every component, with those inside it."""
    for each in drawn:
        yield each
        yield from _nodes(each.get("components", ()))
        yield from _nodes([each["accessory"]] if "accessory" in each else ())


def _fitted(texts: list[Json], foot: list[Json]) -> list[Json]:
    """What fits above the foot; where that is not all, with a line that says so."""
    shown = texts if _count([*texts, *foot]) < COMPONENTS else _packed(texts)
    if _fit([*shown, *foot]):
        return shown
    more = _display(MORE)
    kept: list[Json] = []
    for each in shown:
        if not _fit([*kept, each, more, *foot]):
            break
        kept.append(each)
    return [*kept, more]


def _packed(texts: Iterable[Json]) -> list[Json]:
    """Neighbouring texts as one, where a message would have too many components."""
    packed: list[Json] = []
    for each in texts:
        if packed and each["type"] == packed[-1]["type"] == DISPLAY:
            together = f"{packed[-1]['content']}\n\n{each['content']}"
            if size(together) <= PIECE // 2:
                packed[-1] = _display(together)
                continue
        packed.append(each)
    return packed


def _parted(drawn: Iterable[Json]) -> list[list[Json]]:
    parts: list[list[Json]] = [[]]
    for each in drawn:
        if parts[-1] and not _fit([*parts[-1], each]):
            parts.append([])
        parts[-1].append(each)
    return parts


def _fit(drawn: Sequence[Json]) -> bool:
    """Whether these fit one container."""
    words = sum(size(each.get("content", "")) for each in _nodes(drawn))
    return _count(drawn) < COMPONENTS and words <= WORDS


def _count(drawn: Sequence[Json]) -> int:
    return sum(1 for _ in _nodes(drawn))


def _pieces(line: Line) -> Iterator[str]:
    """A line in Discord's markup, in pieces that fit; only plain words are ever parted."""
    piece = ""
    for inline in line:
        for each in (markdown((part,)) for part in _parts(inline)):
            if size(piece) + size(each) > PIECE:
                yield from [piece] if piece.strip() else []
                piece = ""
            piece += each
    if piece.strip():
        yield piece


def _parts(inline: Inline) -> Sequence[Inline]:
    match inline:
        case str(words):
            return _chunks(words)
        case Strong(words):
            return [Strong(part) for part in _chunks(words)]
        case _:
            return [inline]


def _chunks(words: str) -> list[str]:
    """Words in parts that fit as a quote, whatever is escaped in them; parted between words where there are such."""
    if size(words) * SWOLLEN <= ROOM:
        return [words]
    parts, room = [""], 0
    for token in re.findall(r"\S{1,500}\s{0,50}|\s{1,50}", words):
        taken = size(escape(token)) + 2 * token.count("\n") + 2 * token.count("\r")
        room += taken
        if room > ROOM:
            parts.append("")
            room = taken
        parts[-1] += token
    return parts


def _display(content: str) -> Json:
    return {"type": DISPLAY, "content": content}
