"""The contract of an adapter, on the playground: the real adapter and the page's own requests over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest

from adapters.playground.adapter import Playground
from bot.core.adapter import Adapter
from bot.core.origin import Place
from bot.runtime.process import build_bot, run_bot
from storage.engine.database import Database
from tests.adapters.contract import PRIVATE, Contract, ContractChat, record_handled
from tests.support.chat import HOME, Http, Seen
from tests.support.databases import Lent

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


class RecordingSession:
    """A session that remembers the last request with an effect."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session
        self.get = session.get
        self.last: tuple[str, Any] = ("", None)

    def post(self, url: str, json: Any) -> Any:
        self.last = (url, json)
        return self.session.post(url, json=json)


class PlaygroundChat(ContractChat):
    """A new playground with the bot in the home channel."""

    locale = ""
    direct_is_private = True
    """A conversation with the bot is a private channel of the playground's own."""

    def __init__(self, adapter: Playground, people: Http, requests: RecordingSession) -> None:
        self.adapter = self.playground = adapter
        self.bot = cast(Any, adapter.people.bot)
        self.people = self.page = people
        self.requests = requests
        self.home = Place("playground", HOME)
        self.handled = record_handled(self.bot)

    def person_id(self, who: str) -> str:
        return who.lower()

    def message_link(self, message: str) -> str:
        return f"/#c={HOME}&m={message}"

    def new_process(self) -> Adapter:
        return Playground.open_file(self.playground.chat.world.path)

    async def private_channel(self) -> Place:
        await self._do("invite", person="ana", channel=PRIVATE, on=True)
        return Place("playground", PRIVATE)

    async def see(self, message: str) -> Seen:
        return await self.page.message(message)

    async def picture(self, message: str) -> bytes:
        async with self.requests.get(f"{self.page.address}/api/world", params={"person": "mei"}) as answer:
            shown = (await answer.json())["messages"]
        [address] = [each["picture"]["src"] for each in shown if each["id"] == message]
        async with self.requests.get(self.page.address + address) as answer:
            return await answer.read()

    async def files(self, who: str) -> dict[str, bytes]:
        async with self.requests.get(
            f"{self.page.address}/api/world", params={"person": who.lower()}
        ) as answer:
            shown = [each["file"] for each in (await answer.json())["messages"] if each["file"]]
        return {each["title"]: await self._download(each["src"]) for each in shown}

    async def _download(self, address: str) -> bytes:
        async with self.requests.get(self.page.address + address) as answer:
            assert answer.headers["Content-Disposition"].startswith("attachment;")
            return await answer.read()

    async def mention(self, who: str, whom: str, text: str) -> str:
        return await self.page.says(who, f"@{whom} #{HOME} {text}")

    async def remove_bot(self) -> None:
        await self._do("invite", person="ana", channel=HOME, on=False)

    async def close_messages(self, who: str) -> None:
        await self._do("take-notes", person=who.lower(), on=False)

    async def repeat(self) -> None:
        """Send the page's last request again, as a page does that got no answer."""
        url, body = self.requests.last
        await self._do(url.rpartition("/")[2], **body)

    async def _do(self, name: str, **body: Any) -> None:
        async with self.requests.session.post(f"{self.page.address}/api/{name}", json=body) as answer:
            assert answer.status == 200, await answer.text()


@pytest.fixture
def url(lent: Lent) -> str:
    """One engine is enough: what is stored is tested elsewhere."""
    return lent.url("sqlite")


@pytest.fixture
async def chat(database: Database, tmp_path: Path) -> AsyncIterator[ContractChat]:
    adapter = Playground.open_file(tmp_path / "chat.json", begins=MONDAY)
    bot = build_bot(database, [adapter], adapter.current_time)
    async with run_bot(bot, "127.0.0.1", 0) as port:
        address = f"http://127.0.0.1:{port}"
        async with aiohttp.ClientSession(headers={"Origin": address}) as session:
            requests = RecordingSession(session)
            people = Http(cast(aiohttp.ClientSession, requests), address, bot.tick)
            await people.joins("Ana")
            yield PlaygroundChat(adapter, people, requests)


class TestPlayground(Contract):
    """Every check of the contract."""
