"""Calls to Slack: one HTTP session for all, a client a token, no retries of their own, and waits that Slack asked for.

A limit holds for one method in one workspace; nobody else waits for it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, Protocol

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import Refused, judged
from bot.core.adapter import OutcomeUnknown

log = logging.getLogger(__name__)

Json = dict[str, Any]
PATIENCE = ClientTimeout(total=10, connect=5)
WRONG = (SlackApiError, ClientError, OSError, TimeoutError, ValueError, AttributeError)
"""What a call may raise; the last two when an answer is not what Slack ever sends."""


def discreet(name: str, least: int = logging.INFO) -> logging.Logger:
    """A logger for Slack's libraries: at DEBUG they print bodies, which are people's words and the app's secret."""
    found = logging.getLogger(f"adapters.slack.{name}")
    found.setLevel(max(logging.getLogger().getEffectiveLevel(), least))
    return found


class Tokens(Protocol):
    """Who speaks in which workspace."""

    async def of(self, workspace: str) -> str | None:
        """The bot's token there, or None where nobody installed us."""

    async def there(self, workspace: str, name: str) -> None:
        """Take note that we are in a workspace, and what it is called."""

    async def refused(self, workspace: str, error: str, token: str) -> bool:
        """Take note of an error that may say that we were taken out."""


class Wire:
    """The shared session, and a client for each token on it."""

    def __init__(self, api_url: str) -> None:
        self.api_url = api_url
        self._session: ClientSession | None = None
        self._clients: dict[str, AsyncWebClient] = {}

    @property
    def session(self) -> ClientSession:
        """The one session, made when first asked for, inside the running loop."""
        if self._session is None or self._session.closed:
            self._session = ClientSession(timeout=PATIENCE)
        return self._session

    def client(self, token: str = "") -> AsyncWebClient:
        """The client of a token, or one without."""
        found = self._clients.get(token)
        if found is None:
            found = AsyncWebClient(
                token=token or None,
                base_url=self.api_url,
                session=self.session,
                retry_handlers=[],
                logger=discreet("web"),
            )
            self._clients = dict([*self._clients.items(), (token, found)][-1_000:])
        return found

    async def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()


class Clients:
    """All calls go through here."""

    def __init__(self, wire: Wire, tokens: Tokens, clock: Callable[[], float] = time.monotonic) -> None:
        self.wire = wire
        self.tokens = tokens
        self._clock = clock
        self._not_before: dict[tuple[str, str], float] = {}

    async def call(self, workspace: str, method: str, **arguments: Any) -> Json:
        """One call, once. Refused where Slack surely did not do it, OutcomeUnknown where nobody knows."""
        return await self._once(workspace, method, {"json": _present(arguments)})

    async def ask(self, workspace: str, method: str, **arguments: Any) -> Json:
        """One call that only reads; Slack takes its arguments as a query."""
        return await self._once(workspace, method, {"http_verb": "GET", "params": _present(arguments)})

    async def _once(self, workspace: str, method: str, how: Json) -> Json:
        self._wait_is_over(workspace, method)
        token = await self.tokens.of(workspace)
        if token is None:
            raise Refused("account_inactive")
        try:
            answer = await self.wire.client(token).api_call(method, **how)
        except WRONG as error:
            raise await self._trouble(workspace, method, token, judged(error)) from None
        return answer.data if isinstance(answer.data, dict) else {}

    def _wait_is_over(self, workspace: str, method: str) -> None:
        left = self._not_before.get((workspace, method), 0) - self._clock()
        if left > 0:
            raise Refused("ratelimited", left)

    async def _trouble(
        self, workspace: str, method: str, token: str, trouble: Refused | OutcomeUnknown
    ) -> Refused | OutcomeUnknown:
        log.info("%s in %s: %s", method, workspace, trouble)
        if isinstance(trouble, Refused):
            if trouble.code == "ratelimited":
                self._not_before[workspace, method] = self._clock() + (trouble.after or 1)
            await self.tokens.refused(workspace, trouble.code, token)
        return trouble


def _present(arguments: Json) -> Json:
    return {name: value for name, value in arguments.items() if value not in (None, "")}
