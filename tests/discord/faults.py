"""What goes wrong on demand: a list of faults for each route, each used as often as it says."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from aiohttp import web

from tests.discord.world import DiscordError


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Base of nothing: what one call of a route meets, before or after it did its work."""

    after: bool = False
    """Whether the work is done all the same: the message stands, and nobody hears of it."""


@dataclass(frozen=True)
class Refuses(Fault):
    """An error of Discord's own, such as 403 with 50013."""

    status: int = 403
    code: int = 50013
    message: str = "Missing Permissions"


@dataclass(frozen=True)
class Limited(Fault):
    """429. discord.py waits and tries again where `via` names a proxy, as the real one does; else it raises."""

    seconds: float = 0.05
    everywhere: bool = False
    via: bool = True


@dataclass(frozen=True)
class Breaks(Fault):
    """A 5xx with a page of HTML. discord.py tries 500, 502, 504 and 524 again after 1, 3, 5 … s, never 503."""

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
    """The faults that wait, by route: `POST /channels/{channel_id}/messages`, or any other name in `routes`."""

    waiting: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))

    def put(self, route: str, fault: Fault, times: int = 1) -> None:
        """The next `times` calls of a route meet this."""
        self.waiting[route] += [fault] * times

    def take(self, route: str) -> Fault | None:
        """What this call meets."""
        return self.waiting[route].pop(0) if self.waiting[route] else None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.waiting.clear()


async def strike(fault: Fault, request: web.Request) -> web.Response | None:
    """Do what the fault says; nothing where the call is answered as usual after it."""
    match fault:
        case Refuses(status=status, code=code, message=message):
            raise DiscordError(status, code, message)
        case Limited(seconds=seconds, everywhere=everywhere, via=via):
            return limited(seconds, everywhere, via)
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


def limited(seconds: float, everywhere: bool = False, via: bool = True) -> web.Response:
    """429 as Discord gives it."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    headers = {
        "Retry-After": str(max(1, round(seconds))),
        "X-RateLimit-Scope": "global" if everywhere else "user",
        **({"Via": "1.1 google"} if via else {}),
        **({"X-RateLimit-Global": "true"} if everywhere else {}),
    }
    return answer(body, 429, headers)


def answer(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON with the bare content type: with a charset beside it discord.py reads a string."""
    text = web.json_response(body).body
    head = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=text, status=status, headers=head)
