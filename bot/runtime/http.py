"""The HTTP side of the process: health, readiness, metrics, and the platforms' routes."""

from __future__ import annotations

from aiohttp import web

from bot.runtime.bot import Bot
from storage.engine.errors import StoreError
from storage.teams import teams

MAX_REQUEST_BYTES = 4 * 1024 * 1024
"""Bytes of one request. 40,000 characters of four bytes each, escaped, fit easily."""


def build_application(bot: Bot) -> web.Application:
    """Return the web application that serves HOST and PORT."""
    app = web.Application(client_max_size=MAX_REQUEST_BYTES)

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
    for adapter in bot.adapters.values():
        app.add_routes(adapter.routes())
    return app


async def _explain_unready(bot: Bot) -> str:
    """Return a sentence that says why the process is not ready, or an empty text."""
    try:
        await bot.database.read(teams.has_teams)
    except StoreError as error:
        return str(error)
    late = [name for name, adapter in bot.adapters.items() if not adapter.ready]
    return f"Not reached yet: {', '.join(late)}." if late else ""
