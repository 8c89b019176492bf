"""The waits of people who capture while recaps are drawn, beside the same without a recap.

Ana's team captures through `Bot.handle` all the time. In every second turn, another team's recap is posted
again and again, each with a new picture, to a platform that takes everything. In every third the same pictures
are drawn in a thread of the bot, as they once were. How long the event loop stands still is measured beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.captures import ANA, TEXT, create_template, utc_now
from benchmarks.table import Table
from bot.charts.drawer import Drawer
from bot.charts.plans import plan_recap_chart
from bot.charts.recap_chart import Week
from bot.core.origin import Origin
from bot.moments.commands import Log
from bot.recaps.recap import PostRecap
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.engine.database import open_database
from tests.support.recorder import Recorder

ROUNDS = 9
SECONDS = 1.0
"""Seconds of one turn of one contestant."""
PEOPLE = 16
PATIENCE = 60.0
"""Seconds that a picture may take here, where a machine may be busy with other things."""
BEAT = 0.002
"""Seconds between two looks at the event loop."""
QUIET, IN_PROCESS, IN_THREAD = "no recap", "while recaps are drawn", "drawn in a thread of the bot"
BEN = Origin("recorder", "W2", "C2", "U2", "Ben", "", channel_name="tower")


@dataclass(frozen=True)
class Turn:
    """What one turn of a contestant brought: seconds that each capture waited, and those that the loop stood."""

    waits: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    """The sizes of the pictures that were drawn."""
    took: float = 0.0
    """The seconds of the whole turn."""

    def wait_percentile(self, hundredth: int) -> float:
        """Return a percentile of the waits, in seconds."""
        return quantiles(self.waits, n=100, method="inclusive")[hundredth - 1]


@dataclass(frozen=True)
class Bench:
    """A bot with Ana's team, which captures, and Ben's, whose recap is posted."""

    bot: Bot
    recorder: Recorder
    numbers: Iterator[int] = field(default_factory=count)

    async def run_turn(self, name: str, seconds: float) -> Turn:
        """Let people capture for this many seconds, with what the contestant does beside it."""
        turn, began = Turn(), perf_counter()

        def is_over() -> bool:
            return perf_counter() >= began + seconds and (name == QUIET or bool(turn.pictures))

        post = {IN_PROCESS: self.post_recap, IN_THREAD: self.draw_in_thread}.get(name)
        await asyncio.gather(
            _measure_lag(turn.lags, is_over),
            *([_repeat(post, turn.pictures, is_over)] if post else []),
            *(self._keep_capturing(turn, is_over) for _ in range(PEOPLE)),
        )
        return replace(turn, took=perf_counter() - began)

    async def post_recap(self) -> int:
        """Post the recap of a week with one more moment, and return its picture's size. RuntimeError without one."""
        number = next(self.numbers)
        await self.bot.handle(Log(TEXT), replace(BEN, event=f"moment-{number}"))
        await self.bot.handle(PostRecap(), replace(BEN, event=f"recap-{number}"))
        await self.bot.delivery.deliver_all()
        drawn = [each.post.picture for each in self.recorder.standing.values() if each.post.picture]
        self.recorder.standing.clear()
        if len(drawn) != 1:
            raise RuntimeError("a recap was posted without its picture")
        return len(drawn[0].png)

    async def draw_in_thread(self) -> int:
        """Draw a recap's picture in a thread of this process, and return its size."""
        week = Week(date(2026, 3, 13), date(2026, 3, 19), 1, next(self.numbers) % 12, 0)
        drawing = plan_recap_chart((week,))
        return len(await asyncio.to_thread(lambda: drawing.png))

    async def _keep_capturing(self, turn: Turn, is_over: Callable[[], bool]) -> None:
        while not is_over():
            began = perf_counter()
            await self.bot.handle(Log(TEXT), replace(ANA, event=f"handled-{next(self.numbers)}"))
            turn.waits.append(perf_counter() - began)


@asynccontextmanager
async def open_pictures_bench() -> AsyncIterator[Bench]:
    """Yield a bot on a database in which two teams have kept something. Its first picture is drawn."""
    with TemporaryDirectory(prefix="ahabot-bench-") as folder:
        path = await create_template(Path(folder) / "bench.db")
        database, recorder = open_database(f"sqlite:///{path}"), Recorder()
        bot = build_bot(database, [recorder], utc_now)
        bot.patience = PATIENCE
        bot.drawer = bot.delivery.drawer = Drawer(within=PATIENCE)
        bench = Bench(bot, recorder)
        try:
            await bench.post_recap()
            await bench.draw_in_thread()
            yield bench
        finally:
            bot.drawer.stop()
            database.close()


def run_pictures() -> Table:
    """Measure all contestants, in rounds, and return the table."""
    return asyncio.run(_run_rounds())


async def _run_rounds() -> Table:
    names = (QUIET, IN_PROCESS, IN_THREAD)
    async with open_pictures_bench() as bench:
        await bench.run_turn(QUIET, SECONDS / 4)  # warm-up: fill the caches
        rounds = [{name: await bench.run_turn(name, SECONDS) for name in names} for _ in range(ROUNDS)]
    return build_pictures_table({name: [each[name] for each in rounds] for name in names})


def build_pictures_table(turns: dict[str, list[Turn]]) -> Table:
    """Return the medians of all rounds, and the longest of the longest lags."""
    quiet = median(turn.wait_percentile(99) for turn in turns[QUIET])
    return Table(
        f"Captures while recaps are drawn, {PEOPLE} people (SQLite, median of {ROUNDS} rounds of {SECONDS:g} s)",
        ("", "a second", "pictures", "p50 ms", "p99 ms", "of no recap", "loop p99 ms", "loop longest ms"),
        [_build_row(name, each, quiet) for name, each in turns.items()],
        "Aim: p99 while recaps are drawn at most 1.5 times that of no recap, and a loop that stands no longer.",
    )


def _build_row(name: str, turns: list[Turn], quiet: float) -> tuple[str, ...]:
    half, last = (median(turn.wait_percentile(part) for turn in turns) for part in (50, 99))
    lag = median(quantiles(turn.lags, n=100, method="inclusive")[98] for turn in turns)
    rate = median(len(turn.waits) / turn.took for turn in turns)
    pictures = sum(len(turn.pictures) for turn in turns)
    longest = max(max(turn.lags) for turn in turns)
    return (
        name, f"{rate:,.0f}", str(pictures), f"{1000 * half:.1f}", f"{1000 * last:.1f}",
        f"{last / quiet:.2f}", f"{1000 * lag:.1f}", f"{1000 * longest:.1f}",
    )  # fmt: skip


async def _measure_lag(lags: list[float], is_over: Callable[[], bool]) -> None:
    """Note again and again by how many seconds the loop was late."""
    while not is_over():
        began = perf_counter()
        await asyncio.sleep(BEAT)
        lags.append(perf_counter() - began - BEAT)


async def _repeat(
    post: Callable[[], Awaitable[int]], pictures: list[int], is_over: Callable[[], bool]
) -> None:
    while not is_over():
        pictures.append(await post())
