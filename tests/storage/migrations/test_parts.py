"""Tests of the migration that adds what a team doesn't use."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select, text

from storage.engine.database import open_database
from storage.engine.schema import migrate_database
from storage.models import Team
from tests.support import postgres as server
from tests.support.databases import ENGINES, made_at

THEN = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)

BEFORE = (
    "INSERT INTO workspace (id, platform, external_id, organisation, name, created_at, cannot_post, cannot_mark)"
    " VALUES (1, 'recorder', 'W1', '', 'Ours', :then, '', '')",
    "INSERT INTO team (id, workspace_id, zone, next_number, emoji, threshold, created_at, seals, language)"
    " VALUES (1, 1, 'UTC', 1, '💡', 1, :then, true, 'de')",
)


@pytest.fixture(params=ENGINES)
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database without any tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ahabot.db'}"
    postgres: server.Server = request.getfixturevalue("postgres")
    return postgres.create("parts")


def test_a_team_from_before_keeps_everything(fresh_url: str) -> None:
    database = open_database(made_at(fresh_url, "0020"))
    try:
        with database.writing.begin() as connection:
            for statement in BEFORE:
                connection.execute(text(statement), {"then": THEN.replace(tzinfo=None)})
        assert migrate_database(database)
        with Session(database.reading) as session:
            team = session.exec(select(Team)).one()
            assert (team.language, team.parts_off) == ("de", "")
    finally:
        database.close()
