"""What a person reads in messages and modals: words in order, buttons and menu options as [Label]."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from tests.fakes.discord.world import Json, Message, Modal, World

HELD = 0xE000
"""The offset of literal characters while markup is removed, in a Unicode area that no message uses."""
PLAIN = re.compile(r"\\([^0-9A-Za-z\s])|```(?:\w+\n)?(.*?)```|``(.+?)``|`([^`\n]+)`", re.DOTALL)
"""Text that is shown literally: an escaped sign, and code. The first to begin wins, so an escaped ` begins no code."""
STAMP = re.compile(r"<t:(-?\d+)(?::([tTdDfFsSR]))?>")
MARKUP = (
    (re.compile(r"<(?:@[!&]?)(\d+)>"), r"@\1"),
    (re.compile(r"<#(\d+)>"), r"#\1"),
    (re.compile(r"</([^:>]+):\d+>"), r"/\1"),
    (re.compile(r"<a?(:\w+:)\d+>"), r"\1"),
    (re.compile(r"\[([^\]\n]+)\]\(<?https?://[^)\s]+>?\)"), r"\1"),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"^(?:>>> |> )", re.MULTILINE), ""),
    (re.compile(r"^(?:#{1,3}|-#) ", re.MULTILINE), ""),
    (re.compile(r"\*\*\*(.+?)\*\*\*", re.DOTALL), r"\1"),
    (re.compile(r"\*\*(.+?)\*\*", re.DOTALL), r"\1"),
    (re.compile(r"__(.+?)__", re.DOTALL), r"\1"),
    (re.compile(r"~~(.+?)~~", re.DOTALL), r"\1"),
    (re.compile(r"\|\|(.+?)\|\|", re.DOTALL), r"\1"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?!\*)"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_]+?)(?<=\S)_(?![\w_])"), r"\1"),
    (re.compile("[\u200b\u200c\u2060\ufeff]"), ""),
)
CHANNEL_ID = re.compile(r"#(\d{15,})")
"""A mention of a channel, as `words` gives it. See `name_channels`."""
STYLES = {
    "t": "%H:%M", "T": "%H:%M:%S", "d": "%d/%m/%Y", "D": "%-d %B %Y", "f": "%-d %B %Y %H:%M",
    "F": "%A, %-d %B %Y %H:%M", "R": "%-d %B %Y %H:%M", "s": "%d/%m/%Y %H:%M", "S": "%d/%m/%Y %H:%M:%S",
}  # fmt: skip
"""Time stamp formats of a reader with British settings. A relative time stamp is shown as the time it means."""
WARNING = "⚠"
"""The first character of a text in a modal that says what is wrong with the field below it."""

BUTTON, SELECT, INPUT, DISPLAY, THUMBNAIL, LABEL, RADIO, CHECKBOX = 2, 3, 4, 10, 11, 18, 21, 23
ENTITIES = (5, 6, 7, 8)


def name_channels(text: str, world: World) -> str:
    """Return a text with the names of the channels that it mentions, as a client shows them."""

    def named(mention: re.Match[str]) -> str:
        mentioned = world.channels.get(mention[1])
        return f"#{mentioned.name}" if mentioned else mention[0]

    return CHANNEL_ID.sub(named, text)


def words(message: Message, zone: tzinfo = UTC) -> str:
    """Return a message's text: its content, its embeds, its components."""
    if message.loading:
        return "is thinking…"
    lines = [markdown(message.content, zone)] if message.content else []
    for embed in message.embeds:
        lines += _embed(embed, zone)
    lines += [line for component in message.components for line in _lines(component, zone)]
    return "\n".join(line for line in lines if line)


def modal(body: Json, zone: tzinfo = UTC) -> str:
    """Return a modal's text: title, words, labels with their descriptions, and its button."""
    lines = [line for part in body["components"] for line in _lines(part, zone)]
    return "\n".join([body["title"], *filter(None, lines), "[Submit]"])


def markdown(text: str, zone: tzinfo = UTC) -> str:
    """Return Discord's Markdown as it is shown: without markup, with escapes literal and time stamps readable."""

    def held(found: re.Match[str]) -> str:
        inner = next(group for group in found.groups() if group is not None)
        return "".join(chr(HELD + ord(each)) if ord(each) < 128 else each for each in inner)

    text = PLAIN.sub(held, text)
    text = STAMP.sub(lambda found: _time(int(found[1]), found[2] or "f", zone), text)
    for pattern, shown in MARKUP:
        text = pattern.sub(shown, text)
    return "".join(chr(ord(each) - HELD) if HELD <= ord(each) < HELD + 128 else each for each in text)


def _time(seconds: int, style: str, zone: tzinfo) -> str:
    return datetime.fromtimestamp(seconds, zone).strftime(STYLES[style])


def _embed(embed: Json, zone: tzinfo) -> Iterator[str]:
    yield str((embed.get("author") or {}).get("name") or "")
    yield markdown(embed.get("title") or "", zone)
    yield markdown(embed.get("description") or "", zone)
    for each in embed.get("fields") or []:
        yield markdown(each["name"], zone)
        yield markdown(each["value"], zone)
    yield str((embed.get("footer") or {}).get("text") or "")


def _lines(node: Json, zone: tzinfo) -> Iterator[str]:
    match node["type"]:
        case 10:
            yield markdown(node["content"], zone)
        case 2:
            yield f"[{_label(node)}]"
        case 3:
            yield from (f"[{option['label']}]" for option in node["options"])
        case 11:
            yield node.get("description") or ""
        case 12:
            yield from (each.get("description") or "" for each in node["items"])
        case 18:
            yield node["label"]
            yield node.get("description") or ""
        case 4:
            yield node.get("label") or ""
        case _:
            for inner in node.get("components") or []:
                yield from _lines(inner, zone)
            if node.get("accessory"):
                yield from _lines(node["accessory"], zone)


def _label(button: Json) -> str:
    return str(button.get("label") or (button.get("emoji") or {}).get("name") or "")


def picture(message: Message) -> str:
    """Return the alt text of a message's picture, or an empty string."""
    shown = [
        each.get("description")
        for node in nodes(message.components)
        for each in (node.get("items") or ([node] if node["type"] == THUMBNAIL else []))
    ]
    return str(next(filter(None, [*shown, *(each.alt for each in message.attachments)]), ""))


def nodes(components: list[Json]) -> Iterator[Json]:
    """Yield every component in reading order, with those in it."""
    for node in components:
        yield node
        inner = [*(node.get("components") or []), node.get("accessory"), node.get("component")]
        yield from nodes([each for each in inner if each])


def pressed(components: list[Json], label: str) -> tuple[Json, Json | None] | None:
    """Return the button with this label or custom_id, or the menu and its option with this label or value, or None."""
    for node in nodes(components):
        if node["type"] == BUTTON and label in (_label(node), node.get("custom_id")):
            return node, None
        for option in (node.get("options") or []) if node["type"] == SELECT else []:
            if label in (option["label"], option["value"]):
                return node, option
    return None


def fields(body: Json) -> dict[str, dict[str, Any]]:
    """Return the fields of a modal by custom_id, with their values and the words above and below them.

    Discord cannot show an error at a field: it is a text above the field, or its description, that begins with a ⚠.
    """
    found: dict[str, dict[str, Any]] = {}
    above = ""
    for part in body["components"]:
        if part["type"] == DISPLAY:
            above = markdown(part["content"])
            continue
        element = part["component"] if part["type"] == LABEL else part["components"][0]
        hint = str(part.get("description") or "")
        wrong = next((each for each in (above, hint) if each.startswith(WARNING)), "")
        found[element["custom_id"]] = {
            "value": shown(element), "label": part.get("label") or element.get("label") or "", "hint": hint,
            "error": wrong.lstrip(WARNING + "\ufe0f "), "element": element,
            "required": element.get("required", True), "above": above,
            "options": {option["label"]: option["value"] for option in element.get("options") or []},
        }  # fmt: skip
        above = ""
    return found


def shown(element: Json) -> str:
    """Return the initial value of a field. Several values are separated by line breaks."""
    if element["type"] == INPUT:
        return element.get("value") or ""
    chosen = [option["value"] for option in element.get("options") or [] if option.get("default")]
    chosen += [each["id"] for each in element.get("default_values") or []]
    return "\n".join(chosen)


Pick = Callable[[int, str], str]
"""A function that returns the id of the person, role or channel (by the type of its menu) with this name."""


def submission(form: Modal, given: Mapping[str, str], pick: Pick) -> list[Json]:
    """Return the components of a submitted modal, with values given by custom_id or label.

    Raises AssertionError where Discord's own form would not be sent.
    """
    asked = fields(form.body)
    names = {each["label"]: name for name, each in asked.items()}
    values = {names.get(name, name): value for name, value in given.items()}
    assert values.keys() <= asked.keys(), f"{[*given]} in a form of {[*asked]}"
    return [_part(part, values, pick) for part in form.body["components"]]


def _part(part: Json, values: Mapping[str, str], pick: Pick) -> Json:
    about = {"type": part["type"], "id": part["id"]}
    if part["type"] == DISPLAY:
        return about
    if part["type"] == LABEL:
        return about | {"component": _sent(part["component"], values, pick)}
    return about | {"components": [_sent(each, values, pick) for each in part["components"]]}


def _sent(element: Json, values: Mapping[str, str], pick: Pick) -> Json:
    name, kind = element["custom_id"], element["type"]
    value, required = values.get(name, shown(element)), element.get("required", True)
    told = {"type": kind, "id": element["id"], "custom_id": name}
    if kind == CHECKBOX:
        return told | {"value": value in ("true", "yes", "1")}
    assert value or not required, f"Discord does not send a form without {name}"
    if kind == INPUT:
        least, most = element.get("min_length") or 0, element.get("max_length") or 4000
        assert not value or least <= len(value) <= most, f"{name}: {least} to {most} characters are taken"
        return told | {"value": value}
    found = chosen(element, [each for each in value.split("\n") if each], pick)
    return told | ({"value": next(iter(found), None)} if kind == RADIO else {"values": found})


def chosen(menu: Json, values: list[str], pick: Pick) -> list[str]:
    """Return the values chosen in a menu, given by label, value or name."""
    if menu["type"] in ENTITIES:
        return [pick(menu["type"], each) for each in values]
    by_label = {option["label"]: option["value"] for option in menu["options"]}
    found = [by_label.get(each, each) for each in values]
    assert set(found) <= set(by_label.values()), f"{found} among {by_label}"
    most = menu.get("max_values") or (len(found) if menu["type"] == 22 else 1)
    assert len(found) <= most, f"{menu['custom_id']}: {len(found)} chosen, {most} can be"
    return found


def menu(components: list[Json], name: str) -> Json | None:
    """Return the menu with this custom_id or placeholder, or None."""
    for node in nodes(components):
        if node["type"] in (SELECT, *ENTITIES) and name in (node["custom_id"], node.get("placeholder")):
            return node
    return None
