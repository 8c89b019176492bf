"""The HTTP side of the process: health, readiness and metrics, and whatever routes the platforms want."""

from __future__ import annotations

from aiohttp import web

from bot.runtime.bot import Bot
from storage.engine.errors import StoreError
from storage.teams import teams

LARGEST = 4 * 1024 * 1024
"""Bytes of one request: 40,000 characters of four bytes, escaped, fit well."""


def application(bot: Bot) -> web.Application:
    """The application for all that listens on HOST and PORT."""
    app = web.Application(client_max_size=LARGEST)

    async def alive(_request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(_request: web.Request) -> web.Response:
        lacking = await _lacking(bot)
        return web.Response(text=f"{lacking or 'ready'}\n", status=503 if lacking else 200)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=bot.metrics.text(), content_type="text/plain", charset="utf-8")

    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", metrics)
    for adapter in bot.adapters.values():
        app.add_routes(adapter.routes())
    return app


async def _lacking(bot: Bot) -> str:
    """What keeps us from being ready, in a sentence, or nothing."""
    try:
        await bot.database.read(teams.any_at_all)
    except StoreError as error:
        return str(error)
    late = [name for name, adapter in bot.adapters.items() if not adapter.ready]
    return f"Not reached yet: {', '.join(late)}." if late else ""
