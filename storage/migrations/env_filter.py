"""The filter for Alembic: compare the bot's tables, but not the search index, which has no model."""

from __future__ import annotations

from typing import Any


def is_ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Return whether Alembic compares an object. The search index is left out."""
    return not (kind in ("table", "index", "column") and (name or "").startswith("search"))
