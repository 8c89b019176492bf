"""The HTTP side of the process: health, readiness, metrics, and the platforms' routes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from aiohttp import web

from bot import logs
from bot.runtime.bot import Bot
from bot.runtime.connections import HEADERS, Connection, Connections
from bot.runtime.metrics import Metrics
from storage.engine.errors import StoreError
from storage.teams import teams

log = logging.getLogger(__name__)

MAX_REQUEST_BYTES = 4 * 1024 * 1024
"""Bytes of one request. 40,000 characters of four bytes each, escaped, fit easily."""
FINISH_WITHIN = 2.0
"""Seconds for responses in progress at shutdown."""
BACKLOG = 512
"""Connections that the system accepts while the process is busy."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_application(bot: Bot, *, health: bool = True) -> web.Application:
    """Return the web application that serves HOST and PORT.

    Without `health` it has the platforms' routes alone, because HEALTH_ADDRESS serves the others.
    """
    app = build_health_application(bot) if health else _build_empty_application()
    for adapter in bot.adapters.values():
        app.add_routes(adapter.routes())
    return app


def build_health_application(bot: Bot) -> web.Application:
    """Return the web application with health, readiness and metrics alone."""
    app = _build_empty_application()

    async def answer_alive(_request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def answer_ready(_request: web.Request) -> web.Response:
        lacking = await _explain_unready(bot)
        return web.Response(text=f"{lacking or 'ready'}\n", status=503 if lacking else 200)

    async def answer_metrics(_request: web.Request) -> web.Response:
        return web.Response(body=bot.metrics.render_text(), content_type="text/plain", charset="utf-8")

    app.router.add_get("/healthz", answer_alive)
    app.router.add_get("/readyz", answer_ready)
    app.router.add_get("/metrics", answer_metrics)
    return app


@asynccontextmanager
async def serve_application(
    app: web.Application, host: str, port: int, metrics: Metrics
) -> AsyncIterator[int]:
    """Serve an application inside the block and yield its port. OSError when it cannot listen there."""
    runner = web.AppRunner(app, shutdown_timeout=FINISH_WITHIN)
    await runner.setup()
    assert runner.server is not None
    try:
        connect = partial(Connection, runner.server, Connections(metrics))
        listener = await asyncio.get_running_loop().create_server(connect, host, port, backlog=BACKLOG)
        try:
            yield listener.sockets[0].getsockname()[1]
        finally:
            listener.close()
    finally:
        await runner.cleanup()


def _build_empty_application() -> web.Application:
    app = web.Application(client_max_size=MAX_REQUEST_BYTES, middlewares=[_contain_errors])
    app.on_response_prepare.append(_add_headers)
    return app


@web.middleware
async def _contain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every request, with 400 for a body that breaks off and 500 for a fault of ours.

    A client that hangs up is neither. Its response goes nowhere.
    """
    connection = request.protocol if isinstance(request.protocol, Connection) else None
    if connection is not None:
        connection.begin_request(request)
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:
        if request.transport is None or isinstance(error, web.RequestPayloadError):
            return web.Response(status=400)
        logs.log_failure(log, "a request", error)
        return web.Response(status=500)
    finally:
        if connection is not None:
            connection.end_request()


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


async def _explain_unready(bot: Bot) -> str:
    """Return a sentence that says why the process is not ready, or an empty text."""
    try:
        await bot.database.read(teams.has_teams)
    except StoreError as error:
        return str(error)
    late = [name for name, adapter in bot.adapters.items() if not adapter.ready]
    return f"Not reached yet: {', '.join(late)}." if late else ""
