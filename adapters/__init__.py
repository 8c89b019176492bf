"""The chat platforms that Ahabot supports, each named after its folder in `adapters/`.

To add a platform, create its folder and add its name to `PLATFORMS`. `bot/` and
`storage/` know no platform by name. Only the adapters that the environment configures are
built.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from bot.check import Finding, Samples
from bot.core.adapter import Adapter
from bot.core.commands import Commands
from bot.core.language.words import speaking
from bot.settings import SettingError

PLATFORMS = ("playground", "slack", "discord")
"""The names of the platform folders."""


def build_adapters(environ: Mapping[str, str]) -> list[Adapter]:
    """Build an adapter for each platform that the environment variables configure.

    Raises SettingError with the missing variable if a platform is only partly configured.
    """
    built = (
        _load_module(name, "adapter").build_adapter(environ)
        for name in PLATFORMS
        if _is_configured(name, environ)
    )
    return [adapter for adapter in built if adapter is not None]


def _is_configured(name: str, environ: Mapping[str, str]) -> bool:
    """Return whether the environment names a platform.

    Its other modules, and with them its library, are imported only then. The playground has no
    settings of its own, because only `ahabot demo` starts it.
    """
    settings = _load_module(name, "settings")
    return hasattr(settings, "Settings") and settings.Settings.read(environ) is not None


def _is_worth_checking(name: str, environ: Mapping[str, str]) -> bool:
    """Return whether the platform is named. What is wrong with its settings another finding says."""
    try:
        return _is_configured(name, environ)
    except SettingError:
        return False


def check_platforms(environ: Mapping[str, str], commands: Commands) -> list[Finding]:
    """Run each platform's own configuration check, for `ahabot check`.

    Platforms without a `check` module are skipped.
    """
    return [
        finding
        for name in _platforms_with("check")
        if _is_worth_checking(name, environ)
        for finding in _load_module(name, "check").check_platform(environ, commands)
    ]


def check_samples(environ: Mapping[str, str], commands: Commands, samples: Samples) -> list[Finding]:
    """Check that each platform takes the sample cards and forms, where it can tell. No token is needed."""
    modules = [_load_module(name, "check") for name in _platforms_with("check")]
    return [
        finding
        for module in modules
        if hasattr(module, "check_samples")
        for finding in module.check_samples(environ, samples, commands.encode)
    ]


def platform_manifest(
    name: str, environ: Mapping[str, str], commands: Commands, url: str, language: str = ""
) -> Any:
    """Return the app manifest of a platform, as data to paste into its settings.

    Its descriptions are in `language`, or else in English.
    Raises SettingError if the platform takes no manifest.
    """
    known = _platforms_with("manifest")
    if name not in known:
        raise SettingError(f"There's no manifest for {name}, only for {' and '.join(known)}.")
    with speaking(language):
        return _load_module(name, "manifest").build_manifest(environ, commands, url)


def _platforms_with(module: str) -> list[str]:
    """Return the platforms whose folder contains the given module."""
    return [name for name in PLATFORMS if find_spec(f"adapters.{name}.{module}")]


def _load_module(name: str, module: str) -> Any:
    return import_module(f"adapters.{name}.{module}")
