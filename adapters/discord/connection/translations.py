"""The commands' descriptions in the languages of the catalogs.

The names that people type stay the same in all languages.
"""

from __future__ import annotations

from discord import Locale, app_commands

from bot.core.language.catalogs import ENGLISH, match_locale
from bot.core.language.words import _, speaking


class Translations(app_commands.Translator):
    """The translator that discord.py asks for each text in each language.

    A catalog such as `es` serves all regions of its language.
    """

    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return a text in a language, or None without a translation.

        Discord shows the English text then.
        """
        language = match_locale(locale.value)
        if language in ("", ENGLISH):
            return None
        with speaking(language):
            said = _(string.message)
        return said if said != string.message else None
