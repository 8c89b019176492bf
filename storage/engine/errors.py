"""The errors of the database, each with one sentence that says how to fix the problem."""

from __future__ import annotations

import logging
import sqlite3

from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)


class StoreError(Exception):
    """A database problem that stopped a command. Nothing of the command was written."""


class BusyError(StoreError):
    """The database did not start a command in time, or did not finish a read.

    The command was withdrawn, and nothing was written.
    """


class WriteRefusedError(StoreError):
    """A read tried to write. Nothing of it was written, and the writer has to do it."""


class OutcomeUnsureError(StoreError):
    """The time ran out while the database was writing the command.

    Its changes may be saved already.
    """


class OpenError(StoreError):
    """The database cannot be used at all. The sentence names the setting to change."""


class LockedError(OpenError):
    """Another process is using the database file."""


ERROR_SENTENCES = (
    (
        "password authentication failed",
        "The database refused the user or the password in DATABASE_URL. Check both, and write an @ in them as %40.",
    ),
    (
        "no password supplied",
        "The database asks for a password. Add it to DATABASE_URL, after the user and a colon.",
    ),
    ("fatal:  role", "The database doesn't know the user in DATABASE_URL. Create that user, or change it."),
    ("fatal:  database", "The database named in DATABASE_URL doesn't exist. Create it, or change the name."),
    (
        "resolve host",
        "The host in DATABASE_URL can't be found. Check its name, and write an @ in the password as %40.",
    ),
    ("invalid connection option", "DATABASE_URL has an option after its ? that PostgreSQL doesn't know."),
    (
        "readonly database",
        "The database is read-only. The people who run Ahabot need to make its file writable.",
    ),
    (
        "read-only transaction",
        "The database is read-only. The people who run Ahabot need to make it writable.",
    ),
    ("disk is full", "The database's disk is full. The people who run Ahabot need to free some space."),
    ("no space left", "The database's disk is full. The people who run Ahabot need to free some space."),
    ("lock timeout", "The database is busy right now. Try again in a moment."),
    ("deadlock", "The database is busy right now. Try again in a moment."),
    ("locked", "The database is locked by another program. Try again in a moment."),
    ("no such table", "The database has no tables yet. Run `ahabot migrate`."),
    ("does not exist", "The database or its tables don't exist yet. Run `ahabot migrate`."),
    ("unable to open", "The database file can't be opened. Check DATABASE_URL and its folder."),
    ("connection", "The database can't be reached. Try again in a moment."),
)

BUSY_SENTENCE = "The database is busy right now."
MAYBE_SAVED = "The database is slow right now, so this may be saved already."
STOPPING = "Ahabot is just stopping. Please try again in a moment."
QUERY_CANCELED = "57014"
"""PostgreSQL's code of a statement that took longer than its limit."""

READ_ONLY_TRANSACTION = "25006"
"""PostgreSQL's code of a statement that would write in a transaction that only reads."""

DATABASE_REFUSED = "The database refused that. The log of Ahabot says more."


def explain_error(error: DBAPIError) -> StoreError:
    """Return a StoreError whose sentence explains an error of the driver.

    The sentence never contains the values being written. An unknown error is logged with its
    class, its SQLSTATE and the statement.
    """
    if _ran_out_of_time(error):
        return BusyError(BUSY_SENTENCE)
    said, kind_of_error = str(error.orig).lower(), WriteRefusedError if _is_read_only(error) else StoreError
    for sign, sentence in ERROR_SENTENCES:
        if sign in said:
            return kind_of_error(sentence)
    kind, state = type(error.orig).__name__, getattr(error.orig, "sqlstate", None) or "no code"
    log.warning("the database said %s (%s) at: %s", kind, state, error.statement)
    return StoreError(DATABASE_REFUSED)


def _is_read_only(error: DBAPIError) -> bool:
    """Return whether the statement would have written where nothing may be written."""
    refused = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY
    return refused or getattr(error.orig, "sqlstate", None) == READ_ONLY_TRANSACTION


def _ran_out_of_time(error: DBAPIError) -> bool:
    """Return whether the statement was ended at its time limit."""
    interrupted = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
    return interrupted or getattr(error.orig, "sqlstate", None) == QUERY_CANCELED
