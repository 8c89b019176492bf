"""What can be wrong with the database, each as one sentence that a person can act on."""

from __future__ import annotations

import logging

from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)


class StoreError(Exception):
    """Something about the database keeps a command from being done; nothing of it was written."""


class Busy(StoreError):
    """The database did not get to it in time; it was withdrawn, so nothing was written."""


class OutcomeUnsure(StoreError):
    """The database was still writing when the time was up: it may be kept already."""


class CannotOpen(StoreError):
    """The database cannot be used at all; the sentence names the setting to change."""


REASONS = (
    ("readonly database", "The database is read-only. Whoever runs Ahabot has to make its file writable."),
    (
        "read-only transaction",
        "The database is read-only. Whoever runs Ahabot has to give it a writable one.",
    ),
    ("disk is full", "The disk of the database is full. Whoever runs Ahabot has to make room."),
    ("no space left", "The disk of the database is full. Whoever runs Ahabot has to make room."),
    ("lock timeout", "The database is busy right now. Try again in a moment."),
    ("deadlock", "The database is busy right now. Try again in a moment."),
    ("locked", "The database is locked by another program. Try again in a moment."),
    ("no such table", "The database has no tables yet. Run `ahabot migrate`."),
    ("does not exist", "The database or its tables are not there yet. Run `ahabot migrate`."),
    ("unable to open", "The database file cannot be opened. Check DATABASE_URL and the folder it names."),
    ("connection", "The database cannot be reached. Try again in a moment."),
)

REFUSED = "The database refused that. The log of Ahabot says more."


def explain(error: DBAPIError) -> StoreError:
    """The sentence for a driver's error. It never holds the values that were being written."""
    said = str(error.orig).lower()
    for sign, sentence in REASONS:
        if sign in said:
            return StoreError(sentence)
    kind, state = type(error.orig).__name__, getattr(error.orig, "sqlstate", None) or "no code"
    log.warning("the database said %s (%s) at: %s", kind, state, error.statement)
    return StoreError(REFUSED)
