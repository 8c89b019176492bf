"""Fixtures for tests of the real bot on a fake Discord, with or without message content."""

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
    """Return an SQLite address.

    One engine is enough: the conversations run on both, and storage is tested without Discord.
    """
    return lent.url("sqlite")


@pytest.fixture
async def room(database: Database) -> AsyncIterator[DiscordRoom]:
    """Yield a chat with DISCORD_MESSAGE_CONTENT=1."""
    async with opened(database, MONDAY) as there:
        await there.settled()
        yield there


@pytest.fixture
async def deaf(database: Database) -> AsyncIterator[DiscordRoom]:
    """Yield a chat without message content, as by default.

    The bot gets the text only of messages that mention it.
    """
    async with opened(database, MONDAY, hears=False) as there:
        await there.settled()
        yield there


@pytest.fixture(autouse=True)
def no_heartbeats_left() -> Iterator[None]:
    """Check after each test that no heartbeat thread of an ended connection is left."""
    yield
    alive = [each for each in threading.enumerate() if isinstance(each, KeepAliveHandler)]
    for thread in alive:
        thread.join(1)
    assert not any(thread.is_alive() for thread in alive)
