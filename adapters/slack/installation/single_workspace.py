"""One workspace, by the token of the environment: who we are there, asked once."""

from __future__ import annotations

import asyncio
import logging

from slack_bolt.authorization import AuthorizeResult

from adapters.slack.api import Clients
from adapters.slack.errors import Refused
from bot.core.adapter import OutcomeUnknown
from bot.settings import BadSetting

log = logging.getLogger(__name__)

AGAIN = 5.0
"""Seconds between two tries to reach Slack at the start."""
WRONG_TOKEN = (
    "Slack does not take SLACK_BOT_TOKEN ({}). Copy it anew from the app's page, OAuth & Permissions."
)


class Alone:
    """The bot in its only workspace."""

    def __init__(self, clients: Clients) -> None:
        self.clients = clients
        self.us: AuthorizeResult | None = None
        self._asking: asyncio.Task[None] | None = None

    async def meet(self) -> None:
        """Ask who we are; when Slack cannot be reached, go on asking. BadSetting where the token is wrong."""
        try:
            await self._ask()
        except OutcomeUnknown:
            self._asking = asyncio.create_task(self._keep_asking())

    async def leave(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def found(
        self, enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult | None:
        """For Bolt. OutcomeUnknown until Slack has said who we are."""
        if self.us is None:
            raise OutcomeUnknown("not met yet")
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, bot_token=self.us.bot_token,
            bot_id=self.us.bot_id, bot_user_id=self.us.bot_user_id,
        )  # fmt: skip

    async def _ask(self) -> None:
        try:
            said = await self.clients.call("", "auth.test")
        except Refused as refused:
            if refused.after is not None:
                raise OutcomeUnknown(refused.code) from None
            raise BadSetting(WRONG_TOKEN.format(refused.code)) from None
        self.us = AuthorizeResult.from_auth_test_response(
            bot_token=await self.clients.tokens.of("") or "", auth_test_response=said
        )
        await self.clients.tokens.there(str(said.get("team_id") or ""), str(said.get("team") or ""))

    async def _keep_asking(self) -> None:
        while self.us is None:
            await asyncio.sleep(AGAIN)
            try:
                await self._ask()
            except (OutcomeUnknown, BadSetting) as trouble:
                log.warning("Slack is not reached yet: %s", trouble)
