"""Tests of a database that is locked, read-only, full, slow or away: one sentence and the text back."""

import asyncio
import sqlite3
import threading
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.core.events import EmojiAdded
from bot.runtime.bot import ANSWER_WITHIN, Bot
from storage.engine.database import Database, database_file
from storage.engine.errors import StoreError
from tests.support.people import Everyone

WORDS = "We used to cache tokens, now we sign them"


FILES = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""Faults of a database file, which a server does not have."""


@pytest.fixture(autouse=True)
def as_in_earnest(bot: Bot) -> None:
    """Set the time limit for answers to that of production."""
    bot.patience = ANSWER_WITHIN


async def slow(bot: Bot, seconds: float) -> asyncio.Task[bool]:
    """Keep the writer busy for that many seconds."""
    hold = threading.Event()
    task = asyncio.create_task(bot.database.write(lambda _: hold.wait(seconds)))
    await asyncio.sleep(0.05)
    return task


async def test_a_slow_database_hands_the_words_back(people: Everyone, bot: Bot) -> None:
    """It does so within two seconds, and nothing of it is saved later."""
    await people.ana.types("before")
    busy = await slow(bot, 4)
    began = asyncio.get_running_loop().time()
    got = await people.ana.types(WORDS)
    assert asyncio.get_running_loop().time() - began < 3  # the limit is 1.8 s, and the machine may be busy
    assert (
        got.text == f"The database is busy right now. Nothing was saved. Here is what you wrote.\n“{WORDS}”"
    )
    await busy
    assert WORDS not in (await people.ana.types("list")).text


async def test_a_database_that_is_slow_to_read(
    people: Everyone, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading has a time limit too."""
    await people.ana.types("before")
    original = bot.clock

    def sleepy() -> object:
        threading.Event().wait(2.5)
        return original()

    monkeypatch.setattr(bot, "clock", sleepy)
    began = asyncio.get_running_loop().time()
    got = await people.ana.types("list")
    assert asyncio.get_running_loop().time() - began < 3  # the limit is 1.8 s, and the machine may be busy
    assert got.text.startswith("The database is busy right now.")


async def test_a_command_that_is_just_being_written(people: Everyone, bot: Bot) -> None:
    """Its outcome is unknown after two seconds, so the sentence says to look first."""
    await people.ana.types("before")
    original = bot.clock

    def sleepy() -> object:
        threading.Event().wait(2.5)
        return original()

    bot.clock = sleepy  # type: ignore[assignment]
    got = await people.ana.types(WORDS)
    assert "may be saved already. Check with /aha find before you send it again." in got.text
    assert WORDS in got.text


@FILES
async def test_a_locked_file(people: Everyone, database: Database) -> None:
    """Another program holds it."""
    await people.ana.types("before")
    other = sqlite3.connect(str(database_file(database.url)), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    got = await people.ana.types(f"failed {WORDS}")
    assert got.text.startswith(
        "The database is locked by another program. Try again in a moment. Nothing was saved"
    )
    assert WORDS in got.text
    other.execute("ROLLBACK")
    other.close()
    assert (await people.ana.types(WORDS)).text.startswith("Saved as #2")


@FILES
async def test_a_read_only_file(people: Everyone, bot: Bot) -> None:
    """The sentence says who can fix it."""
    await people.ana.types("before")
    await bot.database.write(lambda session: _pragma(session, "query_only = ON"))
    got = await people.ana.types(WORDS)
    assert "read-only" in got.text
    assert WORDS in got.text
    assert "before" in (await people.ana.types("list")).text
    bot.database.writing.dispose()  # as a restart does once the file is writable again
    assert (await people.ana.types(WORDS)).text.startswith("Saved as #2")


@FILES
async def test_a_full_disk(people: Everyone, bot: Bot, database: Database) -> None:
    """A text that does not fit is returned whole. With space again, the next number is used."""
    leave_no_free_pages(database)
    await people.ana.types("before")
    await bot.database.write(lambda session: _pragma(session, "max_page_count = 1"))
    long = "wörter " * 5_000
    got = await people.ana.types(long)
    assert "full" in got.text
    assert long.strip() in got.text
    await bot.database.write(lambda session: _pragma(session, "max_page_count = 1000000"))
    assert (await people.ana.types(WORDS)).text.startswith("Saved as #2")


@FILES
async def test_an_event_is_raised_for_the_platform_to_repeat(people: Everyone, database: Database) -> None:
    """Nobody waits for an event, so its error must not be swallowed."""
    await people.ana.types("before")
    other = sqlite3.connect(str(database_file(database.url)), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError):
        await people.ana.does(EmojiAdded("m1", "💡", "U-ben", "Ben"))
    other.execute("ROLLBACK")
    other.close()


def leave_no_free_pages(database: Database) -> None:
    """Give back the pages that migrations freed in the file, in which a text would still fit."""
    with closing(sqlite3.connect(str(database_file(database.url)))) as other:
        other.execute("VACUUM")


def _pragma(session: Session, setting: str) -> None:
    session.execute(text(f"PRAGMA {setting}"))
