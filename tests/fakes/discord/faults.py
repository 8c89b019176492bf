"""What goes wrong on demand in Discord's own way; by route, such as `POST /channels/{channel_id}/messages`.

Of what breaks, discord.py tries 500, 502, 504 and 524 again after 1, 3, 5 … s, and never 503.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from tests.fakes import faults
from tests.fakes.discord.world import DiscordError
from tests.fakes.faults import Breaks, Dawdles, Drops, Fault, Faults

__all__ = [
    "Breaks",
    "Dawdles",
    "Drops",
    "Fault",
    "Faults",
    "Limited",
    "Refuses",
    "answer",
    "limited",
    "strike",
]


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


async def strike(fault: Fault, request: web.Request) -> web.Response | None:
    """Do what the fault says; nothing where the call is answered as usual after it."""
    match fault:
        case Refuses(status=status, code=code, message=message):
            raise DiscordError(status, code, message)
        case Limited(seconds=seconds, everywhere=everywhere, via=via):
            return limited(seconds, everywhere, via)
        case _:
            return await faults.strike(fault, request)


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
