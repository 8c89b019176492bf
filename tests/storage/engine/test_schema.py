"""Tests of migrations: on nothing, repeated, from a newer program, and on data."""

from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage.engine.database import Database, open_database, parse_database_url
from storage.engine.errors import OpenError, explain_error
from storage.engine.schema import MIGRATIONS, check_schema, list_revisions, migrate_database, read_revision
from storage.migrations.env_filter import is_ours
from storage.models import Table
from tests.support.postgres import Server


def test_the_scripts_make_exactly_the_tables_of_the_models(database: Database) -> None:
    """Models and migration scripts cannot drift apart."""
    with database.writing.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, Table.metadata) == []


def test_every_constraint_has_a_name(database: Database) -> None:
    """A constraint without a name cannot be changed on SQLite."""
    named = [c.name for table in Table.metadata.tables.values() for c in table.constraints]
    assert all(named)


def test_migrating_again_does_nothing(database: Database) -> None:
    """A second run changes nothing."""
    assert migrate_database(database) is False


def test_revisions_are_read_without_alembic(database: Database) -> None:
    """The numbers of the files and the revision of the database are the ones that Alembic reads."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert list_revisions() == [script.revision for script in scripts.walk_revisions()][::-1]
    with database.writing.connect() as connection:
        assert read_revision(connection) == MigrationContext.configure(connection).get_current_revision()


def test_a_newer_database_is_refused_in_one_sentence(database: Database) -> None:
    """An older program does not touch it."""
    with database.writing.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    with pytest.raises(OpenError, match="newer Ahabot"):
        migrate_database(database)
    with pytest.raises(OpenError, match="newer Ahabot"):
        check_schema(database)


def test_an_empty_database_is_said_to_be_older(tmp_path: Path) -> None:
    """Opening a database that was never migrated says what to run."""
    database = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(OpenError, match="ahabot migrate"):
        check_schema(database)
    database.close()


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    """One process writes an SQLite file. A second one gets an error, and a reader may open it."""
    url = f"sqlite:///{tmp_path / 'one.db'}"
    first = open_database(url)
    migrate_database(first)
    with pytest.raises(OpenError, match=r"Another Ahabot is using one\.db"):
        open_database(url)
    reader = open_database(url, writes=False)
    check_schema(reader)
    reader.close()
    first.close()
    open_database(url).close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "DATABASE_URL is not an address I know"),
        ("mysql://me:secret@host/name", "DATABASE_URL is not an address I know"),
        ("sqlite:////nowhere/at/all/ahabot.db", "make /nowhere/at/all, or change DATABASE_URL"),
    ],
)
def test_a_bad_address_names_the_setting(url: str, sentence: str) -> None:
    """One line names the variable, and never the password in it."""
    with pytest.raises(OpenError, match=sentence) as wrong:
        open_database(url)
    assert "secret" not in str(wrong.value)


def test_a_server_that_is_away_is_one_sentence() -> None:
    """This is for a PostgreSQL that does not respond."""
    database = open_database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(OpenError, match="can't be reached"):
        migrate_database(database)
    database.close()


def test_a_name_that_the_server_does_not_know_is_named(postgres: Server) -> None:
    """Database and user have a sentence each, and neither name nor address is in it."""
    for url, sentence in (
        (postgres.url("nowhere"), "The database named in DATABASE_URL doesn't exist."),
        (
            postgres.url().replace("postgres@", "nobody:secret@"),
            "The database doesn't know the user in DATABASE_URL.",
        ),
    ):
        database = open_database(url)
        with pytest.raises(OpenError, match=sentence) as wrong:
            migrate_database(database)
        assert not [word for word in ("nowhere", "nobody", "secret", "host=") if word in str(wrong.value)]
        database.close()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ('FATAL:  password authentication failed for user "me"', "refused the user or the password"),
        ("fe_sendauth: no password supplied", "asks for a password"),
    ],
)
def test_a_password_that_is_refused_names_the_setting(said: str, sentence: str) -> None:
    """What psycopg says has the user's name in it, and the sentence has not."""
    error = OperationalError("", None, psycopg.OperationalError(f"connection failed: {said}"))
    assert sentence in str(explain_error(error))
    assert "DATABASE_URL" in str(explain_error(error))


def test_plain_postgresql_addresses_mean_our_driver() -> None:
    """Addresses as other tools write them are accepted."""
    assert parse_database_url("postgresql://me@host/name").drivername == "postgresql+psycopg"
