"""Tests of the migrations of missions and goals: the one that rebuilds their tables, and the one after it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlmodel import Session, select, text

from storage.engine.database import open_database
from storage.engine.schema import MIGRATIONS, migrate_database
from storage.models import FocusItem, Goal, GoalKind, Mission
from tests.support import postgres as server
from tests.support.databases import ENGINES, made_at

THEN = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)

BEFORE = (
    "INSERT INTO workspace (id, platform, external_id, organisation, name, created_at, cannot_post, cannot_mark)"
    " VALUES (1, 'recorder', 'W1', '', 'Ours', :then, '', '')",
    "INSERT INTO person (id, workspace_id, external_id, name, zone, opted_out, has_waiting, created_at, craft)"
    " VALUES (1, 1, 'U1', 'Ana', 'UTC', false, false, :then, '')",
    "INSERT INTO team (id, workspace_id, zone, next_number, emoji, threshold, created_at, seals)"
    " VALUES (1, 1, 'UTC', 1, '💡', 1, :then, true)",
    "INSERT INTO mission (team_id, author_id, text, created_at) VALUES (1, 1, 'Calm chats', :then)",
    "INSERT INTO goal (team_id, author_id, text, big, due_on, created_at) VALUES"
    " (1, 1, 'Sign once', true, '2026-05-01', :then), (1, 1, 'Sign twice', true, NULL, :then)",
)


@pytest.fixture(params=ENGINES)
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database without any tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ahabot.db'}"
    postgres: server.Server = request.getfixturevalue("postgres")
    return postgres.create(f"goals_{request.node.originalname[:40]}")


def downgrade(connection: Connection, revision: str) -> None:
    """Take a database back to an earlier revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.downgrade(config, revision)


def test_a_mission_and_goals_from_before_are_kept(fresh_url: str) -> None:
    database = open_database(made_at(fresh_url, "0015"))
    try:
        with database.writing.begin() as connection:
            for statement in BEFORE:
                connection.execute(
                    text(statement), {"then": THEN.replace(tzinfo=None)} if ":then" in statement else {}
                )
        assert migrate_database(database)
        with Session(database.reading) as session:
            mission = session.exec(select(Mission)).one()
            first, second = session.exec(select(Goal).order_by(Goal.number)).all()  # type: ignore[arg-type]
        assert (mission.offer, mission.who, mission.created_at) == ("Calm chats", "", THEN)
        assert (first.number, first.text, first.kind, first.due_on) == (
            1,
            "Sign once",
            GoalKind.BIG,
            date(2026, 5, 1),
        )
        assert (second.number, second.kind, second.owner_id) == (2, GoalKind.SUPPORTING, 1)

        with database.writing.begin() as connection:
            downgrade(connection, "0015")
        with database.writing.begin() as connection:
            assert connection.execute(text("SELECT text FROM mission")).scalars().all() == ["Calm chats"]
            assert connection.execute(text("SELECT text, big FROM goal ORDER BY id")).all() == [
                ("Sign once", True),
                ("Sign twice", False),
            ]
    finally:
        database.close()


SINCE = (
    *BEFORE[:3],
    "INSERT INTO goal (id, team_id, number, author_id, owner_id, kind, text, unit, start, target, line, quote,"
    " attainable, relevant, starts_on, funds, asks_owner, outcome, taught, created_at, closed_at, withdrawn_at)"
    " VALUES (1, 1, 1, 1, 1, 'big', 'Sign once', '', '', '', '', '', '', '', '2026-03-12', '', false, '', '',"
    " :then, NULL, NULL), (2, 1, 2, 1, 1, 'learning', 'Sign twice', '', '', '', '', '', '', '', '2026-03-12', '',"
    " false, 'reached', 'Less', :then, :then, NULL)",
    "INSERT INTO focuscheck (id, team_id, author_id, went, step, created_at) VALUES (1, 1, 1, '', '', :then)",
    "INSERT INTO focusitem (check_id, author_id, list, text, created_at) VALUES (1, 1, 'out', 'Fairs', :then)",
)


def test_the_owner_of_each_open_goal_is_looked_for_after_the_migration(fresh_url: str) -> None:
    database = open_database(made_at(fresh_url, "0016"))
    try:
        with database.writing.begin() as connection:
            for statement in SINCE:
                connection.execute(
                    text(statement), {"then": THEN.replace(tzinfo=None)} if ":then" in statement else {}
                )
        assert migrate_database(database)
        with Session(database.reading) as session:
            opened, closed = session.exec(select(Goal).order_by(Goal.number)).all()  # type: ignore[arg-type]
            item = session.exec(select(FocusItem)).one()
        assert (opened.owner_check_at, opened.big_since, opened.big_until) == (THEN, None, None)
        assert (closed.owner_check_at, item.kept, item.text) == (None, False, "Fairs")

        with database.writing.begin() as connection:
            downgrade(connection, "0016")
            assert connection.execute(text("SELECT text FROM goal ORDER BY id")).scalars().all() == [
                "Sign once",
                "Sign twice",
            ]
    finally:
        database.close()
