"""Tests of prepared statements on the driver: the same values, the same errors, and a lost server."""

import asyncio
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from storage.engine.database import Database, database_file
from storage.engine.prepared import PreparedStatement
from storage.models import Workspace
from storage.teams import teams

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
ADD = PreparedStatement(insert(Workspace.__table__).returning(col(Workspace.id), col(Workspace.created_at)))  # type: ignore[attr-defined]
FIND = PreparedStatement(select(col(Workspace.name)).where(col(Workspace.external_id) == "W1"))
ROW = {
    "platform": "recorder",
    "external_id": "W1",
    "organisation": "",
    "name": "O'Brien; 100 %s :x ?",
    "created_at": NOON,
    "cannot_post": "",
    "cannot_mark": "",
}


async def test_values_go_in_and_come_out_as_their_types_have_them(database: Database) -> None:
    """A time comes back aware, and no character of a text is special."""
    number, at = await database.write(lambda session: ADD.fetch_first(session, ROW))
    assert (number > 0, at) == (True, NOON)
    assert await database.read(lambda session: FIND.fetch_first(session, {})) == [ROW["name"]]


async def test_no_row_is_an_empty_one(database: Database) -> None:
    """A query without rows returns an empty list, not an error."""
    assert await database.read(lambda session: FIND.fetch_first(session, {})) == []


async def test_each_set_of_columns_is_its_own_statement(database: Database) -> None:
    """The database sets the columns that are left out, here to NULL."""
    removed = {**ROW, "removed_at": NOON}
    await database.write(lambda session: ADD.fetch_first(session, removed))
    await database.write(lambda session: ADD.fetch_first(session, {**ROW, "external_id": "W2"}))
    found = select(Workspace).order_by(col(Workspace.id))
    one, two = await database.read(lambda session: session.execute(found).scalars().all())
    assert (one.removed_at, two.removed_at) == (NOON, None)


async def test_an_error_is_sqlalchemys_and_holds_no_values(database: Database) -> None:
    """So the writer can tell a race from a fault, and no log has people's text."""
    await database.write(lambda session: ADD.fetch_first(session, ROW))

    def again(session: Session) -> str:
        with pytest.raises(IntegrityError) as wrong, session.connection().begin_nested():
            ADD.fetch_first(session, ROW)
        assert not wrong.value.connection_invalidated
        return str(wrong.value)

    assert "O'Brien" not in await database.write(again)


async def test_a_server_that_goes_away_in_mid_batch(database: Database) -> None:
    """Each command of the batch runs again alone, on a new connection, and nobody waits for ever."""
    if database_file(database.url) is not None:
        return
    hold = threading.Event()
    gone: list[bool] = []

    def loses_the_connection(session: Session) -> int:
        pid = session.execute(select(text("pg_backend_pid()"))).scalar_one()
        if not gone:
            end = text(f"SELECT pg_terminate_backend({pid}, 5000)")
            gone.append(database.read_now(lambda other: other.execute(end).scalar_one()))
        return pid  # type: ignore[no-any-return]

    first = asyncio.create_task(database.write(lambda _: hold.wait(5)))
    await asyncio.sleep(0.05)
    works = [added("one"), loses_the_connection, added("two")]
    batch = [asyncio.create_task(database.write(work)) for work in works]
    await asyncio.sleep(0.05)
    hold.set()
    await asyncio.wait_for(asyncio.gather(first, *batch), 10)
    names = select(Workspace.external_id)  # type: ignore[call-overload]
    assert gone == [True]
    assert set(await database.read(lambda session: session.execute(names).scalars().all())) == {"one", "two"}


def added(name: str) -> Any:
    """Return work that adds a workspace."""
    return lambda session: teams.ensure_workspace(session, "recorder", name, name, NOON)
