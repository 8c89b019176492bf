"""Fixtures for tests of the Slack adapter: the home channel on a fake Slack, over HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from storage.engine.database import Database
from tests.fakes.slack.chat import HTTP, SlackRoom, opened

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


@pytest.fixture
async def room(database: Database) -> AsyncIterator[SlackRoom]:
    """Yield a chat with the bot in the channel, and check that it kept Slack's limits."""
    async with opened(database, MONDAY, HTTP) as there:
        yield there
        assert there.slack.problems == []


@pytest.fixture
async def before(database: Database) -> AsyncIterator[SlackRoom]:
    """Yield a chat before the bot is invited, and check that it kept Slack's limits."""
    async with opened(database, MONDAY, HTTP, joined=False) as there:
        yield there
        assert there.slack.problems == []
