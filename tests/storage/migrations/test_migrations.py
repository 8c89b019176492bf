"""Tests of migrations on a database with data: every row is there and usable afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from storage.delivery import postings
from storage.engine.database import Database, database_file, open_database
from storage.engine.schema import MIGRATIONS, check_schema, migrate_database
from storage.models import Answer, Team, Workspace
from storage.teams import teams
from tests.support import postgres as server
from tests.support.databases import ENGINES

FILLED = (
    "INSERT INTO workspace (id, platform, external_id, name, created_at) VALUES (1, 'p', 'W1', 'Ours', :now)",
    "INSERT INTO person (id, workspace_id, external_id, name, zone, opted_out, has_waiting, created_at)"
    " VALUES (1, 1, 'U1', 'Ana', 'UTC', false, false, :now)",
    "INSERT INTO team (id, workspace_id, zone, next_number, emoji, threshold, created_at, made_by_id)"
    " VALUES (1, 1, 'UTC', 2, '💡', 1, :now, 1)",
    "INSERT INTO channel (id, workspace_id, external_id, name, private, home, team_id)"
    " VALUES (1, 1, 'C1', 'lantern', false, true, 1)",
    "INSERT INTO moment (id, team_id, number, kind, state, author_id, text, parts, source_link, tokens, created_at)"
    " VALUES (1, 1, 1, 'aha', 'kept', 1, 'We sign once now.', '{}', '', 't1 sign', :now)",
    "INSERT INTO posting (id, key, kind, state, workspace_id, team_id, moment_id, channel, thread, link, text,"
    " question, anonymous, created_at, revision, sent_revision, attempts, error)"
    " VALUES (1, 'card:1', 'card', 'sent', 1, 1, 1, 'C1', '', '', '', '', false, :now, 1, 1, 0, '')",
)


@pytest.fixture(params=ENGINES)
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield a database with the first release's schema and a team's rows."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    postgres: server.Server | None = None
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres")
        url = postgres.create("before")
    database = open_database(url)
    with database.writing.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in FILLED:
            connection.execute(text(statement), {"now": "2026-03-16 09:00:00.000000"})
    yield database
    database.close()
    if postgres is not None:
        postgres.drop("before")


def test_everything_is_there_afterwards(before: Database) -> None:
    """Rows, references and the search index are there, with a copy of the file beside it."""
    assert migrate_database(before) is True
    check_schema(before)
    path = database_file(before.url)
    assert path is None or path.with_name("old.db.before-migration").exists()
    (line,) = before.read_now(teams.list_team_summaries)
    assert (line.name, line.moments) == ("lantern", 1)
    assert before.read_now(lambda session: postings.find_by_key(session, "card:1")) is not None
    old = before.read_now(lambda session: session.get_one(Workspace, 1))
    assert (old.name, old.organisation, old.removed_at) == ("Ours", "", None)
    assert (old.cannot_post, old.cannot_mark) == ("", "")
    assert not before.read_now(lambda session: teams.find_home(session, 1)).threads_only
    assert migrate_database(before) is False


def test_an_emoji_stored_by_name_becomes_its_character(before: Database) -> None:
    """A team that saves with :octopus: goes on doing so, and a custom emoji keeps its name."""
    with before.writing.begin() as connection:
        connection.execute(text("UPDATE team SET emoji = ':octopus:'"))
    migrate_database(before)
    team = before.read_now(lambda session: session.get_one(Team, 1))
    assert team.emoji == "🐙"


@pytest.mark.parametrize(
    ("name", "character"),
    [
        (":octopus:", "🐙"),
        (":heart:", "❤"),
        (":man-shrugging:", "🤷\u200d♂"),
        (":party_parrot:", ":party_parrot:"),
    ],
)
def test_a_reaction_stored_by_name_becomes_its_character(before: Database, name: str, character: str) -> None:
    """The answer and its key, so that taking the reaction off still removes it."""
    with before.writing.begin() as connection:
        for statement in (
            "INSERT INTO answer (id, posting_id, person_id, kind, text, event, message, created_at)"
            " VALUES (1, 1, 1, 'reaction', :name, :event, '', :now)",
        ):
            given = {"name": name, "event": f"reaction:1:{name}", "now": "2026-03-16 09:00:00.000000"}
            connection.execute(text(statement), given)
    migrate_database(before)
    answer = before.read_now(lambda session: session.get_one(Answer, 1))
    assert (answer.text, answer.event) == (character, f"reaction:1:{character}")
