"""The bot token of each workspace: the one of the environment, or those in the database, renewed.

A rotating token lives twelve hours, and its refresh token works once. So a process that
renews one claims its row first. Other processes use the old token while it is valid, and
otherwise wait for the new one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import Scopes
from adapters.slack.installation import oauth
from adapters.slack.installation.oauth import REVOKED_CODES, Secrets
from bot.core.adapter import Bot
from bot.core.language.words import lazy
from bot.core.origin import OutcomeUnknownError
from bot.encryption import Encryption
from storage.engine.errors import StoreError
from storage.models import Installation
from storage.teams import installations, presence

log = logging.getLogger(__name__)

PLATFORM = "slack"
RENEW_BEFORE = timedelta(hours=1)
"""How long before its expiry a token is renewed."""
RENEWAL_TIMEOUT = timedelta(seconds=30)
"""How long a renewal may take before another process may try."""
POLL_INTERVAL = 0.2
"""Seconds between two checks of whether another process has renewed the token."""
STARTING = lazy("Ahabot is just starting. Try again in a moment.")


class Tokens:
    """The bot tokens of all workspaces.

    With `token` there is one. Otherwise `encryption` decrypts those in the database. `client`
    returns an SDK client without a token, on the shared session.
    """

    def __init__(
        self,
        client: Callable[[], AsyncWebClient],
        *,
        token: str = "",
        encryption: Encryption | None = None,
        secrets: Secrets | None = None,
    ) -> None:
        self.client = client
        self.single = token
        self.encryption = encryption
        self.secrets = secrets
        self._bot: Bot | None = None
        self.scopes: Scopes | None = None
        """Told of the scopes of each installation, once the bot has started."""

    @property
    def bot(self) -> Bot:
        """The bot, whose database holds the installations.

        Raises StoreError before it has started, so that Slack sends the event again.
        """
        if self._bot is None:
            raise StoreError(STARTING())
        return self._bot

    async def start(self, bot: Bot) -> None:
        """Re-encrypt stored tokens that are not encrypted with the newest key, and recall the scopes of each.

        Raise SettingError when one cannot be read.
        """
        self._bot = bot
        if (encryption := self.encryption) is None:
            return
        for one in await bot.database.read(
            lambda session: installations.list_installations(session, PLATFORM)
        ):
            self.recall_scopes(one)
            sealed = {
                "token": encryption.rotate(one.token),
                "refresh_token": _rotate_token(encryption, one.refresh_token),
            }
            if sealed != {"token": one.token, "refresh_token": one.refresh_token}:
                await self._update_installation(one, **sealed)

    def recall_scopes(self, one: Installation, workspace: str = "") -> None:
        """Believe what an installation was granted, in its workspace or in one of its organisation."""
        if self.scopes is not None:
            self.scopes.recall_scopes(workspace or one.workspace, one.scopes)

    async def find_token(self, workspace: str) -> str | None:
        """Return the bot token of a workspace, or None if the bot is not installed there.

        Raise StoreError when the database does not answer, OutcomeUnknownError when Slack does
        not renew the token now.
        """
        if self.single:
            return self.single
        one = await self.find_installation(workspace)
        return await self._valid_token(one) if one else None

    async def find_installation(self, workspace: str, organisation: str = "") -> Installation | None:
        """Return the installation of a workspace: its own, or its organisation's."""
        return await self.bot.database.read(
            lambda session: installations.find_installation(session, PLATFORM, workspace, organisation)
        )

    async def valid_token(self, one: Installation) -> str | None:
        """Return an installation's token, renewed if it is about to expire.

        None if the app is no longer installed.
        """
        return await self._valid_token(one)

    async def save_installation(self, given: oauth.Grant, bot_id: str) -> None:
        """Store a new installation, or replace an earlier one."""
        encryption, fresh = self._require_encryption(), given.fresh
        row = Installation(
            platform=PLATFORM, organisation=given.organisation, workspace=given.workspace,
            token=encryption.encrypt(fresh.token), refresh_token=encryption.encrypt(fresh.refresh_token),
            expires_at=fresh.expires_at, bot_person=given.bot_person, bot_id=bot_id, scopes=given.scopes,
            installed_by=given.by, installed_at=self.bot.clock(),
        )  # fmt: skip
        await self.bot.database.write(
            lambda session: installations.save_installation(session, row.model_copy(), given.name)
        )
        if self.scopes is not None and given.workspace and given.scopes:
            self.scopes.forget(given.workspace)
            await self.scopes.note_scopes(given.workspace, given.scopes.split(","))

    async def record_removal(
        self, workspace: str, organisation: str = "", at: datetime | None = None
    ) -> None:
        """Record that the bot was removed from a workspace, where all its work stops.

        `at` is the time of the event, if it has one. For a workspace that only its organisation's
        installation covers, all workspaces of that installation stop.
        """
        bot = self.bot
        now = bot.clock()
        if self.single:
            await bot.database.write(
                lambda session: presence.mark_removed_by_external_id(session, PLATFORM, workspace, now)
            )
            return
        before = at or now + timedelta(seconds=1)
        if await bot.database.write(
            lambda session: installations.remove_installation(
                session, PLATFORM, workspace, organisation, before, now
            )
        ):
            log.info("removed from workspace %s; its schedules stop", workspace or organisation)

    async def revoke_workspaces(self, workspaces: Sequence[str], at: datetime | None) -> None:
        """Record that an organisation's installation lost access to workspaces.

        All work in them stops; the token stays.
        """
        when = at or self.bot.clock()
        await self.bot.database.write(
            lambda session: installations.remove_workspaces(session, PLATFORM, workspaces, when)
        )

    async def grant_workspaces(self, workspaces: Sequence[str], at: datetime | None) -> None:
        """Record that an organisation's installation got access to workspaces.

        What had stopped there continues, unless access was revoked after `at`.
        """
        when = at or self.bot.clock()
        await self.bot.database.write(
            lambda session: presence.restore_removed_before(session, PLATFORM, workspaces, when)
        )

    async def record_presence(self, workspace: str, name: str) -> None:
        """Record that the bot is in a workspace, and its name.

        What had stopped there continues.
        """
        now = self.bot.clock()
        await self.bot.database.write(
            lambda session: presence.mark_present_by_external_id(session, PLATFORM, workspace, name, now)
        )

    async def handle_refusal(self, workspace: str, error: str, token: str) -> bool:
        """Return whether an error of a call with `token` means the bot was removed.

        If so, stop all work in that workspace. It does not mean that when a newer token has
        replaced `token`.
        """
        if error not in REVOKED_CODES or await self.find_token(workspace) not in (token, None):
            return False
        await self.record_removal(workspace)
        return True

    async def _valid_token(self, one: Installation) -> str | None:
        encryption, now = self._require_encryption(), self.bot.clock()
        if one.expires_at is None or one.expires_at - RENEW_BEFORE > now or not one.refresh_token:
            return encryption.decrypt(one.token)
        if await self._claim_renewal(one, now):
            return await self._renew_token(one)
        if one.expires_at > now + RENEWAL_TIMEOUT:
            return encryption.decrypt(one.token)
        return await self._await_renewal(one)

    async def _claim_renewal(self, one: Installation, now: datetime) -> bool:
        return await self.bot.database.write(
            lambda session: installations.claim_renewal(session, one.id, one.token, now, RENEWAL_TIMEOUT)
        )

    async def _renew_token(self, one: Installation) -> str | None:
        """Renew a token, and store the new ones before any use."""
        assert self.secrets is not None
        encryption = self._require_encryption()
        try:
            said = await oauth.renew_tokens(
                self.client(), self.secrets, encryption.decrypt(one.refresh_token)
            )
            fresh = oauth.parse_tokens(said, self.bot.clock())
        except SlackApiError as error:
            return await self._handle_failed_renewal(one, oauth.error_code(error))
        except (ClientError, OSError, TimeoutError, KeyError, TypeError, ValueError):
            return await self._handle_failed_renewal(one, "no answer")
        await self._update_installation(
            one, token=encryption.encrypt(fresh.token), refresh_token=encryption.encrypt(fresh.refresh_token),
            expires_at=fresh.expires_at, renewing_until=None,
        )  # fmt: skip
        return fresh.token

    async def _handle_failed_renewal(self, one: Installation, error: str) -> str | None:
        """Handle a failed renewal: record the removal, or return the old token while it is valid.

        Raise OutcomeUnknownError when the old token has expired.
        """
        log.warning("the token of installation %s was not renewed: %s", one.id, error)
        if error in REVOKED_CODES:
            await self.record_removal(one.workspace, one.organisation)
            return None
        await self._update_installation(one, renewing_until=None)
        if one.expires_at is not None and one.expires_at > self.bot.clock():
            return self._require_encryption().decrypt(one.token)
        raise OutcomeUnknownError

    async def _await_renewal(self, one: Installation) -> str | None:
        """Wait for the token that another process is renewing.

        Raise OutcomeUnknownError when it does not succeed within `RENEWAL_TIMEOUT`.
        """
        for _ in range(int(RENEWAL_TIMEOUT.total_seconds() / POLL_INTERVAL)):
            await asyncio.sleep(POLL_INTERVAL)
            now_there = await self.find_installation(one.workspace, one.organisation)
            if now_there is None:
                return None
            if now_there.token != one.token:
                return self._require_encryption().decrypt(now_there.token)
            if now_there.renewing_until is None:
                break
        raise OutcomeUnknownError

    async def _update_installation(self, one: Installation, **values: Any) -> None:
        await self.bot.database.write(
            lambda session: installations.update_installation(session, one.id, **values)
        )

    def _require_encryption(self) -> Encryption:
        assert self.encryption is not None, "many workspaces need an encryption key"
        return self.encryption


def _rotate_token(encryption: Encryption, sealed: str) -> str:
    return encryption.rotate(sealed) if sealed else ""
