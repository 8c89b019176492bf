"""Each server in a process of its own, so that whoever measures does not share its interpreter.

`python -m benchmarks.servers ahabot|bare|bare-discord` listens as its environment says, prints its port (0 where it
has none), and serves until it is killed, which is also how each turn ends: what was answered has to be on disk without
any last word.
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
async def started(name: str, environ: Mapping[str, str]) -> AsyncIterator[int]:
    """A server in its own process; its port. At the end it is killed, and gone."""
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


async def bare() -> None:
    """A Bolt app with one handler that only acks, served as Bolt serves it."""
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_URL"])
    secret = os.environ["SLACK_SIGNING_SECRET"]
    app = AsyncApp(client=client, signing_secret=secret, process_before_response=True)

    @app.command("/aha")
    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    runner = web.AppRunner(app.web_app("/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await _serve(runner.addresses[0][1])


async def bare_discord() -> None:
    """A discord.py client with one command that only answers, connected as discord.py connects it."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
    aha = app_commands.Group(name="aha", description="Aha moments")

    @aha.command(name="log", description="Keep a text")
    async def log(interaction: discord.Interaction, text: str) -> None:
        await interaction.response.send_message("Noted.", ephemeral=True)

    async with discord.AutoShardedClient(intents=discord.Intents(guilds=True)) as client:
        app_commands.CommandTree(client).add_command(aha)
        print(0, flush=True)
        await client.start(os.environ["DISCORD_TOKEN"])


async def ahabot() -> None:
    """The bot as `ahabot run` has it."""
    from adapters import configured
    from bot.runtime.process import build, running
    from storage.engine.database import open_database
    from storage.engine.schema import migrate

    database = open_database(os.environ["DATABASE_URL"])
    migrate(database)
    bot = build(database, configured(os.environ), lambda: datetime.now(UTC))
    async with running(bot, "127.0.0.1", 0) as port:
        gc.freeze()
        await _serve(port)


async def _serve(port: int) -> None:
    print(port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run({AHABOT: ahabot, BARE: bare, BARE_DISCORD: bare_discord}[sys.argv[1]]())
