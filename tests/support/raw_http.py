"""HTTP written by hand, for clients that keep no rule of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from tests.support.waiting import PATIENT

GONE = (ConnectionError, asyncio.IncompleteReadError)


@dataclass(frozen=True)
class Raw:
    """An open connection to a server on this machine."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Send these bytes, unless the server has hung up."""
        with suppress(*GONE):
            self.writer.write(data)
            await self.writer.drain()

    async def answer(self) -> str:
        """Return the status line, the headers and the body of the next response, or an empty text without one."""
        with suppress(*GONE):
            async with asyncio.timeout(PATIENT):
                head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
                _, _, length = head.lower().partition("content-length: ")
                body = await self.reader.readexactly(int(length.split()[0])) if length else b""
                return head + body.decode()
        return ""

    async def status(self) -> int:
        """Return the status of the next response, or 0 when the server hangs up without one."""
        answer = await self.answer()
        return int(answer.split()[1]) if answer else 0

    async def trickle(self, data: bytes) -> None:
        """Send a byte every few milliseconds until the server hangs up. TimeoutError if it does not."""
        async with asyncio.timeout(PATIENT):
            with suppress(*GONE):
                while await self._is_open():
                    self.writer.write(data)
                    await self.writer.drain()

    async def _is_open(self) -> bool:
        """Wait a moment for bytes and return whether the server has not hung up meanwhile."""
        with suppress(TimeoutError):
            async with asyncio.timeout(0.02):
                return bool(await self.reader.read(1))
        return True


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Raw]:
    """Open a connection, and close it at the end without a word."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Raw(reader, writer)
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


async def asked(port: int, request: str | bytes) -> str:
    """Send a request on a connection of its own and return the response."""
    async with connected(port) as raw:
        await raw.send(request.encode() if isinstance(request, str) else request)
        return await raw.answer()


async def got(port: int, path: str) -> tuple[int, str]:
    """Return the status and the body of a page."""
    answer = await asked(port, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")
    return int(answer.split()[1]), answer.partition("\r\n\r\n")[2]
