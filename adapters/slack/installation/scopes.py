"""The scopes that the bot has in each workspace, as every response of Slack tells.

When an admin takes one away or installs the app again, the next call shows it, and the core
hears of it. The installation tells them before the first call.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from secrets import token_hex

from adapters.slack.api import ApiClient
from adapters.slack.directory import GROUPS_SCOPE
from adapters.slack.errors import SlackCallError
from adapters.slack.installation.tokens import PLATFORM
from bot.core.adapter import Bot
from bot.core.events import PermissionsChanged, RepliesChanged
from bot.core.origin import Origin, OutcomeUnknownError
from storage.engine.errors import StoreError

log = logging.getLogger(__name__)

POST_SCOPE, MARK_SCOPE = "chat:write", "reactions:write"
PROBE_EVERY = 60.0
"""Seconds between two questions to Slack whether lost scopes are back."""
MAX_KNOWN = 20_000
"""Workspaces whose scopes are remembered."""


class GrantedScopes:
    """The scopes by workspace. Only a change is told to the core.

    `history` are the scopes that plain replies need, all of them, and none where the bot never reads replies.
    """

    def __init__(
        self,
        bot: Bot,
        clients: ApiClient,
        history: Collection[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.bot = bot
        self.clients = clients
        self.history = frozenset(history)
        self._clock = clock
        self._missing: dict[str, PermissionsChanged] = {}
        self._optional: dict[str, frozenset[str]] = {}
        self._probed: dict[str, float] = {}

    async def note_scopes(self, workspace: str, has: Collection[str]) -> None:
        """Tell the core if the bot lost a scope in a workspace, or got it back."""
        await self._note_optional(workspace, has)
        now = PermissionsChanged(
            "" if POST_SCOPE in has else POST_SCOPE, "" if MARK_SCOPE in has else MARK_SCOPE
        )
        if self._missing.get(workspace) == now:
            return
        self._missing[workspace] = now
        if len(self._missing) > MAX_KNOWN:
            del self._missing[next(iter(self._missing))]
        try:
            await self.bot.handle(now, Origin(PLATFORM, workspace, "", "", "", f"scopes:{workspace}:{now}"))
        except StoreError as error:
            self._missing.pop(workspace, None)
            log.warning("what the bot may do in %s is not stored yet: %s", workspace, error)

    def has_scope(self, workspace: str, scope: str) -> bool:
        """Return whether the latest response in a workspace named a scope that the bot can do without."""
        return scope in self._optional.get(workspace, ())

    def reads_replies(self, workspace: str) -> bool:
        """Return whether a workspace granted all that plain replies need. An unknown one counts as one that did."""
        return self.history <= self._optional.get(workspace, self.history)

    def recall_scopes(self, workspace: str, scopes: str) -> None:
        """Believe what a stored installation was granted, with commas between, until a response tells."""
        if workspace and scopes and workspace not in self._optional:
            self._keep_optional(workspace, scopes.split(","))

    async def _note_optional(self, workspace: str, has: Collection[str]) -> None:
        """Remember the optional scopes. Tell the core if the bot receives other replies now."""
        before, known = self.reads_replies(workspace), self._optional.get(workspace)
        self._keep_optional(workspace, has)
        if before == self.reads_replies(workspace):
            return
        event = f"replies:{workspace}:{self.reads_replies(workspace)}:{token_hex(8)}"
        try:
            await self.bot.handle(RepliesChanged(), Origin(PLATFORM, workspace, "", "", "", event))
        except StoreError as error:
            self._optional.pop(workspace, None)
            if known is not None:
                self._optional[workspace] = known
            log.warning("that replies are read or not in %s is not stored yet: %s", workspace, error)

    def _keep_optional(self, workspace: str, has: Collection[str]) -> None:
        self._optional.pop(workspace, None)
        self._optional[workspace] = frozenset((GROUPS_SCOPE, *self.history)).intersection(has)
        if len(self._optional) > MAX_KNOWN:
            del self._optional[next(iter(self._optional))]

    def forget(self, workspace: str) -> None:
        """Forget what is known of a workspace, so that the next scopes are told to the core."""
        self._missing.pop(workspace, None)

    def is_probe_due(self, workspace: str) -> bool:
        """Return whether to ask Slack again about a workspace in which a scope was missing."""
        missing = self._missing.get(workspace, PermissionsChanged()) != PermissionsChanged()
        return missing and self._clock() - self._probed.get(workspace, -PROBE_EVERY) >= PROBE_EVERY

    async def probe(self, workspace: str) -> None:
        """Ask Slack for anything. Its response tells the scopes."""
        self._probed[workspace] = self._clock()
        try:
            await self.clients.call_method(workspace, "auth.test")
        except (SlackCallError, OutcomeUnknownError, StoreError) as error:
            log.info("which scopes there are in %s was not said: %s", workspace, error)
