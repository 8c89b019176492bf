"""What people read about a problem of the database. `storage/` itself speaks English, for the log and the console."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.language.words import Lazy, lazy

SENTENCES = (
    lazy("The database is busy right now."),
    lazy("The database is busy right now. Try again in a moment."),
    lazy("The database is slow right now, so this may be saved already."),
    lazy("The database is locked by another program. Try again in a moment."),
    lazy("The database is read-only. The people who run Ahabot need to make its file writable."),
    lazy("The database is read-only. The people who run Ahabot need to make it writable."),
    lazy("The database's disk is full. The people who run Ahabot need to free some space."),
    lazy("The database can't be reached. Try again in a moment."),
    lazy("The database refused that. The log of Ahabot says more."),
    lazy("Ahabot is just stopping. Please try again in a moment."),
)
"""The problems that a running bot can have, in the words of `storage/engine/`."""
SAID: Mapping[str, Lazy] = {each.text: each for each in SENTENCES}


def explain_database_error(error: Exception) -> str:
    """Return the sentence of a StoreError in the current language.

    One about the settings stays in English: it is for the people who run the bot.
    """
    said = SAID.get(str(error))
    return said() if said else str(error)
