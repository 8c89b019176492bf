"""Slack's messages, modals and App Home, drawn from their blocks in Slack's proportions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from adapters.emoji_names import find_emoji
from deploy.drawn.html import CHEVRON, Around, escape, image, tag

Json = Mapping[str, Any]

TOKEN = re.compile(r"<(?P<inner>[^<>\n]+)>|(?P<emoji>:[\w+-]+:)|(?P<code>`[^`\n]+`)")
STYLES = (
    (re.compile(r"(?<![\w*])\*(\S(?:[^*\n]*?\S)?)\*(?![\w*])"), r"<b>\1</b>"),
    (re.compile(r"(?<![\w_])_(\S(?:[^_\n]*?\S)?)_(?![\w_])"), r"<i>\1</i>"),
    (re.compile(r"(?<![\w~])~(\S(?:[^~\n]*?\S)?)~(?![\w~])"), r"<s>\1</s>"),
)
SELECTS = {
    "static_select": "Select an option", "external_select": "Select an option", "users_select": "Select a person",
    "multi_static_select": "Select options", "multi_external_select": "Select options",
    "multi_users_select": "Select people", "conversations_select": "Select a conversation",
    "channels_select": "Select a channel", "datepicker": "Select a date", "timepicker": "Select a time",
}  # fmt: skip
"""The elements that look like a closed list, with what an empty one says."""
BULB = tag("span", "💡", "face bot")


def draw_message(message: Json, around: Around) -> str:
    """Return a message. `only_to` tells that one person alone sees it, `reactions` and `time` stand as usual."""
    by_bot = bool(message.get("by_bot"))
    name = str(message["name"])
    face = BULB if by_bot else tag("span", escape(name[:1]), f"face face-{sum(map(ord, name)) % 5}")
    badge = tag("span", "APP", "badge") if by_bot else ""
    head = tag("div", tag("b", escape(name)) + badge + tag("span", escape(message["time"]), "time"), "head")
    blocks = message.get("blocks") or []
    said = draw_blocks(blocks, around) if blocks else tag("div", mrkdwn(str(message["text"]), around))
    reactions = "".join(
        tag("span", f"{emoji(each['name'])} {each['count']}", "reaction")
        for each in message.get("reactions") or []
    )
    private = tag("div", "👁 Only visible to you", "private") if message.get("only_to") else ""
    replies = message.get("replies")
    thread = tag("div", f"{replies} repl{'y' if replies == 1 else 'ies'}", "replies") if replies else ""
    body = tag(
        "div", head + said + (tag("div", reactions, "reactions") if reactions else "") + thread, "body"
    )
    kind = "message ephemeral" if message.get("only_to") else "message"
    return tag(
        "div", private + tag("div", face + body, "row"), f"{kind} reply" if message.get("reply") else kind
    )


def draw_modal(view: Json, around: Around, errors: Mapping[str, str] | None = None) -> str:
    """Return a modal, with the errors beside its fields by block_id."""
    top = tag("div", BULB + tag("b", plain(view["title"])) + tag("span", "✕", "close"), "top")
    blocks = draw_blocks(view["blocks"], around, errors or {})
    buttons = [tag("span", plain(view["close"]), "button")] if view.get("close") else []
    buttons += [tag("span", plain(view["submit"]), "button primary")] if view.get("submit") else []
    foot = tag("div", "".join(buttons), "foot") if buttons else ""
    return tag("div", tag("div", top + tag("div", blocks, "inside") + foot, "modal"), "behind")


def draw_home(view: Json, around: Around) -> str:
    """Return an App Home under its tabs."""
    tabs = tag("div", tag("b", "Home") + "<span>Messages</span><span>About</span>", "tabs")
    top = tag("div", BULB + tag("b", "Ahabot"), "top")
    return tag("div", top + tabs + tag("div", draw_blocks(view["blocks"], around), "inside"), "home")


def draw_blocks(blocks: Iterable[Json], around: Around, errors: Mapping[str, str] | None = None) -> str:
    """Return blocks in order."""
    return "".join(_block(each, around, errors or {}) for each in blocks)


def _block(block: Json, around: Around, errors: Mapping[str, str]) -> str:
    match block["type"]:
        case "header":
            return tag("h3", plain(block["text"]), "header")
        case "section":
            return _section(block, around)
        case "context":
            parts = "".join(
                image(each["image_url"], each["alt_text"])
                if each["type"] == "image"
                else tag("span", text(each, around))
                for each in block["elements"]
            )
            return tag("div", parts, "context")
        case "actions":
            return tag("div", "".join(_element(each, around) for each in block["elements"]), "actions")
        case "divider":
            return "<hr>"
        case "image":
            return _picture(block, around)
        case "rich_text":
            return tag("div", "".join(_rich(each, around) for each in block["elements"]), "rich")
        case "input":
            return _input(block, around, errors.get(str(block.get("block_id")), ""))
        case kind:
            return around.red_box(f"block {kind}")


def _section(block: Json, around: Around) -> str:
    said = tag("div", text(block["text"], around), "words") if block.get("text") else ""
    said += (
        tag("div", "".join(tag("div", text(each, around)) for each in block["fields"]), "fields")
        if block.get("fields")
        else ""
    )
    beside = tag("div", _element(block["accessory"], around), "accessory") if block.get("accessory") else ""
    return tag("div", said + beside, "section")


def _picture(block: Json, around: Around) -> str:
    name = str((block.get("slack_file") or {}).get("id") or block.get("image_url"))
    source = around.picture(name)
    title = tag("div", plain(block["title"]), "caption") if block.get("title") else ""
    return title + (
        image(source, block["alt_text"], "picture") if source else around.red_box(f"picture {name}")
    )


def _rich(element: Json, around: Around) -> str:
    match element["type"]:
        case "rich_text_section":
            return tag("div", _rich_parts(element, around))
        case "rich_text_quote":
            return tag("blockquote", _rich_parts(element, around))
        case "rich_text_preformatted":
            return tag("pre", _rich_parts(element, around))
        case "rich_text_list":
            items = "".join(tag("li", _rich(each, around)) for each in element["elements"])
            kind = "ol" if element.get("style") == "ordered" else "ul"
            return tag(kind, items, f"indent-{element.get('indent', 0)}")
        case kind:
            return around.red_box(f"rich text {kind}")


def _rich_parts(element: Json, around: Around) -> str:
    return "".join(_rich_part(each, around) for each in element["elements"])


def _rich_part(part: Json, around: Around) -> str:
    match part["type"]:
        case "text":
            said = escape(part["text"]).replace("\n", "<br>")
        case "link":
            said = tag("a", escape(part.get("text") or part["url"]))
        case "emoji":
            said = emoji(part["name"])
        case "user" | "channel":
            said = _mention(str(part.get("user_id") or part.get("channel_id")), around)
        case "date":
            said = tag("span", date_text(part["timestamp"], part["format"], around))
        case kind:
            return around.red_box(f"rich text {kind}")
    for name, around_it in (("bold", "b"), ("italic", "i"), ("strike", "s"), ("code", "code")):
        said = tag(around_it, said) if (part.get("style") or {}).get(name) else said
    return said


def _element(element: Json, around: Around) -> str:
    kind = element["type"]
    match kind:
        case "button":
            return tag("span", plain(element["text"]), f"button {element.get('style', '')}")
        case "overflow":
            return tag("span", "•••", "button overflow")
        case "plain_text_input" | "number_input" | "email_text_input" | "url_text_input":
            return _text_input(element)
        case "radio_buttons" | "checkboxes":
            return _choices(element, around)
        case "image":
            return image(element["image_url"], element["alt_text"])
        case _ if kind in SELECTS:
            return _select(element, around)
        case _:
            return around.red_box(f"element {kind}")


def _text_input(element: Json) -> str:
    value, shown = element.get("initial_value") or "", plain(element.get("placeholder"))
    inner = escape(value).replace("\n", "<br>") if value else tag("span", shown, "placeholder")
    kind = "field multiline" if element.get("multiline") else "field"
    return tag("div", inner, f"{kind} focused" if element.get("focus_on_load") else kind)


def _choices(element: Json, around: Around) -> str:
    one = element["type"] == "radio_buttons"
    first = [element.get("initial_option")] if one else element.get("initial_options") or []
    chosen = {each["value"] for each in first if each}
    drawn = ""
    for option in element["options"]:
        on = " on" if option["value"] in chosen else ""
        about = tag("div", text(option["description"], around), "hint") if option.get("description") else ""
        sign = tag("span", "✓" if on and not one else "", ("radio" if one else "box") + on)
        drawn += tag("div", sign + tag("div", text(option["text"], around) + about), "choice")
    return drawn


def _select(element: Json, around: Around) -> str:
    """Return a closed list with what is chosen in it."""
    options = (
        element.get("initial_options") or [element["initial_option"]]
        if element.get("initial_option")
        else (element.get("initial_options") or [])
    )
    said = ", ".join(plain(each["text"]) for each in options)
    if value := element.get("initial_date"):
        said = f"{date.fromisoformat(value):%b %-d, %Y}"
    if value := element.get("initial_time"):
        said = f"{time.fromisoformat(value):%-I:%M %p}"
    people = element.get("initial_users") or [element.get("initial_user")]
    place = element.get("initial_conversation") or element.get("initial_channel")
    said = said or ", ".join(_mention(each, around) for each in (*people, place) if each)
    if not said and element.get("default_to_current_conversation"):
        said = tag("span", "the current conversation", "placeholder")
    empty = plain(element.get("placeholder")) or SELECTS[element["type"]]
    return tag("div", tag("span", said or tag("span", empty, "placeholder")) + CHEVRON, "field select")


def _input(block: Json, around: Around, error: str) -> str:
    optional = tag("span", " (optional)", "optional") if block.get("optional") else ""
    label = tag("div", plain(block["label"]) + optional, "label")
    below = tag("div", escape(error), "error") if error else ""
    below += tag("div", plain(block["hint"]), "hint") if block.get("hint") else ""
    kind = "input wrong" if error else "input"
    return tag("div", label + _element(block["element"], around) + below, kind)


def text(given: Json, around: Around) -> str:
    """Return a text object: markup is read in mrkdwn alone."""
    return mrkdwn(given["text"], around) if given["type"] == "mrkdwn" else plain(given)


def plain(given: Json | None) -> str:
    """Return a plain text object, or nothing without one."""
    return escape(given["text"]).replace("\n", "<br>") if given else ""


def mrkdwn(words: str, around: Around) -> str:
    """Return Slack's markup as HTML. Slack escapes `&<>` in it as HTML does."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(_token(found, around))
        return f"\ue000{len(held) - 1}\ue001"

    words = TOKEN.sub(hold, words)
    for pattern, shown in STYLES:
        words = pattern.sub(shown, words)
    lines = re.sub(r"(?m)^&gt; ?(.*)$", r"<blockquote>\1</blockquote>", words).replace("\n", "<br>")
    return re.sub("\ue000(\\d+)\ue001", lambda found: held[int(found[1])], lines)


def _token(found: re.Match[str], around: Around) -> str:
    if name := found["emoji"]:
        return emoji(name.strip(":"))
    if code := found["code"]:
        return tag("code", code.strip("`"))
    target, _, label = found["inner"].partition("|")
    if target.startswith(("@", "#")):
        return _mention(target[1:], around, label)
    if target.startswith("!date^"):
        _, seconds, form, *_rest = target.split("^")
        return date_text(int(seconds), form, around)
    return tag("a", label or target)


def _mention(id: str, around: Around, label: str = "") -> str:
    sign = "@" if id.startswith(("U", "W")) else "#"
    return tag("span", escape(sign + (around.names.get(id) or label or id)), "mention")


def date_text(seconds: int, form: str, around: Around) -> str:
    """Return a date as Slack shows its placeholders to an English reader."""
    at = around.at(seconds)
    end = "th" if 11 <= at.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(at.day % 10, "th")
    day = f"{at:%B %-d}{end}, {at:%Y}"
    shown = {"{date_pretty}": day, "{date}": day, "{date_long}": f"{at:%A}, {day}", "{date_num}": f"{at:%Y-%m-%d}",
             "{date_short}": f"{at:%b %-d, %Y}", "{time}": f"{at:%-I:%M %p}"}  # fmt: skip
    for name, value in shown.items():
        form = form.replace(name, value)
    return around.red_box(f"date {form}") if "{" in form else escape(form)


def emoji(name: str) -> str:
    """Return an emoji by its name on Slack, or its name where nobody knows it."""
    return escape(find_emoji(name, "slack") or f":{name}:")
