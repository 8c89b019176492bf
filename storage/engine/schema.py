"""Migrations of the database's schema, and the checks that it is what this program needs.

Alembic's scripts are in `storage/migrations/versions`. On SQLite foreign keys are off while
they run, because a table rebuilt with them on would silently delete every row that points to
it. Alembic is loaded only when a migration is missing: it keeps 11 MB and takes a third of a second.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.engine import files
from storage.engine.comparison import compare_schema
from storage.engine.database import Database, database_file
from storage.engine.errors import OpenError, explain_error

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parents[1] / "migrations"
MIGRATION_LOCK_KEY = 7_241_904
"""The key of PostgreSQL's advisory lock for migrations: any number nobody else uses."""

NEWER_DATABASE = "This database is from a newer Ahabot. Update Ahabot, or set another DATABASE_URL."
OLDER_DATABASE = "This database is from an older Ahabot. Run `ahabot migrate` first."
DIFFERENT_DATABASE = (
    "The database doesn't have what this Ahabot needs: {}. Restore your last backup and run `ahabot migrate`, or report"
    " this sentence."
)


def migrate_database(database: Database) -> bool:
    """Apply the missing migrations and return whether there were any.

    Raise OpenError when the database cannot be used, or is not what the models describe.
    """
    try:
        return _apply_migrations(database)
    except DBAPIError as error:
        raise OpenError(str(explain_error(error))) from error


def check_schema(database: Database) -> None:
    """Raise OpenError unless the schema has exactly this program's version."""
    if database.read_now(lambda session: _is_behind(session.connection())):
        raise OpenError(OLDER_DATABASE)


def check_whole_schema(database: Database) -> None:
    """Raise OpenError unless the schema has this program's version and all that the models describe."""
    check_schema(database)
    database.read_now(lambda session: _require_whole(session.connection()))


def _require_whole(connection: Connection) -> None:
    if differences := compare_schema(connection):
        raise OpenError(DIFFERENT_DATABASE.format(differences))


def _apply_migrations(database: Database) -> bool:
    with database.writing.connect() as connection:
        if not _is_behind(connection):
            _require_whole(connection)
            return False
        is_new = read_revision(connection) is None
        connection.rollback()
        with nullcontext() if is_new else _tell_progress():
            _migrate(database, connection)
        return True


@contextmanager
def _tell_progress() -> Iterator[None]:
    """Log the start and end of preparing the database. A large one takes minutes."""
    began = time.monotonic()
    log.info(
        "Preparing the database: its tables and indexes become those of this version. With a million moments "
        "that takes a minute or two. If it is stopped, nothing is lost, and the next start does it again."
    )
    yield
    log.info("Preparing the database: done after %.0f seconds", time.monotonic() - began)


def _migrate(database: Database, connection: Connection) -> None:
    """Apply the missing migrations in one transaction."""
    if connection.dialect.name == "sqlite":
        _migrate_sqlite(database, connection)
    else:
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK_KEY})
        _upgrade_schema(connection)
        _require_whole(connection)
        connection.commit()


def _migrate_sqlite(database: Database, connection: Connection) -> None:
    """Migrate an SQLite file with foreign keys off, after copying it.

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
        _require_whole(connection)
    driver.execute("PRAGMA foreign_keys = ON")


def _save_copy(database: Database, driver: Any) -> None:
    """Copy an SQLite file next to itself before its schema changes, for some days.

    An empty database gets no copy. An earlier copy of that day is replaced. The copy has the mode
    of its original.
    """
    path = database_file(database.url)
    if path is None or not driver.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        return
    copy = files.name_copy(path, datetime.now(UTC))
    copy.unlink(missing_ok=True)
    files.create_private(copy, path.stat().st_mode & 0o777)
    driver.execute("VACUUM INTO ?", (str(copy),))
    log.info("%s has the database of before the migration, until %s", copy.name, files.kept_until(copy))


def _is_behind(connection: Connection) -> bool:
    """Return whether the database lacks migrations.

    Raise OpenError when its revision is unknown to this program.
    """
    revisions = list_revisions()
    current = read_revision(connection)
    if current is not None and current not in revisions:
        raise OpenError(NEWER_DATABASE)
    return current != revisions[-1]


def list_revisions() -> list[str]:
    """Return the revisions of all migrations in their order, which are the numbers of their files."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def read_revision(connection: Connection) -> str | None:
    """Return the revision of the database, or None before its first migration."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade_schema(connection: Connection) -> None:
    from alembic import command  # loaded only for a missing migration
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
