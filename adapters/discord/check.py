"""What `ahabot check` finds out about Discord: token, intents, commands, and what each server does not let us do.

It asks Discord and changes nothing there. No line holds any part of the token.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import discord
from aiohttp import ClientError, ClientSession, ClientTimeout

from adapters.discord import manifest
from adapters.discord.connection import command_tree as tree
from adapters.discord.connection.client import discreet
from adapters.discord.connection.gateway import NO_CONTENT, WRONG_TOKEN, Starts
from adapters.discord.settings import Settings
from bot import features
from bot.check import Finding
from bot.core.commands import Commands
from bot.settings import BadSetting

ABOUT = "discord"
PATIENCE = ClientTimeout(total=10)
SERVERS = 50
"""Servers that are looked at one by one and named."""
PAGE = 200
"""Servers that Discord lists at a time."""
FEW = 0.1
"""Of all IDENTIFYs of a day; fewer left than that are a sign of a crash loop."""
CONTENT_IS_ON = 1 << 18 | 1 << 19
"""The application's flags for it; the second is that of a bot on fewer than a hundred servers."""
WRONG = (ClientError, OSError, TimeoutError, ValueError, LookupError, TypeError, AttributeError)
"""What asking may raise; the last four when an answer is not what Discord ever sends."""

AWAY = "Discord cannot be reached: check the network, a proxy, and DISCORD_API_URL"
ELSEWHERE = (
    "commands and buttons go to an address of your own and not to Ahabot: empty Interactions Endpoint URL at "
    "https://discord.com/developers/applications, General Information"
)
WITHOUT_CONTENT = (
    "without message content: people answer by button and form, and a 💡 waits for its author's words; "
    "DISCORD_MESSAGE_CONTENT=1 changes that"
)
NOT_REGISTERED = "Discord does not know all of its commands yet; `ahabot run` registers them when it starts"
NOWHERE = "it is on no server yet: `ahabot manifest discord` has the link that invites it"
NO_COMMANDS = "the scope applications.commands is missing, and with it /aha"


class Refused(Exception):
    """Discord's answer was a no, with this HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


Ask = Callable[[str], Awaitable[Any]]
"""Path -> what Discord says. Refused, or something of WRONG."""


def check(environ: Mapping[str, str]) -> list[Finding]:
    """All findings about Discord; none where it is not set up at all, or where a sentence about that stands above."""
    try:
        settings = Settings.read(environ)
    except BadSetting:
        return []
    return asyncio.run(_all(settings)) if settings else []


async def _all(settings: Settings) -> list[Finding]:
    discreet()
    head = {"Authorization": f"Bot {settings.token}"}
    async with ClientSession(timeout=PATIENCE, headers=head) as session:

        async def ask(path: str) -> Any:
            async with session.get(settings.api_url + path) as answer:
                if answer.status >= 400:
                    raise Refused(answer.status)
                return await answer.json()

        try:
            return [finding async for finding in _findings(ask, settings)]
        except Refused as refused:
            return [Finding(ABOUT, _refused(refused.status), fine=False)]
        except WRONG:
            return [Finding(ABOUT, AWAY, fine=False)]


async def _findings(ask: Ask, settings: Settings) -> AsyncIterator[Finding]:
    application = await ask("/oauth2/applications/@me")
    servers = await _servers(ask)
    yield Finding(
        ABOUT, f"DISCORD_TOKEN works: {_plain(application['name'])}, {_counted(len(servers), 'server')}"
    )
    yield _content(application, settings)
    if application.get("interactions_endpoint_url"):
        yield Finding(ABOUT, ELSEWHERE, fine=False)
    yield _starts(await ask("/gateway/bot"), settings)
    yield await _commands(ask, str(application["id"]))
    async for finding in _of_servers(ask, str(application["id"]), servers):
        yield finding


def _refused(status: int) -> str:
    if status == 401:
        return WRONG_TOKEN
    if status == 429:
        return "Discord asks us to slow down: check again in some minutes"
    return f"Discord did not answer as it should (status {status}): check a proxy, and DISCORD_API_URL"


def _content(application: Mapping[str, Any], settings: Settings) -> Finding:
    if not settings.message_content:
        return Finding(ABOUT, WITHOUT_CONTENT)
    if int(application["flags"]) & CONTENT_IS_ON:
        return Finding(ABOUT, "Message Content Intent is on, as DISCORD_MESSAGE_CONTENT=1 asks for")
    return Finding(ABOUT, NO_CONTENT, fine=False)


def _starts(gateway: Mapping[str, Any], settings: Settings) -> Finding:
    starts = Starts.read(gateway["session_start_limit"])
    shards = settings.shard_count or int(gateway["shards"])
    said = f"{_counted(shards, 'shard')}; {starts.remaining:,} of {starts.total:,} IDENTIFYs are left today"
    if starts.remaining > starts.total * FEW:
        return Finding(ABOUT, said)
    return Finding(
        ABOUT, f"{said}: something starts it again and again, so it waits longer each time", fine=False
    )


async def _commands(ask: Ask, application: str) -> Finding:
    wanted = await tree.offered(Commands(features.DECLARATIONS), features.SHORTCUTS)
    there = await ask(f"/applications/{application}/commands?with_localizations=true")
    return Finding(ABOUT, "its commands are registered" if tree.same(wanted, there) else NOT_REGISTERED)


async def _servers(ask: Ask) -> list[Mapping[str, Any]]:
    """All servers that we are on."""
    found: list[Mapping[str, Any]] = []
    page = await ask(f"/users/@me/guilds?limit={PAGE}")
    while page:
        found += page
        page = (
            await ask(f"/users/@me/guilds?limit={PAGE}&after={page[-1]['id']}") if len(page) == PAGE else []
        )
    return found


async def _of_servers(
    ask: Ask, application: str, servers: Sequence[Mapping[str, Any]]
) -> AsyncIterator[Finding]:
    """A line for each server that lacks something; of those beyond the first, only how many."""
    if not servers:
        yield Finding(ABOUT, NOWHERE)
    lacking = 0
    for server in servers[:SERVERS]:
        if missing := [*_lacks(server), *await _scope(ask, application, server)]:
            lacking += 1
            yield Finding(ABOUT, f"on {_plain(server['name'])}: {'; '.join(missing)}", fine=False)
    further = sum(1 for server in servers[SERVERS:] if _lacks(server))
    if further:
        yield Finding(ABOUT, f"{_counted(further, 'more server')} lack permissions too", fine=False)
    elif servers and not lacking:
        yield Finding(
            ABOUT, f"all {len(manifest.PERMISSIONS)} permissions are there on {_everywhere(len(servers))}"
        )


def _lacks(server: Mapping[str, Any]) -> list[str]:
    """What is missing on a server as a whole; a channel may still allow or forbid something of its own."""
    has = discord.Permissions(int(server["permissions"]))
    if has.administrator:
        return []
    return [
        f"{said} is missing, and with it {what}"
        for name, (said, what) in manifest.PERMISSIONS.items()
        if not getattr(has, name)
    ]


async def _scope(ask: Ask, application: str, server: Mapping[str, Any]) -> list[str]:
    """Whether we may have commands there. Only a clear no counts."""
    try:
        await ask(f"/applications/{application}/guilds/{server['id']}/commands")
    except Refused as refused:
        return [NO_COMMANDS] if refused.status == 403 else []
    return []


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _everywhere(count: int) -> str:
    return "the server" if count == 1 else f"all {count:,} servers"


def _plain(name: Any) -> str:
    """A name as a terminal may show it."""
    return "".join(char for char in str(name) if char.isprintable())
