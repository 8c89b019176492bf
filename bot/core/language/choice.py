"""Which language a person reads: the one they chose, that of their platform, or their team's."""

from __future__ import annotations

from bot.core.language.catalogs import ENGLISH, list_languages, match_locale


def choose_language(chosen: str, locale: str, team: str = "") -> str:
    """Return the language for a person's private answers and Notes.

    `locale` is their platform's, such as `de-AT`, and `team` their team's language. English if none fits.
    """
    if chosen in list_languages():
        return chosen
    return match_locale(locale) or known_language(team)


def known_language(code: str) -> str:
    """Return a language's code, or English if there is no such language (any more)."""
    return code if code in list_languages() else ENGLISH


def name_language(code: str) -> str:
    """Return what a language calls itself, such as `Deutsch`."""
    from babel import Locale

    name = Locale.parse(code).get_display_name(code) or code
    return name[0].upper() + name[1:]
