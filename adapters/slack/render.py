"""What the bot says, as Slack's blocks. People's words stand in quotes that nothing in them can leave.

All limits are Slack's (`text` 3,000, header 150, button 75, 25 buttons a row, 5 in a menu, 50 blocks a message, 100 a
view). A private answer that is longer is parted. What everybody sees is one message: the core keeps its cards far
below that, and one that were longer all the same would say so and keep its buttons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, assert_never

from adapters.slack.text import UTC, escape, in_rich_text, is_markup, mrkdwn
from bot.core.messages import (
    Block,
    Button,
    Card,
    Inline,
    Line,
    Quote,
    Section,
    Small,
    Strong,
    Style,
    Text,
    Title,
)
from bot.core.plain_text import plain

Json = dict[str, Any]
Encode = Callable[[Any], str]

TEXT, HEADER, LABEL, ROW, MENU, SMALL = 3_000, 150, 75, 25, 5, 10
MESSAGE, VIEW = 50, 100
"""Blocks of one message, and of one view."""
WORDS, FRAME = 12_500, 125
"""Characters of one message's blocks, and what each block counts beside its words: with few blocks Slack says
`msg_blocks_too_long` at about 13,200, and a divider more costs as much. Written down nowhere; others measured it."""
VIEW_WORDS = 45_000
"""The same for a view, which may be 250,000 bytes as JSON."""
MORE = "There is more of this than fits here."
NOTICE = 2_000
"""Characters of a message that notifications and screen readers get; the blocks have all of it."""


def message(card: Card, encode: Encode, *foot: Json) -> Json:
    """A card as one message, with further blocks at its foot."""
    return {
        "text": notice(card),
        "blocks": [*_fitted(blocks(card, encode), MESSAGE - len(foot), WORDS), *foot],
    }


def messages(card: Card, encode: Encode) -> list[Json]:
    """A card as messages: nearly always one; more where someone gets back very long words of their own."""
    text = notice(card)
    return [{"text": text, "blocks": part} for part in _parted(_packed(blocks(card, encode), MESSAGE))]


def in_view(card: Card, encode: Encode) -> list[Json]:
    """A card as the blocks of a view."""
    return _fitted(blocks(card, encode), VIEW, VIEW_WORDS)


def notice(card: Card) -> str:
    """A card for notifications and screen readers; escaped, since Slack reads markup there too."""
    words = escape(plain(Card(card.blocks), UTC).strip()) or "Ahabot"
    return words if len(words) <= NOTICE else words[:NOTICE].rpartition(" ")[0] + " …"


def blocks(card: Card, encode: Encode) -> list[Json]:
    """A card's blocks in reading order, then its buttons and its menu."""
    shown = [drawn for each in card.blocks for drawn in _block(each, encode)]
    shown += _actions(card.buttons, card.menu, encode)
    return _named(shown) or [_section("…")]


def pressed(command: Any, encode: Encode) -> str:
    """What a button carries; Slack escapes `&<>` in what it hands back, so they are written as `%26` and the like."""
    return encode(command).replace("&", "%26").replace("<", "%3C").replace(">", "%3E")


def plain_text(words: str, most: int) -> Json:
    """A text without markup."""
    return {"type": "plain_text", "text": words if len(words) <= most else words[: most - 1] + "…"}


def picture(file: str, alt: str) -> Json:
    """An uploaded picture."""
    return {"type": "image", "slack_file": {"id": file}, "alt_text": alt[:2_000]}


def _block(block: Block, encode: Encode) -> Iterator[Json]:
    match block:
        case Title(text):
            yield {"type": "header", "text": plain_text(text, HEADER)}
        case Section(text):
            yield _rich(_bold(text))
        case Quote(words, by, button):
            yield from _quote(words, by, button, encode)
        case Text(line) if any(map(is_markup, line)):
            yield from (_rich({"type": "rich_text_section", "elements": part}) for part in _in_rich(line))
        case Text(line):
            yield from map(_section, _pieces(line))
        case Small(line):
            elements = list(_small(line))
            for at in range(0, len(elements), SMALL):
                yield _context(elements[at : at + SMALL])
        case _:
            assert_never(block)


def _quote(words: str, by: str, button: Button | None, encode: Encode) -> Iterator[Json]:
    """Words as a quote; with a button they stand in a section, which can hold one."""
    said = [part for part in _chunks(words) if part.strip()]
    if button is None:
        names = [_bold(by)] if by else []
        for number, part in enumerate(said or [""]):
            quoted = [{"type": "rich_text_quote", "elements": [_words(part)]}] if part else []
            if number == 0 and (names or quoted):
                yield _rich(*names, *quoted)
            elif quoted:
                yield _rich(*quoted)
        return
    if by:
        yield _rich(_bold(by))
    *before, last = said or ["…"]
    yield from ({"type": "section", "text": {"type": "plain_text", "text": part}} for part in before)
    yield {
        "type": "section",
        "text": {"type": "plain_text", "text": last},
        "accessory": _button(button, encode),
    }


def _actions(buttons: Sequence[Button], menu: Sequence[Button], encode: Encode) -> Iterator[Json]:
    """Buttons in rows; the menu at the end of the last one, and what it cannot hold as buttons before it."""
    elements = [_button(button, encode) for button in (*buttons, *menu[MENU:])]
    if menu:
        options = [
            {"text": plain_text(each.label, LABEL), "value": pressed(each.command, encode)}
            for each in menu[:MENU]
        ]
        elements.append({"type": "overflow", "options": options})
    for at in range(0, len(elements), ROW):
        yield {"type": "actions", "elements": elements[at : at + ROW]}


def _button(button: Button, encode: Encode) -> Json:
    drawn: Json = {
        "type": "button",
        "text": plain_text(button.label, LABEL),
        "value": pressed(button.command, encode),
    }
    return drawn if button.style is Style.PLAIN else {**drawn, "style": button.style.value}


def _named(shown: list[Json]) -> list[Json]:
    """Each thing to press under an id of its own."""
    pressable = [each["accessory"] for each in shown if "accessory" in each]
    pressable += [element for each in shown if each["type"] == "actions" for element in each["elements"]]
    for number, element in enumerate(pressable):
        element["action_id"] = f"press-{number}"
    return shown


def _fitted(shown: list[Json], most: int, words: int) -> list[Json]:
    """What fits; where that is not all, a line that says so, and everything that can be pressed at the foot."""
    packed = _packed(shown, most)
    if len(packed) <= most and _weight(packed) <= words:
        return packed
    foot = [_context([_mrkdwn(MORE)]), *(each for each in packed if each["type"] == "actions")]
    kept: list[Json] = []
    for each in packed:
        if len(kept) + len(foot) == most or _weight([*kept, each, *foot]) > words:
            break
        kept.append(each)
    return [*kept, *foot]


def _packed(shown: list[Json], most: int) -> list[Json]:
    """Neighbouring quotes in one block, and neighbouring small lines, where there would be too many blocks."""
    if len(shown) <= most:
        return shown
    packed: list[Json] = []
    for each in shown:
        if packed and _fit(packed[-1], each):
            packed[-1] = {**each, "elements": [*packed[-1]["elements"], *each["elements"]]}
        else:
            packed.append(each)
    return packed


def _fit(one: Json, other: Json) -> bool:
    """Whether two neighbours can be one block."""
    if one["type"] != other["type"] or one["type"] not in ("context", "rich_text"):
        return False
    return len(one["elements"]) + len(other["elements"]) <= SMALL and _size(one) + _size(other) <= TEXT


def _parted(shown: list[Json]) -> list[list[Json]]:
    parts: list[list[Json]] = [[]]
    for each in shown:
        if parts[-1] and (len(parts[-1]) >= MESSAGE or _weight([*parts[-1], each]) > WORDS):
            parts.append([])
        parts[-1].append(each)
    return parts


def _weight(shown: Sequence[Json]) -> int:
    """What blocks count against a message's characters."""
    return sum(_size(each) + FRAME for each in shown)


def _size(drawn: Any) -> int:
    """The characters of all texts in a block."""
    if isinstance(drawn, dict):
        return sum(
            len(each) if name == "text" and isinstance(each, str) else _size(each)
            for name, each in drawn.items()
        )
    return sum(map(_size, drawn)) if isinstance(drawn, list) else 0


def _pieces(line: Iterable[Inline]) -> Iterator[str]:
    """A line in Slack's markup, in pieces that fit; only plain words are ever parted."""
    piece = ""
    for inline in line:
        words = _chunks(inline, TEXT // 5) if isinstance(inline, str) else [inline]
        for each in (mrkdwn((part,)) for part in words):
            if len(piece) + len(each) > TEXT:
                yield piece
                piece = ""
            piece += each
    if piece.strip():
        yield piece


def _small(line: Line) -> Iterator[Json]:
    """Small words; those that Slack could take for markup stand in an element of their own, which has none."""
    for odd, pieces in groupby(line, key=is_markup):
        if odd:
            words = "".join(piece.text if isinstance(piece, Strong) else str(piece) for piece in pieces)
            yield from ({"type": "plain_text", "text": part} for part in _chunks(words))
        else:
            yield from map(_mrkdwn, _pieces(pieces))


def _in_rich(line: Line) -> Iterator[list[Json]]:
    """A line as rich text, where nothing is markup, in parts that fit."""
    part: list[Json] = []
    for each in (element for piece in line for element in in_rich_text(piece)):
        if part and _size(part) + _size(each) > TEXT:
            yield part
            part = []
        part.append(each)
    yield part


def _chunks(words: str, most: int = 2_900) -> list[str]:
    return [words[at : at + most] for at in range(0, len(words), most)]


def _section(text: str) -> Json:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(elements: list[Json]) -> Json:
    return {"type": "context", "elements": elements}


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def _bold(words: str) -> Json:
    return {"type": "rich_text_section", "elements": [{**_words(words), "style": {"bold": True}}]}


def _words(words: str) -> Json:
    return {"type": "text", "text": words}
