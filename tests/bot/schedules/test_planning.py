"""Tests of planning many schedules at once: few statements for a batch, and jobs that let commands through."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event

from bot.features import PLANNERS
from bot.runtime.bot import Bot
from bot.schedules.planner import BATCH, JOB, MOST, SchedulePlanning, _next_size, plan_due_schedules
from storage.engine.database import Database
from tests.support.databases import Clock
from tests.support.people import Everyone

FRIDAY = datetime(2026, 3, 20, 16, 30, tzinfo=UTC)


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """Yield the statements of the writer, as they are executed."""
    seen: list[str] = []

    def note_statement(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(database.writing, "before_cursor_execute", note_statement)
    yield seen
    event.remove(database.writing, "before_cursor_execute", note_statement)


async def begin_teams(people: Everyone, many: int) -> None:
    """Let a moment be kept in many teams, each of which has a recap from then on."""
    await asyncio.gather(
        *(people.ana.types("a thought", channel=f"T{one}", channel_name=f"t{one}") for one in range(many))
    )


async def count(bot: Bot, sql: str) -> int:
    """Return the number that an SQL query finds."""
    found: int = await bot.database.read(lambda s: s.connection().exec_driver_sql(sql).scalar_one())
    return found


async def test_a_batch_takes_few_statements(
    people: Everyone, bot: Bot, clock: Clock, statements: list[str]
) -> None:
    """The recaps of 25 teams take two statements each, where they took eighteen."""
    await begin_teams(people, BATCH)
    statements.clear()
    planned = await bot.database.write(lambda session: plan_due_schedules(session, FRIDAY, PLANNERS))
    assert planned == BATCH
    assert await count(bot, "SELECT count(*) FROM posting WHERE kind = 'recap'") == BATCH
    assert len(statements) < 2 * BATCH + 12, statements


async def test_the_size_of_a_job_follows_how_long_it_takes() -> None:
    """A job that took too long is followed by a smaller one, and a short one by a larger one."""
    assert _next_size(20, 20, 2 * JOB) == 10
    assert _next_size(20, 20, JOB / 4) == 40
    assert _next_size(20, 20, JOB * 0.8) == 20
    assert _next_size(20, 3, JOB / 4) == 20
    assert _next_size(1, 1, 100 * JOB) == 1
    assert _next_size(MOST, MOST, JOB / 100) == MOST


async def test_everything_due_is_planned_once_in_jobs_of_any_size(
    people: Everyone, bot: Bot, clock: Clock
) -> None:
    """A command between two jobs is answered, and each team has one recap in the end."""
    await begin_teams(people, 9)
    planning, counts = SchedulePlanning(PLANNERS, size=1), [1]
    while counts[-1]:
        counts.append(await bot.database.write(lambda session: planning.run_due(session, FRIDAY)))
        assert (await people.ben.types("in between", channel="T0")).text.startswith("Saved as #")
    assert sum(counts) == 10
    sql = "SELECT count(*) FROM (SELECT team_id FROM posting WHERE kind = 'recap' GROUP BY team_id) AS teams"
    assert await count(bot, sql) == 9
    assert await count(bot, "SELECT count(*) FROM posting WHERE kind = 'recap'") == 9


async def test_what_a_batch_knew_is_forgotten(people: Everyone, bot: Bot, clock: Clock) -> None:
    """A command in the same transaction as a planning job sees what was written since."""
    await begin_teams(people, 2)
    planned, asked = await asyncio.gather(
        bot.database.write(lambda session: plan_due_schedules(session, FRIDAY, PLANNERS)),
        people.ana.types("quest Why do logins take so long?", channel="T0"),
    )
    assert planned == 2
    assert "quest started" in asked.text.lower()
    assert "Why do logins" in (await people.ana.types("quest", channel="T0")).text
