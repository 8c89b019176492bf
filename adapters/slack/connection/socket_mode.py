"""Socket Mode: Slack reaches us over sockets that we open, two of them, so that one can be renewed without a gap."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import discreet
from adapters.slack.connection.bolt_app import dispatched
from adapters.slack.responses import InHand

log = logging.getLogger(__name__)

SOCKETS = 2
HELLO_WITHIN = 5.0
"""Seconds that a start waits for Slack's hello; after that it goes on waiting in the background."""


class Connection:
    """Our sockets to Slack."""

    def __init__(self, app_token: str, api_url: str, in_hand: InHand) -> None:
        self.app_token = app_token
        self.api_url = api_url
        self.in_hand = in_hand
        self.greeted = asyncio.Event()
        self._app: AsyncApp | None = None
        self._clients: list[SocketModeClient] = []
        self._connecting: list[asyncio.Task[None]] = []

    async def open(self, app: AsyncApp) -> None:
        """Connect; returns once Slack says hello, or soon."""
        self._app = app
        self._clients = [self._client() for _ in range(SOCKETS)]
        self._connecting = [asyncio.create_task(self._connect(client)) for client in self._clients]
        try:
            await asyncio.wait_for(self.greeted.wait(), HELLO_WITHIN)
        except TimeoutError:
            log.warning("Slack has not said hello yet; still trying")

    def shut(self) -> None:
        """Take nothing more; what comes now is not acknowledged, so that Slack brings it again."""
        self._app = None

    async def close(self) -> None:
        """Hang up."""
        for task in self._connecting:
            task.cancel()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        for client in self._clients:
            await client.close()  # type: ignore[no-untyped-call]

    def _client(self) -> SocketModeClient:
        web = AsyncWebClient(base_url=self.api_url, retry_handlers=[], logger=discreet("web"))
        client = SocketModeClient(app_token=self.app_token, web_client=web, logger=discreet("socket"))
        client.message_listeners.append(self._hears)
        client.socket_mode_request_listeners.append(self._takes)
        return client

    async def _connect(self, client: SocketModeClient) -> None:
        await client.connect()  # type: ignore[no-untyped-call]

    async def _hears(self, _client: Any, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") == "hello":
            self.greeted.set()

    async def _takes(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if self._app is None:
            return
        began = time.time()
        asked = AsyncBoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
        answer = await self.in_hand.finish(dispatched(self._app, asked))
        await send_async_response(client, request, answer, began)
