"""The lock file beside an SQLite database: only one process may write.

A second process gets an error and stops. SQLite itself would let both write, and releases
before 3.51.3 can corrupt a file that two connections write.
"""

from __future__ import annotations

import fcntl
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from storage.engine.errors import LockedError, OpenError
from storage.engine.files import create_private


@dataclass(eq=False)
class FileLock:
    """An exclusive file lock.

    The operating system frees it when the process ends, even after a crash.
    """

    file: TextIOWrapper

    @classmethod
    def acquire_lock(cls, path: Path) -> FileLock:
        """Acquire the lock and return it.

        Raise LockedError when another process holds it, or OpenError when the file cannot be created.
        """
        create_private(path)
        try:
            file = path.open("a")
        except OSError as error:
            raise OpenError(
                f"Ahabot can't write to the database's folder ({error.strerror}). Check DATABASE_URL."
            ) from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            name = path.name.removesuffix(".lock")
            raise LockedError(
                f"Another Ahabot is using {name}. Stop it first, or set another DATABASE_URL."
            ) from None
        return cls(file)

    def release_lock(self) -> None:
        """Release the lock so that another process can acquire it."""
        self.file.close()
