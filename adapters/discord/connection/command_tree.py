"""Discord's commands, made from our declarations: `/aha` with a subcommand each, and the entries of a message's menu.

They are registered for all servers at once, and only when what is registered differs from what we have.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Mapping, Sequence
from typing import Any, cast

import discord
from aiohttp import ClientError
from discord import app_commands
from discord.app_commands import Choice, CommandTree, locale_str
from discord.http import Route

from adapters.discord.connection.client import Client, Desk, Json, Watch
from adapters.discord.connection.translations import Translations, languages
from adapters.discord.rate_limit import Budget
from adapters.discord.settings import Settings
from adapters.tasks import InHand
from bot import logs
from bot.core.commands import Commands, Declaration, Param, ParamKind, Shortcut

log = logging.getLogger(__name__)

ROOT = "aha"
ABOUT = "Aha moments, kept together"
CHOICES = 25
DESCRIPTION = 100
"""Discord's limits; the last one in characters."""
LONGEST_WORDS = 6_000
"""Characters that an option takes (Discord's limit); longer texts go into a form."""
SUGGESTED = (ParamKind.MOMENT, ParamKind.PACK)
"""Kinds of params that are chosen while typing."""
REGISTERED = "/applications/{application_id}/commands"

SYNC_WITHIN = 10.0
"""Seconds that a start waits for that."""
ODD = (LookupError, TypeError, ValueError, AttributeError)
"""What an answer or an event raises that is not what Discord ever sends."""
LEFT_OUT = ("nsfw", "dm_permission")
"""What discord.py adds and Discord needs not be told: one is so anyway, the other follows from `contexts`."""


class Tree(CommandTree[Client]):
    """Our commands; what does not fit them goes to the desk too, for somebody waits there."""

    def __init__(self, client: Client, commands: Commands) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=False, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        self.declarations = {each.name: each for each in commands.all if each.name and not each.typed_only}
        """Those that are subcommands here. On Discord a button does what is `typed_only`."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Suggestions are answered here: where discord.py asks for them it also sends them, and logs at length."""
        if interaction.type is not discord.InteractionType.autocomplete:
            return True
        if (asked := _focused(interaction.data)) and (declaration := self.declarations.get(asked[0])):
            _, name, typed = asked
            await self.client.take(
                "suggestions", self.client.desk.suggested(interaction, declaration, name, typed)
            )
        return False

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:
        """A command that we do not have any more, or that we cannot read."""
        if not isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            logs.failure(log, "a command", error)
        await self.client.take("an old command", self.client.desk.outdated(interaction))

    async def _call(self, interaction: discord.Interaction[Client]) -> None:
        """discord.py lets everything but its own errors go, and then nobody would answer."""
        try:
            await super()._call(interaction)
        except ODD as error:
            raise app_commands.AppCommandError from error


def _focused(data: Any) -> tuple[str, str, str] | None:
    """Subcommand, option, and what stands there so far."""
    for command in data.get("options", ()):
        for option in command.get("options", ()):
            if option.get("focused"):
                return str(command["name"]), str(option["name"]), str(option.get("value", ""))
    return None


async def make_tree(client: Client, commands: Commands, shortcuts: Sequence[Shortcut]) -> Tree:
    """All of it, on a client; nothing is registered yet."""
    tree = Tree(client, commands)
    root = app_commands.Group(name=ROOT, description=ABOUT, guild_only=True)
    for declaration in tree.declarations.values():
        root.add_command(_subcommand(client, declaration))
    tree.add_command(root)
    for shortcut in shortcuts:
        tree.add_command(_entry(client, shortcut))
    await tree.set_translator(Translations(languages()))
    return tree


async def payload(tree: Tree) -> list[Json]:
    """What Discord is to know, as it takes it."""
    translator = tree.translator
    assert translator is not None
    made = [
        await each.get_translated_payload(tree, translator)
        for each in tree.get_commands()
        if isinstance(each, app_commands.Group | app_commands.ContextMenu)
    ]
    return [{name: value for name, value in each.items() if name not in LEFT_OUT} for each in made]


async def offered(commands: Commands, shortcuts: Sequence[Shortcut]) -> list[Json]:
    """The same without any connection."""
    nobody = Client(Settings(""), cast(Desk, None), cast(Watch, None), InHand(), Budget())
    return await payload(await make_tree(nobody, commands, shortcuts))


async def sync(tree: Tree) -> bool:
    """Register our commands where Discord has others; whether it had. Never raises: the old ones go on working."""
    try:
        async with asyncio.timeout(SYNC_WITHIN):
            changed = await _synced(tree)
    except (discord.DiscordException, ClientError, OSError, TimeoutError, *ODD) as error:
        logs.failure(log, "registering our commands", error)
        return False
    log.info(
        "our commands changed, and Discord knows them now" if changed else "Discord knows all our commands"
    )
    return changed


async def _synced(tree: Tree) -> bool:
    wanted = await payload(tree)
    http, known_as = tree.client.http, tree.client.application_id
    there = await http.request(
        Route("GET", REGISTERED, application_id=known_as), params={"with_localizations": "true"}
    )
    if same(wanted, there):
        return False
    await http.request(Route("PUT", REGISTERED, application_id=known_as), json=wanted)
    return True


def same(wanted: Sequence[Json], there: Sequence[Json]) -> bool:
    """Whether these are there, and no others; what Discord adds of its own does not count."""
    found = {_name(each): each for each in there}
    return len(found) == len(wanted) and all(_within(each, found.get(_name(each))) for each in wanted)


def _name(command: Json) -> tuple[int, str]:
    return command.get("type", 1), command["name"]


def _within(ours: Any, theirs: Any) -> bool:
    """Whether theirs holds all of ours. Left out, empty and false are one to Discord."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(_within(value, theirs.get(name)) for name, value in ours.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_within, ours, theirs))
    return bool(ours == theirs) or not (ours or theirs)


def _subcommand(client: Client, declaration: Declaration) -> app_commands.Command[Any, ..., Any]:
    async def typed(interaction: discord.Interaction, **options: str) -> None:
        given = {name: value for name, value in options.items() if value}
        await client.take(declaration.name, client.desk.typed(interaction, declaration, given))

    params = declaration.params
    typed.__signature__ = _signature(params)  # type: ignore[attr-defined]  # what discord.py makes the options of
    app_commands.describe(**{name: _text(each.summary) for name, each in params.items()})(typed)
    app_commands.choices(**{name: _choices(each) for name, each in params.items() if _has_choices(each)})(
        typed
    )
    app_commands.autocomplete(**{name: _nothing for name, each in params.items() if _is_suggested(each)})(
        typed
    )
    return app_commands.Command(name=declaration.name, description=_text(declaration.summary), callback=typed)


def _entry(client: Client, shortcut: Shortcut) -> app_commands.ContextMenu:
    async def chosen(interaction: discord.Interaction, message: discord.Message) -> None:
        await client.take(shortcut.label, client.desk.chosen(interaction, shortcut, message))

    return app_commands.ContextMenu(name=shortcut.label, callback=chosen)


def _signature(params: Mapping[str, Param]) -> inspect.Signature:
    """Required ones first, which Discord insists on."""
    who = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_ONLY, annotation=discord.Interaction)
    return inspect.Signature([who, *(_parameter(name, each) for name, each in params.items())])


def _parameter(name: str, param: Param) -> inspect.Parameter:
    text = app_commands.Range[str, 1, LONGEST_WORDS] if param.kind is ParamKind.WORDS else str
    default = inspect.Parameter.empty if param.required else ""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=text, default=default)


def _choices(param: Param) -> list[Choice[str | int | float]]:
    return [Choice(name=word, value=word) for word in param.choices]


def _has_choices(param: Param) -> bool:
    return 0 < len(param.choices) <= CHOICES


def _is_suggested(param: Param) -> bool:
    return param.kind in SUGGESTED or len(param.choices) > CHOICES


async def _nothing(_interaction: discord.Interaction, _typed: str) -> list[Choice[str]]:
    """Says that an option has suggestions; they are made in `Tree.interaction_check`."""
    return []


def _text(summary: str) -> locale_str:
    return locale_str(summary if len(summary) <= DESCRIPTION else f"{summary[: DESCRIPTION - 1]}…")
