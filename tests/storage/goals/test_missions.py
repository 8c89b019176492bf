"""Tests of how often the lines of a mission were served, against a count of its own, at the edges of quarters."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.goals.mission_card import find_quarters
from storage.engine.database import Database
from storage.goals import missions
from storage.goals.missions import LineUse
from storage.models import Goal, MissionLine, MissionUse
from tests.support.databases import empty
from tests.support.history import Life, live

ZONES = ("Asia/Singapore", "Europe/Lisbon", "America/New_York", "Pacific/Apia", "UTC")
LINES = tuple(line.value for line in MissionLine)
TIMES = st.integers(0, 480_000).map(
    lambda minutes: datetime(2025, 9, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
EDGES = st.sampled_from([(2025, 10), (2026, 1), (2026, 4), (2026, 7)]).flatmap(
    lambda month: st.integers(-40, 40).map(
        lambda hours: datetime(*month, 1, tzinfo=UTC) + timedelta(minutes=30 * hours)
    )
)
USE = st.tuples(
    TIMES | EDGES, st.sampled_from(LINES), st.sampled_from(["moment", "goal", "removed", "withdrawn"])
)


def quarter(at: datetime, zone: str) -> tuple[int, int]:
    """Return the year and the quarter that a clock on the wall shows in a zone."""
    local = at.astimezone(ZoneInfo(zone))
    return local.year, (local.month - 1) // 3


def before(named: tuple[int, int]) -> tuple[int, int]:
    """Return the quarter before another."""
    year, number = named
    return (year, number - 1) if number else (year - 1, 3)


def write(life: Life, uses: list[tuple[datetime, str, str]]) -> int:
    """Write what served a line, and return the team."""
    ana = life.person("Ana")
    for number, (at, line, kind) in enumerate(uses, 1):
        if kind in ("moment", "removed"):
            gone: Any = {"deleted_at": at} if kind == "removed" else {}
            moment = life.moment("x", ana, at, **gone)
            life.add(
                MissionUse(
                    moment_id=moment.id, team_id=life.team.id, line=line, made_by_id=ana.id, created_at=at
                )
            )
        else:
            gone = {"withdrawn_at": at} if kind == "withdrawn" else {}
            of_ana: Any = {"team_id": life.team.id, "author_id": ana.id, "owner_id": ana.id}
            life.add(Goal(**of_ana, number=number, starts_on=at.date(), line=line, created_at=at, **gone))
    return life.team.id


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(uses=st.lists(USE, max_size=12), now=TIMES | EDGES, zone=st.sampled_from(ZONES))
def test_what_served_a_line_is_counted_by_the_clock_on_the_wall(
    database: Database, uses: list[tuple[datetime, str, str]], now: datetime, zone: str
) -> None:
    """Whatever the zone, and whether its clocks change within the quarter."""
    empty(database)

    def count(session: Any) -> list[Any]:
        team = write(Life.new(session, zone), uses)
        return [missions.count_uses(session, team, one.since, one.until) for one in find_quarters(now, zone)]

    present, last = asyncio.run(database.write(count))
    for named, counted in ((quarter(now, zone), present), (before(quarter(now, zone)), last)):
        there = Counter((line, kind) for at, line, kind in uses if quarter(at, zone) == named)
        for line in LINES:
            assert counted[line] == LineUse(there[line, "moment"], there[line, "goal"])


@pytest.mark.parametrize(
    ("now", "names"),
    [
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), ("Oct–Dec 2025", "Jul–Sep 2025")),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), ("Jan–Mar 2026", "Oct–Dec 2025")),
    ],
)
def test_a_quarter_begins_at_midnight_in_the_teams_zone(now: datetime, names: tuple[str, str]) -> None:
    """In Singapore that is eight hours before it is in Greenwich."""
    assert tuple(one.name for one in find_quarters(now, "Asia/Singapore")) == names


async def test_a_line_has_its_words_since_they_were_last_changed(database: Database) -> None:
    """Other lines may have changed since. A version taken back counts nowhere."""

    def write_versions(life: Life) -> list[datetime | None]:
        ana, day = life.person("Ana"), datetime(2026, 1, 1, tzinfo=UTC)
        for number, who in enumerate(["a", "b", "b", "b"]):
            lines = {"who": who, "how": f"take {number}"}
            missions.add_version(
                life.session, life.team.id, ana.id, lines, f"e{number}", day + timedelta(days=number)
            )
        taken = missions.add_version(life.session, life.team.id, ana.id, {"who": "c"}, "e9", day)
        missions.take_back(life.session, taken, day)
        return [missions.line_written_at(life.session, life.team.id, line) for line in ("who", "how", "why")]

    who, how, why = await live(database, write_versions)
    assert (who, how, why) == (datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 4, tzinfo=UTC), None)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    uses=st.lists(st.tuples(TIMES, st.sampled_from(LINES[:2])), max_size=8),
    versions=st.lists(
        st.tuples(TIMES, st.sampled_from("ab"), st.sampled_from("ab")),
        max_size=6,
        unique_by=lambda one: one[0],
    ),
)
def test_what_served_a_line_in_other_words_is_counted_apart(
    database: Database, uses: list[tuple[datetime, str]], versions: list[tuple[datetime, str, str]]
) -> None:
    """Whatever the order of the words, and where they come back. Before the first version there were none."""
    empty(database)
    versions.sort()

    def count(session: Any) -> Any:
        life = Life.new(session, "UTC")
        team, ana = write(life, [(at, line, "moment") for at, line in uses]), life.person("Ben")
        for number, (at, who, how) in enumerate(versions):
            missions.add_version(session, team, ana.id, {"who": who, "how": how}, f"e{number}", at)
        return missions.count_uses(
            session, team, datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        )

    counted = asyncio.run(database.write(count))
    for place, line in enumerate(LINES[:2], 1):
        words = [
            ([each[place] for each in versions if each[0] < at] or [each[place] for each in versions[:1]])
            for at, name in uses
            if name == line
        ]
        same = sum(not said or said[-1] == versions[-1][place] for said in words)
        assert counted[line] == LineUse(same, 0, len(words) - same, 0)
