"""Tests of reads that would never end: they are interrupted, and their threads serve the next readers."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot.runtime.bot import Bot
from storage.engine import database as database_module
from storage.engine.database import READER_COUNT, Database
from storage.engine.errors import BusyError, StoreError
from storage.moments import moments
from storage.recaps import recaps
from tests.support.databases import Clock
from tests.support.people import Everyone
from tests.support.recorder import Recorder
from tests.support.waiting import until

LIMIT = 0.3
"""Seconds that the reads of these tests may take."""

COUNTING = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {steps}) SELECT max(i) FROM n"
)
NEVER_ENDING = {"sqlite": COUNTING.format(steps="9e18"), "postgresql": "SELECT pg_sleep(36000)"}
A_WHILE = {"sqlite": COUNTING.format(steps=100_000), "postgresql": "SELECT pg_sleep(0.6)"}

SLOW = (("find tokens", moments, "search_moments"), ("recap", recaps, "load_moments"))
"""What people type, and the function that never ends meanwhile."""


def never_end(session: Session) -> Any:
    """Run one statement that does not end by itself."""
    return session.execute(text(NEVER_ENDING[session.get_bind().dialect.name])).scalar_one()


def go_round_for_ever(session: Session) -> None:
    """Run short statements one after another, without an end."""
    while True:
        session.execute(text("SELECT 1")).scalar_one()


def take_a_while(session: Session) -> Any:
    """Run one statement that an expired limit would interrupt, and that ends by itself."""
    return session.execute(text(A_WHILE[session.get_bind().dialect.name])).scalar_one()


def read_one(session: Session) -> Any:
    """Run a short statement."""
    return session.execute(text("SELECT 1")).scalar_one()


def idle_connections(database: Database) -> bool:
    """Return whether every connection that reads is back in its pool."""
    pool: Any = database.reading.pool
    return bool(pool.checkedout() == 0)


def texts(recorder: Recorder) -> str:
    """Return the texts of all messages."""
    return "\n".join(each.text for each in recorder.standing.values())


@pytest.mark.parametrize("work", [never_end, go_round_for_ever])
async def test_readers_that_do_not_end_leave_their_threads(database: Database, work: Any) -> None:
    """Each is told that the database is busy, and all threads and connections serve others again."""
    endless = [database.read(work, within=LIMIT) for _ in range(2 * READER_COUNT)]
    for outcome in await asyncio.gather(*endless, return_exceptions=True):
        assert isinstance(outcome, BusyError)
        assert str(outcome) == "The database is busy right now."
    assert await asyncio.gather(*(database.read(read_one) for _ in range(2 * READER_COUNT))) == [1] * 8
    await until(lambda: idle_connections(database))


async def test_an_interrupted_connection_is_as_good_as_new(database: Database) -> None:
    """Who reads by it next has their own limit, or none."""
    for _ in range(READER_COUNT + 1):
        with pytest.raises(BusyError):
            await database.read(never_end, within=LIMIT)
        assert await database.read(take_a_while, within=30) is not None
        assert database.read_now(take_a_while) is not None


async def test_a_write_is_not_interrupted(database: Database) -> None:
    """It may take longer than any reader, also while one is interrupted beside it."""
    write = asyncio.create_task(database.write(take_a_while))
    with pytest.raises(BusyError):
        await database.read(never_end, within=LIMIT)
    assert await write is not None


async def test_an_error_of_the_read_stays_what_it_is(database: Database) -> None:
    """Only what ran out of time is told as busy."""
    with pytest.raises(StoreError, match=r"no tables yet|don't exist yet"):
        await database.read(lambda session: session.execute(text("SELECT * FROM nowhere")), within=30)


@dataclass
class Endless:
    """Reads that end when the test says so. They stand for a query of hours."""

    database: Database
    hold: threading.Event = field(default_factory=threading.Event)
    running: int = 0

    def read(self, session: Session) -> None:
        """Wait inside a read."""
        session.execute(text("SELECT 1"))
        self.running += 1
        self.hold.wait(60)

    async def take_all_threads(self) -> list[asyncio.Task[None]]:
        """Start a read on every thread that reads for people, and return them."""
        taken = [asyncio.create_task(self.database.read(self.read, within=60)) for _ in range(READER_COUNT)]
        await until(lambda: self.running == READER_COUNT)
        return taken


@pytest.fixture
def endless(database: Database) -> Iterator[Endless]:
    """Yield reads that end with the test at the latest."""
    reads = Endless(database)
    yield reads
    reads.hold.set()


async def test_a_reader_that_waits_too_long_is_withdrawn(database: Database, endless: Endless) -> None:
    """It is told so at its limit, and does not run later."""
    ran: list[str] = []
    taken = await endless.take_all_threads()
    with pytest.raises(BusyError):
        await database.read(lambda _: ran.append("late"), within=LIMIT)
    endless.hold.set()
    await asyncio.gather(*taken)
    assert await database.read(read_one) == 1
    assert ran == []


async def test_people_hear_of_it_and_the_next_one_is_answered(
    people: Everyone, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as there are threads press at once; then the question that never ended is asked again."""
    await people.ana.types("We sign tokens now")
    with monkeypatch.context() as patch:
        patch.setattr(moments, "list_latest", lambda session, *_: never_end(session))
        bot.patience = LIMIT
        for got in await asyncio.gather(*(people.ana.types("list") for _ in range(READER_COUNT))):
            assert got.text.startswith("The database is busy right now.")
    bot.patience = 30
    assert "We sign tokens now" in (await people.ben.types("list")).text
    await until(lambda: idle_connections(bot.database))


@pytest.mark.parametrize(("typed", "module", "name"), SLOW, ids=[typed for typed, _, _ in SLOW])
async def test_a_search_or_a_recap_of_minutes_gets_one_sentence(
    people: Everyone,
    bot: Bot,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    module: Any,
    name: str,
) -> None:
    """And the same question is answered as soon as it takes no longer."""
    await people.ana.types("We sign tokens now")
    clock.forward(minutes=1)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, lambda session, *_, **_more: never_end(session))
        bot.patience = LIMIT
        assert (await people.ben.types(typed)).text.startswith("The database is busy right now.")
    bot.patience = 30
    assert "We sign tokens now" in (await people.ben.types(typed)).text
    await until(lambda: idle_connections(bot.database))


async def test_sending_goes_on_beside_readers_that_do_not_end(
    people: Everyone, bot: Bot, recorder: Recorder, endless: Endless
) -> None:
    """Every thread that reads for people is taken, and a card is posted meanwhile."""
    taken = await endless.take_all_threads()
    await people.ana.types("We sign tokens now")
    await bot.tick()
    assert "We sign tokens now" in texts(recorder)
    assert not any(one.done() for one in taken)
    endless.hold.set()
    await asyncio.gather(*taken)


async def test_a_card_that_cannot_be_composed_in_time_waits(
    people: Everyone, bot: Bot, recorder: Recorder, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its composing is interrupted and tried again later, and the others are sent."""
    await people.ana.types("We sign tokens now")
    with monkeypatch.context() as patch:
        patch.setattr(database_module, "BACKGROUND_LIMIT", 2.0)
        patch.setitem(bot.delivery.composers, "card", lambda session, *_: never_end(session))
        await bot.tick()
    assert "We sign tokens now" not in texts(recorder)
    assert texts(recorder), "the hello is there"
    clock.forward(minutes=1)
    await bot.tick()
    assert "We sign tokens now" in texts(recorder)
