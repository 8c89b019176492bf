"""The Discord part of `ahabot check`: token, intents, commands, and each server's permissions.

It only reads from Discord. No finding contains any part of the token.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import discord
from aiohttp import ClientError, ClientResponseError, ClientSession, ClientTimeout

from adapters.discord import manifest
from adapters.discord.connection import command_tree
from adapters.discord.connection.client import quiet_logger
from adapters.discord.connection.gateway import NO_CONTENT, WRONG_TOKEN, IdentifyBudget
from adapters.discord.settings import Settings
from bot.check import Finding
from bot.core.commands import Commands
from bot.settings import SettingError

ABOUT = "discord"
REQUEST_TIMEOUT = ClientTimeout(total=10)
SERVERS = 50
"""Most servers that are checked in full and named."""
PAGE = 200
"""Servers in one page of Discord's list."""
LOW_SHARE = 0.1
"""The share of a day's IDENTIFYs that is low. Fewer left than this points to a crash loop."""
CONTENT_FLAGS = 1 << 18 | 1 << 19
"""The application flags for message content.

The second one is for a bot that Discord need not have approved yet.
"""
ODD_ANSWERS = (ClientResponseError, ValueError, LookupError, TypeError, AttributeError)
"""The exceptions that mean an answer which is not Discord's, such as a proxy's page."""
REQUEST_ERRORS = (ClientError, OSError, TimeoutError, *ODD_ANSWERS)
"""The exceptions that a request may raise."""

ODD_ANSWER = (
    "the server at DISCORD_API_URL doesn't answer like Discord: check that address and any proxy in between"
)
UNREACHABLE = "can't reach Discord: check the network, any proxy, and DISCORD_API_URL"
ENDPOINT_URL_SET = (
    "Discord sends commands and buttons to another address instead of Ahabot: clear Interactions Endpoint URL at "
    "https://discord.com/developers/applications, General Information"
)
WITHOUT_CONTENT = (
    "it can't read messages except direct ones and those that mention it: people answer with a button, a form or a "
    "reply that pings it, and after a 💡 it asks the author for the text; set DISCORD_MESSAGE_CONTENT=1 to change that "
    "(a bot that more than 10,000 people can see has to apply to Discord for it, every year)"
)
NOT_REGISTERED = "some of its commands aren't registered yet; `ahabot run` does that when it starts"
NO_SERVER = "it isn't on any server yet: `ahabot manifest discord` prints the link to invite it"
NO_COMMANDS = "the scope applications.commands is missing, so /aha doesn't work"


class DiscordCheckError(Exception):
    """An error response from Discord, with its HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


Ask = Callable[[str], Awaitable[Any]]
"""The type of a function from an API path to Discord's response.

It raises DiscordCheckError or one of REQUEST_ERRORS.
"""


def check_platform(environ: Mapping[str, str], commands: Commands) -> list[Finding]:
    """Return all findings about Discord.

    Empty where Discord isn't set up, or where its settings are invalid, which another finding
    reports.
    """
    try:
        settings = Settings.read(environ)
    except SettingError:
        return []
    return asyncio.run(_collect_findings(settings, commands)) if settings else []


async def _collect_findings(settings: Settings, commands: Commands) -> list[Finding]:
    quiet_logger()
    head = {"Authorization": f"Bot {settings.token}"}
    async with ClientSession(timeout=REQUEST_TIMEOUT, headers=head) as session:

        async def fetch_path(path: str) -> Any:
            async with session.get(settings.api_url + path) as answer:
                if answer.status >= 400:
                    raise DiscordCheckError(answer.status)
                return await answer.json()

        try:
            return [finding async for finding in _yield_findings(fetch_path, settings, commands)]
        except DiscordCheckError as refused:
            return [Finding(ABOUT, _refusal_sentence(refused.status), fine=False)]
        except REQUEST_ERRORS as error:
            is_odd = isinstance(error, ODD_ANSWERS)
            return [Finding(ABOUT, ODD_ANSWER if is_odd else UNREACHABLE, fine=False)]


async def _yield_findings(ask: Ask, settings: Settings, commands: Commands) -> AsyncIterator[Finding]:
    application = await ask("/oauth2/applications/@me")
    servers = await _list_servers(ask)
    yield Finding(
        ABOUT,
        f"DISCORD_TOKEN works: {_printable_name(application['name'])}, {_count_text(len(servers), 'server')}",
    )
    yield _check_content(application, settings)
    if application.get("interactions_endpoint_url"):
        yield Finding(ABOUT, ENDPOINT_URL_SET, fine=False)
    yield _check_identifies(await ask("/gateway/bot"), settings)
    yield await _check_commands(ask, str(application["id"]), commands)
    async for finding in _check_servers(ask, str(application["id"]), servers):
        yield finding


def _refusal_sentence(status: int) -> str:
    if status == 401:
        return WRONG_TOKEN
    if status == 429:
        return "Discord asks us to slow down: try again in a few minutes"
    return f"unexpected answer from Discord (status {status}): check any proxy, and DISCORD_API_URL"


def _check_content(application: Mapping[str, Any], settings: Settings) -> Finding:
    if not settings.message_content:
        return Finding(ABOUT, WITHOUT_CONTENT)
    if int(application["flags"]) & CONTENT_FLAGS:
        return Finding(ABOUT, "Message Content Intent is on, as DISCORD_MESSAGE_CONTENT=1 needs")
    return Finding(ABOUT, NO_CONTENT, fine=False)


def _check_identifies(gateway: Mapping[str, Any], settings: Settings) -> Finding:
    starts = IdentifyBudget.read(gateway["session_start_limit"])
    shards = settings.shard_count or int(gateway["shards"])
    said = (
        f"{_count_text(shards, 'shard')}; {starts.remaining:,} of {starts.total:,} connection starts "
        "(IDENTIFY) left today"
    )
    if starts.remaining > starts.total * LOW_SHARE:
        return Finding(ABOUT, said)
    return Finding(ABOUT, f"{said}: it keeps restarting, so it waits longer each time", fine=False)


async def _check_commands(ask: Ask, application: str, commands: Commands) -> Finding:
    wanted = await command_tree.build_offline_payload(commands, commands.shortcuts)
    there = await ask(f"/applications/{application}/commands?with_localizations=true")
    return Finding(
        ABOUT,
        "all commands are registered" if command_tree.has_same_commands(wanted, there) else NOT_REGISTERED,
    )


async def _list_servers(ask: Ask) -> list[Mapping[str, Any]]:
    """Return all servers that the bot is on."""
    found: list[Mapping[str, Any]] = []
    page = await ask(f"/users/@me/guilds?limit={PAGE}")
    while page:
        found += page
        page = (
            await ask(f"/users/@me/guilds?limit={PAGE}&after={page[-1]['id']}") if len(page) == PAGE else []
        )
    return found


async def _check_servers(
    ask: Ask, application: str, servers: Sequence[Mapping[str, Any]]
) -> AsyncIterator[Finding]:
    """Yield a finding for each server that lacks something.

    Servers beyond the first SERVERS are only counted.
    """
    if not servers:
        yield Finding(ABOUT, NO_SERVER)
    lacking = 0
    for server in servers[:SERVERS]:
        if missing := [*_missing_permissions(server), *await _missing_scope(ask, application, server)]:
            lacking += 1
            yield Finding(ABOUT, f"on {_printable_name(server['name'])}: {'; '.join(missing)}", fine=False)
    further = sum(1 for server in servers[SERVERS:] if _missing_permissions(server))
    if further:
        yield Finding(ABOUT, f"permissions are missing on {_count_text(further, 'more server')}", fine=False)
    elif servers and not lacking:
        yield Finding(
            ABOUT, f"it has all {len(manifest.PERMISSIONS)} permissions on {_all_servers(len(servers))}"
        )


def _missing_permissions(server: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each permission that is missing on a server.

    It looks at the server as a whole. A channel may still allow or deny something.
    """
    has = discord.Permissions(int(server["permissions"]))
    if has.administrator:
        return []
    return [
        f"the permission {said} is missing: {what}"
        for name, (said, what) in manifest.PERMISSIONS.items()
        if not getattr(has, name)
    ]


async def _missing_scope(ask: Ask, application: str, server: Mapping[str, Any]) -> list[str]:
    """Return NO_COMMANDS if the bot may not have commands there. Only a 403 counts."""
    try:
        await ask(f"/applications/{application}/guilds/{server['id']}/commands")
    except DiscordCheckError as refused:
        return [NO_COMMANDS] if refused.status == 403 else []
    return []


def _count_text(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _all_servers(count: int) -> str:
    return "the server" if count == 1 else f"all {count:,} servers"


def _printable_name(name: Any) -> str:
    """Return a name without the characters that a terminal can't print."""
    return "".join(char for char in str(name) if char.isprintable())
