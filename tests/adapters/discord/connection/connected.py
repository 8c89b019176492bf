"""Helpers for tests of the gateway: handlers that note events, and waits that a test controls."""

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
    """Handlers that note each event as words and do nothing else."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, ...]] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    def __getattr__(self, kind: str) -> Any:
        """Return a handler that notes its own name, for all methods not defined below."""

        async def noted(*_what: Any) -> None:
            await self.note(kind)

        return noted

    async def note(self, *words: str) -> None:
        """Note the start, wait until the test allows the end, and note the words."""
        self.notes.append(("begun", *words))
        await self.may_go_on.wait()
        self.notes[self.notes.index(("begun", *words))] = words

    def of(self, kind: str) -> list[tuple[str, ...]]:
        """Return the notes of one handler, without its name."""
        return [words[1:] for words in self.notes if words[0] == kind]

    async def handle_message(self, message: discord.Message) -> None:
        """Note the message's id."""
        await self.note("handle_message", str(message.id))

    async def handle_command(
        self, _interaction: discord.Interaction, declaration: Declaration, options: Any
    ) -> None:
        """Note the command's word and its options."""
        given: Mapping[str, str] = options
        await self.note(
            "handle_command", declaration.name, *(f"{name}={value}" for name, value in given.items())
        )

    async def suggest_options(
        self, _i: discord.Interaction, declaration: Declaration, name: str, typed: str
    ) -> None:
        """Note the command's word, the option and its text so far."""
        await self.note("suggest_options", declaration.name, name, typed)

    async def handle_message_shortcut(
        self, _i: discord.Interaction, shortcut: Shortcut, message: discord.Message
    ) -> None:
        """Note the shortcut's label and the message's id."""
        await self.note("handle_message_shortcut", shortcut.label.text, str(message.id))

    async def handle_button(self, interaction: discord.Interaction) -> None:
        """Note the button's custom id."""
        data: Any = interaction.data
        await self.note("handle_button", data["custom_id"])

    async def handle_form(self, interaction: discord.Interaction) -> None:
        """Note the form's custom id."""
        data: Any = interaction.data
        await self.note("handle_form", data["custom_id"])


class Sleeps:
    """A sleep that notes its seconds and ends at once, unless the test holds it."""

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
    """Return a gateway with these settings that is not started yet."""
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
    """Yield a connected gateway, and stop it at the end."""
    life = life_at(there, sleeps, more)
    try:
        await life.start(COMMANDS, features.SHORTCUTS, desk or Noting())
        await there.connected(sessions)
        yield life
    finally:
        await life.stop()


def says(there: Discord, place: Channel, who: str, words: str) -> str:
    """Post a person's message, and return its id."""
    said = Message(there.world.mint.mint(), place.id, there.world.person(who).id, words)
    return there.stands(said).id


def does(
    there: Discord, place: Channel, who: str, kind: int, data: Json, on: Message | None = None
) -> Interaction:
    """Send an interaction of a person, and return it."""
    mint = there.world.mint
    did = Interaction(mint.mint(), f"token-{mint.mint()}", kind, there.world.person(who), place, data, on)
    there.did(did)
    return did


def as_told(there: Discord, did: Interaction) -> Json:
    """Return an interaction's event data."""
    return payloads.interaction(there.world, did)
