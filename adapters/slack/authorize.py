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

from adapters.slack.tokens import PLATFORM, Tokens
from storage import installations
from storage.models import Installation

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


async def ended(tokens: Tokens, body: dict[str, Any]) -> None:
    """The answer to `app_uninstalled` and `tokens_revoked`, in whatever order they come, or twice."""
    if not _is_the_end(body):
        return
    given = body.get("event_time")
    at = datetime.fromtimestamp(given, UTC) if isinstance(given, int | float) else None
    authorizations = body.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else body
    whole = isinstance(first, dict) and bool(first.get("is_enterprise_install"))
    workspace = "" if whole else str(body.get("team_id") or "")
    await tokens.gone(workspace, str(body.get("enterprise_id") or ""), at)


def _is_the_end(body: Mapping[str, Any]) -> bool:
    """Whether an event says that we were taken out: uninstalled, or our own token revoked."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        return False
    tokens = event.get("tokens")
    bots = tokens.get("bot") if isinstance(tokens, Mapping) else None
    return event.get("type") == "app_uninstalled" or (event.get("type") == "tokens_revoked" and bool(bots))
