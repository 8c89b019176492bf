"""Durable captures a second through `Bot.handle`, beside the same rows written with sqlite3.

Delivery and scheduler do not run. The measured time is from a command to its answer, which is
given after the commit. Contestants alternate, each on a fresh copy of one file, and the median
of their rounds counts.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks import raw
from benchmarks.raw import Rate
from benchmarks.table import Table
from bot.core.origin import Origin
from bot.moments.commands import Log
from bot.runtime.process import build_bot
from storage.engine.database import open_database
from storage.engine.schema import migrate_database

ROUNDS = 7
SECONDS = 1.0
"""Seconds of one round of one contestant."""

CALLERS = (1, 16, 64)
TEXT = "We used to cache tokens, now we sign them; logins became faster when we stopped being clever."
ANA = Origin("bench", "W1", "C1", "U1", "Ana", "", channel_name="lantern")

GROUPED = f"sqlite3, {CALLERS[-1]} to a commit"
ONE_EACH = "sqlite3, one commit each"

Contestant = Callable[[Path], Rate]


def run_captures() -> Table:
    """Measure all contestants, in rounds, and return the table."""
    turns: dict[str, Contestant] = {
        f"Bot.handle, {callers} at once": _bot_contestant(callers) for callers in CALLERS
    }
    turns[GROUPED] = lambda path: raw.measure_raw_rate(path, CALLERS[-1], SECONDS)
    turns[ONE_EACH] = lambda path: raw.measure_raw_rate(path, 1, SECONDS)
    rates: dict[str, list[Rate]] = {name: [] for name in turns}
    with TemporaryDirectory(prefix="ahabot-bench-") as folder:
        template = asyncio.run(create_template(Path(folder) / "template.db"))
        for _ in range(ROUNDS):
            for name, turn in turns.items():
                rates[name].append(turn(Path(shutil.copy(template, Path(folder) / "turn.db"))))
                _remove_copies(Path(folder))
    return _build_table({name: _median_rate(each) for name, each in rates.items()})


def _median_rate(rates: Sequence[Rate]) -> Rate:
    return Rate(median(each.captures for each in rates), median(each.processor for each in rates))


async def create_template(path: Path) -> Path:
    """Create a database in which a team has saved its first moment, and return its path."""
    database = open_database(f"sqlite:///{path}")
    migrate_database(database)
    await build_bot(database, [], utc_now).handle(Log(TEXT), replace(ANA, event="first"))
    database.close()
    return path


def _bot_contestant(callers: int) -> Contestant:
    return lambda path: asyncio.run(_measure_rate(path, callers))


async def _measure_rate(path: Path, callers: int) -> Rate:
    """Return the rate of captures while `callers` people always wait for an answer."""
    database = open_database(f"sqlite:///{path}")
    bot, done, events = build_bot(database, [], utc_now), count(), count()
    until = perf_counter() + SECONDS / 4  # warm-up: fill the caches

    async def keep_capturing() -> None:
        while perf_counter() < until:
            await bot.handle(Log(TEXT), replace(ANA, event=f"handled-{next(events)}"))
            next(done)

    await asyncio.gather(*(keep_capturing() for _ in range(callers)))
    warm, began, used = next(done), perf_counter(), process_time()
    until = began + SECONDS
    await asyncio.gather(*(keep_capturing() for _ in range(callers)))
    handled = next(done) - warm - 1
    rate = Rate(handled / (perf_counter() - began), (process_time() - used) / handled)
    database.close()
    return rate


def utc_now() -> datetime:
    """Return the time, as a bot's clock."""
    return datetime.now(UTC)


def _remove_copies(folder: Path) -> None:
    for path in folder.glob("turn.db*"):
        path.unlink()


def _build_table(rates: dict[str, Rate]) -> Table:
    grouped, one_each = rates[GROUPED], rates[ONE_EACH]
    rows = [
        (
            name, f"{rate.captures:,.0f}", f"{rate.captures / grouped.captures:.2f}",
            f"{rate.captures / one_each.captures:.1f}", f"{1e6 * rate.processor:,.0f}",
            f"{rate.processor / one_each.processor:.1f}",
        )
        for name, rate in rates.items()
    ]  # fmt: skip
    return Table(
        f"Durable captures a second (SQLite, median of {ROUNDS} rounds of {SECONDS:g} s)",
        ("", "a second", "of grouped", "of one each", "processor, µs", "of one each"),
        rows,
        f"Aim: 64 at once at least 0.25 of grouped raw, and several times one commit each; one at a time at most "
        f"3 times the processor time of one commit each. A capture and its commit take sqlite3 "
        f"{1000 / one_each.captures:.2f} ms here: the slower the disk, the more grouping gains.",
    )
