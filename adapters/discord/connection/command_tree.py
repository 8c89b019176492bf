"""Discord's commands, made from the declarations: `/aha` subcommands and message menu entries.

A name of two words, such as `packs new`, becomes a subcommand in the group of its first word, which
counts as one of Discord's 25.

They're registered for all servers at once, and only when Discord's commands differ from these.
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

from adapters.discord.connection.client import Client, ClientOwner, Handlers, Json
from adapters.discord.connection.translations import Translations
from adapters.discord.rate_limit import InvalidRequestBudget
from adapters.discord.settings import Settings
from adapters.tasks import Tasks
from bot import logs
from bot.core.commands import Commands, Declaration, Shortcut
from bot.core.language.words import lazy
from bot.core.params import Param, ParamKind

log = logging.getLogger(__name__)

ROOT = "aha"
ROOT_DESCRIPTION = lazy("Your team's aha moments")
CHOICES = 25
DESCRIPTION_LENGTH = 100
"""Discord's limit for a description, in characters.

CHOICES is its limit for the choices of an option.
"""
LONGEST_WORDS = 6_000
"""Most characters of an option, set by Discord. Longer texts go into a form."""
COMMANDS_PATH = "/applications/{application_id}/commands"

SYNC_WITHIN = 10.0
"""Seconds that a start waits for the registration of commands."""
MALFORMED_ERRORS = (LookupError, TypeError, ValueError, AttributeError)
"""The exceptions that a malformed response or event raises."""
OMITTED_FIELDS = ("nsfw", "dm_permission")
"""The fields that discord.py adds and Discord doesn't need.

`nsfw` is false anyway, and `dm_permission` follows from `contexts`.
"""


class Tree(CommandTree[Client]):
    """The tree of the bot's commands.

    Interactions that match no command go to the handlers too, since a person waits for an answer.
    """

    def __init__(self, client: Client, commands: Commands) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=False, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        self.declarations = {each.name: each for each in commands.all if each.name and not each.typed_only}
        """The declarations that are subcommands on Discord.

        A button replaces each one that is `typed_only`.
        """

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Answer autocomplete interactions here, and return whether to go on.

        discord.py's own way would also send the suggestions, and log at length.
        """
        if interaction.type is not discord.InteractionType.autocomplete:
            return True
        if (asked := _focused_option(interaction.data)) and (declaration := self.declarations.get(asked[0])):
            _, name, typed = asked
            await self.client.run_handler(
                "suggestions", self.client.handlers.suggest_options(interaction, declaration, name, typed)
            )
        return False

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:
        """Answer a command that this version doesn't have, or can't read."""
        if not isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            logs.log_failure(log, "a command", error)
        await self.client.run_handler(
            "an old command", self.client.handlers.handle_outdated_command(interaction)
        )

    async def _call(self, interaction: discord.Interaction[Client]) -> None:
        """Turn the exceptions of a malformed command into discord.py's own.

        discord.py lets all other exceptions pass, and then nobody would answer.
        """
        try:
            await super()._call(interaction)
        except MALFORMED_ERRORS as error:
            raise app_commands.AppCommandError from error


def _focused_option(data: Any) -> tuple[str, str, str] | None:
    """Return the subcommand, the option being typed, and its text so far, or None."""
    for command in data.get("options", ()):
        name, options = str(command["name"]), command.get("options", ())
        for option in options:
            if option.get("focused"):
                return name, str(option["name"]), str(option.get("value", ""))
        if inner := _focused_option({"options": [one for one in options if "options" in one]}):
            return f"{name} {inner[0]}", *inner[1:]
    return None


async def make_tree(client: Client, commands: Commands, shortcuts: Sequence[Shortcut]) -> Tree:
    """Return the command tree of a client. Nothing is registered yet."""
    tree = Tree(client, commands)
    root = app_commands.Group(name=ROOT, description=_localized_text(ROOT_DESCRIPTION.text), guild_only=True)
    groups: dict[str, app_commands.Group] = {}
    for declaration in tree.declarations.values():
        parent = _find_parent(root, groups, declaration.group)
        parent.add_command(_make_subcommand(client, declaration))
    tree.add_command(root)
    for shortcut in shortcuts:
        tree.add_command(_make_menu_entry(client, shortcut))
    await tree.set_translator(Translations())
    return tree


def _find_parent(
    root: app_commands.Group, groups: dict[str, app_commands.Group], name: str
) -> app_commands.Group:
    """Return the group of the commands that begin with this word, or the root for a name of one word."""
    if not name:
        return root
    if name not in groups:
        groups[name] = app_commands.Group(name=name, description=name.capitalize(), parent=root)
    return groups[name]


async def build_payload(tree: Tree) -> list[Json]:
    """Return the commands in the format of Discord's API."""
    translator = tree.translator
    assert translator is not None
    made = [
        await each.get_translated_payload(tree, translator)
        for each in tree.get_commands()
        if isinstance(each, app_commands.Group | app_commands.ContextMenu)
    ]
    return [{name: value for name, value in each.items() if name not in OMITTED_FIELDS} for each in made]


async def build_offline_payload(commands: Commands, shortcuts: Sequence[Shortcut]) -> list[Json]:
    """Return the same payload without a connection."""
    nobody = Client(
        Settings(""), cast(Handlers, None), cast(ClientOwner, None), Tasks(), InvalidRequestBudget()
    )
    return await build_payload(await make_tree(nobody, commands, shortcuts))


async def sync_commands(tree: Tree) -> bool:
    """Register the commands if Discord has different ones, and return whether it had.

    Never raises: after an error the old commands go on working.
    """
    try:
        async with asyncio.timeout(SYNC_WITHIN):
            changed = await _register_changed(tree)
    except (discord.DiscordException, ClientError, OSError, TimeoutError, *MALFORMED_ERRORS) as error:
        logs.log_failure(log, "registering our commands", error)
        return False
    log.info("registered the changed commands" if changed else "the commands are registered already")
    return changed


async def _register_changed(tree: Tree) -> bool:
    wanted = await build_payload(tree)
    http, known_as = tree.client.http, tree.client.application_id
    there = await http.request(
        Route("GET", COMMANDS_PATH, application_id=known_as), params={"with_localizations": "true"}
    )
    if has_same_commands(wanted, there):
        return False
    await http.request(Route("PUT", COMMANDS_PATH, application_id=known_as), json=wanted)
    return True


def has_same_commands(wanted: Sequence[Json], there: Sequence[Json]) -> bool:
    """Return whether Discord has these commands and no others.

    Fields that only Discord has are ignored.
    """
    found = {_command_key(each): each for each in there}
    return len(found) == len(wanted) and all(
        _contains_all(each, found.get(_command_key(each))) for each in wanted
    )


def _command_key(command: Json) -> tuple[int, str]:
    return command.get("type", 1), command["name"]


def _contains_all(ours: Any, theirs: Any) -> bool:
    """Return whether `theirs` holds all of `ours`.

    To Discord, a missing, an empty and a false value are the same.
    """
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(_contains_all(value, theirs.get(name)) for name, value in ours.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_contains_all, ours, theirs))
    return bool(ours == theirs) or not (ours or theirs)


def _make_subcommand(client: Client, declaration: Declaration) -> app_commands.Command[Any, ..., Any]:
    async def run_subcommand(interaction: discord.Interaction, **options: str) -> None:
        given = {name: value for name, value in options.items() if value}
        await client.run_handler(
            declaration.name, client.handlers.handle_command(interaction, declaration, given)
        )

    params = declaration.params
    run_subcommand.__signature__ = _make_signature(params)  # type: ignore[attr-defined]  # discord.py makes the options from it
    app_commands.describe(**{name: _localized_text(each.summary.text) for name, each in params.items()})(
        run_subcommand
    )
    app_commands.choices(
        **{name: _make_choices(each) for name, each in params.items() if _has_choices(each)}
    )(run_subcommand)
    app_commands.autocomplete(
        **{name: _suggest_nothing for name, each in params.items() if _is_suggested(each)}
    )(run_subcommand)
    return app_commands.Command(
        name=declaration.name.rpartition(" ")[2],
        description=_localized_text(declaration.summary.text),
        callback=run_subcommand,
    )


def _make_menu_entry(client: Client, shortcut: Shortcut) -> app_commands.ContextMenu:
    async def run_shortcut(interaction: discord.Interaction, message: discord.Message) -> None:
        await client.run_handler(
            shortcut.label.text, client.handlers.handle_message_shortcut(interaction, shortcut, message)
        )

    return app_commands.ContextMenu(name=locale_str(shortcut.label.text), callback=run_shortcut)


def _make_signature(params: Mapping[str, Param]) -> inspect.Signature:
    """Return the signature that discord.py reads the options from."""
    who = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_ONLY, annotation=discord.Interaction)
    return inspect.Signature([who, *(_make_parameter(name, each) for name, each in params.items())])


def _make_parameter(name: str, param: Param) -> inspect.Parameter:
    text = app_commands.Range[str, 1, LONGEST_WORDS] if param.kind is ParamKind.WORDS else str
    default = inspect.Parameter.empty if param.required else ""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=text, default=default)


def _make_choices(param: Param) -> list[Choice[str | int | float]]:
    return [Choice(name=word, value=word) for word in param.choices]


def _has_choices(param: Param) -> bool:
    return 0 < len(param.choices) <= CHOICES


def _is_suggested(param: Param) -> bool:
    return param.kind.has_suggestions or len(param.choices) > CHOICES


async def _suggest_nothing(_interaction: discord.Interaction, _typed: str) -> list[Choice[str]]:
    """Return no suggestions.

    It only marks an option as having some. `Tree.interaction_check` makes them.
    """
    return []


def _localized_text(summary: str) -> locale_str:
    return locale_str(
        summary if len(summary) <= DESCRIPTION_LENGTH else f"{summary[: DESCRIPTION_LENGTH - 1]}…"
    )
