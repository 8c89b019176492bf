"""Even at LOG_LEVEL=DEBUG nobody's words are in the log."""

import logging

import pytest

from storage.database import Database
from tests.adapters.slack.conftest import MONDAY
from tests.slack.room import TRANSPORTS, opened


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_no_words_in_the_log(
    database: Database, caplog: pytest.LogCaptureFixture, transport: str
) -> None:
    """Not from us, and not from Slack's libraries."""
    caplog.set_level(logging.DEBUG)
    async with opened(database, MONDAY, transport) as room:
        await room.types("Ana", "a peculiar thought")
        said = await room.says("Ben", "another peculiar thought")
        await room.chooses("Ana", "Save as aha", said)
        await room.settled()
    ours = [record for record in caplog.records if not record.name.startswith(("sqlalchemy", "aiosqlite"))]
    assert [record.name for record in ours if "peculiar" in record.getMessage()] == []
