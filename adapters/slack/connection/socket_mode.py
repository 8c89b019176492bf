"""Socket Mode: Slack sends requests over WebSockets that the bot opens.

There are two, so that one can reconnect while the other receives.
"""

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

from adapters.slack.api import quiet_logger
from adapters.slack.connection.bolt_app import dispatch_request
from adapters.tasks import Tasks

log = logging.getLogger(__name__)

SOCKETS = 2
HELLO_WITHIN = 5.0
"""Seconds that startup waits for Slack's hello.

After that the connection attempts continue in the background.
"""


class Connection:
    """The Socket Mode connections to Slack."""

    def __init__(self, app_token: str, api_url: str, tasks: Tasks) -> None:
        self.app_token = app_token
        self.api_url = api_url
        self.tasks = tasks
        self.hello_received = asyncio.Event()
        self._app: AsyncApp | None = None
        self._clients: list[SocketModeClient] = []
        self._connecting: list[asyncio.Task[None]] = []

    async def open_sockets(self, app: AsyncApp) -> None:
        """Connect, and return when Slack says hello or after `HELLO_WITHIN` seconds."""
        self._app = app
        self._clients = [self._make_client() for _ in range(SOCKETS)]
        self._connecting = [asyncio.create_task(self._connect_client(client)) for client in self._clients]
        try:
            await asyncio.wait_for(self.hello_received.wait(), HELLO_WITHIN)
        except TimeoutError:
            log.warning("Slack has not said hello yet; still trying")

    def stop_accepting(self) -> None:
        """Stop accepting requests.

        Later requests are not acknowledged, so that Slack sends them again.
        """
        self._app = None

    async def close(self) -> None:
        """Cancel pending connection attempts and close the sockets."""
        for task in self._connecting:
            task.cancel()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        for client in self._clients:
            await client.close()  # type: ignore[no-untyped-call]

    def _make_client(self) -> SocketModeClient:
        web = AsyncWebClient(base_url=self.api_url, retry_handlers=[], logger=quiet_logger("web"))
        client = SocketModeClient(app_token=self.app_token, web_client=web, logger=quiet_logger("socket"))
        client.message_listeners.append(self._on_message)
        client.socket_mode_request_listeners.append(self._on_request)
        return client

    async def _connect_client(self, client: SocketModeClient) -> None:
        await client.connect()  # type: ignore[no-untyped-call]

    async def _on_message(self, _client: Any, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") == "hello":
            self.hello_received.set()

    async def _on_request(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if self._app is None:
            return
        began = time.time()
        asked = AsyncBoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
        with self.tasks.track():
            answer = await dispatch_request(self._app, asked)
        await send_async_response(client, request, answer, began)
