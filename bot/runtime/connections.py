"""The connections of a listener: how long a request may take to arrive, and how many there are at once.

aiohttp has no time limit for heads and bodies of its own, and no limit on connections.
"""

from __future__ import annotations

import asyncio
import logging
import resource
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import web

from bot import logs
from bot.runtime.metrics import Metrics

log = logging.getLogger(__name__)

RECEIVE_WITHIN = 5.0
"""Seconds for a head to arrive, and for a body."""
LINGER = 1.0
"""Seconds in which the rest of an unread body is thrown away, so that its sender can read the answer."""
MAX_CONNECTIONS = 512
"""Connections at once."""
MAX_UNFINISHED_BYTES = 64 * 1024 * 1024
"""Bytes of all requests that have not arrived in full, in memory at once."""
LARGE = 256 * 1024
"""Bytes of one request from which on `MAX_UNFINISHED_BYTES` is looked at."""
HEADERS = {"Server": "Ahabot", "X-Content-Type-Options": "nosniff"}
"""Headers of every response. The first replaces aiohttp's, which names versions."""
OPTIONS: dict[str, Any] = {"access_log": None, "auto_decompress": False, "lingering_time": LINGER}
"""Options of every connection. Bodies stay compressed, since a small one can become a huge one."""


class Connections:
    """The open connections of one listener. At the limit, the one that waits longest gives way."""

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self.limit = connection_limit()
        self.open: set[Connection] = set()

    def add(self, connection: Connection) -> None:
        """Add a new connection, and close another one when there are too many."""
        self.open.add(connection)
        if len(self.open) > self.limit:
            self._close_one(holding=0)

    def count_bytes(self) -> None:
        """Close a connection with a large request when too much of unfinished requests is in memory."""
        if sum(each.received for each in self.open if each.is_waiting) > MAX_UNFINISHED_BYTES:
            self._close_one(holding=LARGE)

    def drop(self, connection: Connection, reason: Literal["late", "crowded"]) -> None:
        """Close a connection at once, and count it."""
        self.metrics.connections.labels(reason).inc()
        self.open.discard(connection)
        if connection.transport is not None:
            connection.transport.abort()

    def _close_one(self, holding: int) -> None:
        """Close the one that waits longest, of those that hold this many bytes.

        Those that never sent a request go first. A request that has arrived is answered, so a
        connection that has one stays.
        """
        waiting = [each for each in self.open if each.is_waiting and each.received >= holding]
        self.drop(min(waiting, key=lambda each: (each.has_asked, each.waits_since)), "crowded")


class Connection(web.RequestHandler):
    """A client's connection. It is closed when a head or a body takes longer than `RECEIVE_WITHIN`."""

    def __init__(self, server: web.Server, connections: Connections) -> None:
        super().__init__(server, loop=asyncio.get_running_loop(), **OPTIONS)
        self.connections = connections
        self.asked: web.BaseRequest | None = None
        """The request in progress, from the end of its head to its response."""
        self.has_asked = False
        self.received = 0
        """Bytes since the last response."""
        self.waits_since = 0.0
        self.due: float | None = None
        """The time at which the head or body that is arriving is late."""
        self.alarm: asyncio.TimerHandle | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for the client, idle or in the middle of a request."""
        return self.asked is None or not self.asked.content.is_eof()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the time of the first head."""
        super().connection_made(transport)
        self.waits_since = self._loop.time()
        self._expect_more()
        self.connections.add(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection."""
        self.connections.open.discard(self)
        if self.alarm is not None:
            self.alarm.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Start the time of a further head with its first bytes."""
        if self.asked is None and self.due is None:
            self._expect_more()
        self.received += len(data)
        if self.received > LARGE and self.is_waiting:
            self.connections.count_bytes()
        super().data_received(data)

    def begin_request(self, request: web.BaseRequest) -> None:
        """Start the time of the body, now that the head has arrived."""
        self.asked, self.has_asked, self.due = request, True, None
        if self.is_waiting:
            self._expect_more()

    def end_request(self) -> None:
        """Wait for the next request."""
        self.asked, self.due, self.received = None, None, 0
        self.waits_since = self._loop.time()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer a head that is not HTTP, without a line in the log or a word of what was sent."""
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            response = super().handle_error(request, status, exc, message)
        else:
            response = web.Response(status=status, text=f"{status}: {HTTPStatus(status).phrase}")
            response.force_close()
        response.headers.update(HEADERS)
        return response

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Log a fault of ours. A body that breaks off and a client that hangs up are none."""
        error = kw.get("exc_info")
        if isinstance(error, Exception) and not isinstance(error, web.RequestPayloadError | ConnectionError):
            logs.log_failure(log, "a response", error)

    def _expect_more(self) -> None:
        self.due = self._loop.time() + RECEIVE_WITHIN
        if self.alarm is None:
            self.alarm = self._loop.call_at(self.due, self._check_time)

    def _check_time(self) -> None:
        """Close the connection when it is late.

        There is one timer, which is not moved with each request but looks at `due` when it fires.
        """
        self.alarm = None
        if self.due is None or not self.is_waiting:
            self.due = None
        elif self._loop.time() < self.due:
            self.alarm = self._loop.call_at(self.due, self._check_time)
        else:
            self.connections.drop(self, "late")


def connection_limit() -> int:
    """Return how many connections there may be: `MAX_CONNECTIONS`, or half of the files the process may open."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_CONNECTIONS if files == resource.RLIM_INFINITY else min(MAX_CONNECTIONS, files // 2)
