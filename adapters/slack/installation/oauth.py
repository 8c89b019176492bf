"""What Slack's `oauth.v2.access` gives: an installation, or new tokens for one; and which errors end it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

GONE = frozenset({"account_inactive", "token_revoked", "invalid_auth", "invalid_refresh_token"})
"""Errors that say that a token is of no use any more, until somebody installs us again."""


@dataclass(frozen=True)
class Secrets:
    """The app's own id and secret (SLACK_CLIENT_ID, SLACK_CLIENT_SECRET); it shows neither."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        """Its name alone, because logs show what they are given."""
        return "Secrets(…)"


@dataclass(frozen=True)
class Fresh:
    """Tokens as they were given; it shows none of them."""

    token: str
    refresh_token: str
    expires_at: datetime | None

    def __repr__(self) -> str:
        """Its name alone."""
        return "Fresh(…)"


@dataclass(frozen=True)
class Grant:
    """What an installation gave us, and where."""

    fresh: Fresh
    workspace: str
    organisation: str
    name: str
    bot_person: str
    scopes: str
    by: str


def grant(said: Mapping[str, Any], now: datetime) -> Grant:
    """The installation in an answer. KeyError or TypeError where it is not one.

    One for a whole organisation has no workspace: `team` is null there.
    """
    for_all = bool(said.get("is_enterprise_install"))
    team, enterprise = said.get("team") or {}, said.get("enterprise") or {}
    if not (enterprise if for_all else team).get("id"):
        raise KeyError("team")
    return Grant(
        fresh(said, now),
        workspace="" if for_all else team["id"],
        organisation=enterprise.get("id") or "",
        name=(enterprise if for_all else team).get("name") or "",
        bot_person=said.get("bot_user_id") or "",
        scopes=said.get("scope") or "",
        by=(said.get("authed_user") or {}).get("id") or "",
    )


def fresh(said: Mapping[str, Any], now: datetime) -> Fresh:
    """The tokens in an answer. KeyError where there is none."""
    lasts = said.get("expires_in")
    expires_at = now + timedelta(seconds=int(lasts)) if lasts else None
    return Fresh(said["access_token"], said.get("refresh_token") or "", expires_at)


async def exchange(client: AsyncWebClient, secrets: Secrets, code: str) -> Mapping[str, Any]:
    """The answer to a code from Slack's page. SlackApiError where it is not good (any more)."""
    return await _access(client, secrets, code=code)


async def renew(client: AsyncWebClient, secrets: Secrets, refresh_token: str) -> Mapping[str, Any]:
    """New tokens for a token that may be used once. SlackApiError where it was."""
    return await _access(client, secrets, grant_type="refresh_token", refresh_token=refresh_token)


async def _access(client: AsyncWebClient, secrets: Secrets, **given: str) -> Mapping[str, Any]:
    """The id and the secret go in the body, as Slack allows: the SDK's header uses what aiohttp gives up."""
    app = {"client_id": secrets.client_id, "client_secret": secrets.client_secret}
    return _data(await client.api_call("oauth.v2.access", data={**app, **given}))


def error_of(error: SlackApiError) -> str:
    """The error's name."""
    return str(error.response.get("error") or "") if hasattr(error.response, "get") else ""


def _data(response: Any) -> Mapping[str, Any]:
    """Nothing but a JSON object is an answer; KeyError else."""
    if not isinstance(response.data, dict):
        raise KeyError("access_token")
    return response.data
