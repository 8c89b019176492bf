"""Faults on demand, as Slack reports them, by API method."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from tests.fakes import faults
from tests.fakes.faults import Breaks, Dawdles, Drops, Fault, Faults
from tests.fakes.slack.world import SlackError

__all__ = ["Breaks", "Dawdles", "Drops", "Fault", "Faults", "Limited", "Refuses", "strike"]


@dataclass(frozen=True)
class Refuses(Fault):
    """An error in the body of a response with status 200."""

    error: str = "fatal_error"


@dataclass(frozen=True)
class Limited(Fault):
    """A response with status 429 and a Retry-After header. `seconds` is its value."""

    seconds: int = 1


async def strike(fault: Fault, request: web.Request) -> web.Response | None:
    """Apply a fault and return its response, or None when the call is to be answered as usual."""
    match fault:
        case Refuses(error=error):
            raise SlackError(error)
        case Limited(seconds=seconds):
            body = {"ok": False, "error": "ratelimited"}
            return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})
        case _:
            return await faults.strike(fault, request)
