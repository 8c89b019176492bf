"""What a database of ten thousand, a hundred thousand and a million moments makes of each piece of work.

Half of the moments are one big team's, and the others belong to small teams of fifty. The data is made once and
kept in a folder of its own. Each figure is the processor time of the whole process, so that other programs on the
machine change it little. Beside it is what the database alone takes for the bare query: the newest five moments of
a team, the counts of a period, or the first thing that is due. Everything happens in a copy.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from io import StringIO
from itertools import count
from pathlib import Path
from statistics import median
from time import process_time, thread_time
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from benchmarks.captures import ANA, TEXT
from benchmarks.table import Table
from bot.core.origin import Origin
from bot.core.params import ParamKind
from bot.data.export import write_export
from bot.moments.commands import Log
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.engine.database import Database, open_database
from storage.engine.schema import MIGRATIONS, migrate_database
from tests.support import grown

SIZES = (10_000, 100_000, 1_000_000)
"""The moments in the databases. BENCH_SIZES, such as `10000,100000`, replaces them."""

FOLDER = Path(tempfile.gettempdir()) / "ahabot-bench-scale"
"""Where the databases are kept. BENCH_FOLDER replaces it. A million moments take 1.4 GB."""

ROUNDS = 5
PATIENCE = 600.0
"""Seconds until a read is interrupted, so that a slow one is measured too."""

NEWEST = "SELECT * FROM moment WHERE team_id = :team ORDER BY number DESC LIMIT 5"
COUNTED = (
    "SELECT kind, count(*) FROM moment WHERE team_id = :team AND created_at >= :since AND deleted_at IS NULL"
    " GROUP BY kind"
)
DUE = "SELECT min(due_at) FROM posting WHERE due_at IS NOT NULL"

BIG = ANA
SMALL = replace(ANA, channel="G1", channel_name="small-1", person="small-1", person_name="Small-1")
TEAMS: Mapping[str, tuple[Origin, int]] = {"big": (BIG, 1), "small": (SMALL, 2)}
"""The two teams that are measured: who types, and the team's id."""


TYPED = {
    "a capture": TEXT,
    "list": "list",
    "show": "show 9",
    "find a common word": "find lesson",
    "find Chinese": "find 失效",
    "failed, its form": "failed",
    "failed, kept": "failed We tried a wizard",
    "quest": "quest",
    "memory": "memory",
    "memory again": "memory again",
    "cycle": "cycle",
    "recap of the week": "recap",
    "recap of the quarter": "recap quarter",
    "recap of the year": "recap year",
    "goals": "goal",
    "focus ratio": "focus ratio",
    "setup": "setup",
    "schedule": "schedule",
}
"""What somebody types in both teams, by the name of the row."""

PRESSED = {"high-five": "high-five:{team}.9", "version": "add-version:{team}.9:I saw it"}
"""The buttons that somebody presses in both teams."""

Work = Callable[[Bot], Awaitable[Any]]


@dataclass(frozen=True)
class Row:
    """A piece of work, and the bare query that it is compared with."""

    name: str
    work: Work
    bare: str
    given: Mapping[str, Any]


@dataclass
class LongestWrite:
    """The milliseconds of processor time of the longest job in the writer, and the work that it was for."""

    milliseconds: float = 0
    name: str = ""
    now: str = ""

    def watch(self, bot: Bot) -> None:
        """Measure every job of a bot's writer from now on."""
        run_work = bot.database.writer.run_work

        async def run_timed(work: Any, *more: Any) -> Any:
            return await run_work(lambda session: self._measure(work, session), *more)

        vars(bot.database.writer)["run_work"] = run_timed

    def _measure(self, work: Any, session: Session) -> Any:
        began = thread_time()
        try:
            return work(session)
        finally:
            took = 1000 * (thread_time() - began)
            if self.now and took > self.milliseconds:
                self.milliseconds, self.name = took, self.now


Measured = dict[str, tuple[float, float]]
"""The milliseconds of a piece of work and of its bare query, by name."""

LONGEST = "the longest write job"


def run_scale() -> Table:
    """Measure everything at all sizes, and return the table."""
    sizes = [int(size) for size in os.environ.get("BENCH_SIZES", "").split(",") if size] or SIZES
    folder = Path(os.environ.get("BENCH_FOLDER", FOLDER))
    return build_scale_table({size: measure_size(folder, size, ROUNDS) for size in sizes})


def measure_size(folder: Path, size: int, rounds: int) -> Measured:
    """Return what was measured in a copy of the database of a size."""
    folder.mkdir(exist_ok=True)
    copy = Path(shutil.copy(find_data(folder, size), folder / "turn.db"))
    try:
        return asyncio.run(_measure_copy(copy, rounds))
    finally:
        for each in folder.glob("turn.db*"):
            each.unlink()


def find_data(folder: Path, size: int) -> Path:
    """Return the database of a size, which is made if there is none with these tables and rows."""
    support = sorted(Path(grown.__file__).parent.glob("grown*.py"))
    made_of = [each.read_bytes() for each in (*sorted((MIGRATIONS / "versions").glob("*.py")), *support)]
    path = folder / f"{size}-{hashlib.sha256(b''.join(made_of)).hexdigest()[:8]}.db"
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        for each in folder.glob(f"{unfinished.name}*"):
            each.unlink()
        asyncio.run(_make_data(unfinished, size))
        unfinished.rename(path)
    return path


async def _make_data(path: Path, size: int) -> None:
    database = open_database(f"sqlite:///{path}")
    migrate_database(database)
    await _build_bot(database).handle(Log(TEXT), replace(BIG, event="first"))
    grown.grow(database, grown.Shape(big=size // 2, small=max(1, size // 100)))
    await database.empty_journal()
    database.close()


def _build_bot(database: Database) -> Bot:
    bot = build_bot(database, [], lambda: grown.NOW)
    bot.patience = PATIENCE
    return bot


def list_rows(bot: Bot) -> list[Row]:
    """Return all that is measured, in the order of the table."""
    events = count()

    def handle(command: Any, origin: Origin) -> Work:
        return lambda bot: bot.handle(command, replace(origin, event=f"scale-{next(events)}"))

    rows = []
    for name, (origin, team) in TEAMS.items():
        newest = (NEWEST, {"team": team})
        for typed, line in TYPED.items():
            period = next((days for word, days in PERIODS.items() if word in typed), None)
            bare = (COUNTED, {"team": team, "since": _since(period)}) if period else newest
            rows.append(Row(f"{name} team: {typed}", handle(bot.commands.parse(line), origin), *bare))
        for pressed, carried in PRESSED.items():
            command = bot.commands.decode(carried.format(team=team))
            rows.append(Row(f"{name} team: {pressed}", handle(command, origin), *newest))
        rows.append(Row(f"{name} team: a keystroke", _suggest(origin), *newest))
    rows.append(Row("small team: export", _export, NEWEST, {"team": 2}))
    rows.append(Row("looking for what is due to send", Bot.send_due, DUE, {}))
    rows.append(Row("a tick with nothing due", Bot.plan_due, DUE, {}))
    rows.append(Row("the time of the next due thing", Bot.next_due, DUE, {}))
    return rows


PERIODS = {"week": 7, "quarter": 91, "year": 365}


def _since(days: int) -> str:
    return f"{grown.NOW - timedelta(days=days):%Y-%m-%d %H:%M:%S.%f}"


def _suggest(origin: Origin) -> Work:
    return lambda bot: bot.suggest(ParamKind.MOMENT, "les", origin)


async def _export(bot: Bot) -> None:
    bot.database.read_now(lambda session: write_export(session, 2, grown.NOW, StringIO()))


async def _measure_copy(path: Path, rounds: int) -> Measured:
    database = open_database(f"sqlite:///{path}")
    bot, longest, measured = _build_bot(database), LongestWrite(), Measured()
    longest.watch(bot)
    await bot.tick()
    for row in list_rows(bot):
        await row.work(bot)
        longest.now = row.name
        figures = [(await _measure_work(bot, row.work), _measure_bare(bot, row)) for _ in range(rounds)]
        longest.now = ""
        measured[row.name] = (median(own for own, _ in figures), median(bare for _, bare in figures))
    measured[f"{LONGEST} ({longest.name})"] = (longest.milliseconds, _measure_bare(bot, list_rows(bot)[0]))
    database.close()
    return measured


async def _measure_work(bot: Bot, work: Work) -> float:
    began = process_time()
    await work(bot)
    return 1000 * (process_time() - began)


def _measure_bare(bot: Bot, row: Row) -> float:
    """Return the milliseconds of one bare query, of ten in one read."""

    def read(session: Session) -> float:
        began = thread_time()
        for _ in range(10):
            session.execute(text(row.bare), dict(row.given)).all()
        return 100 * (thread_time() - began)

    return bot.database.read_now(read)


def build_scale_table(measured: Mapping[int, Measured]) -> Table:
    """Return the milliseconds by size, and how they compare with the bare query and with the smallest size."""
    sizes = sorted(measured)
    names = [name for name in measured[sizes[0]] if not name.startswith(LONGEST)]
    rows = [_build_row(name, [measured[size][name] for size in sizes]) for name in names]
    writes = [next(each for each in measured[size] if each.startswith(LONGEST)) for size in sizes]
    rows.append(
        _build_row(writes[-1], [measured[size][name] for size, name in zip(sizes, writes, strict=True)])
    )
    return Table(
        f"Milliseconds of processor time by the moments in the database (SQLite, median of {ROUNDS})",
        ("", *(f"{size:,}" for size in sizes), "bare", "of bare", "grown"),
        rows,
        "Aim: what is shown costs the same at every size, and no write job takes over 20 ms. `bare` is the bare query"
        " in the largest, `of bare` how often its time the work takes there, `grown` how much more it takes there than"
        " in the smallest.",
        {"of bare": False},
    )


def _build_row(name: str, figures: Sequence[tuple[float, float]]) -> Sequence[str]:
    (smallest, _), (own, bare) = figures[0], figures[-1]
    return (
        name, *(f"{each:.2f}" for each, _ in figures), f"{bare:.3f}", f"{own / bare:.1f}", f"{own / smallest:.1f}",
    )  # fmt: skip
