"""Tests of the listener with clients that are slow, many, rude or gone: they cost nothing, and nobody notices them."""

import asyncio
import logging
import resource
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.runtime import connections
from bot.runtime.bot import Bot
from bot.runtime.connections import MAX_CONNECTIONS, connection_limit
from bot.runtime.process import run_bot
from bot.settings import SettingError
from tests.support.databases import Lent
from tests.support.raw_http import Raw, asked, connected, got
from tests.support.waiting import until

PAGES = ("/healthz", "/readyz")
SLOW = 300


@pytest.fixture
def url(lent: Lent) -> str:
    """Return an SQLite address, since no engine is nearer to the sockets than another."""
    return lent.url("sqlite")


@pytest.fixture
async def port(bot: Bot) -> AsyncIterator[int]:
    """Run the bot and yield its port."""
    async with run_bot(bot, "127.0.0.1", 0) as here:
        yield here


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Return the log from INFO on."""
    caplog.set_level(logging.INFO)
    return caplog


def closed(bot: Bot, reason: str) -> int:
    """Return how many connections were closed for this reason."""
    return int(
        bot.metrics.registry.get_sample_value("ahabot_connections_closed_total", {"reason": reason}) or 0
    )


async def crowd(stack: AsyncExitStack, port: int, number: int, begin: bytes) -> list[Raw]:
    """Open many connections that begin a request and do not end it."""
    raws = []
    for _ in range(number):
        raws.append(await stack.enter_async_context(connected(port)))
        await raws[-1].send(begin)
    return raws


async def test_a_head_sent_byte_by_byte(
    bot: Bot, port: int, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    """The connection is closed, however busily it sends. One that sends nothing is closed too."""
    monkeypatch.setattr(connections, "RECEIVE_WITHIN", 0.2)
    async with connected(port) as slow, connected(port) as silent:
        await slow.send(b"GET /healthz HTTP/1.1\r\nX: ")
        await slow.trickle(b"x")
        assert await silent.status() == 0
    assert (closed(bot, "late"), log.messages) == (2, [])


async def test_a_second_head_has_its_own_time(bot: Bot, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle connection stays open, as proxies want it, until the next request begins and does not end."""
    monkeypatch.setattr(connections, "RECEIVE_WITHIN", 0.1)
    async with connected(port) as raw:
        for _ in range(2):
            await raw.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await raw.status() == 200
            await asyncio.sleep(0.3)
        assert closed(bot, "late") == 0
        await raw.send(b"GET /hea")
        assert await raw.status() == 0
    assert closed(bot, "late") == 1


@pytest.mark.parametrize(
    "begin", [b"", b"GET /healthz HTTP/1.1\r\nX: ", b"GET /healthz HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"]
)
async def test_three_hundred_slow_ones(
    bot: Bot, port: int, log: pytest.LogCaptureFixture, begin: bytes
) -> None:
    """Health is answered beside them, and the log stays empty."""
    async with AsyncExitStack() as stack:
        await crowd(stack, port, SLOW, begin)
        assert [(await got(port, page))[0] for page in PAGES] == [200, 200]
    assert log.messages == []


async def test_more_than_the_limit(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    """The one that waits longest gives way to a new one, and one that has asked before stays longer."""
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 20)
    async with run_bot(bot, "127.0.0.1", 0) as port, AsyncExitStack() as stack:
        known = await stack.enter_async_context(connected(port))
        await known.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await known.status() == 200
        slow = await crowd(stack, port, SLOW, b"GET / HTTP/1.1\r\nHost: x\r\n")
        await until(lambda: closed(bot, "crowded") == SLOW + 1 - 20)
        assert [(await got(port, page))[0] for page in PAGES] == [200, 200]
        await known.send(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await known.status() == 200
        await slow[-1].send(b"\r\n")
        assert await slow[-1].status() == 404
        assert await slow[0].status() == 0
    assert [line for line in log.records if not line.name.startswith("apscheduler")] == []


def test_the_limit_leaves_files_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where few files may be open, the connections take half of them."""
    for files, limit in ((256, 128), (1 << 20, MAX_CONNECTIONS), (resource.RLIM_INFINITY, MAX_CONNECTIONS)):
        monkeypatch.setattr(resource, "getrlimit", lambda _which, files=files: (files, files))
        assert connection_limit() == limit


JUNK_HEADS = {
    "nothing HTTP knows": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "a method that is none": b"G@T / HTTP/1.1\r\n\r\n",
    "a URL that is none": b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a port that is none": b"GET http://x:99999999/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes for a path": b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT": b"CONNECT x HTTP/1.1\r\nHost: x\r\n\r\n",
    "a long line": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    "a long header": b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{",
    "a negative length": b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "a huge length": b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "both kinds of length": b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks that are none": b"POST /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
    "an expectation": b"POST / HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nContent-Length: 0\r\n\r\n",
    "OPTIONS": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "TRACE": b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
    "an unknown method": b"BREW /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "NUL": b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n",
    "an upgrade": b"GET /healthz2 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\xff\xff",
}  # fmt: skip


@pytest.mark.parametrize("name", JUNK_HEADS)
async def test_junk_gets_a_short_answer(port: int, log: pytest.LogCaptureFixture, name: str) -> None:
    """It is a 4xx without a version or a word of what was sent, and no line in the log."""
    answer = await asked(port, JUNK_HEADS[name])
    assert answer.split()[1].startswith("4")
    assert "aaaa" not in answer
    assert len(answer) < 500
    assert "aiohttp" not in answer.lower()
    assert "python" not in answer.lower()
    assert "\r\nX-Content-Type-Options: nosniff\r\n" in answer
    assert log.messages == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("HEAD", "/healthz", 200),
        ("GET", "/metrics", 200),
        ("GET", "/nothing", 404),
        ("POST", "/healthz", 405),
        ("OPTIONS", "/healthz", 405),
    ],
)
async def test_every_answer_names_no_version(port: int, method: str, path: str, status: int) -> None:
    """Browsers are told not to guess the kind of content, also on errors."""
    close = "Connection: close\r\nContent-Length: 0"
    async with connected(port) as raw:
        await raw.send(f"{method} {path} HTTP/1.1\r\nHost: x\r\n{close}\r\n\r\n".encode())
        answer = (await raw.reader.read()).decode()
    assert int(answer.split()[1]) == status
    head = answer.partition("\r\n\r\n")[0]
    assert "\r\nServer: Ahabot" in head
    assert head.count("X-Content-Type-Options: nosniff") == 1


async def test_clients_that_hang_up(port: int, log: pytest.LogCaptureFixture) -> None:
    """In the middle of a head or a body, or before the answer: none of it is an error."""
    for begin in (
        b"",
        b"GET /he",
        b"POST /healthz HTTP/1.1\r\nContent-Length: 100\r\n\r\n{",
        b"POST /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n" * 40,
    ):
        for _ in range(5):
            async with connected(port) as raw:
                await raw.send(begin)
    assert (await got(port, "/healthz"))[0] == 200
    assert log.messages == []


async def test_a_fault_of_ours_is_a_short_500(
    bot: Bot, port: int, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    """The log has its place, and the response nothing of it."""

    words = " ".join(("quiet", "words"))

    def trip() -> bytes:
        raise TimeoutError(words)

    monkeypatch.setattr(bot.metrics, "render_text", trip)
    answer = await asked(port, "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n")
    assert answer.startswith("HTTP/1.1 500 ")
    [line] = log.messages
    assert line.startswith("a request failed with TimeoutError\n")
    assert words not in line + answer


async def test_health_on_an_address_of_its_own(bot: Bot) -> None:
    """The public address then answers 404 for it, and the other one has nothing else."""
    pages = ("/healthz", "/readyz", "/metrics")
    with socket.create_server(("127.0.0.1", 0)) as free:
        health = free.getsockname()[1]
    async with run_bot(bot, "127.0.0.1", 0, ("127.0.0.1", health)) as port:
        assert [(await got(port, page))[0] for page in pages] == [404, 404, 404]
        assert [(await got(health, page))[0] for page in pages] == [200, 200, 200]
        assert (await got(health, "/slack/events"))[0] == 404
        with pytest.raises(SettingError, match=f"HEALTH_ADDRESS 127.0.0.1:{health} cannot be listened on"):
            async with run_bot(bot, "127.0.0.1", 0, ("127.0.0.1", health)):
                pass
