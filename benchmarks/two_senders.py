"""One process and two that send the same postings from one PostgreSQL database.

Each is a process of its own with a free sender. Processor time is what counts: on a machine with too few cores
two cannot be faster, but they must not work more for the same postings.

`python -m benchmarks.two_senders URL` is such a process. It prints a line when it is ready, begins at a line on its
standard input, and prints what it did.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from subprocess import PIPE
from time import perf_counter, process_time
from typing import Any

from benchmarks.delivery import BEGIN, FreeSender, save_moments
from benchmarks.table import Table
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.delivery import due
from storage.engine.database import open_database
from storage.engine.schema import migrate_database
from tests.support import postgres

CHANNELS, EACH = 300, 5
"""The channels, each with a team of its own and a hello, and the cards in each."""
ROUNDS = 3
PAUSE = 0.02
"""Seconds until a process looks again for what the other one may leave."""


@dataclass(frozen=True)
class Sent:
    """What processes did together: postings sent and composed, and the seconds of the clock and of processors."""

    sent: int
    composed: int
    seconds: float
    processor: float

    @property
    def cost(self) -> float:
        """Milliseconds of processor time for one posting."""
        return 1000 * self.processor / self.sent


def run_two_senders() -> Table:
    """Measure one process and two in turns, and return the table."""
    return build_senders_table(*asyncio.run(measure_senders(CHANNELS, EACH, ROUNDS)))


async def measure_senders(channels: int, each: int, rounds: int) -> tuple[Sequence[Sent], Sequence[Sent]]:
    """Return what one process did in each round, and what two did."""
    one: list[Sent] = []
    two: list[Sent] = []
    with postgres.server() as server:
        await _fill(server.create("filled"), channels, each)
        for number in range(rounds):
            for together, found in ((1, one), (2, two)):
                url = server.create(f"round_{number}_{together}", template="filled")
                found.append(await _send_together(url, together))
    return one, two


async def _fill(url: str, channels: int, each: int) -> None:
    database = open_database(url)
    migrate_database(database)
    bot = build_bot(database, [FreeSender()], lambda: BEGIN)
    bot.patience = 60
    await save_moments(bot, channels, each)
    database.close()


async def _send_together(url: str, together: int) -> Sent:
    """Let some processes send everything that is due. RuntimeError if one fails or a posting is sent twice."""
    command = (sys.executable, "-m", __name__, url)
    processes = [
        await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE) for _ in range(together)
    ]
    for each in processes:
        assert each.stdout is not None
        await each.stdout.readline()
    said = await asyncio.gather(*(each.communicate(b"go\n") for each in processes))
    told = [json.loads(output) for output, _ in said]
    keys = [key for each in told for key in each["keys"]]
    if len(keys) != len(set(keys)):
        raise RuntimeError("a posting was sent twice")
    return Sent(
        sent=len(keys),
        composed=sum(each["composed"] for each in told),
        seconds=max(each["seconds"] for each in told),
        processor=sum(each["processor"] for each in told),
    )


def build_senders_table(one: Sequence[Sent], two: Sequence[Sent]) -> Table:
    """Return both beside each other, with the medians of their rounds."""
    alone = _middle(one, lambda sent: sent.cost)
    rows = [
        (
            name,
            f"{_middle(rounds, lambda sent: sent.sent / sent.seconds):,.0f}",
            f"{_middle(rounds, lambda sent: sent.cost):.2f}",
            f"{_middle(rounds, lambda sent: sent.cost) / alone:.2f}",
            f"{sum(sent.composed - sent.sent for sent in rounds)}",
        )
        for name, rounds in (("one process", one), ("two processes", two))
    ]
    return Table(
        f"Sending {one[0].sent:,} postings to a free platform from one PostgreSQL (median of {len(one)} rounds)",
        ("", "a second", "ms of processor each", "of one", "composed twice"),
        rows,
        "Aim: two take together at most 1.15 times the processor time of one, and nothing is composed twice."
        " The database's own processor time is not counted.",
    )


def _middle(rounds: Sequence[Sent], value: Callable[[Sent], float]) -> float:
    return median(value(sent) for sent in rounds)


async def send_all(bot: Bot) -> None:
    """Send until nothing is due any more, also what another process leaves."""
    while True:
        await bot.delivery.deliver_all()
        many, _ = await bot.database.read(lambda session: due.count_due(session, BEGIN))
        if not many:
            return
        await asyncio.sleep(PAUSE)


async def _serve(url: str) -> None:
    database = open_database(url)
    sender, composed = FreeSender(), [0]
    bot = build_bot(database, [sender], lambda: BEGIN)
    bot.delivery.composers = {
        kind: _count_calls(composer, composed) for kind, composer in bot.delivery.composers.items()
    }
    await bot.database.read(lambda session: due.count_due(session, BEGIN))
    print("ready", flush=True)
    sys.stdin.readline()
    began, processor = perf_counter(), process_time()
    await send_all(bot)
    did = {
        "keys": sender.posted,
        "composed": composed[0],
        "seconds": perf_counter() - began,
        "processor": process_time() - processor,
    }
    await bot.delivery.stop(5)
    database.close()
    print(json.dumps(did), flush=True)


def _count_calls(composer: Any, counted: list[int]) -> Any:
    def compose(*given: Any) -> Any:
        counted[0] += 1
        return composer(*given)

    return compose


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
