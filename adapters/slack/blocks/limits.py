"""Checks of outgoing payloads against Slack's limits and against slack_sdk.models.

The numbers in `numbers.py` come from Slack's own schema of its blocks. The other rules are in Slack's
documentation, and slack_sdk.models does not check them. A payload with a problem fails the test that sent it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adapters.slack.blocks.numbers import NUMBERS

Json = Mapping[str, Any]

MESSAGE_BLOCKS = 50
MESSAGE_TEXT = 40_000
MESSAGE_WORDS, FRAME = 13_100, 125
"""Characters of all texts in a message's blocks, and the characters counted for each block besides.

Slack does not document this; other developers measured it.
"""
MENTION = re.compile(r"<(@[UW]|!(channel|here|everyone|subteam))")
VIEW_SIZE = 250_000
METADATA_SIZE = 8_000
KINDS = {  # from a `type` to its key in NUMBERS
    **dict.fromkeys(("static_select", "external_select", "users_select", "channels_select"), "select"),
    **{f"multi_{name}": "select" for name in ("static_select", "external_select", "users_select")},
    **dict.fromkeys(
        ("conversations_select", "multi_conversations_select", "multi_channels_select"), "select"
    ),
    "workflow_button": "button",
    "feedback_buttons": "",
    "plain_text": "text",
    "mrkdwn": "text",
    "modal": "view",
    "home": "view",
}
INTERACTIVE = frozenset(
    ["button", "overflow", "checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker"]
    + [name for name, kind in KINDS.items() if kind in ("select", "button")]
)
INPUTS = (INTERACTIVE - {"button", "overflow", "workflow_button"}) | {
    *(
        "plain_text_input",
        "email_text_input",
        "url_text_input",
        "number_input",
        "file_input",
        "rich_text_input",
    )
}
PLAIN = frozenset(
    ["title", "submit", "close", "label", "hint", "placeholder", "description", "confirm", "deny"]
)
"""Fields in which Slack requires plain_text. FREER lists the kinds that also allow mrkdwn in them."""
BLOCKS = frozenset(
    [
        "section",
        "header",
        "divider",
        "image",
        "actions",
        "context",
        "input",
        "file",
        "video",
        "rich_text",
        "markdown",
        "table",
        "call",
        "alert",
        "card",
        "carousel",
        "container",
        "context_actions",
        "data_table",
        "data_visualization",
        "task_card",
        "plan",
    ]
)
UNKNOWN_TO_MODELS = frozenset(["alert", "card", "carousel", "container", "data_table", "data_visualization"])


def of_message(body: Json) -> list[str]:
    """Return the problems of a message: posted, updated, ephemeral, or the response to a command."""
    blocks, text = body.get("blocks") or [], body.get("text")
    found = list(_of_blocks(blocks, MESSAGE_BLOCKS))
    if not isinstance(text, str) or not text.strip():
        found.append("text: nothing for a screen reader or a notification" if blocks else "no_text")
    elif len(text) > MESSAGE_TEXT:
        found.append(f"text: {len(text)} characters, {MESSAGE_TEXT} are taken")
    if (metadata := body.get("metadata")) is not None:
        found += _of_metadata(metadata)
    if (weight := sum(map(len, _texts(blocks))) + FRAME * len(blocks)) > MESSAGE_WORDS:
        found.append(f"blocks: {weight} characters with their frames, {MESSAGE_WORDS} are taken")
    marked = [node.get("text") for node in _nodes(blocks) if node.get("type") == "mrkdwn"]
    if any(isinstance(each, str) and MENTION.search(each) for each in (text, *marked)):
        found.append("a mention, which rings: we are calm")
    return found


def of_view(view: Json) -> list[str]:
    """Return the problems of a modal or an App Home."""
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return [f"view: type {kind!r}"]
    blocks = view.get("blocks")
    found = list(_of_blocks(blocks if isinstance(blocks, list) else [], 100))
    found += _bounds(view, "view", "view")
    found += [problem for name in ("title", "submit", "close") for problem in _text(view, name, "view")]
    if kind == "modal" and not view.get("title"):
        found.append("view: a modal has a title")
    if kind == "home" and any(view.get(name) for name in ("title", "submit", "close")):
        found.append("view: a home has no title and no buttons of its own")
    if kind == "modal" and not view.get("submit") and any(b.get("type") == "input" for b in _dicts(blocks)):
        found.append("view: an input without submit")
    if sum(1 for node in _nodes(blocks) if node.get("focus_on_load")) > 1:
        found.append("view: more than one focus_on_load")
    if len(json.dumps(view)) > VIEW_SIZE:
        found.append("view: too large")
    return found + _models(lambda: View(**_known(view)).to_dict(), "view")


def of_answer(body: Json) -> list[str]:
    """Return the problems of an acknowledgement's body: a message, or a `response_action` for a modal."""
    match body.get("response_action"):
        case None:
            return of_message(body) if body.get("text") or body.get("blocks") else []
        case "errors":
            errors = body.get("errors")
            if not isinstance(errors, dict) or not errors:
                return ["errors: none"]
            return [
                f"errors.{name}: empty"
                for name, text in errors.items()
                if not isinstance(text, str) or not text
            ]
        case "update" | "push":
            return of_view(body.get("view") or {})
        case "clear":
            return []
        case other:
            return [f"response_action {other!r}"]


def of_options(body: Json) -> list[str]:
    """Return the problems of the suggestions for a list with options from the app."""
    element = {
        "type": "static_select", "action_id": "a", "placeholder": {"type": "plain_text", "text": "p"}, **body,
    }  # fmt: skip
    if not body.get("options"):
        return [] if body.get("options") == [] else ["options: none"]
    return list(_of_block({"type": "actions", "elements": [element]}, "options"))


def _texts(blocks: Any) -> Iterator[str]:
    return (node["text"] for node in _nodes(blocks) if isinstance(node.get("text"), str))


def _of_blocks(blocks: Any, most: int) -> Iterator[str]:
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        yield "blocks: not a list of blocks"
        return
    if len(blocks) > most:
        yield f"blocks: {len(blocks)}, {most} are taken"
    ids = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    yield from (f"block_id {name!r}: {times} times" for name, times in ids.items() if times > 1)
    for number, block in enumerate(blocks):
        yield from _of_block(block, f"blocks[{number}]")


def _of_block(block: Json, where: str) -> Iterator[str]:
    kind = block.get("type")
    if kind not in BLOCKS:
        yield f"{where}: type {kind!r}"
        return
    yield from _of_node(block, where)
    actions = Counter(node["action_id"] for node in _nodes(block) if node.get("action_id"))
    yield from (f"{where}: action_id {name!r} {times} times" for name, times in actions.items() if times > 1)
    yield from _shape(block, where)
    if kind not in UNKNOWN_TO_MODELS:
        yield from _models(lambda: [parsed.to_dict() for parsed in Block.parse_all([dict(block)])], where)


def _shape(block: Json, where: str) -> Iterator[str]:
    """Yield the problems of a block's required fields and of its elements' types."""
    elements = _dicts(block.get("elements"))
    match block["type"]:
        case "section":
            if not block.get("text") and not block.get("fields"):
                yield f"{where}: a section without words"
            yield from _text(block, "text", where)
            if block.get("fields") == []:
                yield f"{where}: no fields"
        case "header":
            yield from _text(block, "text", where, plain=True, needed=True)
        case "context":
            if not elements:
                yield f"{where}: a context without elements"
            yield from (
                f"{where}: {e.get('type')} in a context" for e in elements if e.get("type") not in SMALL
            )
        case "actions":
            if not elements:
                yield f"{where}: actions without elements"
            yield from (
                f"{where}: {e.get('type')} in actions" for e in elements if e.get("type") not in INTERACTIVE
            )
        case "input":
            yield from _text(block, "label", where, plain=True, needed=True)
            if (kind := (block.get("element") or {}).get("type")) not in INPUTS:
                yield f"{where}: {kind} in an input"
        case "markdown":
            if not isinstance(block.get("text"), str):
                yield f"{where}: markdown is a text"
        case _:
            return


SMALL = ("plain_text", "mrkdwn", "image")


def _of_node(node: Json, where: str, kind: str = "") -> Iterator[str]:
    """Yield the problems of a block or element and of everything nested in it."""
    named = str(node.get("type", ""))
    kind = kind or KINDS.get(named, "" if named in NOT_KINDS else named)
    yield from _bounds(node, kind, where)
    yield from _element(node, kind, where)
    for name, value in node.items():
        inner = f"{where}.{name}"
        if name in PLAIN and kind not in FREER and isinstance(value, dict) and name != "confirm":
            yield from _text(node, name, where)
        for number, child in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(child, dict):
                at = f"{inner}[{number}]" if isinstance(value, list) else inner
                yield from _of_node(child, at, CHILDREN.get(name, "") if kind != "confirmation" else "")


NOT_KINDS = ("text", "option", "confirmation", "view", "segment")
"""Keys of NUMBERS that also occur as a `type` with another meaning, such as `text` in rich text."""
FREER = (
    "card",
    "container",
    "video",
    "alert",
    "option",
    "option_group",
    "data_visualization",
    "plan",
    "task_card",
)
CHILDREN = {
    "options": "option",
    "initial_option": "option",
    "initial_options": "option",
    "option_groups": "option_group",
    "confirm": "confirmation",
    "sources": "url_source",
}


def _element(node: Json, kind: str, where: str) -> Iterator[str]:
    """Yield the problems of an element other than lengths and counts."""
    match kind:
        case "text":
            yield from _text({"text": node}, "text", where)
            if node["type"] == "mrkdwn" and "emoji" in node:
                yield f"{where}: emoji in mrkdwn"
        case "button":
            yield from _text(node, "text", where, plain=True, needed=True)
            if node.get("style", "primary") not in ("primary", "danger"):
                yield f"{where}: style {node['style']!r}"
        case "option":
            yield from _text(node, "text", where, needed=True)
            if not isinstance(node.get("value"), str) or not node["value"]:
                yield f"{where}: an option without a value"
        case "select" if node["type"] in ("static_select", "multi_static_select"):
            if bool(node.get("options")) == bool(node.get("option_groups")):
                yield f"{where}: either options or option_groups"
            yield from _chosen(node, where)
        case "overflow" | "checkboxes" | "radio_buttons":
            if not node.get("options"):
                yield f"{where}: no options"
            yield from _chosen(node, where)
        case "image":
            if bool(node.get("image_url")) == bool(node.get("slack_file")):
                yield f"{where}: either image_url or slack_file"
            if not isinstance(node.get("alt_text"), str):
                yield f"{where}: an image without alt_text"
        case "plain_text_input":
            yield from _typed(node, where)
        case "datepicker" if not re.fullmatch(r"\d{4}-\d\d-\d\d", node.get("initial_date", "2026-01-01")):
            yield f"{where}: initial_date {node['initial_date']!r}"
        case "timepicker" if not re.fullmatch(r"[012]\d:[0-5]\d", node.get("initial_time", "10:00")):
            yield f"{where}: initial_time {node['initial_time']!r}"
        case "confirmation":
            for name in ("title", "text", "confirm", "deny"):
                yield from _text(node, name, where, needed=name != "deny")
        case _:
            return


def _typed(node: Json, where: str) -> Iterator[str]:
    least, most = node.get("min_length", 0), node.get("max_length", 3000)
    if not 0 <= least <= 3000 or not 1 <= most <= 3000 or least > most:
        yield f"{where}: lengths from {least} to {most}"
    if len(node.get("initial_value") or "") > most:
        yield f"{where}: initial_value of {len(node['initial_value'])} characters, {most} are taken"


def _chosen(node: Json, where: str) -> Iterator[str]:
    """Yield the problems of initial options, which must be among the options."""
    options = [
        *_dicts(node.get("options")),
        *(option for group in _dicts(node.get("option_groups")) for option in _dicts(group.get("options"))),
    ]
    given = {option.get("value") for option in options}
    first = [node["initial_option"]] if node.get("initial_option") else node.get("initial_options") or []
    yield from (
        f"{where}: {o.get('value')!r} is no option" for o in _dicts(first) if o.get("value") not in given
    )
    if "initial_options" in node and not node["initial_options"]:
        yield f"{where}: initial_options is empty"


def _text(node: Json, name: str, where: str, plain: bool = False, needed: bool = False) -> Iterator[str]:
    """Yield the problems of the text object in the field `name`."""
    text = node.get(name)
    if text is None:
        if needed:
            yield f"{where}: no {name}"
    elif not isinstance(text, dict) or text.get("type") not in ("plain_text", "mrkdwn"):
        yield f"{where}.{name}: not a text object"
    elif not isinstance(text.get("text"), str) or not text["text"]:
        yield f"{where}.{name}: empty"
    elif (plain or (name in PLAIN and "confirm" not in where)) and text["type"] != "plain_text":
        yield f"{where}.{name}: {text['type']} where Slack wants plain_text"


def _bounds(node: Json, kind: str, where: str) -> Iterator[str]:
    """Yield the problems with the limits in NUMBERS for this kind."""
    for name in ("action_id", "block_id"):
        yield from _bound(node.get(name), NUMBERS[name], f"{where}.{name}")
    rules = NUMBERS.get(kind, {})
    if kind == "text":
        rules = {"text": NUMBERS["text"]}
    for name, rule in rules.items():
        if name == "segment" or name in (
            "cell_text",
            "content",
            "series_name",
            "point_label",
            "category_label",
        ):
            continue
        yield from _bound(node.get(name), rule, f"{where}.{name}")
    if kind == "data_table":
        yield from _table(node, where)
    if kind == "data_visualization":
        yield from _chart(node, where)


def _bound(value: Any, rule: Json, where: str) -> Iterator[str]:
    if isinstance(value, dict):
        value = value.get("text")
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        size, least, most = value, rule.get("min"), rule.get("max")
        if "exclusive_min" in rule and value <= rule["exclusive_min"]:
            yield f"{where}: {value}, more than {rule['exclusive_min']} is wanted"
    elif isinstance(value, str):
        size, least, most = len(value), rule.get("min_length"), rule.get("max_length")
    elif isinstance(value, list):
        size, least, most = len(value), rule.get("min_items"), rule.get("max_items")
        if longest := rule.get("item_max_length"):
            for number, item in enumerate(value):
                yield from _bound(item, {"max_length": longest}, f"{where}[{number}]")
    else:
        return
    if least is not None and size < least:
        yield f"{where}: {size}, at least {least}"
    if most is not None and size > most:
        yield f"{where}: {size}, at most {most}"


def _table(node: Json, where: str) -> Iterator[str]:
    rules, rows = NUMBERS["data_table"], node.get("rows") or []
    cells = [cell.get("text", "") for row in rows for cell in _dicts(row) if "text" in cell]
    if sum(len(cell) for cell in cells if isinstance(cell, str)) > rules["content"]["max_length"]:
        yield f"{where}: more than {rules['content']['max_length']} characters"
    for row in rows[:1]:
        yield from _bound(
            row, {"min_items": 1, "max_items": rules["columns"]["max_items"]}, f"{where}.columns"
        )
    for cell in cells:
        yield from _bound(cell, rules["cell_text"], f"{where}.cell")


def _chart(node: Json, where: str) -> Iterator[str]:
    rules, chart = NUMBERS["data_visualization"], node.get("chart") or node
    for name in ("segments", "series", "categories"):
        yield from _bound(chart.get(name), rules[name], f"{where}.{name}")
    for segment in _dicts(chart.get("segments")):
        yield from (
            p for name in ("label", "value") for p in _bound(segment.get(name), rules["segment"][name], where)
        )
    for series in _dicts(chart.get("series")):
        yield from _bound(series.get("name"), rules["series_name"], f"{where}.series")
        yield from _bound(series.get("data"), rules["data"], f"{where}.data")
        for point in _dicts(series.get("data")):
            yield from _bound(point.get("label"), rules["point_label"], f"{where}.data")
    for label in chart.get("categories") or []:
        yield from _bound(label, rules["category_label"], f"{where}.categories")


def _of_metadata(metadata: Any) -> list[str]:
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        return ["metadata: no event_type"]
    if not isinstance(metadata.get("event_payload"), dict):
        return ["metadata: no event_payload"]
    return ["metadata: too large"] if len(json.dumps(metadata)) > METADATA_SIZE else []


def _models(build: Any, where: str) -> list[str]:
    """Return the error that slack_sdk.models raises, if any."""
    try:
        build()
    except Exception as wrong:  # with any exception the library would not have sent the payload
        return [f"{where}: slack_sdk says {wrong}"]
    return []


def _known(view: Json) -> dict[str, Any]:
    return {name: value for name, value in view.items() if name in VIEW_WORDS}


VIEW_WORDS = frozenset(
    [
        "type",
        "title",
        "submit",
        "close",
        "blocks",
        "private_metadata",
        "callback_id",
        "external_id",
        "clear_on_close",
        "notify_on_close",
    ]
)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a payload, at any depth."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)
