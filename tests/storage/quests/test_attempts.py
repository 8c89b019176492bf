"""Tests of the chain of attempts: followed in both directions, at any length, and never in a loop."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from storage.engine.database import Database
from storage.models import Attempt, Kind, Moment, Team
from storage.moments import moments
from storage.quests import attempts
from storage.teams import teams

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


def experiments(session: Session, number: int) -> list[int]:
    """Create that many experiments of one team, and return their ids."""
    workspace_id = teams.ensure_workspace(session, "recorder", "W1", "", NOW)
    person = teams.ensure_person(session, workspace_id, "U1", "Ana", "", NOW)
    team = Team(workspace_id=workspace_id, created_at=NOW)
    session.add(team)
    session.flush()
    return [
        moments.add_moment(session, team.id, Kind.EXPERIMENT, person.id, "tried", NOW)[0]
        for _ in range(number)
    ]


async def test_a_long_chain_is_walked_both_ways(database: Database) -> None:
    """From its middle, the whole chain is returned in order."""

    def work(session: Session) -> None:
        ids = experiments(session, 60)
        for moment_id in ids[1:]:
            attempts.place_attempt(session, moment_id, None, ids[0], NOW)
        assert attempts.attempt_chain(session, ids[30]) == ids
        assert attempts.attempt_chain(session, ids[30], forward=False) == ids[:31]
        assert [attempts.version_number(session, ids[at]) for at in (0, 30, 59)] == [1, 31, 60]
        assert attempts.version_numbers(session, [ids[0], ids[30], ids[59]]) == {ids[30]: 31, ids[59]: 60}

    await database.write(work)


async def test_a_loop_that_no_row_should_make_ends(database: Database) -> None:
    """Reading a loop of rows terminates."""

    def work(session: Session) -> None:
        first, second, alone = experiments(session, 3)
        session.add_all(
            [Attempt(moment_id=first, previous_id=second), Attempt(moment_id=second, previous_id=first)]
        )
        session.flush()
        assert sorted(attempts.attempt_chain(session, first)) == [first, second]
        assert attempts.version_numbers(session, [first, second, alone]) == {first: 2, second: 2}
        assert attempts.version_number(session, alone) == 0

    await database.write(work)


async def test_an_attempt_in_the_middle_stays_there(database: Database) -> None:
    """Naming the same or an earlier attempt changes nothing. Another idea takes its followers along."""

    def work(session: Session) -> None:
        first, second, third, other = experiments(session, 4)
        attempts.place_attempt(session, second, None, first, NOW)
        attempts.place_attempt(session, third, None, second, NOW)
        attempts.place_attempt(session, second, None, first, NOW)
        assert attempts.attempt_chain(session, first) == [first, second, third]
        attempts.place_attempt(session, third, None, first, NOW)
        assert attempts.attempt_chain(session, first) == [first, second, third]
        attempts.place_attempt(session, second, None, other, NOW)
        assert attempts.attempt_chain(session, third) == [other, second, third]
        assert attempts.version_number(session, first) == 0

    await database.write(work)


async def test_an_idea_can_be_followed_while_nothing_that_stands_follows_it(database: Database) -> None:
    """Removed attempts between do not matter, and a removed one cannot be followed."""

    def work(session: Session) -> None:
        first, second, third, fourth = experiments(session, 4)
        for moment_id in (second, third, fourth):
            attempts.place_attempt(session, moment_id, None, first, NOW)
        assert ideas(session, first) == [fourth]
        assert ideas(session, first, but=fourth) == [third]
        remove(session, second, third)
        assert ideas(session, first) == [fourth]
        assert ideas(session, first, but=fourth) == [first]
        remove(session, fourth)
        assert ideas(session, first) == [first]
        assert attempts.attempt_chain(session, first) == [first, second, third, fourth]

    await database.write(work)


def remove(session: Session, *moment_ids: int) -> None:
    """Mark moments as deleted."""
    for moment_id in moment_ids:
        session.get_one(Moment, moment_id).deleted_at = NOW
    session.flush()


def ideas(session: Session, moment_id: int, but: int = 0) -> list[int]:
    """Return the ids of the attempts that can be followed in this moment's team, without `but`."""
    team_id = session.get_one(Moment, moment_id).team_id
    return [idea.id for idea in attempts.latest_ideas(session, team_id, 10, but)]


async def test_the_newest_ideas_are_found_page_by_page(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An idea is the last attempt of its chain, also behind a removed one; long histories end the search."""
    monkeypatch.setattr(attempts, "IDEA_PAGE", 3)

    def work(session: Session) -> None:
        ids = experiments(session, 10)
        team_id = session.get_one(Moment, ids[0]).team_id
        for earlier, later in ((ids[0], ids[4]), (ids[4], ids[9]), (ids[1], ids[8]), (ids[8], ids[7])):
            session.add(Attempt(moment_id=later, previous_id=earlier))
        session.get_one(Moment, ids[8]).deleted_at = NOW
        session.get_one(Moment, ids[4]).deleted_at = NOW
        session.flush()

        def ideas(limit: int, but: int = 0) -> list[int]:
            return [ids.index(each.id) for each in attempts.latest_ideas(session, team_id, limit, but)]

        assert ideas(20) == [9, 7, 6, 5, 3, 2]
        assert ideas(4) == [9, 7, 6, 5]
        assert ideas(20, but=ids[9]) == [7, 6, 5, 3, 2, 0]
        monkeypatch.setattr(attempts, "IDEA_PAGES", 1)
        assert ideas(20) == [9, 7, 6]

    await database.write(work)
