"""What goes wrong on demand at a platform's server: a list of faults for each call, each used as often as it says."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Base of nothing: what one call meets, before or after it did its work."""

    after: bool = False
    """Whether the work is done all the same: the message stands, and nobody hears of it."""


@dataclass(frozen=True)
class Breaks(Fault):
    """A 5xx with a page of HTML, as load balancers give."""

    status: int = 503


@dataclass(frozen=True)
class Drops(Fault):
    """The connection ends without an answer."""


@dataclass(frozen=True)
class Dawdles(Fault):
    """An answer, but late."""

    seconds: float = 1.0


@dataclass
class Faults:
    """The faults that wait, by the call's name."""

    waiting: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))

    def put(self, call: str, fault: Fault, times: int = 1) -> None:
        """The next `times` calls of that name meet this."""
        self.waiting[call] += [fault] * times

    def take(self, call: str) -> Fault | None:
        """What this call meets."""
        return self.waiting[call].pop(0) if self.waiting[call] else None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.waiting.clear()


async def strike(fault: Fault, request: web.Request) -> web.Response | None:
    """Do what the fault says; nothing where the call is answered as usual after it."""
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
