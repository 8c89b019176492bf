"""What runs at every tick, after every write and in the writer costs the same in a young and in an old database.

SQLite's steps are counted for each statement, in a team of few moments and in one of many.
"""

import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.core.events import EmojiAdded, EmojiRemoved
from bot.moments.commands import AddVersion, Delete, Edit, HighFive, Restore
from bot.people.me import Me
from bot.prompts.ask import Ask
from bot.quests.commands import AskWhy, Link
from bot.runtime.bot import Bot
from bot.runtime.process import build_bot
from storage.engine.database import database_file, open_database
from tests.support.databases import Clock
from tests.support.grown import Shape, grow
from tests.support.people import Everyone
from tests.support.recorder import Recorder
from tests.support.steps import count_steps, trace_statements

YOUNG, OLD = 200, 4000
"""The moments of the team."""

LITTLE = 150
"""Steps by which a statement may differ: a few rows more or less of what is shown."""

Deed = Callable[[Bot, Everyone], Awaitable[object]]

MOMENT = "1.2"
"""Ana's own breakthrough, from before the others."""


async def tick(bot: Bot, _: Everyone) -> None:
    """Let the clock do what is due: nothing."""
    await bot.plan_due()


async def send(bot: Bot, _: Everyone) -> None:
    """Look for what is to be sent or read, as after every write: nothing."""
    await bot.send_due()


async def find_next(bot: Bot, _: Everyone) -> None:
    """Ask when anything is due next."""
    await bot.next_due()


WITH_NOTHING_DUE: tuple[Deed, ...] = (tick, send, find_next)


async def open_team(template: Path, path: Path, moments: int, clock: Clock) -> Bot:
    """Return a bot whose team has this many moments of five years, with all that came of them, and nothing due."""
    shutil.copy(template, path)
    recorder = Recorder()
    bot = build_bot(open_database(f"sqlite:///{path}"), [recorder], clock)
    bot.patience, recorder.bot = 60, bot
    people = Everyone(bot)
    for words in ("We sign tokens now", "breakthrough Show them a template"):
        await people.ana.types(words)
    await bot.tick()
    grow(bot.database, Shape(big=moments, small=2, recent=100), team_id=1, now=clock())
    await bot.tick()
    return bot


@pytest.fixture
async def teams(sqlite_template: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[tuple[Bot, Bot]]:
    """Yield the bot of a young team, and the one of an old team."""
    bots = [
        await open_team(sqlite_template, tmp_path / f"{moments}.db", moments, clock)
        for moments in (YOUNG, OLD)
    ]
    yield bots[0], bots[1]
    for bot in bots:
        bot.database.close()


async def steps_of(bot: Bot, deed: Deed) -> tuple[dict[str, int], dict[str, int]]:
    """Return the steps of each statement of a deed: those beside the writer, and those in it."""
    path, people = database_file(bot.database.url), Everyone(bot)
    assert path is not None
    with trace_statements(bot.database.reading) as read, trace_statements(bot.database.writing) as written:
        await deed(bot, people)
        await bot.database.write(lambda _: None)
    return count_steps(path, read), count_steps(path, written)


def grown(young: dict[str, int], old: dict[str, int]) -> list[str]:
    """Return the statements that take more steps in the old database, with the steps in both."""
    return [
        f"{young.get(statement, 0)} -> {steps}: {statement}"
        for statement, steps in old.items()
        if steps > 1.5 * young.get(statement, 0) + LITTLE
    ]


@pytest.mark.parametrize("deed", WITH_NOTHING_DUE, ids=lambda deed: deed.__name__)
async def test_nothing_due_costs_nothing(teams: tuple[Bot, Bot], deed: Deed) -> None:
    """A tick with nothing due, and the look after a write, read a few rows and write nothing."""
    (young, _), (old, written) = [await steps_of(bot, deed) for bot in teams]
    assert not written, written
    assert old, "the statements are traced"
    assert not grown(young, old), "\n".join(grown(young, old))


async def test_the_writer_does_not_slow_down_with_the_years(teams: tuple[Bot, Bot]) -> None:
    """What people do to a moment takes no more steps of the writer among many others."""
    commands = (
        HighFive(MOMENT), Edit(MOMENT, "Show them two"), AddVersion(MOMENT, "I saw it"),
        Link(MOMENT, "1", "1"), AskWhy("1.7", text="It asked too much"), Delete(MOMENT, "1"), Restore(MOMENT),
        Ask("What did we decide?"), Me(),
    )  # fmt: skip
    events = (EmojiAdded("m1", "💡", "U-ben", "Ben"), EmojiRemoved("m1", "💡"))

    async def live(bot: Bot, people: Everyone) -> None:
        for command in commands:
            await people.ana.does(command)
        for event in events:
            await people.mei.does(event)

    (_, young), (_, old) = [await steps_of(bot, live) for bot in teams]
    assert len(old) > 50, "the statements are traced"
    assert not grown(young, old), "\n".join(grown(young, old))


async def test_erasing_does_not_slow_down_with_the_years(teams: tuple[Bot, Bot], clock: Clock) -> None:
    """What a deleted experiment leaves is found by indexes, also by the checks of references."""

    async def delete_two(bot: Bot, people: Everyone) -> None:
        tried = await people.ana.types("failed A wizard of many pages")
        number = re.findall(r"#(\d+)", tried.text)[0]
        await people.ana.does(AskWhy(f"1.{number}", text="It asked too much"))
        await people.ana.does(Delete(f"1.{number}", "1"))
        await people.ana.does(Delete(MOMENT, "1"))

    async def erase(bot: Bot, _: Everyone) -> None:
        await bot.plan_due()

    for bot in teams:
        await delete_two(bot, Everyone(bot))
    clock.forward(days=2)
    (_, young), (_, old) = [await steps_of(bot, erase) for bot in teams]
    assert any("DELETE FROM why" in statement for statement in old), "the whys are erased"
    assert not grown(young, old), "\n".join(grown(young, old))
