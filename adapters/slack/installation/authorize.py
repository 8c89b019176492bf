"""Whose token answers an event: Bolt's `authorize`, over our own table and without a call to Slack.

Bolt's own would call `auth.test` for every event, and lose the event when that fails. Here a database that
does not answer raises, so that the event is not acknowledged and Slack sends it again.
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


class Authorize:
    """Give its bound method `found` to `AsyncApp(authorize=…)`."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._known: set[tuple[str, str]] = set()
        """Workspaces and organisations that stand in the database already."""

    async def found(
        self, enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult | None:
        """What Bolt needs to know; None where nobody installed us."""
        workspace, organisation = team_id or "", enterprise_id or ""
        one = await self.tokens.installation(workspace, organisation)
        token = await self.tokens.good(one) if one else None
        if one is None or token is None:
            log.info("something came from workspace %s, where nobody installed us", workspace or organisation)
            return None
        await self._remember(one, workspace, organisation)
        return AuthorizeResult(
            enterprise_id=organisation or None, team_id=workspace or None, user_id=user_id, bot_token=token,
            bot_user_id=one.bot_person, bot_id=one.bot_id or None, bot_scopes=one.scopes,
        )  # fmt: skip

    async def _remember(self, one: Installation, workspace: str, organisation: str) -> None:
        """Posts know only their workspace, so it is noted once to which organisation it belongs."""
        pair = (workspace, organisation or one.organisation)
        if not all(pair) or one.workspace or pair in self._known:
            return
        bot = self.tokens.bot
        now = bot.clock()
        await bot.database.write(lambda session: installations.belongs(session, PLATFORM, *pair, now))
        self._known.add(pair)


async def access_changed(tokens: Tokens, body: dict[str, Any]) -> None:
    """The answer to news of our coming and going, in whatever order they come, or twice.

    An organisation's admins let its installation into some of its workspaces, and out again.
    """
    given, event = body.get("event_time"), body.get("event")
    at = datetime.fromtimestamp(given, UTC) if isinstance(given, int | float) else None
    kind = event.get("type") if isinstance(event, Mapping) else None
    if kind == "team_access_revoked":
        await tokens.let_out(_teams(event), at)
    elif kind == "team_access_granted":
        await tokens.let_in(_teams(event), at)
    elif _is_the_end(body):
        await _ended(tokens, body, at)


async def _ended(tokens: Tokens, body: Mapping[str, Any], at: datetime | None) -> None:
    """Uninstalled: from one workspace, or from the whole organisation."""
    authorizations = body.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else body
    whole = isinstance(first, dict) and bool(first.get("is_enterprise_install"))
    workspace = "" if whole else str(body.get("team_id") or "")
    await tokens.gone(workspace, str(body.get("enterprise_id") or ""), at)


def _teams(event: Any) -> list[str]:
    """The workspaces that such an event names."""
    named = event.get("team_ids")
    return [each for each in named if isinstance(each, str) and each] if isinstance(named, list) else []


def _is_the_end(body: Mapping[str, Any]) -> bool:
    """Whether an event says that we were taken out: uninstalled, or our own token revoked."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        return False
    tokens = event.get("tokens")
    bots = tokens.get("bot") if isinstance(tokens, Mapping) else None
    return event.get("type") == "app_uninstalled" or (event.get("type") == "tokens_revoked" and bool(bots))
