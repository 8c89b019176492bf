"""What tests of Slack share: our Slack with the real bot, on a file of its own, over one way or over both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from storage.engine.database import Database
from tests.fakes.slack.chat import HTTP, SOCKET, TRANSPORTS, SlackRoom, opened
from tests.support.databases import Lent

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


@pytest.fixture
def url(lent: Lent) -> str:
    """One engine is enough here: the dialogue runs on each, and what is stored is tested without Slack."""
    return lent.url("sqlite")


@pytest.fixture
async def room(database: Database) -> AsyncIterator[SlackRoom]:
    """Over HTTP."""
    async with opened(database, MONDAY, HTTP) as there:
        await there.settled()
        yield there


@pytest.fixture(params=TRANSPORTS)
async def both(database: Database, request: pytest.FixtureRequest) -> AsyncIterator[SlackRoom]:
    """Over HTTP, and over Socket Mode."""
    async with opened(database, MONDAY, request.param) as there:
        await there.settled()
        yield there


@pytest.fixture
async def socket(database: Database) -> AsyncIterator[SlackRoom]:
    """Over Socket Mode."""
    async with opened(database, MONDAY, SOCKET) as there:
        await there.settled()
        yield there


@pytest.fixture(params=TRANSPORTS)
async def before(database: Database, request: pytest.FixtureRequest) -> AsyncIterator[SlackRoom]:
    """The same as `both`, before anybody invited the bot."""
    async with opened(database, MONDAY, request.param, joined=False) as there:
        yield there
