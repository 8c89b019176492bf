"""Bringing a database's schema up to date, and refusing one that is newer than this program.

Alembic's scripts stand in `storage/migrations/versions`. On SQLite foreign keys are off while they run, because a
table rebuilt with them on would silently delete every row that points to it.
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

from storage.engine.database import Database, file_of
from storage.engine.errors import CannotOpen, explain

MIGRATIONS = Path(__file__).parents[1] / "migrations"
ONE_AT_A_TIME = 7_241_904
"""PostgreSQL's advisory lock for migrations; any number that nobody else uses."""

NEWER = "This database was made by a newer Ahabot. Update this one, or set another DATABASE_URL."
OLDER = "This database is from an older Ahabot. Run `ahabot migrate` first."


def migrate(database: Database) -> bool:
    """Apply what is missing; whether there was anything. CannotOpen when the database cannot be used."""
    try:
        return _migrate(database)
    except DBAPIError as error:
        raise CannotOpen(str(explain(error))) from error


def check_schema(database: Database) -> None:
    """CannotOpen unless the schema is this program's own."""
    if database.read_now(lambda session: _behind(session.connection())):
        raise CannotOpen(OLDER)


def _migrate(database: Database) -> bool:
    with database.writing.connect() as connection:
        if not _behind(connection):
            return False
        connection.rollback()
        if connection.dialect.name == "sqlite":
            return _migrate_sqlite(database, connection)
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        _upgrade(connection)
        connection.commit()
        return True


def _migrate_sqlite(database: Database, connection: Connection) -> bool:
    """The pragma has no effect inside a transaction, so it is set on the driver's connection before one begins."""
    driver: Any = connection.connection.driver_connection
    _keep_copy(database, driver)
    driver.execute("PRAGMA foreign_keys = OFF")
    with connection.begin():
        _upgrade(connection)
        if broken := connection.execute(text("PRAGMA foreign_key_check")).fetchall():
            raise CannotOpen(f"The migration would break {len(broken)} references; nothing was changed.")
    driver.execute("PRAGMA foreign_keys = ON")
    return True


def _keep_copy(database: Database, driver: Any) -> None:
    """A copy beside the file before its schema changes; none for an empty file."""
    path = file_of(database.url)
    if path is None or not driver.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        return
    copy = path.with_name(path.name + ".before-migration")
    copy.unlink(missing_ok=True)
    driver.execute("VACUUM INTO ?", (str(copy),))


def _behind(connection: Connection) -> bool:
    """Whether scripts are missing. CannotOpen when the database knows one that we do not."""
    current = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory(str(MIGRATIONS))
    if current is not None:
        try:
            scripts.get_revision(current)
        except CommandError:
            raise CannotOpen(NEWER) from None
    return current != scripts.get_current_head()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
