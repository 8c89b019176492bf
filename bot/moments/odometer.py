"""The team's odometer: how far outside comfortable it was in a time, from taps that are nobody's.

It speaks from four taps on, as answers without names do, and in whole millimetres, so that no tap can be read off it.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.core.anonymity import SHOWN_FROM
from storage.moments import comfort
from storage.recaps.recaps import Span


def measured(session: Session, span: Span) -> int | None:
    """The mean of all taps on a time's moments, in millimetres, a half rounded up; nothing below four taps."""
    taps, millimetres = comfort.odometer(session, span)
    return (2 * millimetres + taps) // (2 * taps) if taps >= SHOWN_FROM else None


def words(millimetres: int) -> str:
    """Such as `3 mm outside comfortable`."""
    return f"{millimetres} mm outside comfortable"
