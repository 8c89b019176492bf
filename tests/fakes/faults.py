"""Faults that a fake platform server produces on demand: a queue for each call, each fault used as often as queued."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A failure of one call. Base class of the concrete faults."""

    after: bool = False
    """Whether the fault comes after the call took effect: the message exists, but the caller does not learn of it."""


@dataclass(frozen=True)
class Breaks(Fault):
    """A 5xx answer with an HTML page, as load balancers send."""

    status: int = 503


@dataclass(frozen=True)
class Drops(Fault):
    """A connection that ends without an answer."""


@dataclass(frozen=True)
class Dawdles(Fault):
    """A delayed answer."""

    seconds: float = 1.0


@dataclass
class Faults:
    """The queued faults, by the call's name."""

    waiting: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))

    def put(self, call: str, fault: Fault, times: int = 1) -> None:
        """Queue the fault for the next `times` calls of that name."""
        self.waiting[call] += [fault] * times

    def take(self, call: str) -> Fault | None:
        """Remove and return the next fault queued for the call, or None."""
        return self.waiting[call].pop(0) if self.waiting[call] else None

    def clear(self) -> None:
        """Remove all queued faults."""
        self.waiting.clear()


async def strike(fault: Fault, request: web.Request) -> web.Response | None:
    """Carry out the fault. Returns None where the call is answered as usual afterwards."""
    match fault:
        case Breaks(status=status):
            return web.Response(status=status, text="<html>upstream</html>", content_type="text/html")
        case Drops():
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        case Dawdles(seconds=seconds):
            await asyncio.sleep(seconds)
        case _:
            raise TypeError(fault)
    return None
