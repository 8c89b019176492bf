"""Slack's `oauth.v2.access`: exchanging a code for an installation, and renewing its tokens.

Also the error codes after which a token is of no more use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

REVOKED_CODES = frozenset({"account_inactive", "token_revoked", "invalid_auth", "invalid_refresh_token"})
"""Error codes that mean a token is useless until the app is installed again."""


@dataclass(frozen=True)
class Secrets:
    """The app's client id and secret (SLACK_CLIENT_ID, SLACK_CLIENT_SECRET).

    Its `repr` shows neither.
    """

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        """Return the class name alone, so that logs never show the secrets."""
        return "Secrets(…)"


@dataclass(frozen=True)
class TokenSet:
    """New tokens from Slack, with their expiry. The `repr` shows none of them."""

    token: str
    refresh_token: str
    expires_at: datetime | None

    def __repr__(self) -> str:
        """Return the class name alone, so that logs never show a token."""
        return "Fresh(…)"


@dataclass(frozen=True)
class Grant:
    """What a new installation granted: its tokens, scopes, workspace and organisation."""

    fresh: TokenSet
    workspace: str
    organisation: str
    name: str
    bot_person: str
    scopes: str
    by: str


def parse_grant(said: Mapping[str, Any], now: datetime) -> Grant:
    """Parse the installation from a response of `oauth.v2.access`.

    One for a whole organisation has no workspace, because `team` is null there. Raise
    KeyError or TypeError when the response is not an installation.
    """
    for_all = bool(said.get("is_enterprise_install"))
    team, enterprise = said.get("team") or {}, said.get("enterprise") or {}
    if not (enterprise if for_all else team).get("id"):
        raise KeyError("team")
    return Grant(
        parse_tokens(said, now),
        workspace="" if for_all else team["id"],
        organisation=enterprise.get("id") or "",
        name=(enterprise if for_all else team).get("name") or "",
        bot_person=said.get("bot_user_id") or "",
        scopes=said.get("scope") or "",
        by=(said.get("authed_user") or {}).get("id") or "",
    )


def parse_tokens(said: Mapping[str, Any], now: datetime) -> TokenSet:
    """Parse the tokens from a response of `oauth.v2.access`.

    Raise KeyError when there are none.
    """
    lasts = said.get("expires_in")
    expires_at = now + timedelta(seconds=int(lasts)) if lasts else None
    return TokenSet(said["access_token"], said.get("refresh_token") or "", expires_at)


async def exchange_code(client: AsyncWebClient, secrets: Secrets, code: str) -> Mapping[str, Any]:
    """Exchange the code from Slack's consent page for an installation.

    Raise the SDK's SlackApiError when the code is invalid, expired or already used.
    """
    return await _call_access(client, secrets, code=code)


async def renew_tokens(client: AsyncWebClient, secrets: Secrets, refresh_token: str) -> Mapping[str, Any]:
    """Exchange a refresh token, which works once, for new tokens.

    Raise the SDK's SlackApiError when it was already used.
    """
    return await _call_access(client, secrets, grant_type="refresh_token", refresh_token=refresh_token)


async def _call_access(client: AsyncWebClient, secrets: Secrets, **given: str) -> Mapping[str, Any]:
    """Call `oauth.v2.access` with the id and secret in the body, as Slack allows.

    The SDK would put them in a header with a function that aiohttp has deprecated.
    """
    app = {"client_id": secrets.client_id, "client_secret": secrets.client_secret}
    return _json_object(await client.api_call("oauth.v2.access", data={**app, **given}))


def error_code(error: SlackApiError) -> str:
    """Return the error code of the SDK's exception, or an empty string."""
    return str(error.response.get("error") or "") if hasattr(error.response, "get") else ""


def _json_object(response: Any) -> Mapping[str, Any]:
    """Return the response's JSON object. Raise KeyError when it is not an object."""
    if not isinstance(response.data, dict):
        raise KeyError("access_token")
    return response.data
