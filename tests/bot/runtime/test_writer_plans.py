"""The writer walks no table: whatever a command or a tick does in it, it reaches its rows by an index.

All captures wait for the writer, so a statement in it must not take longer because much was saved before. SQLite says
how it would run each statement. It plans without knowing how many rows there are, so an empty database tells.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.core.events import EmojiAdded, EmojiRemoved, MessageDeleted, MessageEdited, ReplyWritten
from bot.moments.save_message import Save
from bot.runtime.bot import Bot
from storage.engine.database import Database, database_file, open_database
from storage.models import Kind
from tests.support.databases import Clock
from tests.support.people import Everyone

GROWING = (
    "moment", "posting", "version", "tap", "why", "answer", "sequel", "followup", "attempt", "link", "quotation",
    "pending", "fetch", "spark", "person", "participant", "expectation",
)  # fmt: skip
"""The tables that grow with everything that people save. The others grow with teams, their settings and quests."""

BROAD = re.compile(r"\((team_id|workspace_id|person_id|author_id|kind|state|channel|deleted_at)[=>]\?\)")
"""A condition that most rows of a large team meet."""

ALLOWED = {
    r"SELECT max\(moment\.number\)": "it begins with the newest, and ends at the first that is not deleted",
    r"SELECT [\w., ]+ FROM moment WHERE moment\.team_id = \d+ AND moment\.deleted_at IS NULL"
    r" ORDER BY moment\.number DESC LIMIT 5 OFFSET 0$": "the same, and ends at the fifth",
    r"SELECT followup\.id": "only in a team with a question due, at most once a week",
    r"SELECT max\(followup\.asked_at\)": "the same",
    r"SELECT 'season' AS ": "which things teams have at all: it ends at the first row of each",
}
"""The statements that may walk, each with its reason."""


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """Yield an empty SQLite database of this test's own."""
    opened = open_database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'ahabot.db')}")
    yield opened
    opened.close()


@pytest.fixture
def statements(database: Database) -> list[str]:
    """Return a list to which every statement of the writer is added."""
    traced: list[str] = []

    def trace_statements(connection: sqlite3.Connection, _record: Any) -> None:
        connection.set_trace_callback(traced.append)

    event.listen(database.writing, "connect", trace_statements)
    return traced


def walks(database: Database, statements: list[str]) -> list[str]:
    """Return the steps of the statements' plans that walk a growing table, with their statements."""
    path = database_file(database.url)
    assert path is not None
    found = []
    connection = sqlite3.connect(path)
    for statement in {re.sub(r"'(''|[^'])*'|\d+", "?", each): each for each in statements}.values():
        if not statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")):
            continue
        if "'main'." in statement:  # the search's own, in the tables of its module
            continue
        if any(re.match(allowed, " ".join(statement.split())) for allowed in ALLOWED):
            continue
        for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
            scanned = re.match(r"(SCAN|SEARCH) (\w+)", step)
            if scanned is None or scanned[2] not in GROWING:
                continue
            if scanned[1] == "SCAN" or BROAD.search(step):
                found.append(f"{step}: {' '.join(statement.split())}")
    connection.close()
    return sorted(found)


TYPED = (
    "We sign tokens now", "breakthrough Show them a template", "failed A wizard", "failed", "breakthrough", "log",
    "quest Why do logins take so long?", "quest", "ask What did we decide?", "ask", "edit 1 We sign them all",
    "edit 3", "delete 4", "version 1 I saw it on Monday", "why 3 It asked too much", "setup", "me", "help", "show 1",
    "show must go on", "schedule",
)  # fmt: skip
"""What Ana types, one after another. Moments 1 to 3 are an aha, a breakthrough and an experiment."""

PRESSED = (
    "high-five:1.1", "i-was-there:1.1", "drop-version:1.1", "millimetres:1.1:3", "add-sequel:1.2:possible:More",
    "say-stuck:1.2:yes", "next-quest:1.2", "link:1.2", "link:1.1", "link:1.2:1:3", "unlink:1.2:3",
    "mark-insight:1.3", "take-why-out:1.3", "log-attempt:1", "place-attempt:1.3", "found-it:1", "see-quest:1",
    "restore:1.4", "it-failed:1.1", "host", "pick-question:1",
)  # fmt: skip
"""The buttons that she presses, as cards carry them."""

HAPPENED = (
    EmojiAdded("m1", "💡", "U-ben", "Ben"),
    EmojiRemoved("m1", "💡"),
    MessageEdited("m1", "Nobody logs in twice"),
    MessageDeleted("m1"),
    EmojiAdded("m2", "👍", "U-ben", "Ben"),
)
"""What happens to messages."""


async def live_a_day(people: Everyone, bot: Bot, clock: Clock) -> None:
    """Let Ana do everything that writes, and let what was planned be sent, opened and erased."""
    for words in TYPED:
        await people.ana.types(words)
        await bot.tick()
    for carried in PRESSED:
        await people.ana.does(bot.commands.decode(carried))
    for happened in HAPPENED:
        await people.mei.does(happened)
    await people.mei.does(ReplyWritten("m90", "We decided to wait"), thread="m3")
    mine: dict[str, Any] = {"text": "It was the cache", "author": "U-ana", "author_name": "Ana"}
    await people.ana.does(Save(Kind.EXPERIMENT, "m91", **mine))
    await people.ana.does(Save(Kind.AHA, "m92", **{**mine, "author": "U-ben", "author_name": "Ben"}))
    for _ in range(3):
        clock.forward(days=3)
        await bot.tick()


async def test_the_writer_walks_no_table(
    people: Everyone, bot: Bot, database: Database, clock: Clock, statements: list[str]
) -> None:
    """Each statement of a day's commands, events and ticks finds its rows by an index."""
    await live_a_day(people, bot, clock)
    assert len(set(statements)) > 200, "the statements are traced"
    found = walks(database, statements)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM posting WHERE state = 'sending'",
        "SELECT id FROM moment WHERE team_id = 1 AND text = 'a'",
        "UPDATE version SET opened_at = created_at WHERE opened_at IS NULL AND text = ''",
    ],
)
async def test_a_walk_is_seen(database: Database, statement: str) -> None:
    """Walking all rows, or all of a team, is found."""
    assert len(walks(database, [statement])) == 1
