"""Calls to Slack's Web API, with one shared HTTP session and one SDK client per token.

Nothing is retried here. When Slack limits a method in a workspace, further calls of that
method there are refused until the wait is over; other workspaces are not affected.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from typing import Any, Protocol

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import SlackCallError, classify_error, granted_scopes
from bot.core.origin import OutcomeUnknownError

log = logging.getLogger(__name__)

Json = dict[str, Any]
REQUEST_TIMEOUT = ClientTimeout(total=10, connect=5)
CALL_ERRORS = (SlackApiError, ClientError, OSError, TimeoutError, ValueError, AttributeError)
"""Exceptions that a call may raise.

The last two come from a response that is not in Slack's format.
"""


def quiet_logger(name: str, least: int = logging.INFO) -> logging.Logger:
    """Return a logger for Slack's libraries whose level is at least `least`.

    At DEBUG they log request bodies, which contain people's messages and the app's secret.
    """
    found = logging.getLogger(f"adapters.slack.{name}")
    found.setLevel(max(logging.getLogger().getEffectiveLevel(), least))
    return found


class TokenProvider(Protocol):
    """Supplies the bot token of each workspace, and hears of changes to it."""

    async def find_token(self, workspace: str) -> str | None:
        """Return the bot token of a workspace, or None if the bot is not installed there."""

    async def record_presence(self, workspace: str, name: str) -> None:
        """Record that the bot is in a workspace, and the workspace's name."""

    async def handle_refusal(self, workspace: str, error: str, token: str) -> bool:
        """Handle an error code that may mean the bot was removed from the workspace.

        Return whether it does.
        """


class Scopes(Protocol):
    """Hears which scopes the bot has in each workspace."""

    async def note_scopes(self, workspace: str, has: Collection[str]) -> None:
        """Tell the core if the bot lost a scope in a workspace, or got it back."""

    def forget(self, workspace: str) -> None:
        """Forget what is known of a workspace, so that the next scopes are told to the core."""

    def reads_replies(self, workspace: str) -> bool:
        """Return whether a workspace granted all that plain replies need. An unknown one counts as one that did."""

    def recall_scopes(self, workspace: str, scopes: str) -> None:
        """Believe what a stored installation was granted, with commas between, until a response tells."""

    def has_scope(self, workspace: str, scope: str) -> bool:
        """Return whether the latest response in a workspace named a scope that the bot can do without."""

    def is_probe_due(self, workspace: str) -> bool:
        """Return whether to ask Slack again about a workspace in which a scope was missing."""

    async def probe(self, workspace: str) -> None:
        """Ask Slack for anything. Its response tells the scopes."""


class ClientPool:
    """The shared HTTP session, and an SDK client for each token."""

    def __init__(self, api_url: str) -> None:
        self.api_url = api_url
        self._session: ClientSession | None = None
        self._clients: dict[str, AsyncWebClient] = {}

    @property
    def session(self) -> ClientSession:
        """The HTTP session, created on first use, inside the running event loop."""
        if self._session is None or self._session.closed:
            self._session = ClientSession(timeout=REQUEST_TIMEOUT)
        return self._session

    def client_for(self, token: str = "") -> AsyncWebClient:
        """Return the SDK client for a token, or one without a token.

        Keeps the latest 1,000 clients.
        """
        found = self._clients.get(token)
        if found is None:
            found = AsyncWebClient(
                token=token or None,
                base_url=self.api_url,
                session=self.session,
                retry_handlers=[],
                logger=quiet_logger("web"),
            )
            self._clients = dict([*self._clients.items(), (token, found)][-1_000:])
        return found

    async def close(self) -> None:
        """Close the HTTP session."""
        if self._session is not None:
            await self._session.close()


class ApiClient:
    """Every call to Slack: once each, and none while Slack asked to wait."""

    def __init__(
        self, wire: ClientPool, tokens: TokenProvider, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.client_pool = wire
        self.tokens = tokens
        self._clock = clock
        self._not_before: dict[tuple[str, str], float] = {}
        self.scopes: Scopes | None = None
        """Told of the scopes that each response names, once the bot has started."""

    async def call_method(self, workspace: str, method: str, **arguments: Any) -> Json:
        """Call a method once and return its answer.

        Raise SlackCallError if Slack certainly did nothing, OutcomeUnknownError if that is unknown.
        """
        return await self._call_once(workspace, method, {"json": _drop_empty(arguments)})

    async def query_method(self, workspace: str, method: str, **arguments: Any) -> Json:
        """Call a method that only reads and return its answer. Slack takes its arguments as a query."""
        return await self._call_once(
            workspace, method, {"http_verb": "GET", "params": _drop_empty(arguments)}
        )

    async def _call_once(self, workspace: str, method: str, how: Json) -> Json:
        self._raise_if_limited(workspace, method)
        token = await self.tokens.find_token(workspace)
        if token is None:
            raise SlackCallError("account_inactive")
        try:
            answer = await self.client_pool.client_for(token).api_call(method, **how)
        except CALL_ERRORS as error:
            raise await self._note_error(workspace, method, token, classify_error(error)) from None
        data = answer.data if isinstance(answer.data, dict) else {}
        here = workspace or (str(data.get("team_id") or "") if method == "auth.test" else "")
        await self._note_scopes(here, granted_scopes(answer.headers))
        return data

    def _raise_if_limited(self, workspace: str, method: str) -> None:
        left = self._not_before.get((workspace, method), 0) - self._clock()
        if left > 0:
            raise SlackCallError("ratelimited", left)

    async def _note_error(
        self, workspace: str, method: str, token: str, trouble: SlackCallError | OutcomeUnknownError
    ) -> SlackCallError | OutcomeUnknownError:
        log.info("%s in %s: %s", method, workspace, trouble)
        if isinstance(trouble, SlackCallError):
            if trouble.code == "ratelimited":
                self._not_before[workspace, method] = self._clock() + (trouble.after or 1)
            await self.tokens.handle_refusal(workspace, trouble.code, token)
            await self._note_scopes(workspace, trouble.scopes)
        return trouble

    async def _note_scopes(self, workspace: str, has: Collection[str] | None) -> None:
        if self.scopes is not None and has is not None and workspace:
            await self.scopes.note_scopes(workspace, has)


def _drop_empty(arguments: Json) -> Json:
    return {name: value for name, value in arguments.items() if value not in (None, "")}
