"""What the core needs from its surroundings, read once and checked, with a sentence for whatever is wrong.

Each platform reads its own variables in its own `settings.py`; tokens are never in here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
FORMATS = ("console", "json")


class BadSetting(Exception):
    """A variable that cannot be used. The sentence names it and says what it takes."""


@dataclass(frozen=True)
class Settings:
    """The core's own settings (design, section 6)."""

    database_url: str = "sqlite:///ahabot.db"
    host: str = "127.0.0.1"
    port: int = 8080
    log_level: str = "INFO"
    log_format: str = "console"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """The settings in these variables. BadSetting names the first that cannot be used."""
        return cls(
            database_url=environ.get("DATABASE_URL") or cls.database_url,
            host=environ.get("HOST") or cls.host,
            port=_port(environ.get("PORT") or str(cls.port)),
            log_level=_one_of("LOG_LEVEL", (environ.get("LOG_LEVEL") or cls.log_level).upper(), LEVELS),
            log_format=_one_of("LOG_FORMAT", (environ.get("LOG_FORMAT") or cls.log_format).lower(), FORMATS),
        )


def environment(folder: Path) -> dict[str, str]:
    """The process's variables over those of the folder's `.env`."""
    in_file = {name: value for name, value in dotenv_values(folder / ".env").items() if value is not None}
    return {**in_file, **os.environ}


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 <= int(value) <= 65_535:
        raise BadSetting("PORT takes a number from 1 to 65535, like 8080.")
    return int(value)


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadSetting(f"{name} takes one of {', '.join(allowed)}.")
    return value
