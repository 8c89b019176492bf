"""Tests of strangers at `/slack/events`: they get a 401 before anything of theirs is parsed, and hold nobody up."""

from __future__ import annotations

import asyncio
import gzip
import hmac
import json
import logging
import time
import zlib
from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from bot.runtime import connections
from tests.adapters.slack.over_sockets.test_bad_input import FORM, JSON, WORDS, command, kept, wire
from tests.fakes.slack.chat import SlackRoom
from tests.fakes.slack.wire import signature
from tests.support.raw_http import Raw, asked, connected, got

DEEP = b"[" * 100_000
FOUR_MB = 4 * 1024 * 1024
STRANGE: dict[str, tuple[bytes, dict[str, str]]] = {
    "deep JSON": (b'{"a":' * 100_000, JSON),
    "a deep list": (DEEP, JSON),
    "a deep payload": (b"payload=" + DEEP, FORM),
    "half a JSON": (b'{"type": "event_callback"', JSON),
    "a number without end": (b'{"a": ' + b"1" * 100_000 + b"}", JSON),
    "bytes that are no text": (b"\xff\xfe\x00" * 1000, JSON),
    "half a character": (b"payload=%7B%7D&x=\xe2\x82", FORM),
    "a gzip bomb": (gzip.compress(b"a" * 10_000_000), FORM | {"Content-Encoding": "gzip"}),
    "a deflate bomb": (zlib.compress(b"a" * 10_000_000), JSON | {"Content-Encoding": "deflate"}),
    "deflate that is none": (b"payload=%7B%7D", FORM | {"Content-Encoding": "deflate"}),
    "an unknown encoding": (b"payload=%7B%7D", FORM | {"Content-Encoding": "moon"}),
    "more than 4 MB": (b"payload=" + b"a" * FOUR_MB, FORM),
    "4 MB of fields": (b"a=b&" * (FOUR_MB // 4), FORM),
}  # fmt: skip
READABLE = {"4 MB of fields"}
"""Those that are a form, if Slack signed them."""


@pytest.fixture
def log(room: SlackRoom, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Return the log of all that comes after the start."""
    caplog.set_level(logging.INFO)
    caplog.clear()
    return caplog


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the names of what is parsed or inflated."""
    names: list[str] = []

    def watch(module: Any, name: str) -> None:
        real = getattr(module, name)

        def watched(*args: Any, **kw: Any) -> Any:
            names.append(name)
            return real(*args, **kw)

        monkeypatch.setattr(module, name, watched)

    from aiohttp.compression_utils import ZLibDecompressor
    from slack_bolt.request import async_request

    watch(async_request, "parse_body")
    watch(async_request, "parse_query")
    watch(ZLibDecompressor, "decompress_sync")
    return names


def port_of(room: SlackRoom) -> int:
    """Return the port that the bot listens on."""
    port = urlsplit(wire(room).url).port
    assert port
    return port


def head(
    room: SlackRoom,
    body: bytes,
    headers: dict[str, str] = FORM,
    *,
    length: int | None = None,
    sender: str = "Slack",
) -> bytes:
    """Return the head of a request from Slack or from a stranger, with any length. It is in chunks where that is -1."""
    size = len(body) if length is None else length
    told = {"Host": "x", **headers} | (
        {"Transfer-Encoding": "chunked"} if size < 0 else {"Content-Length": f"{size}"}
    )
    at = str(int(time.time()) - (301 if sender == "stale" else 0))
    if sender != "unsigned":
        signed = signature("another" if sender == "forged" else wire(room).secret, at, body)
        told |= {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signed}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"POST /slack/events HTTP/1.1\r\n{lines}\r\n".encode()


async def status(room: SlackRoom, body: bytes, headers: dict[str, str], sender: str = "Slack") -> int:
    """Return the status that a body gets on a connection of its own."""
    async with connected(port_of(room)) as raw:
        await raw.send(head(room, body, headers, sender=sender) + body)
        return await raw.status()


@pytest.mark.parametrize("sender", ["forged", "stale", "unsigned"])
@pytest.mark.parametrize("name", STRANGE)
async def test_what_a_stranger_sends_is_not_parsed(
    room: SlackRoom, log: pytest.LogCaptureFixture, parsed: list[str], name: str, sender: str
) -> None:
    """The status is 401, nothing was parsed or inflated, and the log has one short line."""
    assert await status(room, *STRANGE[name], sender) == 401
    assert parsed == []
    assert [len(line) < 120 for line in log.messages] == [True]


async def test_a_body_larger_than_any_is_not_read_to_its_end(room: SlackRoom, parsed: list[str]) -> None:
    """Nobody knows whether it is signed, so it is refused."""
    assert await status(room, b"a=b&" * (FOUR_MB // 2) + b"c", FORM) in (401, 0)
    assert parsed == []


@pytest.mark.parametrize("name", [name for name in STRANGE if name not in READABLE])
async def test_a_signed_body_that_cannot_be_read(
    room: SlackRoom, log: pytest.LogCaptureFixture, parsed: list[str], name: str
) -> None:
    """The status is 400, nothing was inflated, and the log has one short line."""
    assert await status(room, *STRANGE[name]) == 400
    assert "decompress_sync" not in parsed
    assert log.messages == ["a signed request that cannot be read"]


async def test_a_signature_over_other_bytes_of_the_same_text(room: SlackRoom) -> None:
    """It is over the bytes as they arrive, so that a byte that is not UTF-8 counts too."""
    body = urlencode(command(room, WORDS)).encode() + b"&x=\xff"
    assert await status(room, body, FORM) == 400
    assert await status(room, body, FORM, "forged") == 401
    assert await kept(room) == 0


@pytest.mark.parametrize(
    ("stamp", "signed"),
    [
        ("9" * 5_000, "v0=0"), ("١٢٣", "v0=0"), ("-1", "v0=0"), ("", ""), ("{now}", ""), ("{now}", "v0=é"),
        ("{now}", "v0="),
    ],
)  # fmt: skip
async def test_signatures_that_are_none(
    room: SlackRoom, log: pytest.LogCaptureFixture, stamp: str, signed: str
) -> None:
    body = b"payload=%7B%7D"
    now = stamp.format(now=int(time.time()))
    request = (
        f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        f"X-Slack-Request-Timestamp: {now}\r\nX-Slack-Signature: {signed}\r\n\r\n"
    )
    assert (await asked(port_of(room), request.encode() + body)).startswith("HTTP/1.1 401 ")
    assert len(log.messages) == 1


async def test_many_strangers_are_one_line(room: SlackRoom, log: pytest.LogCaptureFixture) -> None:
    for number in range(100):
        assert (await wire(room).raw(b"%d" % number, JSON, secret="another")).status == 401
    [line] = log.messages
    assert "SLACK_SIGNING_SECRET" in line


async def test_bolt_looks_at_the_signature_too(room: SlackRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where ours is not asked, a forged command still gets 401."""
    monkeypatch.setattr(
        "adapters.slack.connection.http.hmac", SimpleNamespace(new=hmac.new, compare_digest=lambda *_: True)
    )
    body = urlencode(command(room, WORDS)).encode()
    assert (await wire(room).raw(body, FORM, secret="another")).status == 401
    assert (await wire(room).raw(body, FORM)).status == 200


async def test_a_body_without_a_length(room: SlackRoom, log: pytest.LogCaptureFixture) -> None:
    """A signed one in chunks is read; broken chunks are refused; a request without a body is refused."""
    body, port = urlencode(command(room, WORDS)).encode(), port_of(room)
    whole = head(room, body, length=-1) + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    assert "Saved as #1" in await asked(port, whole)
    for chunks in (b"zz\r\n", b"5\r\nabcdefgh\r\n", b"ffffffffffffffffffff\r\n"):
        assert (await asked(port, head(room, body, length=-1) + chunks)).split()[1] in ("400", "401")
    without = head(room, body).replace(b"Content-Length", b"X")
    assert (await asked(port, without)).startswith("HTTP/1.1 401 ")
    assert len(log.messages) <= 1


@pytest.mark.parametrize("how", ["chunks", "bytes"])
async def test_a_body_that_never_ends(
    room: SlackRoom, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture, how: str
) -> None:
    """The connection is closed, though the request looks as if Slack had signed it."""
    monkeypatch.setattr(connections, "RECEIVE_WITHIN", 0.2)
    async with connected(port_of(room)) as raw:
        if how == "chunks":
            await raw.send(head(room, b"", length=-1))
            await raw.trickle(b"1\r\na\r\n")
        else:
            await raw.send(head(room, b"", length=1_000_000))
            await raw.trickle(b"a")
    assert closed(room, "late") == 1
    assert log.messages == []


def closed(room: SlackRoom, reason: str) -> int:
    """Return how many connections were closed for this reason."""
    return int(
        room.bot.metrics.registry.get_sample_value("ahabot_connections_closed_total", {"reason": reason}) or 0
    )


async def test_three_hundred_slow_bodies(room: SlackRoom, log: pytest.LogCaptureFixture) -> None:
    """Beside them a signed command is saved and answered, and the log stays empty."""
    port = port_of(room)
    async with AsyncExitStack() as stack:
        for number in range(300):
            raw = await stack.enter_async_context(connected(port))
            await raw.send(head(room, b"", length=1_000_000) + b"a" * number)
        assert "Saved as #1" in json.dumps((await room.people.types("Ana", WORDS, room.home.id)).text)
        assert [(await got(port, page))[0] for page in ("/healthz", "/readyz")] == [200, 200]
    assert await kept(room) == 1
    assert log.messages == []


async def test_large_bodies_share_their_memory(room: SlackRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they are too many, the one that waits longest is closed."""
    monkeypatch.setattr(connections, "MAX_UNFINISHED_BYTES", 3_000_000)
    async with AsyncExitStack() as stack:
        for _ in range(8):
            raw = await stack.enter_async_context(connected(port_of(room)))
            await raw.send(head(room, b"", length=4_000_000) + b"a" * 1_000_000)
        await room.types("Ana", WORDS)
    assert closed(room, "crowded") == 6
    assert await kept(room) == 1


async def test_slack_hangs_up(room: SlackRoom, log: pytest.LogCaptureFixture) -> None:
    """In the middle of the body nothing happens; before the answer the capture is saved. Neither is an error."""
    body, port = urlencode(command(room, WORDS)).encode(), port_of(room)
    for part in (b"", body[:10]):
        async with connected(port) as raw:
            await raw.send(head(room, body) + part)
            await asyncio.sleep(0.02)
    async with connected(port) as raw:
        await raw.send(head(room, body) + body)
        await asyncio.sleep(0.02)
    await room.settled()
    assert await kept(room) == 1
    assert log.messages == []


async def test_a_request_that_arrived_is_answered_in_a_crowd(
    room: SlackRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the limit those that wait are closed, and never one that is being answered."""
    body, port, enough = urlencode(command(room, WORDS)).encode(), port_of(room), asyncio.Event()
    real = room.bot.handle

    async def handle(*args: Any, **kw: Any) -> Any:
        await enough.wait()
        return await real(*args, **kw)

    monkeypatch.setattr(room.bot, "handle", handle)
    async with AsyncExitStack() as stack:
        first: Raw = await stack.enter_async_context(connected(port))
        await first.send(head(room, body) + body)
        for _ in range(connections.connection_limit() + 20):
            await stack.enter_async_context(connected(port))
        assert closed(room, "crowded") > 0
        enough.set()
        assert "Saved as #1" in await first.answer()
