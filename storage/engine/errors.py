"""The errors of the database, each with one sentence that says how to fix the problem."""

from __future__ import annotations

import logging

from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)


class StoreError(Exception):
    """A database problem that stopped a command. Nothing of the command was written."""


class BusyError(StoreError):
    """The database did not start the command in time. It was withdrawn and nothing was written."""


class OutcomeUnsureError(StoreError):
    """The time ran out while the database was writing the command.

    Its changes may be saved already.
    """


class OpenError(StoreError):
    """The database cannot be used at all. The sentence names the setting to change."""


class LockedError(OpenError):
    """Another process is using the database file."""


ERROR_SENTENCES = (
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

DATABASE_REFUSED = "The database refused that. The log of Ahabot says more."


def explain_error(error: DBAPIError) -> StoreError:
    """Return a StoreError whose sentence explains an error of the driver.

    The sentence never contains the values being written. An unknown error is logged with its
    class, its SQLSTATE and the statement.
    """
    said = str(error.orig).lower()
    for sign, sentence in ERROR_SENTENCES:
        if sign in said:
            return StoreError(sentence)
    kind, state = type(error.orig).__name__, getattr(error.orig, "sqlstate", None) or "no code"
    log.warning("the database said %s (%s) at: %s", kind, state, error.statement)
    return StoreError(DATABASE_REFUSED)
