"""The parts that a team can turn off, and how its row holds those that are."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Part(StrEnum):
    """A part of the product that a team can do without. Everything else is always there."""

    QUESTS = "quests"
    GOALS = "goals"
    FOCUS = "focus"
    MEMORY = "memory"


Parts = frozenset[Part]


def read_parts(stored: str) -> Parts:
    """Return the parts that a team's row or a form names, between spaces or line breaks."""
    return frozenset(part for part in Part if part in stored.split())


def write_parts(parts: Iterable[Part]) -> str:
    """Return parts as a team's row holds them, always in the same order."""
    found = frozenset(parts)
    return " ".join(part for part in Part if part in found)
