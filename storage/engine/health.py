"""Checks of the database for operators: the engine and its version, and the free disk space."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sqlalchemy import URL

from storage.engine.database import Database, database_file
from storage.engine.errors import OpenError

WAL_RESET_FIXED_IN = (3, 51, 3)
"""The first SQLite version without the WAL-reset bug.

The bug can corrupt a file that two connections write.
"""

LEAST_FREE_BYTES = 100_000_000
"""The minimum of free disk space, in bytes.

With less, the copy made before a migration or a busy day may not fit.
"""


def describe_engine(database: Database) -> str:
    """Return the name and version of the engine, with a warning for an old SQLite.

    Raise StoreError when the database does not answer.
    """
    dialect = database.read_now(lambda session: session.connection().dialect)
    version = ".".join(map(str, dialect.server_version_info or ()))
    name = "SQLite" if database_file(database.url) else "PostgreSQL"
    old = name == "SQLite" and (dialect.server_version_info or ()) < WAL_RESET_FIXED_IN
    return f"{name} {version}{ONE_WRITER_WARNING if old else ''}"


ONE_WRITER_WARNING = (
    " (before 3.51.3, two programs writing to the file can corrupt it, so let only Ahabot do it)"
)


def describe_disk(url: URL) -> str:
    """Return the free space for an SQLite file, or an empty text for a server.

    Raise OpenError when the folder is missing, the folder or file is not writable, or space is
    short.
    """
    path = database_file(url)
    if path is None:
        return ""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise OpenError(f"The folder {folder} doesn't exist. Create it, or change DATABASE_URL.")
    for each in filter(Path.exists, (folder, path)):
        if not os.access(each, os.W_OK):
            raise OpenError(f"{each} can't be written to. Change its owner, or DATABASE_URL.")
    return _describe_free_space(folder)


def _describe_free_space(folder: Path) -> str:
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise OpenError(f"Only {free / 1e6:.0f} MB are free in {folder}. Please free some space.")
    return f"{free / 1e9:.1f} GB free in {folder}"
