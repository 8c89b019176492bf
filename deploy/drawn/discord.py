"""Discord's messages and modals, drawn from their components and embeds in Discord's proportions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from deploy.drawn.html import CHEVRON, Around, escape, image, tag

Json = Mapping[str, Any]

BUTTON_STYLES = {1: "primary", 2: "plain", 3: "success", 4: "danger", 5: "link", 6: "primary"}
SELECTS = {
    3: "Make a selection",
    5: "Select a user",
    6: "Select a role",
    7: "Make a selection",
    8: "Select a channel",
}
TOKEN = re.compile(
    r"\\(?P<escaped>[^0-9A-Za-z\s])|`(?P<code>[^`\n]+)`|<t:(?P<unix>-?\d+)(?::(?P<style>[tTdDfFR]))?>"
    r"|<(?P<sign>@[!&]?|#)(?P<id>\d+)>|<(?P<address>https?://[^>\s]+)>|</(?P<command>[^:>]+):\d+>"
    r"|<a?:(?P<custom>\w+):\d+>|\[(?P<label>(?:\\.|[^\]\n])+)\]\(<?(?P<target>https?://[^)\s>]+)>?\)"
)
STYLES = (
    (re.compile(r"\*\*(.+?)\*\*"), r"<b>\1</b>"),
    (re.compile(r"__(.+?)__"), r"<u>\1</u>"),
    (re.compile(r"~~(.+?)~~"), r"<s>\1</s>"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?!\*)"), r"<i>\1</i>"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_]+?)(?<=\S)_(?![\w_])"), r"<i>\1</i>"),
)
STAMPS = {
    "t": "%-I:%M %p", "T": "%-I:%M:%S %p", "d": "%-m/%-d/%y", "D": "%B %-d, %Y",
    "f": "%B %-d, %Y at %-I:%M %p", "F": "%A, %B %-d, %Y at %-I:%M %p", "R": "%B %-d, %Y",
}  # fmt: skip
HEADING, SMALL = re.compile(r"(#{1,3}) (.+)"), re.compile(r"-# (.+)")
ITEM = re.compile(r"(\s*)[-*] (.+)")
BULB = tag("span", "💡", "face bot")


def draw_message(message: Json, around: Around) -> str:
    """Return a message. `answers` is the line of the message that it replies to, `only_to` marks a private one."""
    by_bot, name = bool(message.get("by_bot")), str(message["name"])
    face = BULB if by_bot else tag("span", escape(name[:1]), f"face face-{sum(map(ord, name)) % 5}")
    badge = tag("span", "APP", "badge") if by_bot else ""
    head = tag("div", tag("b", escape(name)) + badge + tag("span", escape(message["time"]), "time"), "head")
    said = markdown(str(message.get("content") or ""), around) if message.get("content") else ""
    said += "".join(_embed(each, around) for each in message.get("embeds") or [])
    said += draw_components(message.get("components") or [], around)
    reactions = "".join(
        tag("span", f"{escape(each['emoji'])} {each['count']}", "reaction")
        for each in message.get("reactions") or []
    )
    said += tag("div", reactions, "reactions") if reactions else ""
    if message.get("only_to"):
        said += tag("div", "👁 Only you can see this • " + tag("a", "Dismiss message"), "private")
    above = tag("div", f"╭─ {escape(message['answers'])}", "answers") if message.get("answers") else ""
    kind = "message ephemeral" if message.get("only_to") else "message"
    return tag("div", above + tag("div", face + tag("div", head + said, "body"), "row"), kind)


def draw_modal(modal: Json, around: Around) -> str:
    """Return a modal."""
    top = tag("div", tag("b", escape(modal["title"])) + tag("span", "✕", "close"), "top")
    parts = "".join(_part(each, around) for each in modal["components"])
    foot = tag("div", tag("span", "Cancel", "button plain") + tag("span", "Submit", "button primary"), "foot")
    return tag("div", tag("div", top + tag("div", parts, "inside") + foot, "modal"), "behind")


def draw_components(components: Iterable[Json], around: Around) -> str:
    """Return components in order."""
    return "".join(_component(each, around) for each in components)


def _component(node: Json, around: Around) -> str:
    match node["type"]:
        case 1:
            return tag("div", draw_components(node["components"], around), "buttons")
        case 2:
            return _button(node)
        case 3 | 5 | 6 | 7 | 8:
            return _select(node, around)
        case 9:
            said = tag("div", draw_components(node["components"], around), "words")
            return tag("div", said + tag("div", _component(node["accessory"], around)), "section")
        case 10:
            return tag("div", markdown(node["content"], around), "text")
        case 11:
            return _picture(node["media"]["url"], node.get("description") or "", around, "thumbnail")
        case 12:
            return "".join(
                _picture(each["media"]["url"], each.get("description") or "", around)
                for each in node["items"]
            )
        case 13:
            return tag("div", "📄 " + escape(_file_name(node["file"]["url"])), "file")
        case 14:
            return "<hr>" if node.get("divider", True) else tag("div", "", "gap")
        case 17:
            colour = node.get("accent_color")
            edge = f"border-left: 4px solid #{colour:06x}" if colour is not None else ""
            return tag("div", draw_components(node["components"], around), "container", style=edge)
        case kind:
            return around.red_box(f"component {kind}")


def _button(node: Json) -> str:
    label = " ".join(filter(None, ((node.get("emoji") or {}).get("name"), node.get("label"))))
    link = " ↗" if node["style"] == 5 else ""
    off = " off" if node.get("disabled") else ""
    return tag("span", escape(label) + link, f"button {BUTTON_STYLES[node['style']]}{off}")


def _select(node: Json, around: Around) -> str:
    said = ", ".join(escape(each["label"]) for each in node.get("options") or [] if each.get("default"))
    said = said or ", ".join(
        _mention(each["type"], each["id"], around) for each in node.get("default_values") or []
    )
    empty = tag("span", escape(node.get("placeholder") or SELECTS[node["type"]]), "placeholder")
    return tag("div", tag("span", said or empty) + CHEVRON, "field select")


def _part(part: Json, around: Around) -> str:
    if part["type"] != 18:
        return _component(part, around)
    element = part["component"]
    star = tag("span", " *", "star") if element.get("required", True) else ""
    about = tag("div", escape(part["description"]), "hint") if part.get("description") else ""
    return tag(
        "div", tag("div", escape(part["label"]) + star, "label") + about + _field(element, around), "input"
    )


def _field(element: Json, around: Around) -> str:
    match element["type"]:
        case 4:
            empty = tag("span", escape(element.get("placeholder") or ""), "placeholder")
            said = escape(element.get("value") or "").replace("\n", "<br>") or empty
            return tag("div", said, "field multiline" if element["style"] == 2 else "field")
        case 21 | 22:
            return "".join(_choice(each, element["type"] == 21, around) for each in element["options"])
        case 3 | 5 | 6 | 7 | 8:
            return _select(element, around)
        case kind:
            return around.red_box(f"field {kind}")


def _choice(option: Json, one: bool, around: Around) -> str:
    on = " on" if option.get("default") else ""
    about = tag("div", escape(option["description"]), "hint") if option.get("description") else ""
    sign = tag("span", "✓" if on and not one else "", ("radio" if one else "box") + on)
    return tag("div", tag("div", escape(option["label"]) + about) + sign, "choice")


def _embed(embed: Json, around: Around) -> str:
    known = {"author", "title", "description", "fields", "footer", "color", "type"}
    inner = tag("div", escape((embed.get("author") or {}).get("name") or ""), "small")
    inner += tag("b", markdown(embed["title"], around)) if embed.get("title") else ""
    inner += markdown(embed.get("description") or "", around)
    for each in embed.get("fields") or []:
        inner += tag("div", tag("b", escape(each["name"])) + markdown(each["value"], around))
    inner += tag("div", escape((embed.get("footer") or {}).get("text") or ""), "small")
    inner += "".join(
        around.red_box(f"{name} of an embed") for name in embed if name not in known and embed[name]
    )
    return tag("div", inner, "container")


def _picture(url: str, alt: str, around: Around, kind: str = "picture") -> str:
    source = around.picture(_file_name(url))
    return image(source, alt, kind) if source else around.red_box(f"picture {url}")


def _file_name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def markdown(words: str, around: Around) -> str:
    """Return Discord's Markdown as HTML, line by line."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(_token(found, around))
        return f"\ue000{len(held) - 1}\ue001"

    shown = [_line(line) for line in escape(TOKEN.sub(hold, words)).split("\n")]
    drawn = "".join(shown).replace("</blockquote><blockquote>", "")
    while "\ue000" in drawn:
        drawn = re.sub("\ue000(\\d+)\ue001", lambda found: held[int(found[1])], drawn)
    return drawn


def _line(line: str) -> str:
    if found := HEADING.fullmatch(line):
        return tag(f"h{len(found[1])}", _styled(found[2]))
    if found := SMALL.fullmatch(line):
        return tag("div", _styled(found[1]), "small")
    if found := ITEM.fullmatch(line):
        return tag("ul", tag("li", _styled(found[2])), "inner" if found[1] else "outer")
    if line.startswith("  "):
        return tag("div", _styled(line.strip()), "continued")
    if line.startswith("&gt; "):
        return tag("blockquote", _line(line.removeprefix("&gt; ")))
    return tag("div", _styled(line) or "<br>")


def _styled(words: str) -> str:
    for pattern, shown in STYLES:
        words = pattern.sub(shown, words)
    return words


def _token(found: re.Match[str], around: Around) -> str:
    if found["escaped"]:
        return escape(found["escaped"])
    if found["code"]:
        return tag("code", escape(found["code"]))
    if found["unix"]:
        return tag("span", _stamp(around.at(int(found["unix"])), found["style"] or "f"), "stamp")
    if found["id"]:
        return _mention("channel" if found["sign"] == "#" else "user", found["id"], around)
    if found["command"]:
        return tag("span", "/" + escape(found["command"]), "mention")
    if found["custom"]:
        return escape(f":{found['custom']}:")
    if found["address"]:
        return tag("a", escape(found["address"]))
    return tag("a", escape(re.sub(r"\\(.)", r"\1", found["label"])))


def _stamp(at: datetime, style: str) -> str:
    return at.strftime(STAMPS[style])


def _mention(kind: str, id: str, around: Around) -> str:
    sign = "#" if kind == "channel" else "@"
    return tag("span", escape(sign + around.names.get(id, id)), "mention")
