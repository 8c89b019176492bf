"""What a failed experiment costs in a database with many moments: its author's answer, and a colleague's.

A capture must not take longer because much was saved before. A colleague's capture is sent at the
same moment, so its answer shows for how long the writer was held up. Sizes alternate in rounds.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.captures import ANA, TEXT, create_template, utc_now
from benchmarks.history import add_history
from benchmarks.table import Table
from bot.core.messages import Reply
from bot.core.origin import Origin
from bot.moments.commands import Failed, Log
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.engine.database import open_database

SIZES = (10_000, 100_000)
"""The moments in the database. BENCH_SIZES, such as `10000,1000000`, replaces them."""

ROUNDS = 30
BEN = replace(ANA, person="U2", person_name="Ben")
TEAMS = {"a small team": False, "a large team": True}
"""The teams by name, with whether all moments are theirs."""


@dataclass(frozen=True)
class Measured:
    """The seconds until both answers, in each round."""

    failed: list[float]
    colleague: list[float]


def run_failed() -> Table:
    """Measure both teams in databases of all sizes, and return the table."""
    sizes = [int(size) for size in os.environ.get("BENCH_SIZES", "").split(",") if size] or SIZES
    return build_failed_table(asyncio.run(measure_all(sizes, ROUNDS)), sizes)


async def measure_all(sizes: Sequence[int], rounds: int) -> dict[tuple[str, int], Measured]:
    """Return what was measured by the team's name and the size of the database."""
    with TemporaryDirectory(prefix="ahabot-bench-") as folder:
        bots: dict[tuple[str, int], Bot] = {}
        for name, size in [(name, size) for name in TEAMS for size in sizes]:
            path = Path(folder) / f"{len(bots)}.db"
            bots[name, size] = await _open_bot(path, size, TEAMS[name])
        measured = {key: Measured([], []) for key in bots}
        for number in range(rounds):
            for key, bot in bots.items():
                await _measure_round(bot, number, measured[key])
        for bot in bots.values():
            bot.database.close()
    return measured


async def _open_bot(path: Path, size: int, in_own_team: bool) -> Bot:
    """Return a bot on a new database, whose Ana has failed before and whose caches are warm."""
    await create_template(path)
    await asyncio.to_thread(add_history, path, size, in_own_team)
    bot = build_bot(open_database(f"sqlite:///{path}"), [], utc_now)
    for number in range(-5, 0):
        await _measure_round(bot, number, Measured([], []))
    return bot


async def _measure_round(bot: Bot, number: int, measured: Measured) -> None:
    """Let Ana save a failed experiment and Ben an aha right behind it, and note both waits."""
    began = perf_counter()

    async def send_command(command: Log | Failed, origin: Origin, waits: list[float]) -> None:
        answer = await bot.handle(command, replace(origin, event=f"{origin.person}-{number}"))
        waits.append(perf_counter() - began)
        assert isinstance(answer, Reply)

    await asyncio.gather(
        send_command(Failed(TEXT), ANA, measured.failed), send_command(Log(TEXT), BEN, measured.colleague)
    )


def build_failed_table(measured: Mapping[tuple[str, int], Measured], sizes: Sequence[int]) -> Table:
    """Return the medians in milliseconds, and how much more the largest database costs."""
    rows = []
    for name in TEAMS:
        for what, waits in (("failed", "failed"), ("a colleague's aha behind it", "colleague")):
            medians = [1000 * median(getattr(measured[name, size], waits)) for size in sizes]
            row = f"{name}: {what}"
            rows.append((row, *(f"{each:.1f}" for each in medians), f"{medians[-1] / medians[0]:.1f}"))
    return Table(
        f"Milliseconds to an answer by the moments in the database (SQLite, median of {ROUNDS} rounds)",
        ("", *(f"{size:,}" for size in sizes), "times"),
        rows,
        "Aim: at most twice as long with ten times as many.",
    )
