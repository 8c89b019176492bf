"""The measured servers, each in its own process, so that none shares the measuring interpreter.

`python -m benchmarks.servers ahabot|bare|bare-discord` listens as its environment says, prints
its port (0 for none), and serves until it is killed. Each round ends with that kill, so every
acknowledged capture has to be on disk without a clean shutdown.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from subprocess import PIPE

import discord
from aiohttp import web
from discord import app_commands
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

AHABOT, BARE, BARE_DISCORD = "ahabot", "bare", "bare-discord"


@asynccontextmanager
async def start_server(name: str, environ: Mapping[str, str]) -> AsyncIterator[int]:
    """Start a server in its own process and yield its port. The process is killed at the end."""
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, name, stdout=PIPE, env={**clean, **environ}
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def serve_bare_bolt() -> None:
    """Serve a Bolt app with one handler that only acknowledges, as Bolt serves it."""
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_URL"])
    secret = os.environ["SLACK_SIGNING_SECRET"]
    app = AsyncApp(client=client, signing_secret=secret, process_before_response=True)

    @app.command("/aha")
    async def acknowledge_command(ack: AsyncAck) -> None:
        await ack()

    runner = web.AppRunner(app.web_app("/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await _serve_forever(runner.addresses[0][1])


async def serve_bare_discord() -> None:
    """Run a discord.py client with one command that only answers."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
    aha = app_commands.Group(name="aha", description="Aha moments")

    @aha.command(name="log", description="Keep a text")
    async def answer_log(interaction: discord.Interaction, text: str) -> None:
        await interaction.response.send_message("Noted.", ephemeral=True)

    async with discord.AutoShardedClient(intents=discord.Intents(guilds=True)) as client:
        app_commands.CommandTree(client).add_command(aha)
        print(0, flush=True)
        await client.start(os.environ["DISCORD_TOKEN"])


async def serve_ahabot() -> None:
    """Serve the bot as `ahabot run` does. BENCH_PATIENCE lets people wait longer, in seconds, for its own test."""
    from adapters import build_adapters
    from bot.runtime.process import build_bot, run_bot
    from storage.engine.database import open_database
    from storage.engine.schema import migrate_database

    database = open_database(os.environ["DATABASE_URL"])
    migrate_database(database)
    bot = build_bot(database, build_adapters(os.environ), lambda: datetime.now(UTC))
    bot.patience = float(os.environ.get("BENCH_PATIENCE", bot.patience))
    async with run_bot(bot, "127.0.0.1", 0) as port:
        gc.freeze()
        await _serve_forever(port)


async def _serve_forever(port: int) -> None:
    print(port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(
        {AHABOT: serve_ahabot, BARE: serve_bare_bolt, BARE_DISCORD: serve_bare_discord}[sys.argv[1]]()
    )
