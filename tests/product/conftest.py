"""The chats in which the dialogues run: the same on every platform."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.engine.database import Database
from tests.fakes.discord import chat
from tests.fakes.slack import chat as slack
from tests.support import chat as rooms
from tests.support.chat import Opened, Room

MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)

PLATFORMS: dict[str, Opened] = {
    "playground": rooms.playground,
    "slack-http": slack.over(slack.HTTP),
    "slack-socket": slack.over(slack.SOCKET),
    "discord": chat.discord,
}


@pytest.fixture(params=PLATFORMS)
async def room(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[Room]:
    """Open the home channel on one platform, on a Monday morning, with the bot in it and no messages of people."""
    opened = PLATFORMS[request.param]
    async with opened(database, tmp_path, MONDAY) as there:
        yield there
