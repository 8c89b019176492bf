"""What `ahabot check` finds out about Slack: each token, scope and secret, and what does not work without it.

It asks Slack and changes nothing there. No line holds any part of a token.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import manifest
from adapters.slack.api import discreet
from adapters.slack.installation import check as installed
from adapters.slack.installation import oauth
from adapters.slack.installation.oauth import Secrets
from adapters.slack.settings import Settings
from bot.check import Finding
from bot.encryption import Vault
from bot.settings import BadSetting

ABOUT = "slack"
PATIENCE = ClientTimeout(total=10)
GOOD_SECRETS = {"invalid_code", "code_already_used", "bad_redirect_uri"}
"""What Slack says to a made-up code when the app's own id and secret are right."""


def check(environ: Mapping[str, str]) -> list[Finding]:
    """All findings about Slack; none where it is not set up at all, or where a sentence about that stands above."""
    try:
        settings = Settings.read(environ)
    except BadSetting:
        return []
    return asyncio.run(_all(settings, environ)) if settings else []


async def _all(settings: Settings, environ: Mapping[str, str]) -> list[Finding]:
    async with ClientSession(timeout=PATIENCE) as session:
        client = AsyncWebClient(
            base_url=settings.api_url, session=session, retry_handlers=[], logger=discreet("web")
        )
        return [finding async for finding in _findings(client, settings, environ)]


async def _findings(
    client: AsyncWebClient, settings: Settings, environ: Mapping[str, str]
) -> AsyncIterator[Finding]:
    if settings.bot_token:
        yield (await _asked("SLACK_BOT_TOKEN", lambda: _bot(client, settings)))
        for finding in await _scopes(client, settings):
            yield finding
    if settings.app_token:
        yield (await _asked("SLACK_APP_TOKEN", lambda: _socket(client, settings.app_token)))
    elif settings.signing_secret:
        yield Finding(ABOUT, f"HTTP at POST {manifest.ROUTE}, signed with SLACK_SIGNING_SECRET")
    if settings.many:
        yield (await _asked("SLACK_CLIENT_SECRET", lambda: _secrets(client, settings)))
        yield _keys(environ)
        for finding in await installed.findings(client, settings, environ):
            yield finding
    yield Finding(ABOUT, _events(settings))


def _events(settings: Settings) -> str:
    return (
        "which events the app is subscribed to Slack tells nobody: compare with `ahabot manifest slack`, "
        f"which lists all {len(manifest.events(settings))}"
    )


async def _asked(name: str, ask: Callable[[], Awaitable[Finding]]) -> Finding:
    """What an answer says, or what its absence does."""
    try:
        return await ask()
    except SlackApiError as error:
        said = oauth.error_of(error) or "an answer that is none"
        return Finding(ABOUT, f"{name} does not work ({said}): {COPY[name]}", fine=False)
    except (ClientError, OSError, TimeoutError, ValueError, AttributeError):
        return Finding(
            ABOUT, "Slack cannot be reached: check the network, a proxy, and SLACK_API_URL", fine=False
        )


COPY = {
    "SLACK_BOT_TOKEN": "copy the bot token from OAuth & Permissions again, after installing the app",
    "SLACK_APP_TOKEN": "make an app-level token with the scope connections:write under Basic Information",
    "SLACK_CLIENT_SECRET": "copy client id and client secret from Basic Information again",
}


async def _bot(client: AsyncWebClient, settings: Settings) -> Finding:
    said: Any = await client.auth_test(token=settings.bot_token)
    return Finding(ABOUT, f"SLACK_BOT_TOKEN works: {said.get('user')} in {said.get('team')}")


async def _scopes(client: AsyncWebClient, settings: Settings) -> list[Finding]:
    """A line for each scope that the token lacks; none where it does not work at all."""
    try:
        answer = await client.auth_test(token=settings.bot_token)
    except (SlackApiError, ClientError, OSError, TimeoutError, ValueError, AttributeError):
        return []
    if (has := installed.scopes_of(answer)) is None:
        return [Finding(ABOUT, "which scopes the token has was not said")]
    if missing := installed.lacking(settings, has):
        return [Finding(ABOUT, sentence, fine=False) for sentence in missing]
    return [Finding(ABOUT, f"all {len(manifest.scopes(settings))} scopes are there")]


async def _socket(client: AsyncWebClient, app_token: str) -> Finding:
    await client.apps_connections_open(app_token=app_token)
    return Finding(ABOUT, "SLACK_APP_TOKEN opens a connection (Socket Mode)")


async def _secrets(client: AsyncWebClient, settings: Settings) -> Finding:
    """A made-up code is refused for one reason when the secret is right, and for another when it is not."""
    try:
        await oauth.exchange(client, Secrets(settings.client_id, settings.client_secret), "check")
    except SlackApiError as error:
        if oauth.error_of(error) not in GOOD_SECRETS:
            raise
    return Finding(
        ABOUT, "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together; people install at /slack/install"
    )


def _keys(environ: Mapping[str, str]) -> Finding:
    try:
        Vault.read(environ)
    except BadSetting as wrong:
        return Finding(ABOUT, str(wrong), fine=False)
    return Finding(ABOUT, "tokens are encrypted with AHABOT_SECRET_KEYS")
