"""Durable captures a second through `Bot.handle`, beside the same rows written by sqlite3 alone.

Delivery and scheduler do not run here: what is measured is from a command to the answer that may be given
because it is committed. Contestants take turns, each on a fresh copy of one file, and the median of their
rounds counts.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks import raw
from benchmarks.table import Table
from bot.core.adapter import Origin
from bot.moments.log import Log
from bot.runtime.process import build
from storage.engine.database import open_database
from storage.engine.schema import migrate

ROUNDS = 7
SECONDS = 1.0
"""Of one turn."""

CALLERS = (1, 16, 64)
TEXT = "We used to cache tokens, now we sign them; logins became faster when we stopped being clever."
ANA = Origin("bench", "W1", "C1", "U1", "Ana", "", channel_name="lantern")

GROUPED = f"sqlite3, {CALLERS[-1]} to a commit"
ONE_EACH = "sqlite3, one commit each"

Turn = Callable[[Path], float]


def run() -> Table:
    """All contestants, in rounds."""
    turns: dict[str, Turn] = {f"Bot.handle, {callers} at once": _handled(callers) for callers in CALLERS}
    turns[GROUPED] = lambda path: raw.rate(path, CALLERS[-1], SECONDS)
    turns[ONE_EACH] = lambda path: raw.rate(path, 1, SECONDS)
    rates: dict[str, list[float]] = {name: [] for name in turns}
    with TemporaryDirectory(prefix="ahabot-bench-") as folder:
        template = asyncio.run(begun(Path(folder) / "template.db"))
        for _ in range(ROUNDS):
            for name, turn in turns.items():
                rates[name].append(turn(Path(shutil.copy(template, Path(folder) / "turn.db"))))
                _clear(Path(folder))
    return _table({name: median(each) for name, each in rates.items()})


async def begun(path: Path) -> Path:
    """A database in which a team has kept its first moment."""
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    await build(database, [], _now).handle(Log(TEXT), replace(ANA, event="first"))
    database.close()
    return path


def _handled(callers: int) -> Turn:
    return lambda path: asyncio.run(_rate(path, callers))


async def _rate(path: Path, callers: int) -> float:
    """Captures a second when so many people always wait for their answer."""
    database = open_database(f"sqlite:///{path}")
    bot, done, events = build(database, [], _now), count(), count()
    until = perf_counter() + SECONDS / 4  # caches fill

    async def call() -> None:
        while perf_counter() < until:
            await bot.handle(Log(TEXT), replace(ANA, event=f"handled-{next(events)}"))
            next(done)

    await asyncio.gather(*(call() for _ in range(callers)))
    warm, began = next(done), perf_counter()
    until = began + SECONDS
    await asyncio.gather(*(call() for _ in range(callers)))
    rate = (next(done) - warm - 1) / (perf_counter() - began)
    database.close()
    return rate


def _now() -> datetime:
    return datetime.now(UTC)


def _clear(folder: Path) -> None:
    for path in folder.glob("turn.db*"):
        path.unlink()


def _table(rates: dict[str, float]) -> Table:
    rows = [
        (name, f"{rate:,.0f}", f"{rate / rates[GROUPED]:.2f}", f"{rate / rates[ONE_EACH]:.1f}")
        for name, rate in rates.items()
    ]
    return Table(
        f"Durable captures a second (SQLite, median of {ROUNDS} rounds of {SECONDS:g} s)",
        ("", "a second", "of grouped", "of one each"),
        rows,
        f"Aim: 64 at once at least 0.25 of grouped raw, and several times one commit each. A capture and its commit "
        f"take sqlite3 {1000 / rates[ONE_EACH]:.2f} ms here: the slower the disk, the more grouping gains.",
    )
