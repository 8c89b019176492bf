"""Tests of the fake's payloads: they have the keys and value types of the samples in Discord's documentation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.discord import payloads, read
from tests.fakes.discord.parts import modal
from tests.fakes.discord.world import (
    COMMAND,
    DIRECT,
    PRESS,
    SUBMIT,
    THREAD,
    Channel,
    Interaction,
    Json,
    Message,
    Modal,
    Reaction,
    World,
)
from tests.support.samples import find_sample, missing, needs

NAME = "discord-payloads"
pytestmark = needs(NAME)

LEFT_OUT = {
    "icon", "cover_image", "slug", "primary_sku_id", "guild_id", "event_webhooks_url", "avatar", "team",
    "event_webhooks_status", "is_pending", "default_auto_archive_duration", "integration_types_config",
}  # fmt: skip
"""Keys that depend on the app or the server, or are older than Discord's current API."""


def _folder() -> Path:
    found = find_sample(NAME)
    assert found is not None, missing(NAME)
    return found


def recorded(name: str) -> Json:
    found: Json = json.loads((_folder() / f"docs_{name}.json").read_text())
    return found


def same(theirs: Any, ours: Any, where: str = "") -> list[str]:
    """Return the keys of a sample that the fake's payload lacks or has with another type."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        missing = [f"{where}.{key}" for key in theirs.keys() - ours.keys() - LEFT_OUT]
        both = [key for key in theirs if key in ours and key not in LEFT_OUT]
        return missing + [each for key in both for each in same(theirs[key], ours[key], f"{where}.{key}")]
    if theirs is None or ours is None or (isinstance(theirs, list) and not theirs):
        return []
    if isinstance(theirs, list) and isinstance(ours, list):
        return [each for inner in ours for each in same(theirs[0], inner, f"{where}[]")]
    return [] if type(theirs) is type(ours) else [f"{where}: {type(ours).__name__}"]


@pytest.fixture
def world() -> World:
    world = World()
    world.found()
    world.add("Ana", admin=True)
    world.make(world.home, "team-lantern")
    return world


def did(world: World, kind: int, data: Json) -> Json:
    place = world.channel("team-lantern")
    return payloads.interaction(
        world, Interaction(world.mint.mint(), "token", kind, world.person("Ana"), place, data)
    )


def test_places_and_people(world: World) -> None:
    home, ana = world.channel("team-lantern"), world.person("Ana")
    thread = Channel(world.mint.mint(), "Answers", THREAD, world.home.id, home.id, owner=ana.id)
    message = Message(world.mint.mint(), home.id, ana.id, "words")
    message.reactions["🔥"] = Reaction({"id": None, "name": "🔥"}, [ana.id])
    custom = world.emoji(world.home, "lantern")
    pairs = {
        "text_channel": payloads.channel(world, home), "thread_channel": payloads.channel(world, thread),
        "dm_channel": payloads.channel(world, world.direct(ana.id)), "guild": payloads.server(world, world.home),
        "member": payloads.member(world.home.members[ana.id]), "role": payloads.role(world.home.role("Admins")),
        "message": payloads.message(world, message), "application": payloads.application(world, 0),
    }  # fmt: skip
    assert world.direct(ana.id).type == DIRECT
    wrong = {name: same(recorded(name), ours) for name, ours in pairs.items()}
    assert not {name: found for name, found in wrong.items() if found}
    assert not same({"id": "1", "name": "n", "roles": [], "animated": False}, payloads.emoji(custom))


def test_interactions(world: World) -> None:
    """A command and an entry of a message's menu, with the message in it, match the samples."""
    chat = did(world, COMMAND, {"type": 1, "name": "aha", "id": "1", "options": []})
    assert not same(recorded("interaction_chat_input"), chat)
    message = Message(world.mint.mint(), world.channel("team-lantern").id, world.person("Ana").id, "words")
    seen = payloads.message(world, message)
    data = {
        "id": "1",
        "name": "Save",
        "type": 3,
        "target_id": message.id,
        "resolved": {"messages": {message.id: seen}},
    }
    theirs = recorded("interaction_message_context_menu")
    assert not same({**theirs, "data": {}}, did(world, COMMAND, data))
    assert theirs["data"].keys() == data.keys()
    (their_message,) = theirs["data"]["resolved"]["messages"].values()
    assert not same(their_message, seen)


def _form(world: World, name: str) -> Modal:
    body = modal(recorded(f"component_{name}_callback_modal")["data"])
    home, ana = world.channel("team-lantern"), world.person("Ana")
    return Modal("1", ana.id, body, Interaction("1", "token", PRESS, ana, home, {}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text_input", "The recent changes to acceleration feel much better, but shadows still need help"),
        ("string_select", "Butterfly"),
        ("radio_group", "Warrior"),
    ],
)
def test_a_form_that_is_sent(world: World, name: str, value: str) -> None:
    """The submitted form equals the sample: each part with its number, the label around its component."""
    form = _form(world, name)
    (field,) = read.fields(form.body)
    if name == "text_input":
        value = value + " with that." + "" if len(value) < 100 else value
        form.body["components"][0]["component"]["min_length"] = 1
    sent = read.submission(form, {field: value}, lambda kind, chosen: chosen)
    theirs = recorded(f"component_{name}_interaction_modal_submit")
    assert theirs["type"] == SUBMIT
    expected = theirs["data"]["components"]
    if name == "text_input":
        expected[0]["component"]["value"] = value
    assert sent == expected
