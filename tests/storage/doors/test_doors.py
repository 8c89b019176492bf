"""Tests of which parked things and chances are due, and of their end."""

from datetime import date, datetime, timedelta

from sqlmodel import select

from storage.doors import doors
from storage.engine.database import Database
from storage.models import Chance, DoorKey, Kind, Parked
from tests.support.history import NOW, Life, ago, live


async def test_both_tables_are_asked_in_order_of_time(database: Database) -> None:
    """What was asked about already, or never will be, is not due."""

    def rows(life: Life) -> tuple[int, list[str], datetime | None]:
        ana = life.person("Ana")
        dues = {"late": ago(hours=1), "soon": NOW + timedelta(hours=1), "asked": None}
        for name, due_at in dues.items():
            shiny = life.moment(name, ana, ago(days=2), Kind.SHINY)
            life.add(Parked(moment_id=shiny.id, until_on=date(2026, 3, 20), due_at=due_at))
        door = life.moment("door", ana, ago(days=2), Kind.CHANCE)
        life.add(Chance(moment_id=door.id, until_on=date(2026, 3, 19), due_at=ago(hours=2)))
        life.session.flush()
        teams = doors.list_due_teams(life.session, NOW, 5)
        found = doors.list_due(life.session, life.team.id, NOW)
        return len(teams), [moment.text for _, moment in found], doors.next_due(life.session)

    assert await live(database, rows) == (1, ["late", "door"], ago(hours=2))


async def test_an_erased_moment_has_nothing_left(database: Database) -> None:
    def rows(life: Life) -> int:
        door = life.moment("door", life.person("Ana"), ago(days=2), Kind.CHANCE)
        life.add(Chance(moment_id=door.id))
        life.add(DoorKey(moment_id=door.id, person_id=life.person("Ben").id, text="a cousin", created_at=NOW))
        life.session.flush()
        doors.erase_for_moment(life.session, door.id)
        return sum(len(life.session.exec(select(table)).all()) for table in (Chance, DoorKey))

    assert await live(database, rows) == 0
