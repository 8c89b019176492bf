"""Live updates for every open tab, over one WebSocket each.

A WebSocket and not server-sent events: a browser opens at most six plain connections to a host, so a seventh
tab of events would hold up every button in all of them.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiohttp import WSCloseCode, web

from adapters.playground.chat import views
from adapters.playground.chat.chat import Chat
from adapters.playground.chat.model import Gone, Item, Json

HEARTBEAT = 20.0


class Live:
    """The open tabs."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._lines: set[web.WebSocketResponse] = set()

    async def serve(self, request: web.Request, person: str, first: Json) -> web.WebSocketResponse:
        """Give one tab the world as its person sees it, then every change, until it goes."""
        line = web.WebSocketResponse(heartbeat=HEARTBEAT)
        await line.prepare(request)
        news: asyncio.Queue[Json] = asyncio.Queue()
        news.put_nowait({"world": first})
        unwatch = self._chat.world.watch(lambda change: self._pass_on(change, person, news))
        self._lines.add(line)
        sending = asyncio.ensure_future(_send(line, news))
        try:
            async for _ in line:
                pass  # a tab says nothing here: it speaks with POST
        finally:
            sending.cancel()
            unwatch()
            self._lines.discard(line)
        return line

    async def close(self) -> None:
        """Hang up; each page then says that the playground is away, and calls again."""
        for line in tuple(self._lines):
            await line.close(code=WSCloseCode.GOING_AWAY)

    def _pass_on(self, change: Item | Gone, person: str, news: asyncio.Queue[Json]) -> None:
        told = views.news(self._chat, person, change)
        if told is not None:
            news.put_nowait(told)


async def _send(line: web.WebSocketResponse, news: asyncio.Queue[Json]) -> None:
    with suppress(ConnectionError):
        while True:
            await line.send_json(await news.get())
