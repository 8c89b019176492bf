"""The home channel on our own Slack, over HTTP, for tests of Slack's adapter."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from storage.engine.database import Database
from tests.fakes.slack.chat import HTTP, SlackRoom, opened

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


@pytest.fixture
async def room(database: Database) -> AsyncIterator[SlackRoom]:
    """The bot is in the channel; whatever it sends has to be within Slack's limits."""
    async with opened(database, MONDAY, HTTP) as there:
        yield there
        assert there.slack.problems == []


@pytest.fixture
async def before(database: Database) -> AsyncIterator[SlackRoom]:
    """The same, before anybody invited the bot."""
    async with opened(database, MONDAY, HTTP, joined=False) as there:
        yield there
        assert there.slack.problems == []
