"""What tests of our life on Discord share: a desk that notes what comes, and waits that end when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import discord

from adapters.discord.connection.gateway import Gateway
from adapters.discord.rate_limit import InvalidRequestBudget
from adapters.discord.settings import Settings
from bot import features
from bot.core.commands import Commands, Declaration, Shortcut
from tests.fakes.discord import payloads
from tests.fakes.discord.server import Discord
from tests.fakes.discord.world import Channel, Interaction, Json, Message

COMMANDS = Commands(features.DECLARATIONS, features.SHORTCUTS)


class Noting:
    """A desk that notes what comes, in words, and does nothing."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, ...]] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    def __getattr__(self, kind: str) -> Any:
        """Everything that nothing below says more of."""

        async def noted(*_what: Any) -> None:
            await self.note(kind)

        return noted

    async def note(self, *words: str) -> None:
        """Note it, and be done when the test lets it."""
        self.notes.append(("begun", *words))
        await self.may_go_on.wait()
        self.notes[self.notes.index(("begun", *words))] = words

    def of(self, kind: str) -> list[tuple[str, ...]]:
        """What was noted of a kind."""
        return [words[1:] for words in self.notes if words[0] == kind]

    async def handle_message(self, message: discord.Message) -> None:
        """By its id."""
        await self.note("handle_message", str(message.id))

    async def handle_command(
        self, _interaction: discord.Interaction, declaration: Declaration, options: Any
    ) -> None:
        """The word, and what was given."""
        given: Mapping[str, str] = options
        await self.note(
            "handle_command", declaration.name, *(f"{name}={value}" for name, value in given.items())
        )

    async def suggest_options(
        self, _i: discord.Interaction, declaration: Declaration, name: str, typed: str
    ) -> None:
        """Word, option, and what stands there."""
        await self.note("suggest_options", declaration.name, name, typed)

    async def handle_message_shortcut(
        self, _i: discord.Interaction, shortcut: Shortcut, message: discord.Message
    ) -> None:
        """Which, and on what."""
        await self.note("handle_message_shortcut", shortcut.label, str(message.id))

    async def handle_button(self, interaction: discord.Interaction) -> None:
        """Which."""
        data: Any = interaction.data
        await self.note("handle_button", data["custom_id"])

    async def handle_form(self, interaction: discord.Interaction) -> None:
        """Which."""
        data: Any = interaction.data
        await self.note("handle_form", data["custom_id"])


class Sleeps:
    """Waits that are noted, and over at once unless the test holds them."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.began = asyncio.Event()
        self.over = asyncio.Event()
        self.over.set()

    async def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.began.set()
        await self.over.wait()
        await asyncio.sleep(0)


def life_at(there: Discord, sleeps: Sleeps | None = None, more: Mapping[str, str] | None = None) -> Gateway:
    """One that is not begun yet, as these variables set it up."""
    settings = Settings.read({**there.environment, **(more or {})})
    assert settings is not None
    return Gateway(settings, InvalidRequestBudget(), sleeps or Sleeps())


@asynccontextmanager
async def living(
    there: Discord,
    desk: Any = None,
    sleeps: Sleeps | None = None,
    sessions: int = 1,
    more: Mapping[str, str] | None = None,
) -> AsyncIterator[Gateway]:
    """Our life inside the block, connected."""
    life = life_at(there, sleeps, more)
    try:
        await life.start(COMMANDS, features.SHORTCUTS, desk or Noting())
        await there.connected(sessions)
        yield life
    finally:
        await life.stop()


def says(there: Discord, place: Channel, who: str, words: str) -> str:
    """Somebody says something; its id."""
    said = Message(there.world.mint.mint(), place.id, there.world.person(who).id, words)
    return there.stands(said).id


def does(
    there: Discord, place: Channel, who: str, kind: int, data: Json, on: Message | None = None
) -> Interaction:
    """An interaction of this kind."""
    mint = there.world.mint
    did = Interaction(mint.mint(), f"token-{mint.mint()}", kind, there.world.person(who), place, data, on)
    there.did(did)
    return did


def as_told(there: Discord, did: Interaction) -> Json:
    """An interaction's event."""
    return payloads.interaction(there.world, did)
