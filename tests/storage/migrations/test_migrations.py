"""Tests of migrations on a database with data: every row is there and usable afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlmodel import select

from storage.delivery import postings
from storage.engine.database import Database, database_file, open_database
from storage.engine.schema import MIGRATIONS, check_schema, migrate_database
from storage.models import Answer, Comfort, Posting, Team, Workspace
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


ANONYMOUS = (
    "INSERT INTO posting (id, key, kind, state, workspace_id, team_id, channel, thread, message, link, text,"
    " question, anonymous, form, turns_at, closed_at, created_at, sent_at, revision, sent_revision, attempts,"
    " error) VALUES (:id, :key, 'retro', 'sent', 1, 1, 'C1', '', :key, '', 'Hard?', '', true, '', :turns,"
    " :closed, :now, :now, 1, 1, 0, '')"
)
NAMELESS = (
    "INSERT INTO answer (id, posting_id, kind, text, event, created_at)"
    " VALUES (:id, :posting, 'form', 'hard', :event, :now)"
)
TAPPED = "INSERT INTO comfort (moment_id, millimetres, taps) VALUES (:moment, :millimetres, :taps)"
THEN = "2026-03-16 09:00:00.000000"


def ask_without_names(before: Database, number: int, answers: int, closed: bool) -> None:
    """Add a question without names as the fourth migration knew it, and its answers."""
    with before.writing.begin() as connection:
        open_until, at = (None, THEN) if closed else (THEN, None)
        row = {"id": number, "key": f"asked:{number}", "turns": open_until, "closed": at, "now": THEN}
        connection.execute(text(ANONYMOUS), row)
        for answer in range(answers):
            one = {"id": 100 * number + answer, "posting": number, "event": f"e{answer}", "now": THEN}
            connection.execute(text(NAMELESS), one)


def upgrade_to(database: Database, revision: str) -> None:
    """Migrate up to a revision."""
    with database.writing.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@pytest.mark.parametrize(
    ("answers", "closed", "left", "open_after"),
    [(4, True, 4, False), (3, True, 0, False), (4, False, 4, False), (3, False, 3, True)],
)
def test_a_question_without_names_goes_on_by_the_new_rules(
    before: Database, answers: int, closed: bool, left: int, open_after: bool
) -> None:
    """One that shows answers closes, so that no further one appears alone, and what was never shown goes."""
    upgrade_to(before, "0004")
    ask_without_names(before, 7, answers, closed)
    migrate_database(before)
    posting = before.read_now(lambda session: session.get_one(Posting, 7))
    assert (posting.closed_at is None) is open_after
    assert (posting.turns_at is not None) is open_after
    assert (posting.due_at is not None) is (not closed and not open_after)
    assert before.read_now(lambda session: len(session.exec(select(Answer)).all())) == left


def test_taps_of_fewer_than_three_wait(before: Database) -> None:
    """Those of a moment that has three or more stay, and new ones of it wait."""
    upgrade_to(before, "0004")
    with before.writing.begin() as connection:
        more = FILLED[4].replace("VALUES (1, 1, 1,", "VALUES (2, 1, 2,")
        connection.execute(text(more), {"now": THEN})
        for moment, millimetres, taps in ((1, 0, 1), (1, 5, 2), (2, 3, 2)):
            connection.execute(text(TAPPED), {"moment": moment, "millimetres": millimetres, "taps": taps})
    migrate_database(before)
    found = before.read_now(lambda session: session.exec(select(Comfort)).all())
    assert {(one.moment_id, one.millimetres, one.taps, one.waiting) for one in found} == {
        (1, 0, 1, 0), (1, 5, 2, 0), (2, 3, 0, 2),
    }  # fmt: skip
