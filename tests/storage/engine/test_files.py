"""Tests of the files beside an SQLite database: who may read them, and how long a copy is kept."""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.runtime.process import build_bot
from storage.engine import files
from storage.engine.database import Database, open_database
from storage.engine.schema import migrate_database
from tests.support.databases import Clock, made_at


@pytest.fixture(params=[0o000, 0o022, 0o777])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Set the umask that a process was started with."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """Return the rights of each file."""
    return {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}


def open_migrated(folder: Path) -> Database:
    database = open_database(f"sqlite:///{folder / 'ahabot.db'}")
    migrate_database(database)
    return database


def open_upgraded(folder: Path) -> Database:
    """Open a database that was made by the first release and is migrated now."""
    made_at(f"sqlite:///{folder / 'ahabot.db'}", "0001")
    return open_migrated(folder)


@pytest.mark.usefixtures("umask")
def test_files_are_the_owners_alone(tmp_path: Path) -> None:
    """Database, journals, lock and copy, whatever the umask is."""
    folder = tmp_path
    database = open_upgraded(folder)
    with database.reading.connect():
        found = modes(folder)
    copy = files.name_copy(folder / "ahabot.db", datetime.now(UTC)).name
    assert found.keys() >= {"ahabot.db", "ahabot.db.lock", "ahabot.db-wal", "ahabot.db-shm", copy}
    assert set(found.values()) == {"0o600"}
    database.close()


def test_files_that_others_could_read_are_narrowed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An earlier Ahabot made them by the umask. The log says so."""
    caplog.set_level("INFO")
    open_migrated(tmp_path).close()
    (tmp_path / "ahabot.db.before-migration").write_text("")
    for path in tmp_path.iterdir():
        path.chmod(0o664)
    open_migrated(tmp_path).close()
    assert set(modes(tmp_path).values()) == {"0o600"}
    assert "ahabot.db could be read by others and is its owner's alone now" in caplog.text


def test_a_read_only_file_stays_read_only(tmp_path: Path) -> None:
    """Only others' rights are taken."""
    open_migrated(tmp_path).close()
    (tmp_path / "ahabot.db").chmod(0o444)
    files.protect_database(tmp_path / "ahabot.db")
    assert modes(tmp_path)["ahabot.db"] == "0o400"


def test_the_copy_has_the_mode_of_its_original(tmp_path: Path) -> None:
    """Also where somebody gave a group the right to read, after the start."""
    made_at(f"sqlite:///{tmp_path / 'ahabot.db'}", "0001")
    database = open_database(f"sqlite:///{tmp_path / 'ahabot.db'}")
    (tmp_path / "ahabot.db").chmod(0o640)
    migrate_database(database)
    (copy,) = files.list_copies(tmp_path / "ahabot.db")
    assert copy.stat().st_mode & 0o777 == 0o640
    database.close()


async def test_the_copy_is_removed_after_seven_days(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Words erased since would live on in it. Its name, the log and `ahabot migrate` say until when it is kept."""
    caplog.set_level("INFO")
    database = open_upgraded(tmp_path)
    (copy,) = files.list_copies(tmp_path / "ahabot.db")
    until = (datetime.now(UTC) + timedelta(days=7)).date()
    assert copy.name == f"ahabot.db.before-migration-until-{until}"
    assert f"{copy.name} has the database of before the migration, until {until}" in caplog.text
    assert files.describe_copy(tmp_path / "ahabot.db").endswith(f"Ahabot removes that copy after {until}.")
    clock = Clock(datetime(until.year, until.month, until.day, 23, 0, tzinfo=UTC))
    bot = build_bot(database, [], clock)
    await bot.tick()
    assert copy.exists()
    clock.forward(hours=1)
    await bot.tick()
    assert not copy.exists()
    assert f"{copy.name} was kept for 7 days and is removed now" in caplog.text
    await asyncio.to_thread(database.close)


def test_an_earlier_copy_is_removed_by_its_age(tmp_path: Path) -> None:
    """It has no date in its name. Files of other names stay."""
    path = tmp_path / "ahabot.db"
    old = tmp_path / "ahabot.db.before-migration"
    others = [
        tmp_path / name
        for name in ("other.db.before-migration", "ahabot.db.before-migration-mine", "ahabot.db")
    ]
    for file in (old, *others):
        file.write_text("")
        os.utime(file, (0, 0))
    files.remove_old_copies(path, date(1970, 1, 8))
    assert old.exists()
    files.remove_old_copies(path, date(1970, 1, 9))
    assert not old.exists()
    assert all(file.exists() for file in others)
