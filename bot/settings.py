"""The core's settings, read once from the environment and checked.

Each invalid value gets a sentence that names it. Each platform reads its own variables in its
own `settings.py`. Tokens are never here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
FORMATS = ("console", "json")
ADDRESS = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:\[\]/]+)):([0-9]{1,5})")
"""Matches a host and a port. An IPv6 host is in brackets."""


Address = tuple[str, int]
"""A host and a port to listen on."""


class SettingError(Exception):
    """An environment variable with an invalid value.

    The message names the variable and its valid values.
    """


@dataclass(frozen=True)
class Settings:
    """The core's own settings."""

    database_url: str = "sqlite:///ahabot.db"
    host: str = "127.0.0.1"
    port: int = 8080
    health: Address | None = None
    """Where health and metrics are served, and nowhere else. None for `host` and `port`."""
    log_level: str = "INFO"
    log_format: str = "console"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Return the settings from these variables. SettingError names the first invalid one."""
        return cls(
            database_url=environ.get("DATABASE_URL") or cls.database_url,
            host=environ.get("HOST") or cls.host,
            port=_parse_port(environ.get("PORT") or str(cls.port)),
            health=_parse_address(environ.get("HEALTH_ADDRESS") or ""),
            log_level=_check_choice("LOG_LEVEL", (environ.get("LOG_LEVEL") or cls.log_level).upper(), LEVELS),
            log_format=_check_choice(
                "LOG_FORMAT", (environ.get("LOG_FORMAT") or cls.log_format).lower(), FORMATS
            ),
        )


def format_address(address: Address) -> str:
    """Return an address as people write it, like 127.0.0.1:9090 or [::1]:9090."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def read_environment(folder: Path) -> dict[str, str]:
    """Return the process's variables, with those of the folder's `.env` as defaults."""
    in_file = {name: value for name, value in dotenv_values(folder / ".env").items() if value is not None}
    return {**in_file, **os.environ}


def _parse_port(value: str) -> int:
    if not value.isdecimal() or not 0 <= int(value) <= 65_535:
        raise SettingError("PORT must be a number from 1 to 65535, like 8080.")
    return int(value)


def _parse_address(value: str) -> Address | None:
    if not value:
        return None
    found = ADDRESS.fullmatch(value)
    if found is None or int(found[3]) > 65_535:
        raise SettingError("HEALTH_ADDRESS must be a host and a port, like 127.0.0.1:9090.")
    return found[1] or found[2], int(found[3])


def _check_choice(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise SettingError(f"{name} must be one of {', '.join(allowed)}.")
    return value
