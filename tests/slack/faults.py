"""What goes wrong on demand: a list of faults for each method, each used as often as it says."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from aiohttp import web

from tests.slack.world import SlackError


@dataclass(frozen=True)
class Fault:
    """Base of nothing: what one call of a method meets, before or after it did its work."""

    after: bool = False
    """Whether the work is done all the same: the message stands, and nobody hears of it."""


@dataclass(frozen=True)
class Refuses(Fault):
    """An error in the body of a 200."""

    error: str = "fatal_error"


@dataclass(frozen=True)
class Limited(Fault):
    """429 with Retry-After."""

    seconds: int = 1


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
    """The faults that wait, by method."""

    waiting: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))

    def put(self, method: str, fault: Fault, times: int = 1) -> None:
        """The next `times` calls of a method meet this."""
        self.waiting[method] += [fault] * times

    def take(self, method: str) -> Fault | None:
        """What this call meets."""
        return self.waiting[method].pop(0) if self.waiting[method] else None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.waiting.clear()


async def strike(fault: Fault, request: web.Request) -> web.Response | None:
    """Do what the fault says; nothing where the call is answered as usual after it."""
    match fault:
        case Refuses(error=error):
            raise SlackError(error)
        case Limited(seconds=seconds):
            body = {"ok": False, "error": "ratelimited"}
            return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})
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
