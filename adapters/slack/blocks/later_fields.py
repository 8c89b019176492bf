"""The fields of a form behind *Add more*: packed into that button, and shown when it is pressed.

Everything stays in the modal, so that any process can show them, and nothing is asked of the core.
What was typed stays in the fields above, because Slack keeps it by `block_id` and `action_id`.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from adapters.slack.reading.mrkdwn import unescape_if_escaped
from adapters.slack.render import LABEL, Json, plain_text
from bot.core.language.words import _

MORE_ID = "add-more"
"""The `action_id` of the button."""
VALUE_LIMIT, PACKED_LIMIT = 2_000, 100_000
"""The most characters of a button's value, and the most bytes of what is packed in one."""
VIEW_KEYS = ("type", "callback_id", "title", "submit", "close", "private_metadata", "blocks")
"""What a modal is made of. Slack adds more to it in its payloads, and takes none of that back."""


def hide_fields(fields: Sequence[Json]) -> list[Json]:
    """Return the button that shows input blocks, or the blocks themselves where they don't fit in it."""
    packed = _pack(fields)
    if not fields or len(packed) > VALUE_LIMIT:
        return list(fields)
    button = {
        "type": "button",
        "action_id": MORE_ID,
        "text": plain_text(_("Add more"), LABEL),
        "value": packed,
    }
    return [{"type": "actions", "elements": [button]}]


def show_fields(view: Json, value: str) -> Json:
    """Return an open modal with the fields of a pressed button in its place, the first of them with the focus.

    Raise ValueError for a value that the bot did not make.
    """
    hidden = _unpack(value)
    shown = [_without_focus(block) for block in view.get("blocks") or [] if not _has_more(block)]
    view = {name: view[name] for name in VIEW_KEYS if view.get(name)}
    return {**_restore_texts(view), "blocks": [*map(_restore_texts, shown), *focus_first(hidden)]}


def hidden_values(view: Json) -> dict[str, str]:
    """Return the values of the fields that an open modal doesn't show yet: those they would open with."""
    try:
        hidden = [block for each in view.get("blocks") or [] for block in _hidden_blocks(each)]
    except (ValueError, TypeError, AttributeError):
        return {}
    return {str(block["element"]["action_id"]): _initial_value(block["element"]) for block in hidden}


def _hidden_blocks(block: Json) -> list[Json]:
    packed = [str(each.get("value")) for each in block.get("elements") or () if _has_more(block)]
    return [each for value in packed for each in _unpack(value) if each["type"] == "input"]


def _initial_value(element: Json) -> str:
    several = element.get("initial_options") or (
        [element["initial_option"]] if "initial_option" in element else []
    )
    if several:
        return "\n".join(str(option["value"]) for option in several)
    if users := element.get("initial_users"):
        return "\n".join(users)
    first = [value for name, value in element.items() if name.startswith("initial_")]
    return str(first[0]) if first else ""


def with_all_fields(view: Json) -> list[Json]:
    """Return the modal as it is after *Add more*, or nothing if everything is shown already."""
    pressed = [each["value"] for block in view["blocks"] if _has_more(block) for each in block["elements"]]
    return [show_fields(view, value) for value in pressed]


def focus_first(blocks: Sequence[Json]) -> list[Json]:
    """Return blocks of which the first field has the focus."""
    at = next((number for number, block in enumerate(blocks) if block["type"] == "input"), len(blocks))
    return [
        {**block, "element": {**block["element"], "focus_on_load": True}} if number == at else block
        for number, block in enumerate(blocks)
    ]


def _without_focus(block: Json) -> Json:
    element = block.get("element")
    if not isinstance(element, dict):
        return block
    return {**block, "element": {name: each for name, each in element.items() if name != "focus_on_load"}}


def _has_more(block: Json) -> bool:
    elements = block.get("elements") if block.get("type") == "actions" else None
    return any(each.get("action_id") == MORE_ID for each in elements or ())


def _restore_texts(given: Any) -> Any:
    """Return a part of a view with its texts as the bot wrote them, and not as Slack escapes them."""
    match given:
        case str():
            return unescape_if_escaped(given)
        case dict():
            return {name: _restore_texts(each) for name, each in given.items()}
        case list():
            return [_restore_texts(each) for each in given]
        case _:
            return given


def _pack(fields: Sequence[Json]) -> str:
    text = json.dumps(list(fields), ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(zlib.compress(text.encode(errors="replace"), 9)).decode()


def _unpack(value: str) -> list[Json]:
    """Return packed blocks. Raise ValueError for anything else."""
    try:
        text = zlib.decompressobj().decompress(urlsafe_b64decode(value.encode()), PACKED_LIMIT)
        blocks = json.loads(text)
    except (zlib.error, ValueError) as error:
        raise ValueError("fields that the bot did not pack") from error
    if not isinstance(blocks, list) or not all(isinstance(each, dict) and "type" in each for each in blocks):
        raise ValueError("fields that the bot did not pack")
    return blocks
