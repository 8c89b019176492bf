"""Bolt's `authorize` for many workspaces: finds the token in the database, with no call to Slack.

Bolt's own implementation calls `auth.test` for every event, and loses the event when that
fails. Here a database failure raises, so the event is not acknowledged and Slack sends it
again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slack_bolt.authorization import AuthorizeResult

from adapters.slack.installation.tokens import PLATFORM, Tokens
from storage.models import Installation
from storage.teams import installations

log = logging.getLogger(__name__)


class Authorizer:
    """Finds the installation a request belongs to.

    Pass its bound method `authorize_request` to `make_bolt_app`.
    """

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._known: set[tuple[str, str]] = set()
        """Pairs of workspace and organisation that are already recorded in the database."""

    async def authorize_request(
        self, enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult | None:
        """Return the bot's token and IDs in a workspace, or None if it is not installed."""
        workspace, organisation = team_id or "", enterprise_id or ""
        one = await self.tokens.find_installation(workspace, organisation)
        token = await self.tokens.valid_token(one) if one else None
        if one is None or token is None:
            log.info(
                "something came from workspace %s, where the bot is not installed", workspace or organisation
            )
            return None
        self.tokens.recall_scopes(one, workspace)
        await self._record_organisation(one, workspace, organisation)
        return AuthorizeResult(
            enterprise_id=organisation or None, team_id=workspace or None, user_id=user_id, bot_token=token,
            bot_user_id=one.bot_person, bot_id=one.bot_id or None, bot_scopes=one.scopes,
        )  # fmt: skip

    async def _record_organisation(self, one: Installation, workspace: str, organisation: str) -> None:
        """Record once which organisation a workspace belongs to.

        Needed because a posting knows only its workspace.
        """
        pair = (workspace, organisation or one.organisation)
        if not all(pair) or one.workspace or pair in self._known:
            return
        bot = self.tokens.bot
        now = bot.clock()
        await bot.database.write(
            lambda session: installations.save_organisation(session, PLATFORM, *pair, now)
        )
        self._known.add(pair)


async def apply_access_change(tokens: Tokens, body: dict[str, Any]) -> None:
    """Apply an event about an uninstallation or a change of workspace access.

    Events may arrive in any order, and twice. An organisation's admins grant its installation
    access to some of their workspaces, and revoke it.
    """
    given, event = body.get("event_time"), body.get("event")
    at = datetime.fromtimestamp(given, UTC) if isinstance(given, int | float) else None
    kind = event.get("type") if isinstance(event, Mapping) else None
    if kind == "team_access_revoked":
        await tokens.revoke_workspaces(_workspace_ids(event), at)
    elif kind == "team_access_granted":
        await tokens.grant_workspaces(_workspace_ids(event), at)
    elif _is_uninstall(body):
        await _record_uninstall(tokens, body, at)


async def _record_uninstall(tokens: Tokens, body: Mapping[str, Any], at: datetime | None) -> None:
    """Record an uninstallation, from one workspace or from a whole organisation."""
    authorizations = body.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else body
    whole = isinstance(first, dict) and bool(first.get("is_enterprise_install"))
    workspace = "" if whole else str(body.get("team_id") or "")
    await tokens.record_removal(workspace, str(body.get("enterprise_id") or ""), at)


def _workspace_ids(event: Any) -> list[str]:
    """Return the IDs of the workspaces that an access event names."""
    named = event.get("team_ids")
    return [each for each in named if isinstance(each, str) and each] if isinstance(named, list) else []


def _is_uninstall(body: Mapping[str, Any]) -> bool:
    """Return whether an event reports an uninstallation or that the bot's token was revoked."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        return False
    tokens = event.get("tokens")
    bots = tokens.get("bot") if isinstance(tokens, Mapping) else None
    return event.get("type") == "app_uninstalled" or (event.get("type") == "tokens_revoked" and bool(bots))
