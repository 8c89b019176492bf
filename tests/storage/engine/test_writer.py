"""Tests of the single writer: grouped commits, a savepoint each, and results only after the commit."""

import asyncio
import sqlite3
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import StatementError
from sqlmodel import Session

from storage.engine.database import Database, database_file, open_database
from storage.engine.errors import BusyError, OutcomeUnsureError, StoreError
from storage.models import Workspace
from storage.teams import teams

NOW = datetime(2026, 3, 16, tzinfo=UTC)


def named(name: str) -> Any:
    """Return work that adds a workspace."""

    def work(session: Session) -> int:
        return teams.ensure_workspace(session, "recorder", name, name, NOW)

    return work


def refused(session: Session) -> None:
    """Add a workspace, then raise ValueError."""
    named("never")(session)
    raise ValueError("changed my mind")


def broken(session: Session) -> None:
    """Add a workspace that the database refuses."""
    session.add(Workspace(platform="recorder", external_id="one", created_at=NOW))
    session.flush()


async def names(database: Database) -> set[str]:
    """Return the stored workspaces as another connection sees them."""
    return await database.read(lambda session: set(session.execute(select(Workspace.external_id)).scalars()))  # type: ignore[call-overload]


async def test_many_callers_share_commits(database: Database) -> None:
    """Waiting work is committed together, and all of it is stored."""
    hold = threading.Event()
    first = asyncio.create_task(database.write(lambda _: hold.wait(5)))
    await asyncio.sleep(0.05)
    others = [asyncio.create_task(database.write(named(f"w{n}"))) for n in range(50)]
    await asyncio.sleep(0.05)
    hold.set()
    await asyncio.gather(first, *others)
    assert len(await names(database)) == 50
    assert database.writer.batches == 2


def no_driver_error(session: Session) -> None:
    """Add a row whose flush fails before it reaches the database."""
    session.add(Workspace(platform="recorder", external_id="x", created_at="never"))  # type: ignore[arg-type]


@pytest.mark.parametrize("failing", [refused, broken, no_driver_error])
async def test_one_failure_is_its_own(database: Database, failing: Any) -> None:
    """A command that fails in a batch is rolled back alone, and the others stay."""
    await database.write(named("one"))
    hold = threading.Event()
    first = asyncio.create_task(database.write(lambda _: hold.wait(5)))
    await asyncio.sleep(0.05)
    neighbours = [database.write(named("before")), database.write(failing), database.write(named("after"))]
    results = asyncio.gather(*neighbours, return_exceptions=True)
    await asyncio.sleep(0.05)
    hold.set()
    await first
    before, error, after = await results
    assert (isinstance(before, int), isinstance(after, int)) == (True, True)
    causes = {refused: ValueError, broken: StoreError, no_driver_error: StatementError}
    assert isinstance(error, causes[failing])
    assert "savepoint" not in str(error)
    assert await names(database) == {"one", "before", "after"}


async def test_nobody_is_let_go_before_the_commit(database: Database) -> None:
    """A caller with a result knows that another connection sees what was written."""
    for number in range(20):
        await database.write(named(f"w{number}"))
        assert f"w{number}" in await names(database)


async def test_what_still_waits_is_withdrawn(database: Database) -> None:
    """After its time a command is withdrawn, and nothing of it is written later."""
    hold = threading.Event()
    first = asyncio.create_task(database.write(lambda _: hold.wait(5)))
    await asyncio.sleep(0.05)
    with pytest.raises(BusyError):
        await database.write(named("late"), within=0.1)
    hold.set()
    await first
    assert await names(database) == set()


async def test_what_is_being_written_is_said_to_be_unsure(database: Database) -> None:
    """A command that is running cannot be withdrawn, and its caller is told so."""
    hold = threading.Event()
    with pytest.raises(OutcomeUnsureError):
        await database.write(lambda _: hold.wait(5), within=0.1)
    hold.set()


async def test_stopping_writes_what_waits(database: Database, url: str) -> None:
    """All accepted work is written, and no more is accepted."""
    waiting = [asyncio.create_task(database.write(named(f"w{n}"))) for n in range(10)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)
    await asyncio.gather(*waiting)
    with pytest.raises(StoreError, match="just stopping"):
        await database.write(named("too late"))
    again = open_database(url)
    assert len(await names(again)) == 10
    again.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_locked_file_is_one_sentence(database: Database) -> None:
    """The error names the other program, and afterwards everything works."""
    other = sqlite3.connect(str(database_file(database.url)), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked by another program"):
        await database.write(named("now"))
    other.execute("ROLLBACK")
    other.close()
    await database.write(named("then"))
    assert await names(database) == {"then"}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_full_disk_is_one_sentence_and_its_neighbours_live(database: Database) -> None:
    """Work that does not fit is refused, and work that fits in the same batch is stored."""
    await database.write(named("one"))

    def cap(session: Session) -> None:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count = {pages + 2}"))

    await database.write(cap)
    big = asyncio.create_task(
        database.write(lambda session: teams.ensure_workspace(session, "r", "x" * 400_000, "", NOW))
    )
    small = asyncio.create_task(database.write(named("small")))
    with pytest.raises(StoreError, match="full"):
        await big
    await small
    assert await names(database) == {"one", "small"}


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_lost_connection_is_made_again(database: Database) -> None:
    """After PostgreSQL ended the connection, the next command opens a new one."""
    await database.write(named("one"))
    await database.write(lambda session: session.execute(select(func.pg_backend_pid())).scalar_one())
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await database.read(lambda session: session.execute(text(end)).all())
    await database.write(named("two"))
    assert await names(database) == {"one", "two"}


async def test_whatever_goes_wrong_the_next_one_is_written(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even a fault in our own code does not stop the writer."""

    def faulty(*_jobs: object) -> None:
        raise RuntimeError("a fault")

    with monkeypatch.context() as patch:
        patch.setattr(database.writer, "_run_transaction", faulty)
        with pytest.raises(StoreError, match="The log of Ahabot says more"):
            await database.write(named("one"))
    await database.write(named("two"))
    assert await names(database) == {"two"}


async def test_the_log_says_more_but_no_words(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """For an unexpected refusal the log has the statement and none of its values."""
    half = text("INSERT INTO workspace (name) VALUES (:name)")
    with pytest.raises(StoreError, match="The log of Ahabot says more"):
        await database.write(lambda session: session.execute(half, {"name": "secret"}))
    assert "at: INSERT INTO workspace" in caplog.text
    assert "secret" not in caplog.text
