"""People who type commands as fast as they are answered, each over a connection of their own.

Written on bare sockets, since an HTTP client would cost nearly as much as the server that is measured.
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

HEAD = (
    "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "X-Slack-Request-Timestamp: {at}\r\nX-Slack-Signature: {signature}\r\nContent-Length: {length}\r\n\r\n"
)


class Person(Protocol):
    """Somebody who types, and waits."""

    async def post(self, body: bytes) -> bytes:
        """What they get for it."""


@dataclass(frozen=True)
class Line:
    """One connection that stays open."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    secret: str

    async def post(self, body: bytes) -> bytes:
        """The answer's body. ValueError for any other status than 200."""
        at = str(int(time.time()))
        head = HEAD.format(at=at, signature=signature(self.secret, at, body), length=len(body))
        self.writer.write(head.encode() + body)
        status, *headers = (await self.reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
        length = next(header for header in headers if header.startswith(b"content-length:"))
        answer = await self.reader.readexactly(int(length.partition(b":")[2]))
        if status.split()[1] != b"200":
            raise ValueError(f"{status.decode()}: {answer.decode()}")
        return answer


@dataclass(frozen=True)
class Answered:
    """How long each waited for an answer, in seconds, and how long all of it took."""

    waits: Sequence[float]
    took: float
    handed_back: int
    """Answers that were not the right one: on an overloaded machine people get their text back."""

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return (len(self.waits) - self.handed_back) / self.took

    def percentile(self, hundredth: int) -> float:
        """The wait that so many of a hundred did not exceed."""
        return quantiles(self.waits, n=100, method="inclusive")[hundredth - 1]


@dataclass(frozen=True)
class Callers:
    """People at their lines."""

    lines: Sequence[Person]
    bodies: Sequence[bytes]
    """What each of them sends, up to the number that makes every command a new one."""
    says: bytes
    """What stands in each right answer."""
    numbers: Iterator[int] = field(default_factory=count)
    handed_back: list[bytes] = field(default_factory=list)

    async def call(self, people: int, ended: Callable[[int], bool]) -> Answered:
        """Let the first so many call until `ended`, which gets the number of answers so far."""
        waits: list[float] = []

        async def one(line: Person, body: bytes) -> None:
            while not ended(len(waits)):
                began = perf_counter()
                answer = await line.post(b"%s%d" % (body, next(self.numbers)))
                waits.append(perf_counter() - began)
                if self.says not in answer:
                    self.handed_back.append(answer)

        before, began = len(self.handed_back), perf_counter()
        await asyncio.gather(*map(one, self.lines[:people], self.bodies))
        return Answered(waits, perf_counter() - began, len(self.handed_back) - before)

    async def call_for(self, seconds: float) -> Answered:
        """All of them, that long."""
        until = perf_counter() + seconds
        return await self.call(len(self.lines), lambda _: perf_counter() >= until)

    async def call_alone(self, times: int) -> Answered:
        """The first of them, so often."""
        return await self.call(1, lambda answered: answered >= times)


@asynccontextmanager
async def calling(port: int, secret: str, bodies: Sequence[bytes], says: bytes) -> AsyncIterator[Callers]:
    """A caller for each of these bodies."""
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(connected(port, secret)) for _ in bodies]
        yield Callers(lines, bodies, says)


@asynccontextmanager
async def connected(port: int, secret: str) -> AsyncIterator[Line]:
    """A connection to a server on this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Line(reader, writer, secret)
    finally:
        writer.close()
