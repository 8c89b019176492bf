"""Simulated people who send commands as fast as they are answered, each on one connection.

Written on bare sockets, since an HTTP client would cost nearly as much as the measured server.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from statistics import quantiles
from time import perf_counter
from typing import Protocol

from tests.fakes.slack.wire import signature

REQUEST_HEAD = (
    "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "X-Slack-Request-Timestamp: {at}\r\nX-Slack-Signature: {signature}\r\nContent-Length: {length}\r\n\r\n"
)


class Person(Protocol):
    """A simulated person who sends a command and waits for its answer."""

    async def post(self, body: bytes) -> bytes:
        """Return the answer to this command."""


@dataclass(frozen=True)
class SlackConnection:
    """One open connection that sends signed Slack requests."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    secret: str

    async def post(self, body: bytes) -> bytes:
        """Return the response's body. ValueError for any status but 200."""
        at = str(int(time.time()))
        head = REQUEST_HEAD.format(at=at, signature=signature(self.secret, at, body), length=len(body))
        self.writer.write(head.encode() + body)
        status, *headers = (await self.reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
        length = next(header for header in headers if header.startswith(b"content-length:"))
        answer = await self.reader.readexactly(int(length.partition(b":")[2]))
        if status.split()[1] != b"200":
            raise ValueError(f"{status.decode()}: {answer.decode()}")
        return answer


@dataclass(frozen=True)
class LoadResult:
    """The seconds that each answer took, and the seconds of the whole run."""

    waits: Sequence[float]
    took: float
    handed_back: int
    """Wrong answers: on an overloaded machine people get their text back."""

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return (len(self.waits) - self.handed_back) / self.took

    def wait_percentile(self, hundredth: int) -> float:
        """Return a percentile of the waits, in seconds."""
        return quantiles(self.waits, n=100, method="inclusive")[hundredth - 1]


@dataclass(frozen=True)
class Callers:
    """Simulated people at their connections."""

    lines: Sequence[Person]
    bodies: Sequence[bytes]
    """What each person sends, up to the number that makes every command a new one."""
    says: bytes
    """A text that every right answer contains."""
    numbers: Iterator[int] = field(default_factory=count)
    handed_back: list[bytes] = field(default_factory=list)

    async def call_until(self, people: int, ended: Callable[[int], bool]) -> LoadResult:
        """Let the first `people` send until `ended` is true.

        `ended` gets the number of answers so far.
        """
        waits: list[float] = []

        async def keep_calling(line: Person, body: bytes) -> None:
            while not ended(len(waits)):
                began = perf_counter()
                answer = await line.post(b"%s%d" % (body, next(self.numbers)))
                waits.append(perf_counter() - began)
                if self.says not in answer:
                    self.handed_back.append(answer)

        before, began = len(self.handed_back), perf_counter()
        await asyncio.gather(*map(keep_calling, self.lines[:people], self.bodies))
        return LoadResult(waits, perf_counter() - began, len(self.handed_back) - before)

    async def call_for(self, seconds: float) -> LoadResult:
        """Let all people send for this many seconds."""
        until = perf_counter() + seconds
        return await self.call_until(len(self.lines), lambda _: perf_counter() >= until)

    async def call_alone(self, times: int) -> LoadResult:
        """Let the first person alone send this many commands."""
        return await self.call_until(1, lambda answered: answered >= times)


@asynccontextmanager
async def open_callers(
    port: int, secret: str, bodies: Sequence[bytes], says: bytes
) -> AsyncIterator[Callers]:
    """Yield a caller for each of these bodies, each on its own connection."""
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(open_slack_connection(port, secret)) for _ in bodies]
        yield Callers(lines, bodies, says)


@asynccontextmanager
async def open_slack_connection(port: int, secret: str) -> AsyncIterator[SlackConnection]:
    """Yield a connection to a server on this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield SlackConnection(reader, writer, secret)
    finally:
        writer.close()
