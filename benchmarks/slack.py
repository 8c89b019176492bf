"""Durable captures a second over Slack's signed HTTP, beside a bare Bolt app whose one handler only acks.

Everything runs as in earnest: a process that listens, a Slack that hears the paced cards, SQLite on disk.
Contestants take turns, the bot each time on a fresh file; at the end it is killed, and every capture that it
acknowledged must stand in the file.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import urlencode

import aiohttp

from benchmarks.callers import Answered, Callers, calling
from benchmarks.servers import AHABOT, BARE, started
from benchmarks.table import Table
from tests.fakes.slack.people import People
from tests.fakes.slack.server import BOT_TOKEN, SECRET, Slack, serving
from tests.fakes.slack.world import Channel

ROUNDS = 5
SECONDS = 3.0
"""Of a turn under load, and of one while recaps are drawn."""
ALONE = 200
"""Captures one after another, for what somebody waits who has the bot to themselves."""
PEOPLE, CHANNELS = 64, 8
TOLD = 12
"""Moments of the team whose recap is drawn."""
PATIENCE = 30.0
"""Seconds that a recap may take to be drawn on a busy machine."""
BETWEEN = 0.5
"""Seconds from one recap asked for to the next."""
TEXT = "We used to cache tokens, now we sign them; logins became faster when we stopped being clever."
KEPT = b"Kept as #"
UPLOADED = "files.completeUploadExternal"


@dataclass(frozen=True)
class Turn:
    """What one turn brought: under load, one person alone, and under load while recaps were drawn."""

    loaded: Answered
    alone: Answered
    recaps: Answered | None = None


@dataclass(frozen=True)
class Bench:
    """A Slack with people in it, a file for the database, and how long people call."""

    slack: Slack
    people: People
    bodies: Sequence[bytes]
    quiet: Channel
    lobby: Channel
    file: Path
    seconds: float
    alone: int

    async def bare(self) -> Turn:
        """One turn of Bolt alone."""
        async with (
            started(BARE, self._environ()) as port,
            calling(port, SECRET, self.bodies, says=b"") as callers,
        ):
            return await self._called(callers)

    async def ahabot(self) -> Turn:
        """One turn of the bot. RuntimeError when something was acknowledged that is not kept."""
        self.file.unlink(missing_ok=True)
        async with (
            started(AHABOT, self._environ()) as port,
            calling(port, SECRET, self.bodies, KEPT) as callers,
        ):
            turn = await self._called(callers)
            async with aiohttp.ClientSession() as session:
                self.slack.over_http(f"http://127.0.0.1:{port}/slack/events", session)
                for number in range(TOLD):
                    await self.people.types("Ana", f"{TEXT} {number}", self.quiet.id)
                recaps = await self._while_recaps_are_drawn(callers)
                self.slack.wire = None
                await self.slack.stop()
        sent = next(callers.numbers) + TOLD
        all_kept(self.file, sent - len(callers.handed_back), sent)
        return Turn(turn.loaded, turn.alone, recaps)

    async def _called(self, callers: Callers) -> Turn:
        await callers.call_for(self.seconds / 4)  # teams are made, and caches fill
        return Turn(await callers.call_for(self.seconds), await callers.call_alone(self.alone))

    async def _while_recaps_are_drawn(self, callers: Callers) -> Answered:
        """Until at least one was."""
        before, until = self._drawn(), perf_counter() + self.seconds

        def ended(_answered: int) -> bool:
            over = perf_counter() - until
            return over >= 0 and (self._drawn() > before or over >= PATIENCE)

        asking = asyncio.create_task(self._ask_for_recaps())
        answered = await callers.call(len(callers.lines), ended)
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        if self._drawn() == before:
            raise RuntimeError("no recap was drawn")
        return answered

    def _drawn(self) -> int:
        return len(self.slack.called(UPLOADED))

    async def _ask_for_recaps(self) -> None:
        """Bring the quiet channel's recap to the lobby, again and again; it has its own cards to come."""
        while True:
            shown = (await self.people.types("Ana", "recap", self.quiet.id)).whispers[-1]
            await self.people.presses("Ana", "Post it here", replace(shown, channel=self.lobby.id))
            await asyncio.sleep(BETWEEN)

    def _environ(self) -> dict[str, str]:
        return {
            "DATABASE_URL": f"sqlite:///{self.file}", "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": self.slack.api,
        }  # fmt: skip


@asynccontextmanager
async def opened(seconds: float = SECONDS, alone: int = ALONE) -> AsyncIterator[Bench]:
    """A Slack where people wait at their lines."""
    with TemporaryDirectory(prefix="ahabot-bench-") as folder:
        async with serving() as slack:
            people, here = People(slack, slack.home), slack.home
            callers = [here.add(name) for name in ("Ana", *(f"Ben{each}" for each in range(2, PEOPLE + 1)))]
            quiet, lobby, *channels = map(
                here.make, ("garden", "lobby", *(f"team-{n}" for n in range(CHANNELS)))
            )
            for channel in here.channels.values():
                channel.members.add(here.bot)
            bodies = [
                urlencode({**people.command_form(person, channel, TEXT), "trigger_id": ""}).encode()
                for person, channel in zip(callers, cycle(channels), strict=False)
            ]
            yield Bench(slack, people, bodies, quiet, lobby, Path(folder) / "turn.db", seconds, alone)


def run() -> Table:
    """Both contestants, in rounds."""
    return asyncio.run(_rounds())


async def _rounds() -> Table:
    async with opened() as bench:
        turns = [(await bench.bare(), await bench.ahabot()) for _ in range(ROUNDS)]
    return table([bare for bare, _ in turns], [ahabot for _, ahabot in turns])


def all_kept(file: Path, acknowledged: int, sent: int) -> None:
    """RuntimeError unless a database holds what was acknowledged, and nothing that was not sent."""
    with closing(sqlite3.connect(file)) as connection:
        (kept,) = connection.execute("SELECT count(*) FROM moment").fetchone()
    if not acknowledged <= kept <= sent:
        raise RuntimeError(f"of {sent} captures {acknowledged} were acknowledged, and {kept} are kept")


def table(bare: Sequence[Turn], ahabot: Sequence[Turn]) -> Table:
    """The medians of all rounds; of the longest waits, the longest."""
    drawn = [turn.recaps for turn in ahabot if turn.recaps is not None]
    plain = median(turn.loaded.rate for turn in bare)
    rows = [
        _row("bare Bolt, only acks", plain, [turn.loaded for turn in bare], [turn.alone for turn in bare]),
        _row("Ahabot, kept first", plain, [turn.loaded for turn in ahabot], [turn.alone for turn in ahabot]),
        _row("while recaps are drawn", plain, drawn),
    ]
    return Table(
        f"Slack's /aha over signed HTTP, {PEOPLE} people in {CHANNELS} channels "
        f"(median of {ROUNDS} rounds of {SECONDS:g} s)",
        ("", "a second", "of bare", "p50 ms", "p99 ms", "longest ms", "handed back", "alone, p50 ms"),
        rows,
        "Aim: 0.70 of bare, alone within 3 times bare, p99 under 150 ms, nothing above 3,000 ms. Every capture "
        "that was acknowledged stood in the file after the process was killed.",
    )


def _row(
    name: str, plain: float, loaded: Sequence[Answered], alone: Sequence[Answered] = ()
) -> Sequence[str]:
    rate = median(each.rate for each in loaded)
    halves, last = (median(each.percentile(part) for each in loaded) for part in (50, 99))
    by_oneself = f"{1000 * median(each.percentile(50) for each in alone):.1f}" if alone else ""
    longest = max(max(each.waits) for each in loaded)
    return (
        name, f"{rate:,.0f}", f"{rate / plain:.2f}", f"{1000 * halves:.0f}", f"{1000 * last:.0f}",
        f"{1000 * longest:,.0f}", str(sum(each.handed_back for each in loaded)), by_oneself,
    )  # fmt: skip
