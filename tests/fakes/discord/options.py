"""A slash command as a person types it: found among the app's registered commands, its options checked by type."""

from __future__ import annotations

from typing import Any

from tests.fakes.discord import payloads
from tests.fakes.discord.checks.permissions import ALL, in_channel, on_server
from tests.fakes.discord.world import Channel, Json, User, World

SUBCOMMAND, GROUP = 1, 2
TEXT, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = range(3, 11)


def typed(
    world: World, person: User, place: Channel, line: str, given: dict[str, Any], focused: str = ""
) -> Json:
    """Return the data of a command, or of an option in `focused` that is being typed.

    Raises AssertionError where Discord would not send it.
    """
    names = line.split()
    command = _command(world, person, place, names[0])
    node, path = command, names[1:]
    groups = []
    for name in path:
        inner = {each["name"]: each for each in node.get("options") or [] if each["type"] in (1, 2)}
        assert name in inner, f"no {name} in /{line}: {[*inner]}"
        node = inner[name]
        groups.append(node)
    below = [each["name"] for each in node.get("options") or [] if each["type"] in (1, 2)]
    assert not below, f"/{line} is only a beginning: {below}"
    resolved: Json = {}
    options = _options(world, place, node, given, focused, resolved, line)
    for group in reversed(groups):
        options = [{"type": group["type"], "name": group["name"], "options": options}]
    data: Json = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    if resolved:
        data["resolved"] = resolved
    return data | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})


def _command(world: World, person: User, place: Channel, name: str) -> Json:
    known = [*world.commands.get(place.server, []), *world.commands.get("", [])]
    found = [each for each in known if each["type"] == 1 and each["name"] == name]
    assert found, f"no /{name} is registered: {[each['name'] for each in known]}"
    command = found[0]
    if place.user:
        contexts = command.get("contexts")
        allowed = command["dm_permission"] if contexts is None else 1 in contexts
        assert allowed, f"/{name} is not there in direct messages"
        return command
    assert 0 in (command.get("contexts") or [0]), f"/{name} is not there on servers"
    wanted = command.get("default_member_permissions")
    may = in_channel(world, place, person.id)
    if on_server(world.servers[place.server], person.id) != ALL and wanted is not None:
        assert int(wanted) & may == int(wanted) != 0, f"{person.name} does not see /{name}"
    return command


def _options(
    world: World, place: Channel, node: Json, given: dict[str, Any], focused: str, resolved: Json, line: str
) -> list[Json]:
    declared = {each["name"]: each for each in node.get("options") or []}
    assert given.keys() <= declared.keys(), f"{[*given]} in /{line}: {[*declared]}"
    if focused:
        assert declared[focused].get("autocomplete"), f"{focused} offers nothing"
    else:
        missing = [name for name, each in declared.items() if each.get("required") and name not in given]
        assert not missing, f"/{line} wants {missing}"
    told = []
    for name, value in given.items():
        option: Json = {"type": declared[name]["type"], "name": name}
        if name == focused:
            told.append(option | {"value": value, "focused": True})
        else:
            told.append(option | {"value": _value(world, place, declared[name], value, resolved)})
    return told


def _value(world: World, place: Channel, option: Json, value: Any, resolved: Json) -> Any:
    """Return one option's value in the form of its declared type."""
    name, kind = option["name"], option["type"]
    match kind:
        case 3:
            assert isinstance(value, str), f"{name} is a text"
            low, high = option.get("min_length") or 0, option.get("max_length") or 6000
            assert low <= len(value) <= high, f"{name}: {low} to {high} characters are taken"
        case 4 | 10:
            assert isinstance(value, int if kind == INTEGER else int | float), f"{name} is a number"
            low, high = option.get("min_value"), option.get("max_value")
            assert low is None or value >= low, f"{name}: at least {low}"
            assert high is None or value <= high, f"{name}: at most {high}"
        case 5:
            assert isinstance(value, bool), f"{name} is yes or no"
        case 6 | 7 | 8 | 9:
            return thing(world, place, kind, value, resolved)
        case _:
            raise AssertionError(f"{name}: type {kind} is not spoken here")
    return _chosen(option, value)


def _chosen(option: Json, value: Any) -> Any:
    choices = {choice["name"]: choice["value"] for choice in option.get("choices") or []}
    if not choices:
        return value
    value = choices.get(value, value)
    assert value in choices.values(), f"{option['name']}: {value} is none of {choices}"
    return value


def thing(world: World, place: Channel, kind: int, value: str, resolved: Json) -> str:
    """Return the id of a person, a channel or a role (by the type of an option), and add its object to `resolved`."""
    here = world.servers[place.server] if place.server else None
    if kind == CHANNEL:
        found = world.channel(value)
        told = payloads.channel(world, found)
        told |= {
            each: str(in_channel(world, found, world.bot.id)) for each in ("permissions", "app_permissions")
        }
        resolved.setdefault("channels", {})[found.id] = told
        return found.id
    if here is not None and kind in (ROLE, MENTIONABLE) and value in [r.name for r in here.roles.values()]:
        role = here.role(value)
        resolved.setdefault("roles", {})[role.id] = payloads.role(role)
        return role.id
    person = world.person(value)
    resolved.setdefault("users", {})[person.id] = payloads.user(person)
    if here is not None and person.id in here.members:
        told = payloads.member(here.members[person.id], with_user=False)
        told["permissions"] = str(int(in_channel(world, place, person.id)))
        resolved.setdefault("members", {})[person.id] = told
    return person.id
