"""The files of an SQLite database: their permissions, and how long a copy is stored.

They hold what people said in confidence, so they are their owner's alone, whatever the umask.
SQLite gives its journals the mode of the database.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

log = logging.getLogger(__name__)

COPY_LIFETIME = timedelta(days=7)
"""How long the copy from before a migration is stored. It still has words that were erased since."""

OWNER_ONLY = 0o600
OTHERS = 0o077
JOURNALS = ("-wal", "-shm", "-journal")
COPY_NAME = re.compile(r"\.before-migration(?:-until-(\d{4}-\d\d-\d\d))?(?:-wal|-shm|-journal)?")


def create_private(path: Path, mode: int = OWNER_ONLY) -> None:
    """Create an empty file that only its owner may read, unless it exists. Nothing happens if that fails.

    The next attempt to open the file then fails with a clearer error.
    """
    with suppress(OSError):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            os.fchmod(file, mode)  # the umask may have taken the owner's own rights
        finally:
            os.close(file)


def make_private_folder(path: Path) -> None:
    """Create a folder that only its owner may look into, or take that right from others."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):
        path.chmod(0o700)


def protect_database(path: Path) -> None:
    """Create the database's file if it is missing, and take others' rights to it and to the files beside it.

    Files of another owner stay as they are.
    """
    create_private(path)
    beside = [path.with_name(path.name + ending) for ending in (*JOURNALS, ".lock")]
    for file in (path, *beside, *list_copies(path)):
        _take_rights_of_others(file)


def _take_rights_of_others(file: Path) -> None:
    with suppress(OSError):
        found = file.stat()
        if found.st_mode & OTHERS and found.st_uid == os.geteuid():
            file.chmod(found.st_mode & 0o700)
            log.info("%s could be read by others and is its owner's alone now", file.name)


def name_copy(path: Path, now: datetime) -> Path:
    """Return the path of the copy from before a migration. Its name has the date on which it is deleted."""
    return path.with_name(f"{path.name}.before-migration-until-{(now + COPY_LIFETIME).date()}")


def list_copies(path: Path) -> Iterator[Path]:
    """Yield the copies of before a migration, and their journals."""
    with suppress(OSError):
        for file in sorted(path.parent.glob("*.before-migration*")):
            if file.name.startswith(path.name) and COPY_NAME.fullmatch(file.name, len(path.name)):
                yield file


def describe_copy(path: Path | None) -> str:
    """Return a sentence about the latest copy, or an empty text without one."""
    copies = sorted(list_copies(path), key=kept_until) if path is not None else []
    if not copies:
        return ""
    until = kept_until(copies[-1])
    return f"{copies[-1].name} has it as it was before. Ahabot removes that copy after {until}."


def kept_until(copy: Path) -> date:
    """Return the last day of a copy. Earlier releases left it out of the name."""
    named = COPY_NAME.search(copy.name)
    if named and named[1]:
        return date.fromisoformat(named[1])
    return (datetime.fromtimestamp(copy.stat().st_mtime, UTC) + COPY_LIFETIME).date()


def remove_old_copies(path: Path, today: date) -> None:
    """Remove the copies whose time is over."""
    for copy in list_copies(path):
        with suppress(OSError, ValueError):
            if kept_until(copy) < today:
                copy.unlink()
                log.info("%s was kept for %d days and is removed now", copy.name, COPY_LIFETIME.days)
