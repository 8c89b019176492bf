"""What commands and their options say in other languages, from `locales/`; the words one types stay the same in all."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from discord import Locale, app_commands

HERE = Path(__file__).parents[1] / "locales"


def languages(folder: Path = HERE) -> dict[str, dict[str, str]]:
    """Each language's own words for the English ones: `de` -> sentence -> Satz."""
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.toml")}


class Translations(app_commands.Translator):
    """discord.py asks it for each text in each of Discord's languages; `es` serves those of all regions."""

    def __init__(self, known: Mapping[str, Mapping[str, str]]) -> None:
        self._known = known

    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """A text in a language, or None where we do not have it: then Discord shows the English one."""
        return self._known.get(locale.value.partition("-")[0], {}).get(string.message)
