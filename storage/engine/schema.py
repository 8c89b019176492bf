"""Migrations of the database's schema, and the check that it is not newer than this program.

Alembic's scripts are in `storage/migrations/versions`. On SQLite foreign keys are off while
they run, because a table rebuilt with them on would silently delete every row that points to
it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.engine.database import Database, database_file
from storage.engine.errors import OpenError, explain_error

MIGRATIONS = Path(__file__).parents[1] / "migrations"
MIGRATION_LOCK_KEY = 7_241_904
"""The key of PostgreSQL's advisory lock for migrations: any number nobody else uses."""

NEWER_DATABASE = "This database was made by a newer Ahabot. Update this one, or set another DATABASE_URL."
OLDER_DATABASE = "This database is from an older Ahabot. Run `ahabot migrate` first."


def migrate_database(database: Database) -> bool:
    """Apply the missing migrations and return whether there were any.

    Raise OpenError when the database cannot be used.
    """
    try:
        return _apply_migrations(database)
    except DBAPIError as error:
        raise OpenError(str(explain_error(error))) from error


def check_schema(database: Database) -> None:
    """Raise OpenError unless the schema has exactly this program's version."""
    if database.read_now(lambda session: _is_behind(session.connection())):
        raise OpenError(OLDER_DATABASE)


def _apply_migrations(database: Database) -> bool:
    with database.writing.connect() as connection:
        if not _is_behind(connection):
            return False
        connection.rollback()
        if connection.dialect.name == "sqlite":
            return _migrate_sqlite(database, connection)
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK_KEY})
        _upgrade_schema(connection)
        connection.commit()
        return True


def _migrate_sqlite(database: Database, connection: Connection) -> bool:
    """Migrate an SQLite file with foreign keys off, after copying it, and return True.

    The pragma has no effect inside a transaction, so it is set on the driver's connection before
    one begins. Raise OpenError when the result would break references.
    """
    driver: Any = connection.connection.driver_connection
    _save_copy(database, driver)
    driver.execute("PRAGMA foreign_keys = OFF")
    with connection.begin():
        _upgrade_schema(connection)
        if broken := connection.execute(text("PRAGMA foreign_key_check")).fetchall():
            raise OpenError(f"The migration would break {len(broken)} references; nothing was changed.")
    driver.execute("PRAGMA foreign_keys = ON")
    return True


def _save_copy(database: Database, driver: Any) -> None:
    """Copy an SQLite file next to itself before its schema changes.

    An empty database gets no copy. An earlier copy is replaced.
    """
    path = database_file(database.url)
    if path is None or not driver.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        return
    copy = path.with_name(path.name + ".before-migration")
    copy.unlink(missing_ok=True)
    driver.execute("VACUUM INTO ?", (str(copy),))


def _is_behind(connection: Connection) -> bool:
    """Return whether the database lacks migrations.

    Raise OpenError when its revision is unknown to this program.
    """
    current = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory(str(MIGRATIONS))
    if current is not None:
        try:
            scripts.get_revision(current)
        except CommandError:
            raise OpenError(NEWER_DATABASE) from None
    return current != scripts.get_current_head()


def _upgrade_schema(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
