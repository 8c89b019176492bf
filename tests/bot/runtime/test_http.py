"""Tests of health, readiness and metrics, as service managers, load balancers and Prometheus request them."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from bot.core.events import EmojiAdded
from bot.runtime.bot import Bot
from bot.runtime.http import build_application
from storage.engine.errors import StoreError
from tests.support.people import Everyone
from tests.support.recorder import Recorder

Client = TestClient[Request, Application]
AWAY = StoreError("The database can't be reached. Try again in a moment.")


@pytest.fixture
async def client(bot: Bot) -> AsyncIterator[Client]:
    """Yield an HTTP client for the bot's application."""
    async with TestClient(TestServer(build_application(bot))) as opened:
        yield opened


async def asked(client: Client, path: str) -> tuple[int, str]:
    """Return the status and the text of a page."""
    async with client.get(path) as response:
        return response.status, await response.text()


async def test_it_is_alive_and_ready(client: Client) -> None:
    """The database and the platforms respond."""
    assert await asked(client, "/healthz") == (200, "alive\n")
    assert await asked(client, "/readyz") == (200, "ready\n")


async def test_a_platform_that_was_not_reached_yet(client: Client, recorder: Recorder) -> None:
    """The process is alive but not ready until the platform is reached."""
    recorder.ready = False
    assert await asked(client, "/readyz") == (503, "Not reached yet: recorder.\n")
    assert await asked(client, "/healthz") == (200, "alive\n")
    recorder.ready = True
    assert await asked(client, "/readyz") == (200, "ready\n")


async def test_a_database_that_is_away(client: Client, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The response says so, but the process counts as alive and is not restarted for that."""

    async def away(_work: object) -> None:
        raise AWAY

    monkeypatch.setattr(bot.database, "read", away)
    assert await asked(client, "/readyz") == (503, f"{AWAY}\n")
    assert await asked(client, "/healthz") == (200, "alive\n")


async def test_metrics_count_what_was_done_and_how_it_went(
    client: Client, bot: Bot, people: Everyone, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They count commands by name and outcome, postings by result, and how long people waited."""
    await people.ana.types("We sign tokens now")
    await people.ana.types("show 420")
    await bot.tick()
    status, figures = await asked(client, "/metrics")
    assert status == 200
    assert 'ahabot_commands_total{command="log",outcome="done"} 1.0' in figures
    assert 'ahabot_commands_total{command="show",outcome="refused"} 1.0' in figures
    assert 'ahabot_postings_total{outcome="sent"} 2.0' in figures
    assert "ahabot_command_seconds_count 2.0" in figures

    async def away(*_work: object, **_how: object) -> None:
        raise AWAY

    monkeypatch.setattr(bot.database, "write", away)
    await people.ana.types("too late")
    with pytest.raises(StoreError):
        await people.ana.does(EmojiAdded("m1", "💡", "U-ben", "Ben"))
    _, figures = await asked(client, "/metrics")
    assert 'ahabot_commands_total{command="log",outcome="failed"} 1.0' in figures
    assert 'ahabot_commands_total{command="emoji-added",outcome="failed"} 1.0' in figures


async def test_metrics_say_nothing_of_anybody(client: Client, bot: Bot, people: Everyone) -> None:
    """They have no words, names or ids, only kinds and numbers."""
    await people.ana.types("breakthrough the secret of the lantern")
    await bot.tick()
    _, figures = await asked(client, "/metrics")
    assert not [word for word in ("secret", "lantern", "Ana", "U-ana", "C1", "W1") if word in figures]


async def test_other_pages_are_not_there(client: Client) -> None:
    """The response is one line without any version."""
    status, words = await asked(client, "/admin")
    assert (status, words) == (404, "404: Not Found")
