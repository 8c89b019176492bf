"""Translations of the commands' descriptions, from `locales/`.

The names that people type stay the same in all languages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from discord import Locale, app_commands

LOCALES = Path(__file__).parents[1] / "locales"


def load_languages(folder: Path = LOCALES) -> dict[str, dict[str, str]]:
    """Return each language's translations, by its code: `de` -> English text -> German text."""
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.toml")}


class Translations(app_commands.Translator):
    """The translator that discord.py asks for each text in each language.

    A file such as `es` serves all regions of its language.
    """

    def __init__(self, known: Mapping[str, Mapping[str, str]]) -> None:
        self._known = known

    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return a text in a language, or None without a translation.

        Discord shows the English text then.
        """
        return self._known.get(locale.value.partition("-")[0], {}).get(string.message)
