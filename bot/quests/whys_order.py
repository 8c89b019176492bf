"""A ladder's rungs in reading order: each below the one it asks about, with a number that stays its own.

How deep a rung stands shows by marks that no platform trims. A number says where a rung stands; far down, where that
would be long and sound like all the others, it says which one it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from storage.models import Why

DEEPEST = 4
"""Levels that a rung is moved in: more leave no room for words on a phone."""

PARTS = 6
"""Parts of a number that is written out; a deeper rung's ends with which of the ladder's whys it is."""


@dataclass(frozen=True)
class Rung:
    """One why and where it stands: `path` counts from 1 on each level, `age` in the whole ladder, oldest first.

    Taken out ones keep their place in both, so that no number ever becomes another's.
    """

    why: Why
    path: tuple[int, ...]
    age: int

    @property
    def number(self) -> str:
        """Such as `1.1.2`, or far down `1.1…37`, the ladder's 37th why; each is one rung's alone."""
        parts = [str(part) for part in self.path]
        if len(parts) <= PARTS:
            return ".".join(parts)
        return ".".join(parts[:2]) + f"…{self.age}"

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
    below: dict[int | None, list[tuple[int, Why]]] = defaultdict(list)
    for age, why in enumerate(whys, 1):
        below[why.parent_id].append((age, why))
    shown = _holding(whys)
    rungs: list[Rung] = []
    waiting = _numbered(below[None], ())
    while waiting:
        rung = waiting.pop()
        if rung.why.id in shown:
            rungs.append(rung)
        waiting += _numbered(below[rung.why.id], rung.path)
    return rungs


def _numbered(whys: Sequence[tuple[int, Why]], path: tuple[int, ...]) -> list[Rung]:
    """The last first, as they are taken from the end."""
    return [Rung(why, (*path, place), age) for place, (age, why) in enumerate(whys, 1)][::-1]


def _holding(whys: Sequence[Why]) -> set[int]:
    """The ids of those that stand, and of all above them. A rung is always younger than the one above it."""
    holding: set[int] = set()
    for why in reversed(whys):
        if why.deleted_at is None or why.id in holding:
            holding.add(why.id)
            if why.parent_id is not None:
                holding.add(why.parent_id)
    return holding
