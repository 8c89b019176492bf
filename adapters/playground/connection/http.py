"""The playground over HTTP: the page, its pictures, what people do (POST), what they are told (WebSocket).

Any site open in the same browser can reach loopback, so each request must name this host, and each one that
changes something must come from this page.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from adapters.playground.chat import disk, views
from adapters.playground.chat.model import Json, Refused
from adapters.playground.chat.timeline import stops
from adapters.playground.connection.routes import DOINGS

if TYPE_CHECKING:
    from adapters.playground.adapter import Playground

log = logging.getLogger(__name__)

PAGE = Path(__file__).parents[1] / "page"
HOSTS = {"127.0.0.1", "localhost", "[::1]"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(playground: Playground) -> Sequence[web.RouteDef]:
    """Everything the playground serves."""
    return [
        web.get("/", _guarded(partial(_page, name="index.html"))),
        web.get("/page/{name}", _guarded(_page)),
        web.get("/pictures/{name}", _guarded(partial(_picture, playground))),
        web.get("/api/world", _guarded(partial(_world, playground))),
        web.get("/api/stops", _guarded(partial(_stops, playground))),
        web.get("/api/live", _guarded(partial(_live, playground), changes=True)),
        web.post("/api/{doing}", _guarded(partial(_do, playground), changes=True)),
    ]


def _guarded(handler: Handler, *, changes: bool = False) -> Handler:
    """The handler behind the checks; whatever goes wrong is one sentence, and never a 500."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            _check(request, changes)
            response = await handler(request)
        except Refused as refused:
            response = _json({"error": refused.sentence, "errors": refused.errors}, refused.status)
        except web.HTTPRequestEntityTooLarge:
            response = _json({"error": "That is too long for one message. Nothing was sent."}, 413)
        except Exception:
            log.exception("the playground could not do %s", request.path)
            response = _json({"error": "Ahabot could not answer just now. Try again in a moment."}, 503)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return guarded


def _check(request: web.Request, changes: bool) -> None:
    """Refused where a request is not for this host, or changes something and is not from this page."""
    host = request.headers.get("Host", "")
    name, _, port = host.rpartition(":") if not host.endswith("]") and ":" in host else (host, "", "")
    if name not in HOSTS or (port and not port.isdecimal()):
        raise Refused("The playground answers only at 127.0.0.1 or localhost.", 403)
    if changes and request.headers.get("Origin") != f"http://{host}":
        raise Refused("The playground takes requests only from its own page.", 403)
    if request.method == "POST" and request.content_type != "application/json":
        raise Refused("The playground takes only JSON.", 403)


async def _page(request: web.Request, name: str = "") -> web.StreamResponse:
    """A file of the page, by its bare name."""
    wanted = name or request.match_info["name"]
    if wanted not in {file.name for file in PAGE.iterdir() if file.is_file()}:
        raise Refused("There is nothing at this address.", 404)
    return web.FileResponse(PAGE / wanted, headers=HEADERS)


async def _picture(playground: Playground, request: web.Request) -> web.StreamResponse:
    png = disk.picture(playground.chat.world.path, request.match_info["name"])
    if png is None:
        raise Refused("That picture is not here any more.", 404)
    return web.Response(body=png, content_type="image/png")


async def _world(playground: Playground, request: web.Request) -> web.StreamResponse:
    return _json(_seen(playground, request.query.get("person", "")))


async def _stops(playground: Playground, request: web.Request) -> web.StreamResponse:
    person = playground.chat.person(request.query.get("person", ""))
    zones = [each.zone for each in playground.chat.world.people.values()]
    return _json({"stops": stops(playground.clock(), person.zone, zones)})


async def _live(playground: Playground, request: web.Request) -> web.StreamResponse:
    """A tab may outlive the world that it knew: as nobody we know, it listens as the first person."""
    people = playground.chat.world.people
    person = request.query.get("person", "")
    person = person if person in people else next(iter(people))
    return await playground.live.serve(request, person, _seen(playground, person))


def _seen(playground: Playground, person: str) -> Json:
    """The world as a person sees it, with what they can ask of the bot."""
    bot = playground.people.bot
    named = sorted((each for each in bot.commands.all if each.name), key=lambda each: each.typed_only)
    commands = [{"usage": each.usage, "summary": each.summary} for each in named]
    return views.world(playground.chat, person) | {
        "commands": commands,
        "shortcuts": [shortcut.label for shortcut in bot.shortcuts],
    }


async def _do(playground: Playground, request: web.Request) -> web.StreamResponse:
    """Something a person did: `POST /api/{doing}` with a JSON object."""
    doing = DOINGS.get(request.match_info["doing"])
    if doing is None:
        raise Refused("The playground does not know how to do that.", 404)
    return _json(await doing(playground, await _body(request)))


async def _body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.text())
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Refused("The request is not a JSON object.")
    return body


def _json(body: Json, status: int = 200) -> web.Response:
    return web.json_response(body, status=status)
