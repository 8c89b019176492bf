"""What Alembic compares: our tables, and not the search index, which no model describes."""

from __future__ import annotations

from typing import Any


def is_ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Whether Alembic shall look at it."""
    return not (kind in ("table", "index", "column") and (name or "").startswith("search"))
