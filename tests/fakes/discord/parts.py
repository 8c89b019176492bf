"""Storing a request body as a message: texts, numbered components, and files with addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from mimetypes import guess_type
from time import monotonic
from typing import Any

from tests.fakes.discord import payloads
from tests.fakes.discord.world import EPHEMERAL, LOADING, V2, Attachment, Json, Message, World

SETTABLE = 1 << 2 | 1 << 12 | EPHEMERAL | V2
UNKNOWN_KIND = "application/octet-stream"
NONCE_LIVES = 300.0


@dataclass
class Nonces:
    """The messages sent with a nonce. For `lives` seconds the same nonce makes no second message."""

    made: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    lives: float = NONCE_LIVES

    def first(self, channel: str, nonce: str) -> str | None:
        """Return the id of the message that was already sent with this nonce, or None."""
        message, at = self.made.get((channel, nonce), ("", 0.0))
        return message if message and monotonic() - at < self.lives else None

    def keep(self, channel: str, nonce: str, message: str) -> None:
        """Remember the message sent with this nonce."""
        self.made[channel, nonce] = (message, monotonic())


def files_of(world: World, body: Json, files: dict[str, bytes]) -> list[Attachment]:
    """Return the uploaded files as attachments, with the alt texts from the body."""
    alts = {each.get("filename"): each.get("description") for each in body.get("attachments") or []}
    return [
        Attachment(world.mint.mint(), name, data, guess_type(name)[0] or UNKNOWN_KIND, alts.get(name) or "")
        for name, data in files.items()
    ]


def written(world: World, message: Message, body: Json, files: list[Attachment]) -> None:
    """Fill a new message from a request body."""
    message.flags |= (body.get("flags") or 0) & SETTABLE
    message.content = body.get("content") or ""
    message.attachments = files
    message.embeds = [embed(world, message, each) for each in body.get("embeds") or []]
    message.components = components(world, message, body.get("components") or [])


def edit(world: World, message: Message, body: Json, files: list[Attachment]) -> None:
    """Apply a request body to an existing message. Keys that the body leaves out stay unchanged."""
    message.flags = (message.flags | (body.get("flags") or 0) & SETTABLE) & ~LOADING
    if "attachments" in body:
        kept = {str(each["id"]) for each in body["attachments"] or []}
        message.attachments = [each for each in message.attachments if each.id in kept]
    message.attachments = [*message.attachments, *files]
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        message.embeds = [embed(world, message, each) for each in body["embeds"] or []]
    if "components" in body:
        message.components = components(world, message, body["components"] or [])


def embed(world: World, message: Message, given: Json) -> Json:
    """Return a `MessageEmbedResponse`."""
    told = {name: value for name, value in given.items() if value is not None} | {"type": "rich"}
    for name in ("image", "thumbnail"):
        if name in told:
            told[name] = _media(world, message, told[name]["url"])
            told[name].pop("id")
            told[name].pop("attachment_id", None)
    told["fields"] = [{"inline": False, **each} for each in given.get("fields") or []]
    return told


def _media(world: World, message: Message, url: str) -> Json:
    """Return an `UnfurledMediaResponse`. An `attachment://` URL becomes the address of its file."""
    name = url.removeprefix("attachment://")
    file = next((each for each in message.attachments if each.name == name), None)
    if name == url or file is None:
        return {"id": "0", "url": url, "proxy_url": url, "width": 0, "height": 0}
    address = payloads.address(world, message.channel, file)
    return {
        "id": file.id, "url": address, "proxy_url": address, "width": 960, "height": 540,
        "content_type": file.kind, "attachment_id": file.id,
    }  # fmt: skip


def components(world: World, message: Message, given: list[Json]) -> list[Json]:
    """Return components as a message stores them: numbered, with defaults filled in."""
    return numbered([_component(world, message, each) for each in given])


def numbered(given: list[Json]) -> list[Json]:
    """Give each component without an id the next free number, in reading order."""
    taken = {node["id"] for node in _nodes(given) if node.get("id")}
    number = 0
    for node in _nodes(given):
        if not node.get("id"):
            number += 1
            while number in taken:
                number += 1
            node["id"] = number
    return given


def _nodes(given: list[Json]) -> list[Json]:
    found: list[Json] = []
    for node in given:
        inner = [*(node.get("components") or []), node.get("accessory"), node.get("component")]
        found += [node, *_nodes([each for each in inner if each])]
    return found


DEFAULTS: dict[int, Json] = {
    3: {"min_values": 1, "max_values": 1}, 11: {"description": None, "spoiler": False},
    14: {"spacing": 1, "divider": True}, 17: {"accent_color": None, "spoiler": False},
    13: {"spoiler": False, "name": None, "size": None},
    **{kind: {"min_values": 1, "max_values": 1} for kind in (5, 6, 7, 8)},
}  # fmt: skip


ONLY_SENT = ("required",)
"""Keys of a component that are sent with a message and not returned with it."""


def _component(world: World, message: Message, given: Json) -> Json:
    told: dict[str, Any] = {
        **DEFAULTS.get(given["type"], {}),
        **{name: value for name, value in given.items() if value is not None and name not in ONLY_SENT},
    }
    if "components" in told:
        told["components"] = [_component(world, message, each) for each in told["components"]]
    if "accessory" in told:
        told["accessory"] = _component(world, message, told["accessory"])
    for name in ("media", "file"):
        if name in told:
            told[name] = _media(world, message, told[name]["url"])
    if "items" in told:
        told["items"] = [
            {
                "description": each.get("description"), "spoiler": bool(each.get("spoiler")),
                "media": _media(world, message, each["media"]["url"]),
            }
            for each in told["items"]
        ]  # fmt: skip
    return told


def modal(body: Json) -> Json:
    """Return a modal as the person's client has it, with every part numbered."""

    def each(node: Json) -> Json:
        told = dict(node)
        if "components" in told:
            told["components"] = [each(inner) for inner in told["components"]]
        if "component" in told:
            told["component"] = each(told["component"])
        return told

    return {**body, "components": numbered([each(part) for part in body["components"]])}
