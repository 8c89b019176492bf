"""Faults in Discord's own format, by route such as `POST /channels/{channel_id}/messages`.

discord.py retries after a 500, 502, 504 or 524, waiting 1, 3, 5 … s, and never after a 503.
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
    """An error answer of the API, such as 403 with code 50013."""

    status: int = 403
    code: int = 50013
    message: str = "Missing Permissions"


@dataclass(frozen=True)
class Limited(Fault):
    """A 429 answer. discord.py waits and retries if `via` names a proxy, as the real one does; else it raises."""

    seconds: float = 0.05
    everywhere: bool = False
    via: bool = True


async def strike(fault: Fault, request: web.Request) -> web.Response | None:
    """Carry out the fault. Returns None where the call is answered as usual afterwards."""
    match fault:
        case Refuses(status=status, code=code, message=message):
            raise DiscordError(status, code, message)
        case Limited(seconds=seconds, everywhere=everywhere, via=via):
            return limited(seconds, everywhere, via)
        case _:
            return await faults.strike(fault, request)


def limited(seconds: float, everywhere: bool = False, via: bool = True) -> web.Response:
    """Return a 429 answer in Discord's format."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    headers = {
        "Retry-After": str(max(1, round(seconds))),
        "X-RateLimit-Scope": "global" if everywhere else "user",
        **({"Via": "1.1 google"} if via else {}),
        **({"X-RateLimit-Global": "true"} if everywhere else {}),
    }
    return answer(body, 429, headers)


def answer(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return a JSON response without a charset. With a charset discord.py would read the body as a string."""
    text = web.json_response(body).body
    head = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=text, status=status, headers=head)
