"""Live updates for every open tab, over one WebSocket each.

Not server-sent events: a browser opens at most six plain connections to a host, so a seventh
tab would block every button in all of them.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiohttp import WSCloseCode, web

from adapters.playground.chat import views
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import Item, Json, Progress, RemovedItem

HEARTBEAT = 20.0
MAX_BYTES = 1024
"""Bytes of a message from a tab, which sends none but those of the protocol."""


class LiveUpdates:
    """The WebSocket connections of the open tabs."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._lines: set[web.WebSocketResponse] = set()

    async def serve_tab(self, request: web.Request, person: str, first: Json) -> web.WebSocketResponse:
        """Send one tab the chat as its person sees it, then every change, until it disconnects."""
        line = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=MAX_BYTES, compress=False)
        await line.prepare(request)
        news: asyncio.Queue[Json] = asyncio.Queue()
        news.put_nowait({"world": first})
        unwatch = self._chat.world.watch_changes(lambda change: self._queue_change(change, person, news))
        self._lines.add(line)
        sending = asyncio.ensure_future(_send_changes(line, news))
        try:
            async for _ in line:
                pass  # tabs send nothing over the WebSocket, they use POST
        finally:
            sending.cancel()
            unwatch()
            self._lines.discard(line)
        return line

    async def close(self) -> None:
        """Close every connection. Each page then says that the playground is away, and reconnects."""
        for line in tuple(self._lines):
            await line.close(code=WSCloseCode.GOING_AWAY)

    def _queue_change(
        self, change: Item | RemovedItem | Progress, person: str, news: asyncio.Queue[Json]
    ) -> None:
        told = views.view_change(self._chat, person, change)
        if told is not None:
            news.put_nowait(told)


async def _send_changes(line: web.WebSocketResponse, news: asyncio.Queue[Json]) -> None:
    with suppress(ConnectionError):
        while True:
            await line.send_json(await news.get())
