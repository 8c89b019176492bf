"""The platforms there are, by the name of their folder: a new one is such a folder and a line here.

Nothing in `bot/` or `storage/` knows them; the composition root imports only what the environment asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from bot.check import Finding
from bot.core.adapter import Adapter
from bot.settings import BadSetting

PLATFORMS = ("playground", "slack", "discord")


def configured(environ: Mapping[str, str]) -> list[Adapter]:
    """An adapter for each platform that these variables set up. BadSetting says what is missing of one."""
    built = (import_module(f"adapters.{name}.adapter").build(environ) for name in PLATFORMS)
    return [adapter for adapter in built if adapter is not None]


def checks(environ: Mapping[str, str]) -> list[Finding]:
    """What each platform finds out about itself, for `ahabot check`."""
    return [finding for name in _having("check") for finding in _room(name, "check").check(environ)]


def manifest(name: str, environ: Mapping[str, str], url: str) -> Any:
    """How a platform shall set us up, as the data that it takes. BadSetting for one that takes none."""
    known = _having("manifest")
    if name not in known:
        raise BadSetting(f"There is a manifest for {' and '.join(known) or 'no platform'}, not for {name}.")
    return _room(name, "manifest").manifest(environ, url)


def _having(room: str) -> list[str]:
    """The platforms whose folder has such a room."""
    return [name for name in PLATFORMS if find_spec(f"adapters.{name}.{room}")]


def _room(name: str, room: str) -> Any:
    return import_module(f"adapters.{name}.{room}")
