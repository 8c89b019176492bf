"""Tests that a database which the tests share is empty for the next one."""

import asyncio
import time
from datetime import UTC, datetime

from sqlmodel import Session, select

from storage.models import Workspace
from storage.teams import teams
from tests.support.databases import Lent

NOW = datetime(2026, 3, 16, tzinfo=UTC)


def test_a_write_that_its_test_did_not_wait_for_is_emptied_too(lent: Lent, url: str) -> None:
    database = lent.lend(url)

    def write_slowly(session: Session) -> None:
        teams.ensure_workspace(session, "recorder", "W1", "Lantern", NOW)
        session.flush()
        time.sleep(0.6)

    async def leave_it_behind() -> None:
        task = asyncio.create_task(database.write(write_slowly))
        await asyncio.sleep(0.1)
        task.cancel()

    asyncio.run(leave_it_behind())
    lent.take_back(url)
    with Session(database.reading) as session:
        assert not session.exec(select(Workspace)).all()
