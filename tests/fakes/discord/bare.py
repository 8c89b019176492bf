"""A minimal discord.py client that does not use the bot: a command with subcommands, a message menu, a card, a form.

It records all its events, reactions included.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import discord
import yarl
from discord import app_commands
from PIL import Image

from adapters.discord.connection.client import end_heartbeats
from tests.fakes.discord.server import Discord


def pixel() -> bytes:
    """Return a PNG of one pixel."""
    written = io.BytesIO()
    Image.new("RGB", (1, 1)).save(written, "PNG")
    return written.getvalue()


class Form(discord.ui.Modal, title="A form"):
    """A modal with two questions: a text input and a menu."""

    words: discord.ui.Label[Any] = discord.ui.Label(
        text="What happened",
        description="In your words",
        component=discord.ui.TextInput(custom_id="text", default="as it was", style=discord.TextStyle.long),
    )
    kind: discord.ui.Label[Any] = discord.ui.Label(
        text="Which kind",
        component=discord.ui.Select(
            custom_id="kind",
            options=[discord.SelectOption(label="Aha", value="aha"), discord.SelectOption(label="Other")],
        ),
    )

    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        """Answer with the submitted values."""
        text, kind = self.words.component, self.kind.component
        assert isinstance(text, discord.ui.TextInput)
        assert isinstance(kind, discord.ui.Select)
        await interaction.response.send_message(f"Kept {text.value} as {kind.values}", ephemeral=True)


class Card(discord.ui.LayoutView):
    """A components v2 card with four buttons and a menu."""

    def __init__(self, said: str = "words") -> None:
        super().__init__(timeout=None)
        row: discord.ui.ActionRow[Card] = discord.ui.ActionRow()
        for label in ("Yes", "Form", "Nothing", "Later"):
            button: discord.ui.Button[Card] = discord.ui.Button(
                label=label, custom_id=f"card:{label.lower()}"
            )
            row.add_item(button)
        menu: discord.ui.ActionRow[Card] = discord.ui.ActionRow()
        options = [discord.SelectOption(label="Edit"), discord.SelectOption(label="Delete")]
        menu.add_item(discord.ui.Select(custom_id="card:menu", options=options))
        text: discord.ui.TextDisplay[Card] = discord.ui.TextDisplay(f"**Aha #1**\n{said}")
        self.add_item(discord.ui.Container(text, row, menu))


class Bare(discord.Client):
    """A client that records its events and gives simple answers."""

    def __init__(self, intents: discord.Intents, **more: Any) -> None:
        nobody = discord.AllowedMentions.none()
        super().__init__(
            intents=intents,
            allowed_mentions=nobody,
            guild_ready_timeout=0.05,
            max_messages=None,
            chunk_guilds_at_startup=False,
            **more,
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[Any] = []
        self.held = asyncio.Event()
        _commands(self)

    async def setup_hook(self) -> None:
        """Register the commands."""
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Skip the five seconds that the library waits."""

    def names(self) -> list[str]:
        """Return the names of all recorded events."""
        return [name for name, _ in self.heard]

    def last(self, name: str) -> Any:
        """Return the data of the latest event with this name."""
        return next(data for each, data in reversed(self.heard) if each == name)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Record the event, then dispatch it."""
        if not event.startswith("socket_"):
            self.heard.append((event, args[0] if len(args) == 1 else args))
        super().dispatch(event, *args, **kwargs)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer buttons and menus by custom_id alone, as after a restart."""
        if interaction.type is not discord.InteractionType.component:
            return
        data: Any = interaction.data
        match data["custom_id"]:
            case "card:yes":
                await interaction.response.edit_message(view=Card("another word"))
            case "card:form":
                await interaction.response.send_modal(Form())
            case "card:later":
                await interaction.response.defer()
                await self.held.wait()
                await interaction.followup.send("At last.", ephemeral=True)
            case "card:menu":
                await interaction.response.send_message(f"You chose {data['values']}", ephemeral=True)
            case _:
                return


def _commands(client: Bare) -> None:
    aha = app_commands.Group(name="aha", description="Keep what you found")

    @aha.command(name="log", description="Keep a text")
    @app_commands.describe(text="What happened", loud="For everyone")
    async def log(interaction: discord.Interaction, text: str, loud: bool = False) -> None:
        client.heard.append(("log", interaction))
        await interaction.response.send_message(f"You said {text}", ephemeral=not loud)

    @aha.command(name="show", description="Show one")
    @app_commands.describe(moment="Its number", who="Whose")
    async def show(interaction: discord.Interaction, moment: int, who: discord.Member | None = None) -> None:
        await interaction.response.defer(ephemeral=True)
        await client.held.wait()
        picture = discord.File(io.BytesIO(pixel()), "chart.png", description="A small chart")
        await interaction.edit_original_response(content=f"#{moment} of {who}", attachments=[picture])

    @show.autocomplete("moment")
    async def offered(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[int]]:
        return [app_commands.Choice(name=f"#{current}2 Tokens", value=42)]

    @aha.command(name="form", description="Open a form")
    async def form(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    @aha.command(name="silent", description="Say nothing")
    async def silent(interaction: discord.Interaction) -> None:
        client.heard.append(("silent", interaction))

    client.tree.add_command(aha)

    @client.tree.context_menu(name="Save as aha")
    async def save(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"Saved: {message.content}", ephemeral=True)


@asynccontextmanager
async def connected(
    there: Discord, intents: discord.Intents, token: str = "", **more: Any
) -> AsyncIterator[Bare]:
    """Run the minimal client, connected to this Discord."""
    with (
        patch.object(discord.http.Route, "BASE", there.api),
        patch.object(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(there.gateway.url)),
        patch.object(discord.Asset, "BASE", there.address),
    ):
        async with Bare(intents, **more) as client:
            running = asyncio.create_task(client.start(token or there.token))
            try:
                async with asyncio.timeout(60):
                    while not client.is_ready() and not running.done():  # noqa: ASYNC110  # the client has no event before its login
                        await asyncio.sleep(0.01)
                if running.done():
                    running.result()
                yield client
            finally:
                await client.close()
                await asyncio.gather(running, return_exceptions=True)
                await end_heartbeats(client)
