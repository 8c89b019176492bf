"""The SQL condition of a tap that counts."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_
from sqlmodel import col

from storage.models.kinds import TapKind
from storage.models.moments import Tap


def is_counted_tap(*kinds: TapKind) -> ColumnElement[bool]:
    """Return the SQL condition of a tap that was not taken back, of these kinds or of any."""
    counted = col(Tap.removed_at).is_(None)
    return and_(counted, col(Tap.kind).in_(kinds)) if kinds else counted
