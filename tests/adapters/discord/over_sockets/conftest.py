"""What tests of Discord share: our Discord with the real bot, which reads the words of others or does not."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
from discord.gateway import KeepAliveHandler

from storage.engine.database import Database
from tests.fakes.discord.chat import DiscordRoom, opened
from tests.support.databases import Lent

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


@pytest.fixture
def url(lent: Lent) -> str:
    """One engine is enough here: the dialogue runs on each, and what is stored is tested without Discord."""
    return lent.url("sqlite")


@pytest.fixture
async def room(database: Database) -> AsyncIterator[DiscordRoom]:
    """With DISCORD_MESSAGE_CONTENT=1."""
    async with opened(database, MONDAY) as there:
        await there.settled()
        yield there


@pytest.fixture
async def deaf(database: Database) -> AsyncIterator[DiscordRoom]:
    """Without it, as by default: what people write is heard where it mentions the bot."""
    async with opened(database, MONDAY, hears=False) as there:
        await there.settled()
        yield there


@pytest.fixture(autouse=True)
def no_heartbeats_left() -> Iterator[None]:
    """A connection that has ended beats no more."""
    yield
    alive = [each for each in threading.enumerate() if isinstance(each, KeepAliveHandler)]
    for thread in alive:
        thread.join(1)
    assert not any(thread.is_alive() for thread in alive)
