"""Single-workspace mode: the bot's identity in the workspace of SLACK_BOT_TOKEN, fetched once."""

from __future__ import annotations

import asyncio
import logging

from slack_bolt.authorization import AuthorizeResult

from adapters.slack.api import ApiClient
from adapters.slack.errors import SlackCallError
from bot.core.origin import OutcomeUnknownError
from bot.settings import SettingError

log = logging.getLogger(__name__)

RETRY_INTERVAL = 5.0
"""Seconds between two attempts to reach Slack at startup."""
WRONG_TOKEN = (
    "Slack rejects SLACK_BOT_TOKEN ({}). Copy it again from the app's settings, OAuth & Permissions."
)


class SingleWorkspace:
    """The bot's identity in its only workspace."""

    def __init__(self, clients: ApiClient) -> None:
        self.clients = clients
        self.bot_identity: AuthorizeResult | None = None
        self._asking: asyncio.Task[None] | None = None

    async def identify_bot(self) -> None:
        """Fetch the bot's identity.

        When Slack cannot be reached, retry in the background. Raise SettingError when the token
        is wrong.
        """
        try:
            await self._fetch_identity()
        except OutcomeUnknownError:
            self._asking = asyncio.create_task(self._retry_identity())

    async def stop_retrying(self) -> None:
        """Cancel the background retries."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def authorize_request(
        self, enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult | None:
        """Return the bot's identity in the form that Bolt's `authorize` needs.

        Raise OutcomeUnknownError until Slack has identified the bot.
        """
        if self.bot_identity is None:
            raise OutcomeUnknownError("not met yet")
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, bot_token=self.bot_identity.bot_token,
            bot_id=self.bot_identity.bot_id, bot_user_id=self.bot_identity.bot_user_id,
        )  # fmt: skip

    async def _fetch_identity(self) -> None:
        try:
            said = await self.clients.call_method("", "auth.test")
        except SlackCallError as refused:
            if refused.after is not None:
                raise OutcomeUnknownError(refused.code) from None
            raise SettingError(WRONG_TOKEN.format(refused.code)) from None
        self.bot_identity = AuthorizeResult.from_auth_test_response(
            bot_token=await self.clients.tokens.find_token("") or "", auth_test_response=said
        )
        await self.clients.tokens.record_presence(str(said.get("team_id") or ""), str(said.get("team") or ""))

    async def _retry_identity(self) -> None:
        while self.bot_identity is None:
            await asyncio.sleep(RETRY_INTERVAL)
            try:
                await self._fetch_identity()
            except (OutcomeUnknownError, SettingError) as trouble:
                log.warning("Slack is not connected yet: %s", trouble)
