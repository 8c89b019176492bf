"""Tests that no log has people's text, even at LOG_LEVEL=DEBUG."""

import logging
from typing import Any, cast

import pytest

from adapters.slack.connection.bolt_app import make_bolt_app
from adapters.slack.installation.single_workspace import SingleWorkspace
from adapters.slack.settings import Settings
from storage.engine.database import Database
from tests.adapters.slack.conftest import MONDAY
from tests.fakes.slack.chat import TRANSPORTS, opened


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_no_words_in_the_log(
    database: Database, caplog: pytest.LogCaptureFixture, transport: str
) -> None:
    """Neither the adapter nor Slack's libraries log any."""
    caplog.set_level(logging.DEBUG)
    async with opened(database, MONDAY, transport) as room:
        await room.types("Ana", "a peculiar thought")
        said = await room.says("Ben", "another peculiar thought")
        await room.chooses("Ana", "Save as aha", said)
        await room.settled()
    ours = [record for record in caplog.records if not record.name.startswith(("sqlalchemy", "aiosqlite"))]
    assert [record.name for record in ours if "peculiar" in record.getMessage()] == []


def test_the_library_reads_our_variables(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt would log that it ignores a token, and name files for tokens that are never created."""
    caplog.set_level(logging.INFO)
    for name in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        monkeypatch.setenv(name, "xoxb-lantern")
    make_bolt_app(
        Settings(signing_secret="s"), SingleWorkspace(cast(Any, None)).authorize_request, cast(Any, None)
    )
    assert caplog.messages == []
