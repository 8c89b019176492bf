"""The commands' descriptions and the entries of a message's menu in the languages of the catalogs.

The names that people type stay the same in all languages.
"""

from __future__ import annotations

from discord import Locale, app_commands

from bot.core.language.catalogs import ENGLISH, match_locale
from bot.core.language.words import _, speaking

LIMITS = {
    app_commands.TranslationContextLocation.command_name: 32,
    app_commands.TranslationContextLocation.command_description: 100,
    app_commands.TranslationContextLocation.parameter_description: 100,
    app_commands.TranslationContextLocation.group_description: 100,
}
"""The most characters of a text, by where it stands."""


NAMES = (
    app_commands.TranslationContextLocation.command_name,
    app_commands.TranslationContextLocation.group_name,
    app_commands.TranslationContextLocation.parameter_name,
)


def _is_typed(context: app_commands.TranslationContextTypes) -> bool:
    """Return whether a text is a name that people type. A sentence may happen to have the same words."""
    return context.location in NAMES and not isinstance(context.data, app_commands.ContextMenu)


class Translations(app_commands.Translator):
    """The translator that discord.py asks for each text in each language.

    A catalog such as `es` serves all regions of its language.
    """

    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return a text in a language, or None without a translation that fits.

        Discord shows the English text then.
        """
        language = match_locale(locale.value)
        if language in ("", ENGLISH) or _is_typed(context):
            return None
        with speaking(language):
            said = _(string.message)
        return (
            said if said != string.message and len(said) <= LIMITS.get(context.location, len(said)) else None
        )
