"""Which token speaks in which workspace: the one of the environment, or those of our table, kept fresh.

A token that rotates lives twelve hours, and its refresh token can be used once. So whoever renews one takes
it on in its row first; every other process goes on with the old token while that lasts, and waits where not.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.installation import oauth
from adapters.slack.installation.oauth import GONE, Secrets
from bot.core.adapter import OutcomeUnknown
from bot.encryption import Vault
from storage.engine.errors import StoreError
from storage.models import Installation
from storage.teams import installations, presence

if TYPE_CHECKING:
    from bot.runtime.bot import Bot

log = logging.getLogger(__name__)

PLATFORM = "slack"
EARLY = timedelta(hours=1)
"""How long before its end a token is renewed."""
RENEWING = timedelta(seconds=30)
"""How long a renewal may take, until another process may try."""
LOOK = 0.2
"""Seconds between two looks at whether another process is done."""


class Tokens:
    """The tokens of all workspaces. With `token` there is one; else `vault` opens those of our table.

    `client` gives a client without a token, on the shared session.
    """

    def __init__(
        self,
        client: Callable[[], AsyncWebClient],
        *,
        token: str = "",
        vault: Vault | None = None,
        secrets: Secrets | None = None,
    ) -> None:
        self.client = client
        self.single = token
        self.vault = vault
        self.secrets = secrets
        self._bot: Bot | None = None

    @property
    def bot(self) -> Bot:
        """The bot whose database holds the table. StoreError before it has started: Slack asks again."""
        if self._bot is None:
            raise StoreError("Ahabot is just starting. Try again in a moment.")
        return self._bot

    async def start(self, bot: Bot) -> None:
        """Begin, with every stored token encrypted by the newest key. BadSetting where one cannot be read."""
        self._bot = bot
        if (vault := self.vault) is None:
            return
        for one in await bot.database.read(lambda session: installations.everyone(session, PLATFORM)):
            sealed = {"token": vault.renewed(one.token), "refresh_token": _renewed(vault, one.refresh_token)}
            if sealed != {"token": one.token, "refresh_token": one.refresh_token}:
                await self._change(one, **sealed)

    async def of(self, workspace: str) -> str | None:
        """The token that speaks in a workspace; None where nobody installed us (any more).

        StoreError where the database does not answer, OutcomeUnknown where Slack does not renew it just now.
        """
        if self.single:
            return self.single
        one = await self.installation(workspace)
        return await self._good(one) if one else None

    async def installation(self, workspace: str, organisation: str = "") -> Installation | None:
        """The installation that serves a workspace, its own or its organisation's."""
        return await self.bot.database.read(
            lambda session: installations.find(session, PLATFORM, workspace, organisation)
        )

    async def good(self, one: Installation) -> str | None:
        """An installation's token, renewed where it is about to end."""
        return await self._good(one)

    async def keep(self, given: oauth.Grant, bot_id: str) -> None:
        """Install, or install again."""
        vault, fresh = self._vault(), given.fresh
        row = Installation(
            platform=PLATFORM, organisation=given.organisation, workspace=given.workspace,
            token=vault.seal(fresh.token), refresh_token=vault.seal(fresh.refresh_token),
            expires_at=fresh.expires_at, bot_person=given.bot_person, bot_id=bot_id, scopes=given.scopes,
            installed_by=given.by, installed_at=self.bot.clock(),
        )  # fmt: skip
        await self.bot.database.write(
            lambda session: installations.put(session, row.model_copy(), given.name)
        )

    async def gone(self, workspace: str, organisation: str = "", at: datetime | None = None) -> None:
        """We were taken out (at `at`, where the news says when): everything of this workspace stops.

        For one of an organisation's workspaces that has no installation of its own, all of them do.
        """
        bot = self.bot
        now = bot.clock()
        if self.single:
            await bot.database.write(lambda session: presence.removed(session, PLATFORM, workspace, now))
            return
        before = at or now + timedelta(seconds=1)
        if await bot.database.write(
            lambda session: installations.remove(session, PLATFORM, workspace, organisation, before, now)
        ):
            log.info("taken out of workspace %s; its schedules stop", workspace or organisation)

    async def let_out(self, workspaces: Sequence[str], at: datetime | None) -> None:
        """An organisation's installation was let out of these: everything there stops, the token stays."""
        when = at or self.bot.clock()
        await self.bot.database.write(
            lambda session: installations.let_out(session, PLATFORM, workspaces, when)
        )

    async def let_in(self, workspaces: Sequence[str], at: datetime | None) -> None:
        """It was let in there (again): what had stopped goes on, unless it was let out later than that."""
        when = at or self.bot.clock()
        await self.bot.database.write(lambda session: presence.let_in(session, PLATFORM, workspaces, when))

    async def there(self, workspace: str, name: str) -> None:
        """Slack says that we are in a workspace of that name: what had stopped there goes on."""
        now = self.bot.clock()
        await self.bot.database.write(
            lambda session: presence.returned(session, PLATFORM, workspace, name, now)
        )

    async def refused(self, workspace: str, error: str, token: str) -> bool:
        """Whether the error of a call with `token` says that we were taken out; then everything there stops.

        It does not where a newer token is there by now.
        """
        if error not in GONE or await self.of(workspace) not in (token, None):
            return False
        await self.gone(workspace)
        return True

    async def _good(self, one: Installation) -> str | None:
        vault, now = self._vault(), self.bot.clock()
        if one.expires_at is None or one.expires_at - EARLY > now or not one.refresh_token:
            return vault.open(one.token)
        if await self._take(one, now):
            return await self._renew(one)
        if one.expires_at > now + RENEWING:
            return vault.open(one.token)
        return await self._await_other(one)

    async def _take(self, one: Installation, now: datetime) -> bool:
        return await self.bot.database.write(
            lambda session: installations.take_renewing(session, one.id, one.token, now, RENEWING)
        )

    async def _renew(self, one: Installation) -> str | None:
        """New tokens, stored before anybody uses them."""
        assert self.secrets is not None
        vault = self._vault()
        try:
            said = await oauth.renew(self.client(), self.secrets, vault.open(one.refresh_token))
            fresh = oauth.fresh(said, self.bot.clock())
        except SlackApiError as error:
            return await self._not_renewed(one, oauth.error_of(error))
        except (ClientError, OSError, TimeoutError, KeyError, TypeError, ValueError):
            return await self._not_renewed(one, "no answer")
        await self._change(
            one, token=vault.seal(fresh.token), refresh_token=vault.seal(fresh.refresh_token),
            expires_at=fresh.expires_at, renewing_until=None,
        )  # fmt: skip
        return fresh.token

    async def _not_renewed(self, one: Installation, error: str) -> str | None:
        """Taken out, or not just now: then the old token serves while it lasts."""
        log.warning("the token of installation %s was not renewed: %s", one.id, error)
        if error in GONE:
            await self.gone(one.workspace, one.organisation)
            return None
        await self._change(one, renewing_until=None)
        if one.expires_at is not None and one.expires_at > self.bot.clock():
            return self._vault().open(one.token)
        raise OutcomeUnknown

    async def _await_other(self, one: Installation) -> str | None:
        """The token that another process is renewing."""
        for _ in range(int(RENEWING.total_seconds() / LOOK)):
            await asyncio.sleep(LOOK)
            now_there = await self.installation(one.workspace, one.organisation)
            if now_there is None:
                return None
            if now_there.token != one.token:
                return self._vault().open(now_there.token)
            if now_there.renewing_until is None:
                break
        raise OutcomeUnknown

    async def _change(self, one: Installation, **values: Any) -> None:
        await self.bot.database.write(lambda session: installations.change(session, one.id, **values))

    def _vault(self) -> Vault:
        assert self.vault is not None, "many workspaces need a vault"
        return self.vault


def _renewed(vault: Vault, sealed: str) -> str:
    return vault.renewed(sealed) if sealed else ""
