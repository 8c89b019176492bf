"""A ladder's rungs in reading order: each below the one it asks about, with a number that stays its own.

How deep a rung stands shows by marks that no platform trims; from a few levels on its number alone tells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from storage.models import Why

DEEPEST = 4
"""Levels that a rung is moved in: more leave no room for words on a phone."""

PARTS = 6
"""Parts of a number that is written out; a deeper rung's is shortened in its middle."""


@dataclass(frozen=True)
class Rung:
    """One why and where it stands: `path` counts from 1 on each level. Taken out ones keep their place."""

    why: Why
    path: tuple[int, ...]

    @property
    def number(self) -> str:
        """Such as `1.1.2`, or `1.1…1.2.1` far down."""
        parts = [str(part) for part in self.path]
        if len(parts) <= PARTS:
            return ".".join(parts)
        return ".".join(parts[:2]) + "…" + ".".join(parts[-3:])

    @property
    def indent(self) -> str:
        """What moves it in."""
        return "› " * min(len(self.path) - 1, DEEPEST)

    @property
    def stands(self) -> bool:
        """Whether its words are there."""
        return self.why.deleted_at is None


def in_order(whys: Sequence[Why]) -> Sequence[Rung]:
    """All rungs that stand, and those taken out that something still hangs on.

    `whys` are all of one ladder, oldest first. However deep it is, nothing here calls itself.
    """
    below: dict[int | None, list[Why]] = defaultdict(list)
    for why in whys:
        below[why.parent_id].append(why)
    shown = _holding(whys)
    rungs: list[Rung] = []
    waiting = _numbered(below[None], ())
    while waiting:
        rung = waiting.pop()
        if rung.why.id in shown:
            rungs.append(rung)
        waiting += _numbered(below[rung.why.id], rung.path)
    return rungs


def _numbered(whys: Sequence[Why], path: tuple[int, ...]) -> list[Rung]:
    """The last first, as they are taken from the end."""
    return [Rung(why, (*path, place)) for place, why in enumerate(whys, 1)][::-1]


def _holding(whys: Sequence[Why]) -> set[int]:
    """The ids of those that stand, and of all above them. A rung is always younger than the one above it."""
    holding: set[int] = set()
    for why in reversed(whys):
        if why.deleted_at is None or why.id in holding:
            holding.add(why.id)
            if why.parent_id is not None:
                holding.add(why.parent_id)
    return holding
