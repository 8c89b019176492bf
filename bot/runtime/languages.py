"""The languages of the people the bot answered lately, for what it says before it has read the database."""

from __future__ import annotations

from bot.core.language.catalogs import match_locale
from bot.core.language.choice import choose_language
from bot.core.origin import Origin
from storage.teams.teams import Caller

REMEMBERED = 10_000
"""The most people. Beyond that it begins anew, for all it costs is a refusal in the platform's language."""


class Languages:
    """Chooses the language of an answer, and remembers it until the next one."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def choose(self, caller: Caller, origin: Origin) -> str:
        """Return the language of a person's private answers, by what is stored and what the platform says now."""
        language = choose_language(caller.language, origin.locale or caller.locale, caller.team_language)
        if language != self.recall(origin):
            if len(self._last) >= REMEMBERED:
                self._last.clear()
            self._last[origin.person_key] = language
        return language

    def recall(self, origin: Origin) -> str:
        """Return the language of a person's last answer, or that of their platform, or an empty string."""
        return self._last.get(origin.person_key) or match_locale(origin.locale)
