"""The part of `ahabot check` about installed workspaces: one summary, and one line per problem.

There may be hundreds of workspaces, so a few are checked at a time, and a problem that
several have is reported once with their names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import manifest
from adapters.slack.errors import granted_scopes
from adapters.slack.installation import oauth
from adapters.slack.installation.tokens import PLATFORM
from adapters.slack.settings import Settings
from bot import settings as core
from bot.check import Finding
from bot.encryption import KEYS_VARIABLE, Encryption
from bot.settings import SettingError
from storage.engine.database import database_file, open_database, parse_database_url
from storage.engine.errors import StoreError
from storage.models import Installation
from storage.teams import installations

ABOUT = "slack"
MAX_CONCURRENT = 8
"""Workspaces that are checked at the same time."""
MAX_NAMED = 5
"""Workspaces that one line names. The others are counted."""
UNREACHABLE = "Slack isn't answering right now: try again later"
UNREADABLE = f"can't read the stored token: put the key that encrypted it back into {KEYS_VARIABLE}"
SCOPE_USES = {
    "app_mentions:read": "nobody can call it by its name",
    "im:history": "it gets no direct messages",
    "commands": "the slash command and the shortcuts don't work",
    "chat:write": "it can't post",
    "im:write": "it can't send direct messages",
    "reactions:read": "people can't save messages with an emoji (reaction_added, reaction_removed)",
    "reactions:write": "it can't put a 💡 on saved messages",
    "users:read": "it doesn't know names and time zones",
    "files:write": "its posts come without pictures and files",
    "channels:read": "it can't look up public channels (channel_rename, channel_archive, member_joined_channel)",
    "groups:read": "it can't look up private channels (group_rename, group_archive, member_joined_channel)",
}
"""What does not work without each scope, and which events do not arrive."""
OPTIONAL_USES = {
    "channels:history": "it doesn't follow edits in public channels (message.channels)",
    "groups:history": "it doesn't follow edits in private channels (message.groups)",
}
"""What is different without each optional scope, and which events do not arrive."""
WITHOUT_HISTORY = (
    "people answer questions with the button, because replies count only with both history scopes"
)


@dataclass(frozen=True)
class CheckedWorkspace:
    """One checked workspace or organisation, with a sentence for each problem and each optional scope it left out."""

    name: str
    troubles: Sequence[str] = ()
    left_out: Sequence[str] = ()


async def check_installations(
    client: AsyncWebClient, settings: Settings, environ: Mapping[str, str]
) -> list[Finding]:
    """Return the findings about all installations.

    The list is empty when the database or the keys cannot be read, which other lines report.
    """
    try:
        encryption, stored = Encryption.read(environ), _load_installations(environ)
    except (SettingError, StoreError):
        return []
    room = asyncio.Semaphore(MAX_CONCURRENT)

    async def check_one(one: Installation, name: str) -> CheckedWorkspace:
        async with room:
            return await _check_installation(client, settings, encryption, one, name)

    return list(_summarize_checks(await asyncio.gather(*(check_one(one, name) for one, name in stored))))


def describe_missing_scopes(has: Collection[str]) -> list[str]:
    """Return a sentence for each missing scope that the bot needs."""
    missing = [scope for scope in manifest.SCOPES if scope not in has]
    return [
        f"the scope {scope} is missing, so {SCOPE_USES[scope]}: add it and install the app again"
        for scope in missing
    ]


def describe_optional_scopes(settings: Settings, has: Collection[str]) -> list[str]:
    """Return a sentence for each optional scope that was not granted, or one that all were."""
    optional = manifest.optional_scopes(settings)
    left_out = describe_left_out(settings, has)
    return left_out or ([f"the optional scopes are granted too: {', '.join(optional)}"] if optional else [])


def describe_left_out(settings: Settings, has: Collection[str]) -> list[str]:
    """Return a sentence for each optional scope that was not granted, which is no problem."""
    return [
        f"the optional scope {scope} isn't granted, so {OPTIONAL_USES[scope]}, and {WITHOUT_HISTORY}"
        for scope in manifest.optional_scopes(settings)
        if scope not in has
    ]


def _load_installations(environ: Mapping[str, str]) -> Sequence[tuple[Installation, str]]:
    """Return every installation with its name.

    A database file that does not exist yet has none.
    """
    url = core.Settings.read(environ).database_url
    path = database_file(parse_database_url(url))
    if path is not None and not path.exists():
        return []
    database = open_database(url, writes=False)
    try:
        return database.read_now(lambda session: installations.list_with_names(session, PLATFORM))
    finally:
        database.close()


async def _check_installation(
    client: AsyncWebClient, settings: Settings, encryption: Encryption, one: Installation, name: str
) -> CheckedWorkspace:
    """Check one installation's token by calling `auth.test` with it.

    An expired token with a refresh token is fine: it is renewed on its next use, not by this
    check.
    """
    name = _printable_name(name) or one.workspace or one.organisation
    try:
        answer = await client.auth_test(token=encryption.decrypt(one.token))
    except SettingError:
        return CheckedWorkspace(name, [UNREADABLE])
    except SlackApiError as error:
        code = oauth.error_code(error) or "no error code"
        if code == "token_expired" and one.refresh_token:
            return CheckedWorkspace(name)
        return CheckedWorkspace(name, [f"the token doesn't work ({code}): install the app again"])
    except (ClientError, OSError, TimeoutError, ValueError, AttributeError):
        return CheckedWorkspace(name, [UNREACHABLE])
    has = granted_scopes(answer.headers) or manifest.asked_scopes(settings)
    return CheckedWorkspace(name, describe_missing_scopes(has), describe_left_out(settings, has))


def _summarize_checks(looked: Sequence[CheckedWorkspace]) -> Sequence[Finding]:
    """Return the summary, then each problem with the names of the workspaces that have it."""
    if not looked:
        return [Finding(ABOUT, "nobody has installed the app yet: people can do that at /slack/install")]
    fine = sum(not one.troubles for one in looked)
    places = "1 workspace" if len(looked) == 1 else f"{len(looked)} workspaces"
    return [
        Finding(ABOUT, f"installed in {places}, {'all' if fine == len(looked) else fine} fine"),
        *_name_those([(one.name, trouble) for one in looked for trouble in one.troubles], fine=False),
        *_name_those([(one.name, scope) for one in looked for scope in one.left_out], fine=True),
    ]


def _name_those(found: Sequence[tuple[str, str]], fine: bool) -> list[Finding]:
    """Return a finding for each sentence, with the names of the workspaces that it is about."""
    names: dict[str, list[str]] = {}
    for name, what in found:
        names.setdefault(what, []).append(name)
    return [Finding(ABOUT, f"{_list_names(those)}: {what}", fine=fine) for what, those in names.items()]


def _list_names(names: Sequence[str]) -> str:
    more = len(names) - MAX_NAMED
    return ", ".join(names[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")


def _printable_name(name: str) -> str:
    """Return the name without unprintable characters.

    People choose the name, and it is printed to a terminal.
    """
    return "".join(char for char in name if char.isprintable())
