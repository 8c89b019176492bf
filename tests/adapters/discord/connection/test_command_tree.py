"""Tests of Discord's commands: how people see them, that they arrive, and that only changes are registered."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.discord.connection import command_tree
from bot import features
from bot.core.commands import Commands, Declaration
from bot.core.language.words import lazy
from bot.core.params import choice_param, words_param
from tests.adapters.discord.connection.connected import COMMANDS, Noting, as_told, does, life_at, living, says
from tests.fakes.discord import payloads
from tests.fakes.discord.faults import Breaks, Refuses
from tests.fakes.discord.server import Discord, serving
from tests.fakes.discord.world import Channel, Interaction, Message
from tests.support.waiting import until

GET, PUT = "GET " + command_tree.COMMANDS_PATH, "PUT " + command_tree.COMMANDS_PATH
OURS = {"log", "breakthrough", "failed", "show", "find", "ask", "recap", "schedule", "setup", "help", "me"}
MENU = {each.label.text for each in features.SHORTCUTS}
WITHIN = 60.0


@dataclass(frozen=True)
class Wave:
    """A command for these tests only."""

    topic: str = choice_param("About what", *(f"topic-{at}" for at in range(26)))
    text: str = words_param("What you want to say")


def wave(_turn: object, _command: object) -> None:
    """Do nothing."""


WAVE = Declaration("wave", Wave, wave, "wave", lazy("Wave at the team"))


@pytest.fixture
async def there() -> AsyncIterator[Discord]:
    """Yield a fake Discord with a server, Ana and a channel."""
    async with serving() as there:
        here = there.world.found()
        there.world.add("Ana")
        there.world.make(here, "lantern")
        yield there


@pytest.fixture
def home(there: Discord) -> Channel:
    """Return the channel."""
    return there.world.channel("lantern")


async def pause() -> None:
    """Wait for five milliseconds."""
    await asyncio.sleep(0.005)


async def begun_and_stopped(there: Discord, commands: Commands) -> tuple[int, int]:
    """Start and stop a gateway, and return how often it read and how often it registered commands."""
    before = len(there.called(GET)), len(there.called(PUT))
    life = life_at(there)
    await life.start(commands, features.SHORTCUTS, Noting())
    await life.stop()
    return len(there.called(GET)) - before[0], len(there.called(PUT)) - before[1]


async def test_they_are_registered_when_they_changed(there: Discord) -> None:
    """The first start registers them, the second does not, and one with a changed declaration does."""
    assert await begun_and_stopped(there, COMMANDS) == (1, 1)
    assert await begun_and_stopped(there, COMMANDS) == (1, 0)
    changed = Commands((*features.DECLARATIONS, WAVE))
    assert await begun_and_stopped(there, changed) == (1, 1)
    assert await begun_and_stopped(there, changed) == (1, 0)
    assert await begun_and_stopped(there, COMMANDS) == (1, 1)


async def test_what_discord_adds_is_no_change() -> None:
    """Missing, empty and false values are equal. Another description, translation or order is a change."""
    wanted = await command_tree.build_offline_payload(COMMANDS, features.SHORTCUTS)
    there = [_as_discord_has_it(each) for each in wanted]
    assert command_tree.has_same_commands(wanted, list(reversed(there)))
    assert not command_tree.has_same_commands(wanted, there[1:])
    assert not command_tree.has_same_commands(wanted[1:], there)
    for change in (
        {"description": "Other"},
        {"contexts": None},
        {"default_member_permissions": "0"},
        {"options": list(reversed(there[0]["options"]))},
        {"description_localizations": {"de": "Anders"}},
    ):
        assert not command_tree.has_same_commands(wanted, [there[0] | change, *there[1:]])


def _as_discord_has_it(part: Any) -> Any:
    """Return a payload as Discord returns it.

    False and empty values are left out or null, and ids and versions are added.
    """
    if isinstance(part, list):
        return [_as_discord_has_it(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = {name: _as_discord_has_it(value) for name, value in part.items() if value not in (False, [])}
    kept = {name: None if value == {} else value for name, value in kept.items()}
    return kept | ({"id": "1", "version": "2", "dm_permission": None} if "contexts" in part else {})


@pytest.mark.parametrize("route", [GET, PUT])
@pytest.mark.parametrize("fault", [Refuses(status=403, code=50001), Breaks(status=503)])
async def test_a_failure_to_register_stops_nothing(there: Discord, route: str, fault: Any) -> None:
    """The next start tries again."""
    there.faults.put(route, fault)
    async with living(there) as life:
        assert life.ready
    assert await begun_and_stopped(there, COMMANDS) == (1, 1)


async def test_what_people_see() -> None:
    """There is a subcommand for each named declaration that is not typed only, and the message menu's entries."""
    root, *menu = await command_tree.build_offline_payload(COMMANDS, features.SHORTCUTS)
    assert root["name"] == "aha"
    assert {each["name"] for each in root["options"]} >= OURS
    assert not {"list", "edit", "delete"} & {each["name"] for each in root["options"]}
    assert [(each["type"], each["name"]) for each in menu] == [
        (3, "Save as aha"), (3, "Save as failed experiment"), (3, "Add my version"),
        (3, "Ask why"),
    ]  # fmt: skip
    for each in (root, *menu):
        assert (each["contexts"], each["integration_types"]) == ([0], [0])
        assert each["default_member_permissions"] is None


async def test_what_people_type_has_one_name() -> None:
    """Commands, groups and options have no translated name. The entries of a message's menu do, and descriptions."""
    root, *menu = await command_tree.build_offline_payload(COMMANDS, features.SHORTCUTS)
    assert not [name for name in _translated_names(root) if name]
    assert all(each["name_localizations"]["de"] for each in menu)
    assert root["description_localizations"]["de"]


def _translated_names(part: Any) -> list[Any]:
    found = [name for each in part.get("options") or () for name in _translated_names(each)]
    return [part.get("name_localizations"), *found]


async def test_options_are_typed() -> None:
    """Texts have Discord's limit, moments and packs suggestions, others choices. Required options come first."""
    offered = await command_tree.build_offline_payload(Commands((*features.DECLARATIONS, WAVE)), ())
    options = {each["name"]: {one["name"]: one for one in each["options"]} for each in offered[0]["options"]}
    assert options["log"]["text"]["max_length"] == 6000
    assert not options["log"]["text"]["required"]
    assert options["show"]["moment"]["required"]
    assert options["show"]["moment"]["autocomplete"]
    assert options["ask"]["pack"]["autocomplete"]
    assert [each["value"] for each in options["recap"]["period"]["choices"]] == [
        "week", "month", "quarter", "year",
    ]  # fmt: skip
    assert options["wave"]["topic"]["autocomplete"]
    assert "choices" not in options["wave"]["topic"]


async def test_they_fit_discords_limits() -> None:
    """At most 25 subcommands and five entries, texts up to 100 characters in any language, 8,000 in all."""
    root, *menu = await command_tree.build_offline_payload(COMMANDS, features.SHORTCUTS)
    assert len(root["options"]) <= 25
    assert len(menu) <= 5
    assert all(1 <= len(text) <= 100 for each in (root, *menu) for text in _texts(each))
    assert all(
        len(text) <= 32 for each in menu for text in [each["name"], *each["name_localizations"].values()]
    )
    assert max(sum(map(len, _texts(root, language))) for language in ("", "de", "es-ES")) < 8000


def _texts(part: Any, language: str | None = None) -> list[str]:
    """Return all texts that people read, in one language or in all."""
    if isinstance(part, list):
        return [text for each in part for text in _texts(each, language)]
    if not isinstance(part, dict):
        return []
    found = [text for name in ("options", "choices") for text in _texts(part.get(name), language)]
    for name in ("name", "description"):
        others = part.get(f"{name}_localizations") or {}
        said = [part[name]] if name in part else []
        found += (
            [*said, *others.values()] if language is None else [others.get(language, each) for each in said]
        )
    return found


async def test_commands_arrive(there: Discord, home: Channel) -> None:
    """They have the given values, as typed."""
    desk = Noting()
    async with living(there, desk):
        does(there, home, "Ana", 2, _typed("log", text="We *sign* them, @everyone"))
        does(there, home, "Ana", 2, _typed("show", moment="#42"))
        does(there, home, "Ana", 2, _typed("recap"))
        await until(lambda: len(desk.of("handle_command")) == 3)
        assert set(desk.of("handle_command")) == {
            ("log", "text=We *sign* them, @everyone"), ("show", "moment=#42"), ("recap",),
        }  # fmt: skip


async def test_entries_of_a_messages_menu_arrive(there: Discord, home: Channel) -> None:
    """They come with the message."""
    desk = Noting()
    async with living(there, desk):
        message = there.world.message(says(there, home, "Ana", "x"))
        assert message is not None
        does(there, home, "Ana", 2, _chosen(there, "Save as aha", message))
        await until(lambda: desk.of("handle_message_shortcut"))
        assert desk.of("handle_message_shortcut") == [("Save as aha", message.id)]


async def test_suggestions_are_asked_for(there: Discord, home: Channel) -> None:
    """Only the handlers answer them."""
    desk = Noting()
    async with living(there, desk):
        data = _typed("show", moment="tok")
        data["options"][0]["options"][0]["focused"] = True
        does(there, home, "Ana", 4, data)
        await until(lambda: desk.of("suggest_options"))
        await there.quiet()
        assert desk.of("suggest_options") == [("show", "moment", "tok")]
        assert not [done for done in there.calls if "callback" in done.route]


@pytest.mark.parametrize(
    ("name", "given"),
    [("waltz", {}), ("show", {}), ("log", {"mood": "x"})],
    ids=["unknown", "lacking", "other"],
)
async def test_an_old_version_of_a_command(
    there: Discord, home: Channel, name: str, given: dict[str, str]
) -> None:
    """An unknown command is handled as outdated. An unknown option is left out."""
    desk = Noting()
    async with living(there, desk):
        does(there, home, "Ana", 2, _typed(name, **given))
        await until(lambda: desk.of("handle_outdated_command") or desk.of("handle_command"))
        assert desk.of("handle_command") == ([("log",)] if name == "log" else [])


async def test_an_old_entry_and_an_unreadable_one(
    there: Discord, home: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    """Both are handled as outdated, and people's text is in no log."""
    desk = Noting()
    async with living(there, desk):
        message = there.world.message(says(there, home, "Ana", "a secret of ours"))
        assert message is not None
        does(there, home, "Ana", 2, _chosen(there, "Save as dream", message))
        await until(lambda: len(desk.of("handle_outdated_command")) == 1)
        did = Interaction(
            "79", "t", 2, there.world.person("Ana"), home, _chosen(there, "Save as aha", message)
        )
        told = as_told(there, did)
        del told["data"]["resolved"]["messages"][message.id]["type"]
        there.gateway.tell("INTERACTION_CREATE", told, home.server)
        await until(lambda: len(desk.of("handle_outdated_command")) == 2)
        assert desk.of("handle_message_shortcut") == []
    assert "a command failed" in caplog.text
    assert "secret" not in caplog.text


def _typed(name: str, **options: str) -> dict[str, Any]:
    given = [{"type": 3, "name": option, "value": value} for option, value in options.items()]
    return {"id": "5", "name": "aha", "type": 1, "options": [{"type": 1, "name": name, "options": given}]}


def _chosen(there: Discord, label: str, message: Message) -> dict[str, Any]:
    resolved = {"messages": {message.id: payloads.message(there.world, message, True)}}
    return {"id": "6", "name": label, "type": 3, "target_id": message.id, "resolved": resolved}
