"""Tests of the settings that keep an SQLite file safe, and of readers that cannot write."""

import sqlite3

import pytest
from sqlalchemy import text

from storage.engine.database import Database, database_file, open_database
from storage.engine.errors import StoreError

FILES = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@FILES
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL: a commit outlives a power cut
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 1000),
    ],
)
async def test_the_writer_is_set_up_to_lose_nothing(database: Database, pragma: str, value: object) -> None:
    """The engine reports these settings, whatever ran on it before."""
    asked = text(f"PRAGMA {pragma}")
    assert await database.write(lambda session: session.execute(asked).scalar_one()) == value


@FILES
async def test_a_reader_cannot_write(database: Database) -> None:
    """One process writes, with one connection."""
    with pytest.raises(StoreError, match="read-only"):
        await database.read(lambda session: session.execute(text("DELETE FROM moment")))


@FILES
async def test_the_file_stays_whole_beside_a_reader(database: Database) -> None:
    """A reader in another process takes no lock that the writer waits for."""
    beside = open_database(database.url.render_as_string(), writes=False)
    count = text("SELECT count(*) FROM moment")
    assert beside.read_now(lambda session: session.execute(count).scalar_one()) == 0
    assert await database.write(lambda session: session.execute(count).scalar_one()) == 0
    beside.close()


def in_the_files(database: Database) -> bytes:
    """Return every byte of the database file and of the journal beside it."""
    path = database_file(database.url)
    assert path is not None
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


@FILES
async def test_what_is_erased_is_in_no_file(database: Database) -> None:
    """It is neither in the database nor in the journal after a checkpoint, and a reader blocks nobody."""
    words = b"xyzzy-dentist"
    await database.write(lambda session: session.execute(text("CREATE TABLE notes (words TEXT)")))
    await database.write(lambda session: session.execute(text("INSERT INTO notes VALUES ('xyzzy-dentist')")))
    await database.empty_journal()
    assert words in in_the_files(database)
    beside = sqlite3.connect(str(database_file(database.url)), isolation_level=None)
    beside.execute("BEGIN")
    assert beside.execute("SELECT count(*) FROM notes").fetchone() == (1,)
    await database.write(lambda session: session.execute(text("DELETE FROM notes")))
    await database.empty_journal()
    assert words in in_the_files(database)
    beside.close()
    await database.empty_journal()
    assert words not in in_the_files(database)
