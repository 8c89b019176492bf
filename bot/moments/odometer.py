"""The team's comfort figure: how far outside comfortable a period was, from anonymous taps.

The figure appears from four taps on, like anonymous answers, and in whole millimetres, so that
no single tap can be worked out from it.
"""

from __future__ import annotations

from sqlmodel import Session

from bot.core.anonymity import ANONYMITY_FLOOR
from storage.moments import comfort
from storage.recaps.recaps import Span


def measure_comfort(session: Session, span: Span) -> int | None:
    """Return the mean of all taps on a period's moments, in whole millimetres.

    Half a millimetre rounds up. None below ANONYMITY_FLOOR (four) taps.
    """
    taps, millimetres = comfort.total_comfort(session, span)
    return (2 * millimetres + taps) // (2 * taps) if taps >= ANONYMITY_FLOOR else None


def describe_comfort(millimetres: int) -> str:
    """Return the figure in words, such as `3 mm outside comfortable`."""
    return f"{millimetres} mm outside comfortable"
