"""Times as the export writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def format_utc(at: datetime) -> str:
    """Return a time in UTC, such as `2026-03-16T09:00:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
