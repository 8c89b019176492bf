"""What goes wrong on demand in Slack's own way; by method."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from tests.fakes import faults
from tests.fakes.faults import Breaks, Dawdles, Drops, Fault, Faults
from tests.fakes.slack.world import SlackError

__all__ = ["Breaks", "Dawdles", "Drops", "Fault", "Faults", "Limited", "Refuses", "strike"]


@dataclass(frozen=True)
class Refuses(Fault):
    """An error in the body of a 200."""

    error: str = "fatal_error"


@dataclass(frozen=True)
class Limited(Fault):
    """429 with Retry-After."""

    seconds: int = 1


async def strike(fault: Fault, request: web.Request) -> web.Response | None:
    """Do what the fault says; nothing where the call is answered as usual after it."""
    match fault:
        case Refuses(error=error):
            raise SlackError(error)
        case Limited(seconds=seconds):
            body = {"ok": False, "error": "ratelimited"}
            return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})
        case _:
            return await faults.strike(fault, request)
