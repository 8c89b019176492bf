"""Cards as Slack blocks, with people's words in quotes whose markup has no effect.

All limits are Slack's (`text` 3,000, header 150, button 75, 25 buttons a row, 5 in a
menu, 50 blocks a message, 100 a view). A longer private answer is split into several
messages. A public post is always one message: the core keeps its cards far below the
limits, and one that is longer anyway is cut with a note, and keeps its buttons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, assert_never

from adapters.slack.text import (
    escape_text,
    has_link,
    is_markup,
    render_mrkdwn,
    rich_text_elements,
    split_words,
    text_elements,
)
from bot.core.language.words import _
from bot.core.messages import (
    Block,
    Button,
    Card,
    Entry,
    Inline,
    Line,
    Quote,
    Section,
    Small,
    Strong,
    Style,
    Text,
    Title,
    group_entries,
)
from bot.core.plain_text import describe_button, render_spoken_card

Json = dict[str, Any]
Encode = Callable[[Any], str]

TEXT, HEADER, LABEL, ROW, MENU, SMALL = 3_000, 150, 75, 25, 5, 10
MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
"""Limits of blocks in one message, and in one view."""
MESSAGE_CHARACTERS, BLOCK_OVERHEAD = 12_500, 125
"""Characters in one message's blocks, and the overhead counted for each block.

With few blocks Slack returns `msg_blocks_too_long` at about 13,200, and each divider
costs as much. Slack does not document this; other developers measured it.
"""
VIEW_CHARACTERS = 45_000
"""Characters in one view's blocks; a view may be 250,000 bytes as JSON."""
NOTICE_LIMIT = 2_000
"""Characters of a message for notifications and screen readers.

The blocks contain the full text.
"""


def render_message(card: Card, encode: Encode, *foot: Json) -> Json:
    """Return a card as one message, with further blocks at its end."""
    return {
        "text": notification_text(card),
        "blocks": [
            *_fit_card(card, encode, MESSAGE_BLOCKS - len(foot), MESSAGE_CHARACTERS),
            *foot,
        ],
    }


def render_messages(card: Card, encode: Encode) -> list[Json]:
    """Return a card as messages, nearly always one.

    There are more when people get very long words of their own back.
    """
    text = notification_text(card)
    return [
        {"text": text, "blocks": part}
        for part in _split_blocks(_merge_blocks(card_blocks(card, encode), MESSAGE_BLOCKS))
    ]


def render_view(card: Card, encode: Encode) -> list[Json]:
    """Return a card as the blocks of a view."""
    return _fit_card(card, encode, VIEW_BLOCKS, VIEW_CHARACTERS)


def notification_text(card: Card) -> str:
    """Return a card as text for notifications and screen readers.

    Times are in the zone that the card shows them in. It is escaped, because Slack reads markup there too.
    """
    words = escape_text(render_spoken_card(card)) or "Ahabot"
    return words if len(words) <= NOTICE_LIMIT else words[:NOTICE_LIMIT].rpartition(" ")[0] + " …"


def card_blocks(card: Card, encode: Encode) -> list[Json]:
    """Return a card's blocks in reading order, then its buttons and its menu."""
    shown = [drawn for each in group_entries(card.blocks) for drawn in _render_block(each, encode)]
    shown += _action_blocks(card.buttons, card.menu, encode)
    return _number_actions(shown) or [_section_block("…")]


def button_value(command: Any, encode: Encode) -> str:
    """Encode a command as the value of a button.

    Slack escapes `&<>` in the values it sends back, so they are written as `%26` and so on.
    """
    return encode(command).replace("&", "%26").replace("<", "%3C").replace(">", "%3E")


def plain_text(words: str, most: int) -> Json:
    """Return a text object without markup, cut to `most` characters."""
    return {"type": "plain_text", "text": words if len(words) <= most else words[: most - 1] + "…"}


def picture_block(file: str, alt: str) -> Json:
    """Return the block of an uploaded picture, with its alt text."""
    return {"type": "image", "slack_file": {"id": file}, "alt_text": alt[:2_000]}


def _render_block(block: Block | tuple[Entry, ...], encode: Encode) -> Iterator[Json]:
    match block:
        case tuple():
            yield from _render_list(block, encode)
        case Entry():
            yield from _render_list((block,), encode)
        case Title(text):
            yield {"type": "header", "text": plain_text(text, HEADER)}
        case Section(text):
            yield _rich_block(_section_element(text_elements(text, bold=True)))
        case Quote(words, by, button):
            yield from _render_quote(words, by, button, encode)
        case Text(line, button) if any(map(is_markup, line)):
            yield from (_rich_block(_section_element(part)) for part in _rich_text_parts(line))
            yield from [_actions_block([_render_button(button, encode, block)])] if button else []
        case Text(line, button):
            *before, last = map(_section_block, list(_split_line(line)) or ["…"])
            yield from before
            yield {**last, "accessory": _render_button(button, encode, block)} if button else last
        case Small(line):
            elements = list(_small_elements(line))
            for at in range(0, len(elements), SMALL):
                yield _context_block(elements[at : at + SMALL])
        case _:
            assert_never(block)


def _render_list(entries: Sequence[Entry], encode: Encode) -> Iterator[Json]:
    """Yield a list: with bullets, or where it has buttons, each entry beside its own."""
    if not any(each.button for each in entries):
        yield from _bullet_blocks(entries)
        return
    for each in entries:
        if _fits_section(each.words):
            yield from _entry_sections(each, encode)
        else:
            yield from _bullet_blocks((each,))
            yield from [_actions_block([_render_button(each.button, encode, each)])] if each.button else []


def _fits_section(words: str | Line) -> bool:
    """Return whether a section shows these words as they are. People's words must be without addresses."""
    return not has_link(words) if isinstance(words, str) else not any(map(is_markup, words))


def _entry_sections(entry: Entry, encode: Encode) -> Iterator[Json]:
    """Yield an entry's words beside its button, and its small print.

    That is above the words if there is a button: on a phone the button is below them.
    """
    small = list(_render_block(Small(entry.small), encode)) if any(entry.small) else []
    *before, last = _section_texts(entry.words) or [plain_text("…", TEXT)]
    yield from small if entry.button else []
    yield from ({"type": "section", "text": each} for each in before)
    beside = {"accessory": _render_button(entry.button, encode, entry)} if entry.button else {}
    yield {"type": "section", "text": last, **beside}
    yield from [] if entry.button else small


def _section_texts(words: str | Line) -> list[Json]:
    if isinstance(words, str):
        return [plain_text(part, TEXT) for part in split_words(words) if part.strip()]
    return [_mrkdwn_object(part) for part in _split_line(words) if part.strip()]


def _bullet_blocks(entries: Iterable[Entry]) -> Iterator[Json]:
    """Yield a list with bullets, in as few blocks as hold it."""
    items: list[Json] = []
    for each in (item for entry in entries for item in _bullet_items(entry)):
        if items and _text_size(items) + _text_size(each) > TEXT:
            yield _bullet_block(items)
            items = []
        items.append(each)
    yield _bullet_block(items)


def _bullet_block(items: list[Json]) -> Json:
    return _rich_block({"type": "rich_text_list", "style": "bullet", "elements": items})


def _bullet_items(entry: Entry) -> Iterator[Json]:
    """Yield an entry as one item, or several if it is very long. Its small print is in italics."""
    words = (entry.words,) if isinstance(entry.words, str) else entry.words
    said = [element for part in _rich_text_parts(words or ("…",)) for element in part]
    small = [_italic_element(element) for piece in entry.small for element in rich_text_elements(piece)]
    parts: list[list[Json]] = [[]]
    for each in [*said, *([{"type": "text", "text": "\n"}, *small] if small else [])]:
        if parts[-1] and _text_size(parts[-1]) + _text_size(each) > TEXT:
            parts.append([])
        parts[-1].append(each)
    yield from map(_section_element, parts)


def _italic_element(element: Json) -> Json:
    if element["type"] not in ("text", "link"):
        return element
    return {**element, "style": {**element.get("style", {}), "italic": True}}


def _render_quote(words: str, by: str, button: Button | None, encode: Encode) -> Iterator[Json]:
    """Yield the blocks of a quote.

    With a button they are sections, because a quote block cannot hold a button. A section links no address
    without reading markup too, so the button of a quote with addresses is below it.
    """
    said = [part for part in split_words(words) if part.strip()]
    if button is None:
        yield from _quote_blocks(said, by)
        return
    drawn = _render_button(button, encode, Quote(words, by))
    if has_link(words):
        yield from _quote_blocks(said, by)
        yield _actions_block([drawn])
    else:
        yield from _quote_sections(said or ["…"], by, drawn)


def _quote_blocks(said: list[str], by: str) -> Iterator[Json]:
    names = [_bold_element(by)] if by else []
    for number, part in enumerate(said or [""]):
        quoted = [{"type": "rich_text_quote", "elements": list(text_elements(part))}] if part else []
        if number == 0 and (names or quoted):
            yield _rich_block(*names, *quoted)
        elif quoted:
            yield _rich_block(*quoted)


def _quote_sections(said: list[str], by: str, button: Json) -> Iterator[Json]:
    if by:
        yield _rich_block(_bold_element(by))
    *before, last = said
    yield from ({"type": "section", "text": {"type": "plain_text", "text": part}} for part in before)
    yield {"type": "section", "text": {"type": "plain_text", "text": last}, "accessory": button}


def _action_blocks(buttons: Sequence[Button], menu: Sequence[Button], encode: Encode) -> Iterator[Json]:
    """Yield rows of buttons, with the menu at the end of the last row.

    Entries that do not fit in the menu become buttons before it: its first ones, because what removes
    something is at its end.
    """
    further = max(0, len(menu) - MENU)
    elements = [_render_button(button, encode) for button in (*buttons, *menu[:further])]
    if menu:
        options = [
            {"text": plain_text(each.label, LABEL), "value": button_value(each.command, encode)}
            for each in menu[further:]
        ]
        elements.append({"type": "overflow", "options": options})
    for at in range(0, len(elements), ROW):
        yield _actions_block(elements[at : at + ROW])


def _render_button(button: Button, encode: Encode, beside: Block | None = None) -> Json:
    """Return a button. One `beside` a block says to screen readers what it is about."""
    drawn: Json = {
        "type": "button",
        "text": plain_text(button.label, LABEL),
        "value": button_value(button.command, encode),
    }
    if beside is not None:
        drawn["accessibility_label"] = describe_button(button, beside, LABEL)
    return drawn if button.style is Style.PLAIN else {**drawn, "style": button.style.value}


def _number_actions(shown: list[Json]) -> list[Json]:
    """Give each button and menu an action ID of its own, and return the same blocks."""
    pressable = [each["accessory"] for each in shown if "accessory" in each]
    pressable += [element for each in shown if each["type"] == "actions" for element in each["elements"]]
    for number, element in enumerate(pressable):
        element["action_id"] = f"press-{number}"
    return shown


def _fit_card(card: Card, encode: Encode, most: int, words: int) -> list[Json]:
    """Return the blocks of a card that fit the limits.

    When some do not, add a note, and keep all of the card's own buttons at the end.
    """
    packed = _merge_blocks(card_blocks(card, encode), most)
    if len(packed) <= most and _counted_size(packed) <= words:
        return packed
    end = len(packed) - len(list(_action_blocks(card.buttons, card.menu, encode)))
    foot = [_context_block([_mrkdwn_object(_("There's more than fits here."))]), *packed[end:]]
    kept: list[Json] = []
    for each in packed[:end]:
        if len(kept) + len(foot) == most or _counted_size([*kept, each, *foot]) > words:
            break
        kept.append(each)
    return [*kept, *foot]


def _merge_blocks(shown: list[Json], most: int) -> list[Json]:
    """Merge neighbouring quotes and neighbouring small lines when there are too many blocks."""
    if len(shown) <= most:
        return shown
    packed: list[Json] = []
    for each in shown:
        if packed and _can_merge(packed[-1], each):
            packed[-1] = {**each, "elements": [*packed[-1]["elements"], *each["elements"]]}
        else:
            packed.append(each)
    return packed


def _can_merge(one: Json, other: Json) -> bool:
    """Return whether two neighbouring blocks can be merged into one."""
    if one["type"] != other["type"] or one["type"] not in ("context", "rich_text"):
        return False
    return (
        len(one["elements"]) + len(other["elements"]) <= SMALL and _text_size(one) + _text_size(other) <= TEXT
    )


def _split_blocks(shown: list[Json]) -> list[list[Json]]:
    parts: list[list[Json]] = [[]]
    counted = 0
    for each in shown:
        size = _text_size(each) + BLOCK_OVERHEAD
        if parts[-1] and (len(parts[-1]) >= MESSAGE_BLOCKS or counted + size > MESSAGE_CHARACTERS):
            parts.append([])
            counted = 0
        parts[-1].append(each)
        counted += size
    return parts


def _counted_size(shown: Sequence[Json]) -> int:
    """Return the characters that Slack counts for blocks, with the overhead of each."""
    return sum(_text_size(each) + BLOCK_OVERHEAD for each in shown)


def _text_size(drawn: Any) -> int:
    """Return the number of characters of all texts and addresses in a block."""
    if isinstance(drawn, list):
        return sum(map(_text_size, drawn))
    size = 0
    for name, each in drawn.items() if isinstance(drawn, dict) else ():
        if not isinstance(each, str):
            size += _text_size(each)
        elif name in ("text", "url"):
            size += len(each)
    return size


def _split_line(line: Iterable[Inline]) -> Iterator[str]:
    """Yield a line as mrkdwn in pieces that fit.

    Only plain text is split; formatted parts stay whole.
    """
    piece = ""
    for inline in line:
        words = split_words(inline, TEXT // 5) if isinstance(inline, str) else [inline]
        for each in (render_mrkdwn((part,)) for part in words):
            if len(piece) + len(each) > TEXT:
                yield piece
                piece = ""
            piece += each
    if piece.strip():
        yield piece


def _small_elements(line: Line) -> Iterator[Json]:
    """Yield the elements of a small line.

    Text that Slack could read as markup goes into plain text elements.
    """
    for odd, pieces in groupby(line, key=is_markup):
        if odd:
            words = "".join(piece.text if isinstance(piece, Strong) else str(piece) for piece in pieces)
            yield from ({"type": "plain_text", "text": part} for part in split_words(words))
        else:
            yield from map(_mrkdwn_object, _split_line(pieces))


def _rich_text_parts(line: Line) -> Iterator[list[Json]]:
    """Yield a line as rich text elements, in parts that fit. Rich text has no markup."""
    part: list[Json] = []
    for each in (element for piece in line for element in rich_text_elements(piece)):
        if part and _text_size(part) + _text_size(each) > TEXT:
            yield part
            part = []
        part.append(each)
    yield part


def _section_block(text: str) -> Json:
    return {"type": "section", "text": _mrkdwn_object(text)}


def _actions_block(elements: list[Json]) -> Json:
    return {"type": "actions", "elements": elements}


def _context_block(elements: list[Json]) -> Json:
    return {"type": "context", "elements": elements}


def _mrkdwn_object(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _rich_block(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def _section_element(elements: Iterable[Json]) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def _bold_element(words: str) -> Json:
    return _section_element([{"type": "text", "text": words, "style": {"bold": True}}])
