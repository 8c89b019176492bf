"""The lock beside an SQLite file: one process writes, and a second one says so and stops.

SQLite itself would let both write, and the releases before 3.51.3 can corrupt a file that two connections write.
"""

from __future__ import annotations

import fcntl
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from storage.engine.errors import CannotOpen


@dataclass(eq=False)
class FileLock:
    """An exclusive lock that the operating system frees when the process ends, however it ends."""

    file: TextIOWrapper

    @classmethod
    def take(cls, path: Path) -> FileLock:
        """The lock. CannotOpen when another process has it, or the file cannot be made."""
        try:
            file = path.open("a")
        except OSError as error:
            raise CannotOpen(
                f"The database's folder cannot be written ({error.strerror}). Check DATABASE_URL."
            ) from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            name = path.name.removesuffix(".lock")
            raise CannotOpen(
                f"Another Ahabot is using {name}. Stop it first, or set another DATABASE_URL."
            ) from None
        return cls(file)

    def release(self) -> None:
        """Let others have it."""
        self.file.close()
