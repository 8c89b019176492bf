"""Blocks and forms as a person reads them: texts in order, buttons as [Label], fields with their values."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.slack.world import Json, escaped

MARKUP = (
    (re.compile(r"<!date\^[^|>]*\|([^>]*)>"), r"\1"),
    (re.compile(r"<#\w+\|([^>]*)>"), r"#\1"),
    (re.compile(r"<(?:https?|mailto)[^|>]*\|([^>]*)>"), r"\1"),
    (re.compile(r"<(https?[^>]*)>"), r"\1"),
    (re.compile(r"(?<![\w*])\*(\S(?:[^*\n]*?\S)?)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_(\S[^_\n]*?)_(?![\w_])"), r"\1"),
    (re.compile(r"^(?:>|&gt;) ?", re.MULTILINE), ""),
)


def words(blocks: list[Json], text: str = "") -> str:
    """Return the text of a message's blocks, or `text` when there are none."""
    lines = [line for block in blocks for line in _lines(block)]
    return "\n".join(lines) if lines else mrkdwn(text)


def view(body: Json) -> str:
    """Return the text of a modal or an App Home."""
    head = [_text(body[name]) for name in ("title",) if body.get(name)]
    foot = [f"[{_text(body['submit'])}]"] if body.get("submit") else []
    return "\n".join([*head, words(body["blocks"]), *foot])


def mrkdwn(text: str) -> str:
    """Return mrkdwn as Slack displays it."""
    for pattern, shown in MARKUP:
        text = pattern.sub(shown, text)
    return html.unescape(text)


def _text(text: Any) -> str:
    if not isinstance(text, dict):
        return str(text or "")
    return mrkdwn(text.get("text", "")) if text.get("type") == "mrkdwn" else str(text.get("text", ""))


def _lines(block: Json) -> Iterator[str]:
    match block["type"]:
        case "rich_text":
            yield from filter(None, (_rich(element) for element in block["elements"]))
        case "image":
            yield from filter(None, (_text(block.get("title")), block["alt_text"]))
        case "markdown":
            yield block["text"]
        case "input":
            yield _text(block["label"])
            yield from filter(None, [_text(block.get("hint"))])
        case _:
            yield from filter(None, [_text(block.get("text"))])
            yield from (_text(each) for each in block.get("fields") or [])
            elements = [*(block.get("elements") or []), *filter(None, [block.get("accessory")])]
            for element in elements:
                yield from _element(element)


def _element(element: Json) -> Iterator[str]:
    match element["type"]:
        case "plain_text" | "mrkdwn":
            yield _text(element)
        case "image":
            yield element["alt_text"]
        case "overflow":
            yield from (f"[{_text(option['text'])}]" for option in element["options"])
        case "button":
            yield f"[{_text(element['text'])}]"
        case _:
            return


def _rich(element: Json) -> str:
    """Return the text of a rich text element and everything nested in it."""
    if "elements" in element:
        between = "\n" if element["type"] == "rich_text_list" else ""
        return between.join(_rich(each) for each in element["elements"])
    match element["type"]:
        case "emoji":
            return f":{element['name']}:"
        case "link":
            return str(element.get("text") or element["url"])
        case "user" | "channel":
            return f"<{element.get('user_id') or element.get('channel_id')}>"
        case _:
            return str(element.get("text") or element.get("fallback") or "")


def picture(blocks: list[Json], files: list[Json]) -> str:
    """Return the alt text of the first picture, or an empty string."""
    shown = [block["alt_text"] for block in blocks if block["type"] == "image"]
    return str(next(iter([*shown, *(file.get("alt_txt", "") for file in files)]), ""))


def button(blocks: list[Json], label: str) -> Json | None:
    """Return the action of the button or option with this label, or None."""
    for block in blocks:
        for element in [*(block.get("elements") or []), *filter(None, [block.get("accessory")])]:
            about = {
                "action_id": element.get("action_id", "auto"), "block_id": block.get("block_id", "auto"),
                "type": element["type"],
            }  # fmt: skip
            if element["type"] == "button" and _text(element["text"]) == label:
                return {**about, "text": element["text"], "value": element.get("value", "")}
            for option in offered(element):
                if _text(option["text"]) == label:
                    return {**about, "selected_option": option}
    return None


def fields(blocks: list[Json], errors: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the fields of a form by name, with their values, labels, hints and errors."""
    return {
        _name(block): {
            "value": shown(block["element"]), "label": _text(block["label"]),
            "hint": _text(block.get("hint")),
            "error": errors.get(block.get("block_id", ""), ""), "element": block["element"],
            "required": not block.get("optional"),
            "options": {_text(option["text"]): option["value"] for option in offered(block["element"])},
        }
        for block in blocks
        if block["type"] == "input"
    }  # fmt: skip


def _name(block: Json) -> str:
    """Return a field's name: its action_id, or else its block_id."""
    return str(block["element"].get("action_id") or block.get("block_id"))


def shown(element: Json) -> str:
    """Return a field's initial value; several values are separated by line breaks."""
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    if "initial_options" in element:
        return "\n".join(option["value"] for option in element["initial_options"])
    if "initial_users" in element:
        return "\n".join(element["initial_users"])
    first = [value for name, value in element.items() if name.startswith("initial_")]
    return str(first[0]) if first else ""


def state(blocks: list[Json], values: Mapping[str, str]) -> dict[str, Any]:
    """Return the state of a submitted form. Every name in `values` must be a field."""
    asked = {_name(block): block for block in blocks if block["type"] == "input"}
    assert values.keys() <= asked.keys(), f"{[*values]} in a form of {[*asked]}"
    return {
        block["block_id"]: {
            block["element"].get("action_id", "auto"): _value(block["element"], values.get(name))
        }
        for name, block in asked.items()
    }


def _value(element: Json, given: str | None) -> Json:
    value, kind = shown(element) if given is None else given, element["type"]
    match kind:
        case "static_select" | "radio_buttons":
            return {"type": kind, "selected_option": next(iter(_options(element, [value])), None)}
        case "external_select":
            option = {"text": {"type": "plain_text", "text": value}, "value": value} if value else None
            return {"type": kind, "selected_option": option}
        case "multi_static_select" | "checkboxes":
            return {"type": kind, "selected_options": _options(element, value.split("\n"))}
        case "multi_users_select":
            return {"type": kind, "selected_users": [each for each in value.split("\n") if each]}
        case "datepicker" | "timepicker" | "conversations_select" | "channels_select" | "users_select":
            name = {"datepicker": "date", "timepicker": "time"}.get(kind, kind.partition("s_")[0])
            return {"type": kind, f"selected_{name}": value or None}
        case _:
            return {"type": kind, "value": value or None}


def _options(element: Json, values: list[str]) -> list[Json]:
    known = {option["value"]: option for option in offered(element)}
    chosen = [value for value in values if value]
    assert set(chosen) <= known.keys(), f"{chosen} among {[*known]}"
    return [known[value] for value in chosen]


def offered(element: Json) -> list[Json]:
    """Return the options of a list, a menu or a group of checkboxes."""
    groups = element.get("option_groups") or [element]
    return [option for group in groups for option in group.get("options") or []]


def handed_back(given: Json) -> Json:
    """Return a value with every text in it escaped, as Slack sends texts and values in interactions."""

    def each(value: Any) -> Any:
        match value:
            case str():
                return escaped(value)
            case dict():
                return {name: each(inner) for name, inner in value.items()}
            case list():
                return [each(inner) for inner in value]
            case _:
                return value

    return {name: each(value) for name, value in given.items()}
