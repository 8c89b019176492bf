"""Planning and delivery: postings and schedules a second, and how long captures wait meanwhile.

The sender is free: it answers at once. So what counts is finding, composing, claiming and recording.
Beside it stands a loop that only updates the same rows with sqlite3.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from benchmarks.captures import ANA, TEXT
from benchmarks.table import Table
from bot.core.adapter import Bot as BotProtocol
from bot.core.addressed import ThreadMessage
from bot.core.messages import Post
from bot.core.origin import Access, Capabilities, ChannelAccess, Place, SentMessage, Source
from bot.moments.commands import Log
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.engine.database import Database, open_database
from storage.engine.schema import migrate_database

CHANNELS, EACH = 1_000, 5
"""The channels, each with a team of its own, and the moments in each."""
CAPTURES = 200
"""The captures whose waits are measured, one after another."""
BEGIN, DUE = datetime(2026, 11, 2, 9, tzinfo=UTC), datetime(2026, 11, 6, 16, 5, tzinfo=UTC)
"""When everything was kept, and when all recaps are due."""
DUE_TEXT = "2026-11-06 16:00:00.000000"


@dataclass
class FreeSender:
    """A platform that answers every call at once. `posted` are the keys of all posts."""

    platform: str = ANA.platform
    ready: bool = True
    capabilities: Capabilities = field(default_factory=Capabilities)
    posted: list[str] = field(default_factory=list)

    def capabilities_in(self, workspace: str) -> Capabilities:
        """Return the same for every workspace."""
        return self.capabilities

    def routes(self) -> list[Any]:
        """Return no routes."""
        return []

    async def start(self, bot: BotProtocol) -> None:
        """Do nothing."""

    async def stop(self) -> None:
        """Do nothing."""

    async def post(self, place: Place, post: Post, key: str) -> SentMessage:
        """Note the key and return a message."""
        self.posted.append(key)
        return SentMessage(place.channel, f"m{len(self.posted)}", "https://chat.example/m")

    async def edit(self, place: Place, message: str, post: Post) -> None:
        """Do nothing."""

    async def delete(self, place: Place, message: str) -> None:
        """Do nothing."""

    async def mark(self, place: Place, message: str, on: bool) -> None:
        """Do nothing."""

    async def find(self, place: Place, key: str) -> SentMessage | None:
        """Return nothing."""

    async def read(self, place: Place, message: str) -> Source | None:
        """Return nothing."""

    async def read_thread(self, place: Place) -> Sequence[ThreadMessage]:
        """Return nothing."""
        return ()

    async def find_access(self, workspace: str, channel: str, person: str) -> ChannelAccess:
        """Return that everybody is everywhere."""
        return ChannelAccess(Access.MEMBER)


@dataclass(frozen=True)
class Rate:
    """How many of something were done, in how many seconds, and how much of that was processor time."""

    many: int
    seconds: float
    processor: float

    @property
    def a_second(self) -> float:
        """How many were done in a second."""
        return self.many / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of processor time for one."""
        return 1000 * self.processor / self.many


@dataclass(frozen=True)
class Measured:
    """What was measured of each: the two loops of sending, planning, and the waits of captures in seconds."""

    bare: Rate
    sent: Rate
    planned: Rate
    quiet: list[float]
    while_planning: list[float]


def run_delivery() -> Table:
    """Measure sending and planning in a new database, and return the table."""
    return build_delivery_table(asyncio.run(measure_all(CHANNELS, EACH, CAPTURES)))


async def measure_all(channels: int, each: int, captures: int) -> Measured:
    """Send the cards of all channels, and then plan their recaps while somebody captures."""
    with TemporaryDirectory(prefix="ahabot-bench-") as folder:
        path = Path(folder) / "bench.db"
        now, sender = [BEGIN], FreeSender()
        database = open_database(f"sqlite:///{path}")
        migrate_database(database)
        bot = build_bot(database, [sender], lambda: now[0])
        bot.patience = 60
        await save_moments(bot, channels, each)
        sent = await _measure(lambda: _deliver(bot, sender))
        quiet = await _capture(bot, captures, "quiet")
        now[0] = DUE
        await database.write(
            lambda session: session.connection().exec_driver_sql(MAKE_DUE, (DUE_TEXT,)).close()
        )
        capturing = asyncio.create_task(_capture_until_cancelled(bot))
        planned = await _measure(lambda: _plan(bot, database))
        capturing.cancel()
        while_planning = await capturing
        database.close()
        return Measured(_update_rows(path), sent, planned, quiet, while_planning)


MAKE_DUE = "UPDATE schedule SET next_at = ? WHERE kind = 'recap'"


async def save_moments(bot: Bot, channels: int, each: int) -> None:
    """Save moments in many channels, fifty commands at a time."""
    for number in range(each):
        for first in range(0, channels, 50):
            places = range(first, min(channels, first + 50))
            await asyncio.gather(*(_save(bot, f"C{place}", f"{place}-{number}") for place in places))


async def _save(bot: Bot, channel: str, event: str) -> None:
    await bot.handle(Log(TEXT), replace(ANA, channel=channel, channel_name=channel.lower(), event=event))


async def _measure(work: Callable[[], Awaitable[int]]) -> Rate:
    began, processor = perf_counter(), process_time()
    many = await work()
    return Rate(many, perf_counter() - began, process_time() - processor)


async def _deliver(bot: Bot, sender: FreeSender) -> int:
    await bot.delivery.deliver_all()
    if len(sender.posted) != len(set(sender.posted)):
        raise RuntimeError("a posting was sent twice")
    return len(sender.posted)


async def _plan(bot: Bot, database: Database) -> int:
    """Plan everything that is due, and return how many recaps there are then."""
    await bot.plan_due()
    return await database.read(
        lambda session: session.connection().exec_driver_sql(COUNT_RECAPS).scalar_one()
    )


COUNT_RECAPS = "SELECT count(*) FROM posting WHERE kind = 'recap'"


async def _capture(bot: Bot, many: int, name: str) -> list[float]:
    """Return how long each of many captures waited for its answer."""
    waits = []
    for number in range(many):
        began = perf_counter()
        await _save(bot, "C0", f"{name}-{number}")
        waits.append(perf_counter() - began)
    return waits


async def _capture_until_cancelled(bot: Bot) -> list[float]:
    """Return how long each capture waited, of as many as there were until the task was cancelled."""
    waits: list[float] = []
    try:
        while True:
            waits += await _capture(bot, 1, f"planning-{len(waits)}")
    except asyncio.CancelledError:
        return waits


def _update_rows(path: Path) -> Rate:
    """Do what sending writes in a bare loop: claim each card and record it, a commit for each hundred."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        ids = [row[0] for row in connection.execute("SELECT id FROM posting WHERE kind IN ('card', 'hello')")]
        began, processor = perf_counter(), process_time()
        for first in range(0, len(ids), 100):
            for update in (CLAIM, RECORD):
                connection.execute("BEGIN IMMEDIATE")
                for posting_id in ids[first : first + 100]:
                    connection.execute(update, (DUE_TEXT, posting_id))
                connection.execute("COMMIT")
        return Rate(len(ids), perf_counter() - began, process_time() - processor)


CLAIM = "UPDATE posting SET state = 'sending', claimed_at = ? WHERE id = ?"
RECORD = "UPDATE posting SET state = 'sent', sent_at = ?, message = 'm', due_at = NULL WHERE id = ?"


def build_delivery_table(measured: Measured) -> Table:
    """Return the rates with their cost, and the waits of captures in milliseconds."""
    rows = [
        ("a bare loop of updates", *_show_rate(measured.bare)),
        ("cards sent", *_show_rate(measured.sent)),
        ("recaps planned", *_show_rate(measured.planned)),
        ("a capture's wait, p50 / p95 ms", _show_waits(measured.quiet), ""),
        ("the same while recaps are planned", _show_waits(measured.while_planning), ""),
    ]
    return Table(
        f"Sending to a free platform and planning (SQLite, {measured.sent.many:,} postings)",
        ("", "a second", "ms of processor each"),
        rows,
        "Aim: 500 cards a second, thousands of schedules a second, and captures that come through in between.",
    )


def _show_rate(rate: Rate) -> tuple[str, str]:
    return f"{rate.a_second:,.0f}", f"{rate.cost:.2f}"


def _show_waits(waits: list[float]) -> str:
    """Return the median and the ninety-fifth percentile in milliseconds, or a dash for fewer than two."""
    if len(waits) < 2:
        return "-"
    return f"{1000 * median(waits):.1f} / {1000 * quantiles(waits, n=20)[-1]:.1f}"
