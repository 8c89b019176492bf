"""The platforms there are, by the name of their folder: a new one is such a folder and a line here.

Nothing in `bot/` or `storage/` knows them; the composition root imports only what the environment asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from bot.adapter import Adapter

PLATFORMS = ("playground",)


def configured(environ: Mapping[str, str]) -> list[Adapter]:
    """An adapter for each platform that these variables set up. BadSetting says what is missing of one."""
    built = (import_module(f"adapters.{name}.adapter").build(environ) for name in PLATFORMS)
    return [adapter for adapter in built if adapter is not None]
