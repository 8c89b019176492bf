"""Tests of the generated years of use: they are such as the bot itself could have written."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlmodel import Session, col

from bot.runtime.bot import Bot
from storage.engine.database import Database, database_file
from storage.models import Moment, Table
from tests.support.grown import NOW, Shape, grow
from tests.support.people import Everyone
from tests.support.recorder import Recorder

EMPTY = {
    "bigtime", "fetch", "firstanswer", "focusstep", "formername", "goalstep", "installation", "installattempt",
    "lane", "lookup", "missionask", "packsetting", "participant", "pending", "pick", "question", "questionsetting",
    "season", "seasonpair", "valuekind",
}  # fmt: skip
"""The tables that hold little in any team, whatever its age, or what waits for the next minute."""

SHAPE = Shape(big=500, small=4, recent=100)


@pytest.fixture
async def grown(people: Everyone, bot: Bot) -> Database:
    """Return a database in which Ana's team, with one moment of her own, has grown."""
    await people.ana.types("We sign tokens now")
    await bot.tick()
    grow(bot.database, SHAPE)
    return bot.database


async def test_every_table_has_rows_and_they_refer_to_rows(grown: Database) -> None:
    """A table that is forgotten would make each test of growth blind for it."""

    def count_rows(session: Session) -> set[str]:
        assert session.execute(select(func.count()).select_from(Moment)).scalar_one() == SHAPE.moments + 1
        if database_file(grown.url) is not None:
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        tables = Table.metadata.sorted_tables
        return {each.name for each in tables if not session.execute(select(each).limit(1)).first()}

    assert await grown.read(count_rows) == EMPTY


async def test_people_go_on_in_it(grown: Database, people: Everyone, bot: Bot, recorder: Recorder) -> None:
    """What is old is found, the next moment has the next number, and nothing old is sent or asked again."""
    before = len(recorder.standing)
    await bot.tick()
    assert len(recorder.standing) == before
    assert "lesson" in (await people.ben.types("find lesson")).text
    assert "#502" in (await people.ben.types("We publish drafts early now")).text
    await bot.tick()
    assert len(recorder.standing) == before + 1


async def test_a_period_has_the_same_in_a_young_and_an_old_team(grown: Database) -> None:
    """Only what lies behind it grows."""

    def count_recent(session: Session) -> int:
        recent = (col(Moment.team_id) == 1, col(Moment.created_at) > NOW - timedelta(days=SHAPE.recent_days))
        found: int = session.execute(select(func.count()).select_from(Moment).where(*recent)).scalar_one()
        return found

    assert await grown.read(count_recent) == SHAPE.recent + 1
