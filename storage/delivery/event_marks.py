"""Marks of the events that changed a row, so that a repeated event, which a platform may send, changes nothing.

A row keeps the marks of its latest events in a text, the newest last.
"""

from __future__ import annotations

from hashlib import sha256

MARK_LENGTH = 12
"""Characters of a mark."""
KEPT = 24
"""The most events that a row remembers. A repetition comes within minutes."""


def mark_event(event: str) -> str:
    """Return the short mark of an event's id."""
    return sha256(event.encode()).hexdigest()[:MARK_LENGTH]


def has_seen(marks: str, event: str) -> bool:
    """Return whether an event changed the row already that has these marks."""
    return bool(event) and mark_event(event) in marks.split()


def note_event(marks: str, event: str) -> str:
    """Return a row's marks after an event that changed it."""
    return " ".join([*marks.split(), mark_event(event)][-KEPT:]) if event else marks


def newest_mark(marks: str) -> str:
    """Return the mark of the last event that changed a row, or an empty string."""
    return marks.rpartition(" ")[2]
