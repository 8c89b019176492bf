"""What `ahabot check` finds out about the workspaces that installed us: one line for all, and one for each trouble.

There may be hundreds, so a few are asked at a time, and a trouble that many have is said once, with their names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import manifest
from adapters.slack.installation import oauth
from adapters.slack.installation.tokens import PLATFORM
from adapters.slack.settings import Settings
from bot import settings as core
from bot.check import Finding
from bot.encryption import NAME, Vault
from bot.settings import BadSetting
from storage.engine.database import file_of, open_database, parse_url
from storage.engine.errors import StoreError
from storage.models import Installation
from storage.teams import installations

ABOUT = "slack"
AT_ONCE = 8
"""Workspaces that are asked at the same time."""
NAMED = 5
"""Workspaces that a line names; of more it tells how many."""
AWAY = "Slack does not answer just now: try again later"
UNREADABLE = f"the stored token cannot be read: put the key that encrypted it back into {NAME}"
LACKS = {
    "commands": "the slash command and the shortcuts",
    "chat:write": "everything it posts",
    "im:write": "Notes, which are direct messages",
    "reactions:read": "keeping by emoji (reaction_added, reaction_removed)",
    "reactions:write": "the 💡 it puts on what was kept",
    "users:read": "names and time zones",
    "files:write": "a recap's picture",
    "channels:read": "public channels (channel_rename, channel_archive, member_joined_channel)",
    "groups:read": "private channels (group_rename, group_archive, member_joined_channel)",
    "channels:history": "replies and edits in public channels (message.channels)",
    "groups:history": "replies and edits in private channels (message.groups)",
}
"""What does not work, and which events do not come, without each scope."""


@dataclass(frozen=True)
class Looked:
    """One workspace, or an organisation, and in sentences what is wrong with it."""

    name: str
    troubles: Sequence[str] = ()


async def findings(client: AsyncWebClient, settings: Settings, environ: Mapping[str, str]) -> list[Finding]:
    """All about those that installed us; nothing where a line about the database or the keys says why not."""
    try:
        vault, stored = Vault.read(environ), _stored(environ)
    except (BadSetting, StoreError):
        return []
    room = asyncio.Semaphore(AT_ONCE)

    async def look(one: Installation, name: str) -> Looked:
        async with room:
            return await _look(client, settings, vault, one, name)

    return list(_told(await asyncio.gather(*(look(one, name) for one, name in stored))))


def scopes_of(answer: Any) -> set[str] | None:
    """The scopes of a token, by Slack's answer to a call with it; None where that does not say."""
    given = {name.casefold(): value for name, value in answer.headers.items()}.get("x-oauth-scopes")
    return None if given is None else {scope.strip() for scope in given.split(",")}


def lacking(settings: Settings, has: set[str]) -> list[str]:
    """A sentence for each scope that is missing."""
    missing = [scope for scope in manifest.scopes(settings) if scope not in has]
    return [
        f"the scope {scope} is missing, and with it {LACKS[scope]}: add it and install the app again"
        for scope in missing
    ]


def _stored(environ: Mapping[str, str]) -> Sequence[tuple[Installation, str]]:
    """Everyone in the table; a database that is not there yet has nobody in it."""
    url = core.Settings.read(environ).database_url
    path = file_of(parse_url(url))
    if path is not None and not path.exists():
        return []
    database = open_database(url, writes=False)
    try:
        return database.read_now(lambda session: installations.named(session, PLATFORM))
    finally:
        database.close()


async def _look(
    client: AsyncWebClient, settings: Settings, vault: Vault, one: Installation, name: str
) -> Looked:
    """What Slack says to its token. One that has run out is renewed when it is next used, and not by looking."""
    name = _printable(name) or one.workspace or one.organisation
    try:
        answer = await client.auth_test(token=vault.open(one.token))
    except BadSetting:
        return Looked(name, [UNREADABLE])
    except SlackApiError as error:
        code = oauth.error_of(error) or "an answer that is none"
        if code == "token_expired" and one.refresh_token:
            return Looked(name)
        return Looked(name, [f"the token does not work ({code}): install the app again"])
    except (ClientError, OSError, TimeoutError, ValueError, AttributeError):
        return Looked(name, [AWAY])
    return Looked(name, lacking(settings, scopes_of(answer) or set(manifest.scopes(settings))))


def _told(looked: Sequence[Looked]) -> Sequence[Finding]:
    """The sum of it, then each trouble with the names of those that have it."""
    if not looked:
        return [Finding(ABOUT, "nobody has installed the app yet: people begin at /slack/install")]
    fine = sum(not one.troubles for one in looked)
    places = "1 workspace" if len(looked) == 1 else f"{len(looked)} workspaces"
    names: dict[str, list[str]] = {}
    for one in looked:
        for trouble in one.troubles:
            names.setdefault(trouble, []).append(one.name)
    troubles = [Finding(ABOUT, f"{_listed(those)}: {what}", fine=False) for what, those in names.items()]
    return [
        Finding(ABOUT, f"installed in {places}, {'all' if fine == len(looked) else fine} fine"),
        *troubles,
    ]


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _printable(name: str) -> str:
    """Somebody chose it, and it goes to a terminal."""
    return "".join(char for char in name if char.isprintable())
