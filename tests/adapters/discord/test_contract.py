"""The contract of an adapter, on Discord: the real adapter with a discord.py client on its own gateway and REST API."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.discord.adapter import build_adapter
from bot.core.adapter import Adapter
from bot.core.origin import Place
from storage.engine.database import Database
from tests.adapters.contract import PRIVATE, Contract, ContractChat, record_handled
from tests.fakes.discord.chat import DiscordRoom, opened
from tests.fakes.discord.world import SUBMIT, Interaction
from tests.support.chat import Seen
from tests.support.databases import Lent

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


class DiscordChat(ContractChat):
    """Discord's fake server with the bot on it."""

    finds_edited = False
    """An edit sends the container without the id made from the key; the core looks only for what it never edited."""
    longest_alt = 1_024
    """Discord's limit for the description of a picture."""
    tells_zones = False
    """Discord tells an app nobody's time zone."""

    def __init__(self, people: DiscordRoom) -> None:
        self.people = self.fake = people
        self.bot, self.adapter = people.bot, people.adapter
        self.home = Place(people.server.id, people.home.id)
        self.handled = record_handled(people.bot)
        self.world = people.discord.world

    def person_id(self, who: str) -> str:
        return self.world.person(who).id

    def message_link(self, message: str) -> str:
        thread, _, inner = message.rpartition(":")
        return f"https://discord.com/channels/{self.home.workspace}/{thread or self.home.channel}/{inner}"

    def new_process(self) -> Adapter:
        adapter = build_adapter({**self.fake.discord.environment, "DISCORD_MESSAGE_CONTENT": "1"})
        assert adapter is not None
        return adapter

    async def private_channel(self) -> Place:
        channel = self.world.make(self.fake.server, PRIVATE, private=True)
        self.fake.discord.made(channel)
        await self.fake.people.heard()
        return Place(self.home.workspace, channel.id)

    async def see(self, message: str) -> Seen:
        return await self.fake.message(message.rpartition(":")[2])

    async def picture(self, message: str) -> bytes:
        [file] = self.fake.standing(message).attachments
        return file.data

    async def files(self, who: str) -> dict[str, bytes]:
        direct = self.world.direct(self.person_id(who))
        files = [each for said in self.world.standing(direct.id) for each in said.attachments]
        return {each.name: each.data for each in files}

    async def mention(self, who: str, whom: str, text: str) -> str:
        return await self.fake.says(who, f"<@{self.person_id(whom)}> <#{self.home.channel}> {text}")

    async def remove_bot(self) -> None:
        await self.fake.people.shuts(self.fake.home)

    async def close_messages(self, who: str) -> None:
        self.world.person(who).closed = True

    async def repeat(self) -> None:
        """Deliver the same interaction, as after a resumed connection; a form is sent by the person again."""
        last = [*self.world.interactions.values()][-1]
        self.fake.discord.did(self._sent_again(last) if last.type == SUBMIT else last)
        await self.fake.settled()

    def _sent_again(self, form: Interaction) -> Interaction:
        known = replace(form, id=self.world.mint.mint(), token=secrets.token_urlsafe(60), answered=0)
        return replace(known, original=None, said=[], changed=[])


@pytest.fixture
def url(lent: Lent) -> str:
    """One engine is enough: what is stored is tested elsewhere."""
    return lent.url("sqlite")


@pytest.fixture
async def chat(database: Database) -> AsyncIterator[ContractChat]:
    async with opened(database, MONDAY) as people:
        await people.settled()
        yield DiscordChat(people)


class TestDiscord(Contract):
    """Every check of the contract."""
