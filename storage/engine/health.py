"""What whoever runs Ahabot wants to know of a database: which engine answers, and whether there is room."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sqlalchemy import URL

from storage.engine.database import Database, file_of
from storage.engine.errors import CannotOpen

RESET_SAFE_FROM = (3, 51, 3)
"""The first SQLite without the WAL-reset bug, which can corrupt a file that two connections write."""

LEAST_FREE = 100_000_000
"""Bytes; with less, a migration's copy or a busy day may not fit."""


def engine(database: Database) -> str:
    """Which engine answers, with its version. StoreError when none does."""
    dialect = database.read_now(lambda session: session.connection().dialect)
    version = ".".join(map(str, dialect.server_version_info or ()))
    name = "SQLite" if file_of(database.url) else "PostgreSQL"
    old = name == "SQLite" and (dialect.server_version_info or ()) < RESET_SAFE_FROM
    return f"{name} {version}{ONE_WRITER if old else ''}"


ONE_WRITER = " (before 3.51.3, two programs writing one file can corrupt it: let only Ahabot write)"


def disk(url: URL) -> str:
    """How much an SQLite file can still grow; nothing for a server's. CannotOpen where it cannot at all."""
    path = file_of(url)
    if path is None:
        return ""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise CannotOpen(f"The folder {folder} is not there: make it, or change DATABASE_URL.")
    for each in filter(Path.exists, (folder, path)):
        if not os.access(each, os.W_OK):
            raise CannotOpen(f"{each} cannot be written: change who owns it, or DATABASE_URL.")
    return _free(folder)


def _free(folder: Path) -> str:
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise CannotOpen(f"Only {free / 1e6:.0f} MB are free in {folder}: make room.")
    return f"{free / 1e9:.1f} GB free in {folder}"
