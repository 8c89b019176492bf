"""Many open quests at once, as a team has after years."""

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from storage.engine.database import Database
from storage.models import Person
from storage.quests import quests

WORDS = "How would {} find us?"


async def open_quests(database: Database, number: int) -> None:
    """Open this many quests in the first team, about `city 1` to `city {number}`."""

    def write(session: Session) -> None:
        author = session.execute(select(col(Person.id)).limit(1)).scalar_one()
        for each in range(1, number + 1):
            at = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
            quests.add_once(session, 1, author, WORDS.format(f"city {each};"), f"many:{each}", at)

    await database.write(write)
