"""The Slack part of `ahabot check`: tests each token, scope and secret.

Each failed test says what does not work without it. The check only reads from Slack and
changes nothing there. No line contains any part of a token.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from aiohttp import ClientError, ClientResponseError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import manifest
from adapters.slack.api import quiet_logger
from adapters.slack.blocks.validate import check_samples as check_samples
from adapters.slack.errors import granted_scopes
from adapters.slack.installation import check, oauth
from adapters.slack.installation.oauth import Secrets
from adapters.slack.settings import Settings
from bot.check import Finding
from bot.core.commands import Commands
from bot.encryption import Encryption
from bot.settings import SettingError

ABOUT = "slack"
REQUEST_TIMEOUT = ClientTimeout(total=10)
SECRETS_ACCEPTED = {"invalid_code", "code_already_used", "bad_redirect_uri"}
"""Error codes that Slack returns for a made-up code when the app's id and secret are right."""


def check_platform(environ: Mapping[str, str], _commands: Commands) -> list[Finding]:
    """Return all findings about Slack.

    The list is empty when Slack is not configured, or when its settings are wrong, because
    then `ahabot check` has already printed that error.
    """
    try:
        settings = Settings.read(environ)
    except SettingError:
        return []
    return asyncio.run(_collect_findings(settings, environ)) if settings else []


async def _collect_findings(settings: Settings, environ: Mapping[str, str]) -> list[Finding]:
    async with ClientSession(timeout=REQUEST_TIMEOUT) as session:
        client = AsyncWebClient(
            base_url=settings.api_url, session=session, retry_handlers=[], logger=quiet_logger("web")
        )
        return [finding async for finding in _yield_findings(client, settings, environ)]


async def _yield_findings(
    client: AsyncWebClient, settings: Settings, environ: Mapping[str, str]
) -> AsyncIterator[Finding]:
    if settings.bot_token:
        yield (await _try_check("SLACK_BOT_TOKEN", lambda: _check_bot_token(client, settings)))
        for finding in await _check_scopes(client, settings):
            yield finding
    if settings.app_token:
        yield (await _try_check("SLACK_APP_TOKEN", lambda: _check_app_token(client, settings.app_token)))
    elif settings.signing_secret:
        yield Finding(ABOUT, f"HTTP at POST {manifest.ROUTE}, signed with SLACK_SIGNING_SECRET")
    if settings.is_multi_workspace:
        yield (await _try_check("SLACK_CLIENT_SECRET", lambda: _check_client_secret(client, settings)))
        yield _check_encryption_keys(environ)
        for finding in await check.check_installations(client, settings, environ):
            yield finding
    yield Finding(ABOUT, _events_sentence(settings))


def _events_sentence(settings: Settings) -> str:
    return (
        "Slack doesn't say which events the app is subscribed to: compare with `ahabot manifest slack`, "
        f"which lists all {len(manifest.subscribed_events(settings))}"
    )


async def _try_check(name: str, ask: Callable[[], Awaitable[Finding]]) -> Finding:
    """Run one check, and return a finding for its failure too."""
    try:
        return await ask()
    except SlackApiError as error:
        answer = error.response.data if hasattr(error.response, "data") else error.response
        if not isinstance(answer, dict) or not (said := oauth.error_code(error)):
            return Finding(ABOUT, ODD_ANSWER, fine=False)
        return Finding(ABOUT, f"{name} doesn't work ({said}): {HOW_TO_FIX[name]}", fine=False)
    except (ClientResponseError, ValueError, LookupError, TypeError, AttributeError):
        return Finding(ABOUT, ODD_ANSWER, fine=False)
    except (ClientError, OSError, TimeoutError):
        return Finding(
            ABOUT, "can't reach Slack: check the network, any proxy, and SLACK_API_URL", fine=False
        )


ODD_ANSWER = (
    "the server at SLACK_API_URL doesn't answer like Slack: check that address and any proxy in between"
)

HOW_TO_FIX = {
    "SLACK_BOT_TOKEN": "copy the bot token from OAuth & Permissions again, after installing the app",
    "SLACK_APP_TOKEN": "create an app-level token with the scope connections:write under Basic Information",
    "SLACK_CLIENT_SECRET": "copy client id and client secret from Basic Information again",
}
"""What to do about each variable that does not work."""


async def _check_bot_token(client: AsyncWebClient, settings: Settings) -> Finding:
    said: Any = await client.auth_test(token=settings.bot_token)
    return Finding(ABOUT, f"SLACK_BOT_TOKEN works: {said.get('user')} in {said.get('team')}")


async def _check_scopes(client: AsyncWebClient, settings: Settings) -> list[Finding]:
    """Return a finding for each scope the token lacks, or none if the token does not work."""
    try:
        answer = await client.auth_test(token=settings.bot_token)
    except (SlackApiError, ClientError, OSError, TimeoutError, ValueError, AttributeError):
        return []
    if (has := granted_scopes(answer.headers)) is None:
        return [Finding(ABOUT, "Slack didn't say which scopes the token has")]
    optional = [Finding(ABOUT, sentence) for sentence in check.describe_optional_scopes(settings, has)]
    if missing := check.describe_missing_scopes(has):
        return [*(Finding(ABOUT, sentence, fine=False) for sentence in missing), *optional]
    return [Finding(ABOUT, f"all {len(manifest.SCOPES)} required scopes are granted"), *optional]


async def _check_app_token(client: AsyncWebClient, app_token: str) -> Finding:
    await client.apps_connections_open(app_token=app_token)
    return Finding(ABOUT, "SLACK_APP_TOKEN opens a connection (Socket Mode)")


async def _check_client_secret(client: AsyncWebClient, settings: Settings) -> Finding:
    """Check the client id and secret by exchanging a made-up code.

    Slack refuses the code with a different error depending on whether the secret is right.
    """
    try:
        await oauth.exchange_code(client, Secrets(settings.client_id, settings.client_secret), "check")
    except SlackApiError as error:
        if oauth.error_code(error) not in SECRETS_ACCEPTED:
            raise
    return Finding(
        ABOUT, "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET match; people install the app at /slack/install"
    )


def _check_encryption_keys(environ: Mapping[str, str]) -> Finding:
    try:
        Encryption.read(environ)
    except SettingError as wrong:
        return Finding(ABOUT, str(wrong), fine=False)
    return Finding(ABOUT, "tokens are encrypted with AHABOT_SECRET_KEYS")
