"""The chats in which the dialogues run: the same on every platform."""

from collections.abc import AsyncIterator, Mapping
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


MAIN_JOB = "::test_the_main_job"


@pytest.fixture(params=PLATFORMS)
async def room(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[Room]:
    """Open the home channel on one platform, on a Monday morning, with the bot in it and no messages of people."""
    opened = PLATFORMS[request.param]
    async with opened(database, tmp_path, MONDAY) as there:
        yield there


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run a dialogue on all its platforms with SQLite, and on one of them, in turn, with PostgreSQL.

    No platform knows which database there is. The main job runs on all of them with both.
    """
    rooms: dict[str, list[str]] = {}
    for item in items:
        if room := _room_on_postgresql(item):
            rooms.setdefault(_name_of(item), []).append(room)
    turns = {name: there[turn % len(there)] for turn, (name, there) in enumerate(rooms.items())}
    left = [item for item in items if _is_another_turn(item, turns)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]


def _is_another_turn(item: pytest.Item, turns: Mapping[str, str]) -> bool:
    room, name = _room_on_postgresql(item), _name_of(item)
    return bool(room) and not name.endswith(MAIN_JOB) and room != turns[name]


def _room_on_postgresql(item: pytest.Item) -> str:
    """Return the platform of a dialogue with PostgreSQL, or an empty string for any other test."""
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return str(given.get("room", "")) if given.get("url") == "postgresql" else ""


def _name_of(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]
