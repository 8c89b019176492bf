"""Fixtures for a playground on a real socket, its page's requests, and a stand-in for the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, web

from adapters.playground.adapter import Playground
from adapters.playground.chat.chat import Chat
from adapters.playground.interactions import People
from tests.adapters.playground.stand_in import StandIn


@dataclass(frozen=True)
class Page:
    """The page's requests: it reads, sends JSON from its own origin, and listens."""

    session: ClientSession
    base: str

    async def world(self, person: str) -> Any:
        """Return the state as this person sees it."""
        async with self.session.get(f"{self.base}/api/world", params={"person": person}) as answer:
            return await answer.json()

    async def do(self, doing: str, **body: Any) -> Any:
        """Send an action, which must succeed, and return the response."""
        status, answer = await self.try_to(doing, **body)
        assert status == 200, answer
        return answer

    async def try_to(self, doing: str, **body: Any) -> tuple[int, Any]:
        """Send an action, and return the status and the response."""
        headers = {"Origin": self.base}
        async with self.session.post(f"{self.base}/api/{doing}", json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def listen(self, person: str) -> ClientWebSocketResponse:
        """Open this person's live connection, whose first message is the state."""
        line = await self.session.ws_connect(f"{self.base}/api/live?person={person}", origin=self.base)
        assert "world" in await line.receive_json()
        return line


@dataclass
class Running:
    """A running playground with its stand-in bot and its page."""

    playground: Playground
    bot: StandIn
    page: Page

    @property
    def people(self) -> People:
        """The playground's people, as a story uses them."""
        return self.playground.people


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of the chat's file."""
    return tmp_path / "chat.json"


@pytest.fixture
async def here(path: Path) -> AsyncIterator[Running]:
    """Yield a playground that serves its page on loopback."""
    playground, bot = Playground(Chat.open_file(path)), StandIn()
    app = web.Application()
    app.add_routes(playground.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    await playground.start(cast(Any, bot))
    async with ClientSession() as session:
        yield Running(playground, bot, Page(session, f"http://127.0.0.1:{runner.addresses[0][1]}"))
        await playground.stop()
    await runner.cleanup()
