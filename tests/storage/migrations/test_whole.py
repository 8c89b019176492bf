"""Tests of the migration that adds what earlier forms of the first ones left out."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from storage.engine.comparison import compare_schema
from storage.engine.database import Database, database_file, open_database
from storage.engine.schema import MIGRATIONS, migrate_database
from tests.support.databases import ENGINES, made_at
from tests.support.schema_lines import schema_lines


def script() -> ModuleType:
    """Return the migration's module."""
    found = ScriptDirectory(str(MIGRATIONS)).get_revision("0014")
    assert found is not None
    return found.module


@pytest.fixture(params=ENGINES)
def at_twelve(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Yield a database at the revision before, on each engine."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = server.create("twelve") if server else f"sqlite:///{tmp_path / 'ahabot.db'}"
    database = open_database(made_at(url, "0013"))
    yield database
    database.close()
    if server:
        server.drop("twelve")


def test_what_it_writes_out_is_what_the_migrations_before_make(tmp_path: Path) -> None:
    """Its tables, made from nothing, are those of a database that ran all scripts."""
    migrated = open_database(made_at(f"sqlite:///{tmp_path / 'migrated.db'}", "0014"))
    written = create_engine(f"sqlite:///{tmp_path / 'written.db'}")
    script().SNAPSHOT.create_all(written)
    with migrated.writing.connect() as one, written.connect() as other:
        left = {line.partition(" default ")[0] for line in schema_lines(one)}
        right = {line.partition(" default ")[0] for line in schema_lines(other)}
        only = {line for line in left ^ right if "alembic_version" not in line and "search" not in line}
    assert only == set()
    migrated.close()
    written.dispose()


def test_a_whole_database_is_left_as_it_is(at_twelve: Database) -> None:
    with at_twelve.reading.connect() as connection:
        before = schema_lines(connection)
    upgrade(at_twelve)
    with at_twelve.reading.connect() as connection:
        assert schema_lines(connection) == before


def upgrade(database: Database) -> None:
    """Run this migration alone."""
    with database.writing.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0014")


@pytest.mark.parametrize(
    "statements",
    [
        ("ALTER TABLE pending DROP COLUMN team_id",),
        ("DROP INDEX ix_posting_due", "CREATE INDEX ix_posting_due ON posting (due_at)"),
        ("DROP TABLE noteitem",),
        ("CREATE INDEX ix_posting_team_id ON posting (team_id)",),
        ("DROP INDEX uq_why_insight",),
    ],
)
def test_what_is_missing_is_added(at_twelve: Database, statements: tuple[str, ...]) -> None:
    with at_twelve.writing.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    migrate_database(at_twelve)
    with at_twelve.reading.connect() as connection:
        assert not compare_schema(connection)
        assert not [line for line in schema_lines(connection) if "ix_posting_team_id ON" in line]


def test_missing_constraints_are_added(at_twelve: Database) -> None:
    """SQLite makes the table again for them, with its rows, its indexes and its triggers."""
    if database_file(at_twelve.url):
        drop_from_sqlite(at_twelve, "uq_moment_team_id_number", "fk_moment_kept_by_id")
    else:
        with at_twelve.writing.begin() as connection:
            connection.execute(text("ALTER TABLE moment DROP CONSTRAINT uq_moment_team_id_number"))
            connection.execute(text("ALTER TABLE moment DROP CONSTRAINT fk_moment_kept_by_id"))
    lacking = {"unique constraint of moment (team_id, number)", "reference moment.kept_by_id"}
    with at_twelve.reading.connect() as connection:
        assert lacking <= set(compare_schema(connection).missing)
    migrate_database(at_twelve)
    with at_twelve.reading.connect() as connection:
        assert not compare_schema(connection)


def drop_from_sqlite(database: Database, *names: str) -> None:
    """Take constraints out of a table's own statement, which SQLite has no command for."""
    with database.writing.connect() as connection:
        driver: Any = connection.connection.driver_connection
        (made,) = driver.execute("SELECT sql FROM sqlite_master WHERE name = 'moment'").fetchone()
        lines = [line for line in made.splitlines() if not any(name in line for name in names)]
        driver.execute("PRAGMA writable_schema = ON")
        changed = "\n".join(lines).replace(", \n)", "\n)")
        driver.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'moment'", (changed,))
        driver.execute("DELETE FROM sqlite_master WHERE name LIKE 'sqlite_autoindex_moment%'")
        driver.execute("PRAGMA writable_schema = RESET")


def test_the_search_finds_what_was_written_without_its_triggers(tmp_path: Path) -> None:
    """A trigger that was missing has left moments out, so all are read into the search."""
    database = open_database(made_at(f"sqlite:///{tmp_path / 'ahabot.db'}", "0013"))
    with database.writing.begin() as connection:
        for statement in (
            "DROP TRIGGER search_added",
            "INSERT INTO workspace (id, platform, external_id, name, organisation, created_at, cannot_post,"
            " cannot_mark) VALUES (1, 'p', 'W', '', '', '2026-03-16', '', '')",
            "INSERT INTO person (id, workspace_id, external_id, name, zone, opted_out, has_waiting, craft, created_at)"
            " VALUES (1, 1, 'U', 'Ana', 'UTC', 0, 0, '', '2026-03-16')",
            "INSERT INTO team (id, workspace_id, zone, next_number, emoji, threshold, created_at, seals)"
            " VALUES (1, 1, 'UTC', 2, '💡', 1, '2026-03-16', 1)",
            "INSERT INTO moment (id, team_id, number, kind, state, author_id, text, parts, source_link, tokens, stuck,"
            " created_at) VALUES (1, 1, 1, 'aha', 'kept', 1, 'Sign', '{}', '', 't_1 sign', '', '2026-03-16')",
        ):
            connection.execute(text(statement))
    upgrade(database)
    with database.reading.connect() as connection:
        found = connection.execute(text("SELECT rowid FROM search WHERE search MATCH 'sign'")).scalars().all()
    assert found == [1]
    database.close()
