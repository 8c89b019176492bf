"""Fixtures for tests of the real bot on a fake Slack, over one transport or both."""

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
    """Return an SQLite address.

    One engine is enough: the conversations run on both, and storage is tested without Slack.
    """
    return lent.url("sqlite")


@pytest.fixture
async def room(database: Database) -> AsyncIterator[SlackRoom]:
    """Yield a chat over HTTP."""
    async with opened(database, MONDAY, HTTP) as there:
        await there.settled()
        yield there


@pytest.fixture(params=TRANSPORTS)
async def both(database: Database, request: pytest.FixtureRequest) -> AsyncIterator[SlackRoom]:
    """Yield a chat over HTTP, and one over Socket Mode."""
    async with opened(database, MONDAY, request.param) as there:
        await there.settled()
        yield there


@pytest.fixture
async def socket(database: Database) -> AsyncIterator[SlackRoom]:
    """Yield a chat over Socket Mode."""
    async with opened(database, MONDAY, SOCKET) as there:
        await there.settled()
        yield there


@pytest.fixture(params=TRANSPORTS)
async def before(database: Database, request: pytest.FixtureRequest) -> AsyncIterator[SlackRoom]:
    """Yield a chat as `both` does, before the bot is invited."""
    async with opened(database, MONDAY, request.param, joined=False) as there:
        yield there
