"""Tests of rude clients at the running playground: they get a sentence or nothing, and the log stays empty."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSMsgType

from adapters.playground.adapter import Playground
from bot.runtime import connections
from bot.runtime.process import build_bot, run_bot
from storage.engine.database import Database
from tests.support.databases import Lent
from tests.support.raw_http import connected

BODY = json.dumps({"person": "ana", "channel": "random", "text": "hello", "event": "e1"}).encode()


@pytest.fixture
def url(lent: Lent) -> str:
    """Return an SQLite address."""
    return lent.url("sqlite")


@pytest.fixture
async def port(database: Database, tmp_path: Path) -> AsyncIterator[int]:
    """Run the playground and yield its port."""
    playground = Playground.open_file(tmp_path / "chat.json")
    async with run_bot(build_bot(database, [playground], playground.current_time), "127.0.0.1", 0) as here:
        yield here


@pytest.fixture
def log(port: int, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Return the log of all that comes after the start."""
    caplog.set_level(logging.INFO)
    caplog.clear()
    return caplog


def head(port: int, length: int, more: str = "Content-Type: application/json\r\n") -> bytes:
    """Return the head of a POST from the page."""
    here = f"Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    return f"POST /api/type HTTP/1.1\r\n{here}{more}Content-Length: {length}\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"a":' * 100_000, "Content-Type: application/json\r\n"),
        (b"\xff\xfe{}", "Content-Type: application/json\r\n"),
        (BODY, "Content-Type: application/json; charset=klingon\r\n"),
        (gzip.compress(b"a" * 10_000_000), "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"),
        (BODY, "Content-Type: application/json\r\nContent-Encoding: deflate\r\n"),
    ],
)
async def test_a_body_that_cannot_be_read(
    port: int, log: pytest.LogCaptureFixture, body: bytes, headers: str
) -> None:
    """It gets a sentence, and nothing is inflated."""
    async with connected(port) as raw:
        await raw.send(head(port, len(body), headers) + body)
        answer = await raw.answer()
    assert answer.startswith("HTTP/1.1 400 ")
    assert '{"error": "The request isn\'t a JSON object."' in answer
    assert log.messages == []


async def test_pages_that_are_gone(port: int, log: pytest.LogCaptureFixture) -> None:
    """They hang up in the middle of a body, before the answer, or in the middle of their updates."""
    for part in (b"", BODY[:9], BODY):
        async with connected(port) as raw:
            await raw.send(head(port, len(BODY)) + part)
            await asyncio.sleep(0.02)
    async with ClientSession() as session, connected(port):
        line = await session.ws_connect(
            f"http://127.0.0.1:{port}/api/live?person=ana", origin=f"http://127.0.0.1:{port}"
        )
        await line.receive_json()
    await asyncio.sleep(0.05)
    assert log.messages == []


async def test_a_tab_stays_connected(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection has no time limit, and its response no version."""
    monkeypatch.setattr(connections, "RECEIVE_WITHIN", 0.1)
    address = f"http://127.0.0.1:{port}"
    async with (
        ClientSession() as session,
        session.ws_connect(f"{address}/api/live?person=ana", origin=address) as line,
    ):
        assert (await line.receive_json())["world"]
        await asyncio.sleep(0.3)
        headers = {"Origin": address}
        async with session.post(f"{address}/api/type", json=json.loads(BODY), headers=headers) as sent:
            assert sent.status == 200
        assert (await line.receive()).type == WSMsgType.TEXT
        assert line._response.headers["Server"] == "Ahabot"
        assert line._response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_tab_that_talks(port: int, log: pytest.LogCaptureFixture) -> None:
    """A tab sends nothing over its connection, so one that sends a lot is closed."""
    address = f"http://127.0.0.1:{port}"
    async with (
        ClientSession() as session,
        session.ws_connect(f"{address}/api/live?person=ana", origin=address) as line,
    ):
        await line.receive_json()
        await line.send_str("x" * 2_000)
        while (got := await line.receive()).type == WSMsgType.TEXT:
            pass
        assert got.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING)
    assert log.messages == []


async def test_updates_asked_for_without_a_websocket(port: int, log: pytest.LogCaptureFixture) -> None:
    """It is a 4xx with a sentence."""
    address = f"http://127.0.0.1:{port}"
    async with (
        ClientSession() as session,
        session.get(f"{address}/api/live?person=ana", headers={"Origin": address}) as answer,
    ):
        assert 400 <= answer.status < 500
        assert (await answer.json())["error"].endswith(".")
    assert log.messages == []
