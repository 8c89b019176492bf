"""Tests of the comparison with the models: it names what differs, and nothing else."""

import time
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.check import check_database
from storage.engine.comparison import Differences, compare_schema
from storage.engine.database import Database, database_file, open_database
from storage.engine.errors import OpenError
from storage.engine.schema import migrate_database
from tests.support.databases import made_at

BOTH = ("sqlite", "postgresql")


def change(database: Database, *statements: str) -> None:
    """Run statements of the kind that an operator or another program would run."""
    with database.writing.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def differences(database: Database) -> Differences:
    with database.reading.connect() as connection:
        return compare_schema(connection)


def engine_of(database: Database) -> str:
    return "sqlite" if database_file(database.url) else "postgresql"


def test_a_migrated_database_has_no_differences(url: str) -> None:
    database = open_database(url)
    assert not differences(database)
    assert str(differences(database)) == ""
    database.close()


def test_it_takes_milliseconds(url: str) -> None:
    """A start waits for it. SQLAlchemy's inspection takes 300 ms for the same on SQLite."""
    database = open_database(url)
    differences(database)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        differences(database)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.15
    database.close()


@pytest.mark.parametrize(
    ("statement", "said", "engines"),
    [
        ("ALTER TABLE posting DROP COLUMN withdrawn_at", "column posting.withdrawn_at is missing", BOTH),
        ("DROP INDEX ix_why_author_id_created_at", "index ix_why_author_id_created_at is missing", BOTH),
        ("DROP INDEX uq_why_insight", "unique index uq_why_insight is missing", BOTH),
        (
            "DROP INDEX ix_posting_due; CREATE INDEX ix_posting_due ON posting (due_at)",
            "index ix_posting_due is different",
            BOTH,
        ),
        (
            "DROP INDEX ix_posting_due; CREATE INDEX ix_posting_due ON posting (due_at) WHERE due_at IS NULL",
            "index ix_posting_due is different",
            BOTH,
        ),
        (
            "DROP INDEX ix_moment_source_message; CREATE INDEX ix_moment_source_message ON moment (source_message)",
            "index ix_moment_source_message is different",
            BOTH,
        ),
        ("DROP TABLE lookup", "table lookup is missing", BOTH),
        ("ALTER TABLE team ADD COLUMN extra INTEGER", "", BOTH),
        ("CREATE INDEX ix_extra ON team (zone)", "", BOTH),
        ("CREATE TABLE extra (id INTEGER PRIMARY KEY, word TEXT NOT NULL)", "", BOTH),
        ("CREATE UNIQUE INDEX ix_extra ON team (zone)", "unique index ix_extra is not part of it", BOTH),
        ("ALTER TABLE team ADD COLUMN extra TEXT NOT NULL", "column team.extra is not part of it", ("postgresql",)),
        ("ALTER TABLE team ALTER COLUMN zone DROP NOT NULL", "column team.zone is different", ("postgresql",)),
        ("ALTER TABLE moment ALTER COLUMN number TYPE text", "column moment.number is different", ("postgresql",)),
        (
            "ALTER TABLE posting DROP CONSTRAINT uq_posting_key",
            "unique constraint of posting (key) is missing",
            ("postgresql",),
        ),
        (
            "ALTER TABLE posting DROP CONSTRAINT fk_posting_team_id",
            "reference posting.team_id is missing",
            ("postgresql",),
        ),
        (
            "ALTER TABLE comfort DROP CONSTRAINT pk_comfort",
            "primary key of comfort is different",
            ("postgresql",),
        ),
        (
            "DROP INDEX search_moment",
            "index search_moment is missing",
            ("postgresql",),
        ),
        ("DROP TRIGGER search_changed", "trigger search_changed is missing", ("sqlite",)),
        (
            "DROP TRIGGER search_removed; CREATE TRIGGER search_removed AFTER DELETE ON moment BEGIN SELECT 1; END",
            "trigger search_removed is different",
            ("sqlite",),
        ),
        (
            "CREATE TRIGGER ours AFTER DELETE ON team BEGIN SELECT 1; END", "", ("sqlite",),
        ),
        (
            "DROP INDEX ix_why_author_id_created_at; DROP INDEX ix_link_to_id; DROP INDEX ix_tap_person_id;"
            " DROP INDEX ix_why_moment_id; DROP INDEX ix_quest_after_id",
            " and 2 more are missing",
            BOTH,
        ),
    ],
)  # fmt: skip
def test_a_difference_is_named(url: str, statement: str, said: str, engines: tuple[str, ...]) -> None:
    """Start and check say it in one sentence, which says what to do. What only stands beside is none."""
    database = open_database(url)
    if engine_of(database) in engines:
        change(database, *([statement] if "TRIGGER ours" in statement else _split(statement)))
        found = differences(database)
        assert str(found).endswith(said) if said.startswith(" and") else str(found) == said
        assert bool(found) is bool(said)
        if said:
            with pytest.raises(
                OpenError, match=r"doesn't have what this Ahabot needs: .* run `ahabot migrate`"
            ) as at_start:
                migrate_database(database)
            assert str(found) in str(at_start.value)
            with pytest.raises(OpenError, match="what this Ahabot needs") as at_check:
                check_database(url)
            assert str(at_check.value) == str(at_start.value)
    database.close()


def _split(statements: str) -> list[str]:
    """Return the statements. The one of a trigger has a semicolon within it."""
    first, _, rest = statements.partition("; ")
    return [first, *([rest] if "TRIGGER" in rest else _split(rest) if rest else [])]


def test_an_upgrade_that_would_not_be_whole_changes_nothing(tmp_path: Path) -> None:
    """What no migration mends is said before anything is committed."""
    database = open_database(made_at(f"sqlite:///{tmp_path / 'ahabot.db'}", "0013"))
    change(database, "CREATE UNIQUE INDEX uq_extra ON team (zone)")
    with pytest.raises(OpenError, match="unique index uq_extra is not part of it"):
        migrate_database(database)
    with database.reading.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0013"
    database.close()
