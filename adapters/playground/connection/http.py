"""The playground over HTTP: the page, its pictures, interactions (POST), updates (WebSocket).

Any site open in the same browser can reach loopback, so each request must name this host, and
each one that changes data must come from this page.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from aiohttp import web

from adapters.playground.chat import disk, views
from adapters.playground.chat.model import Json
from adapters.playground.chat.timeline import suggest_stops
from adapters.playground.connection.routes import INTERACTIONS
from adapters.playground.connection.websocket import LiveUpdates
from adapters.playground.connection.words import list_page_words
from adapters.playground.errors import ChatError
from adapters.playground.interactions import People
from bot import logs
from bot.core.language.catalogs import ENGLISH, list_languages
from bot.core.language.choice import known_language, name_language
from bot.core.language.words import _, lazy, speaking, switch_language
from bot.core.zones.suggestions import suggest_zones

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

STORY_RUNNING = lazy("The story is still playing. It'll be your turn in a moment.")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def playground_routes(people: People, live: LiveUpdates) -> Sequence[web.RouteDef]:
    """Return all routes of the playground."""
    return [
        web.get("/", _guard_handler(partial(_serve_page, name="index.html"))),
        web.get("/page/{name}", _guard_handler(_serve_page)),
        web.get("/pictures/{name}", _guard_handler(partial(_serve_picture, people))),
        web.get("/files/{name}", _guard_handler(partial(_serve_file, people))),
        web.get("/api/world", _guard_handler(partial(_serve_world, people))),
        web.get("/api/stops", _guard_handler(partial(_serve_stops, people))),
        web.get("/api/zones", _guard_handler(_serve_zones)),
        web.get("/api/live", _guard_handler(partial(_serve_live, people, live), changes=True)),
        web.post("/api/{doing}", _guard_handler(partial(_run_interaction, people), changes=True)),
    ]


def _guard_handler(handler: Handler, *, changes: bool = False) -> Handler:
    """Return the handler behind the checks.

    Every error becomes one sentence in JSON, in the language of the person who asks, and never a 500.
    """

    async def guarded_handler(request: web.Request) -> web.StreamResponse:
        with speaking(ENGLISH):
            try:
                _check_request(request, changes)
                response = await handler(request)
            except ChatError as refused:
                response = _json_response(
                    {"error": refused.sentence, "errors": refused.errors}, refused.status
                )
            except web.HTTPRequestEntityTooLarge:
                response = _json_response(
                    {"error": _("That's too long for one message. Nothing was sent.")}, 413
                )
            except web.HTTPException as refused:
                response = _json_response(
                    {"error": "The playground doesn't accept that request."}, refused.status
                )
            except Exception as error:
                if request.transport is not None:  # a page that is gone is no error
                    logs.log_failure(log, "a request to the playground", error)
                response = _json_response(
                    {"error": _("Ahabot couldn't answer right now. Try again in a moment.")}, 503
                )
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return guarded_handler


def _check_request(request: web.Request, changes: bool) -> None:
    """Raise ChatError for a request to another host, or a change from another page."""
    host = request.headers.get("Host", "")
    name, _colon, port = host.rpartition(":") if not host.endswith("]") and ":" in host else (host, "", "")
    if name not in HOSTS or (port and not port.isdecimal()):
        raise ChatError("The playground only answers at 127.0.0.1 or localhost.", 403)
    if changes and request.headers.get("Origin") != f"http://{host}":
        raise ChatError("The playground only accepts requests from its own page.", 403)
    if request.method == "POST" and request.content_type != "application/json":
        raise ChatError("The playground only accepts JSON.", 403)


async def _serve_page(request: web.Request, name: str = "") -> web.StreamResponse:
    """Serve a file of the page, by its bare name."""
    wanted = name or request.match_info["name"]
    if wanted not in {file.name for file in PAGE.iterdir() if file.is_file()}:
        raise ChatError("There's nothing at this address.", 404)
    return web.FileResponse(PAGE / wanted, headers=HEADERS)


async def _serve_picture(people: People, request: web.Request) -> web.StreamResponse:
    png = disk.read_picture(people.chat.world.path, request.match_info["name"])
    if png is None:
        raise ChatError(_("That picture no longer exists."), 404)
    return web.Response(body=png, content_type="image/png")


async def _serve_file(people: People, request: web.Request) -> web.StreamResponse:
    """Serve a file for the person to keep. The browser never shows it in the chat's own place."""
    name = request.match_info["name"]
    data = disk.read_file(people.chat.world.path, name)
    if data is None:
        raise ChatError(_("That file no longer exists."), 404)
    title = name.partition("-")[2]
    told = {"Content-Disposition": f'attachment; filename="{title}"'}
    return web.Response(body=data, content_type="application/octet-stream", headers=told)


async def _serve_world(people: People, request: web.Request) -> web.StreamResponse:
    return _json_response(_visible_world(people, request.query.get("person", "")))


async def _serve_stops(people: People, request: web.Request) -> web.StreamResponse:
    person = people.chat.find_person(request.query.get("person", ""))
    zones = [each.zone for each in people.chat.world.people.values()]
    now, planners = people.chat.world.current_time(), people.bot.planners.values()
    switch_language(person.language)
    return _json_response({"stops": suggest_stops(now, person.zone, zones, planners)})


async def _serve_zones(request: web.Request) -> web.StreamResponse:
    """Serve the time zones that a text typed in a form can mean, in the page's language."""
    with speaking(known_language(request.query.get("language", ""))):
        found = suggest_zones(request.query.get("typed", ""))
    return _json_response({"options": [{"value": each.value, "label": each.label} for each in found]})


async def _serve_live(people: People, live: LiveUpdates, request: web.Request) -> web.StreamResponse:
    """Serve a tab's live updates.

    A tab may outlive the chat that it knew. With an unknown person, it gets the first person's view.
    """
    known = people.chat.world.people
    person = request.query.get("person", "")
    person = person if person in known else next(iter(known))
    return await live.serve_tab(request, person, _visible_world(people, person))


def _visible_world(people: People, person: str) -> Json:
    """Return the chat as a person sees it, with the bot's commands and shortcuts and the page's own words."""
    bot = people.bot
    named = sorted((each for each in bot.commands.all if each.name), key=lambda each: each.typed_only)
    language = known_language(people.chat.find_person(person).language)
    with speaking(language):
        told = {
            "commands": [{"usage": each.usage, "summary": each.summary()} for each in named],
            "shortcuts": [shortcut.label() for shortcut in bot.commands.shortcuts],
        }
    languages = [{"code": code, "name": name_language(code)} for code in list_languages()]
    spoken = {"language": language, "languages": languages, "words": list_page_words(language)}
    return views.view_world(people.chat, person) | told | spoken


async def _run_interaction(people: People, request: web.Request) -> web.StreamResponse:
    """Run an interaction: a POST to `/api/` and its name, with a JSON object.

    ChatError while the demo's story is played, because its people act one after the other in a time of their own.
    """
    if people.chat.world.progress.is_running:
        raise ChatError(STORY_RUNNING(), 409)
    run = INTERACTIONS.get(request.match_info["doing"])
    if run is None:
        raise ChatError("The playground doesn't know how to do that.", 404)
    body = await _read_body(request)
    person = people.chat.world.people.get(str(body.get("person")))
    switch_language(person.language if person else ENGLISH)
    return _json_response(await run(people, body))


async def _read_body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.text()) if "Content-Encoding" not in request.headers else None
    except (ValueError, LookupError, RecursionError, web.RequestPayloadError):
        body = None  # LookupError: a character set that nobody knows
    if not isinstance(body, dict):
        raise ChatError("The request isn't a JSON object.")
    return body


def _json_response(body: Json, status: int = 200) -> web.Response:
    return web.json_response(body, status=status)
