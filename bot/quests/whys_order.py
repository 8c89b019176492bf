"""The order of an experiment's whys: each one below the why it asks about, with a fixed number.

The depth is shown by characters that no platform trims. A number is the path from the top;
for a very deep why, where that would be long, it ends with the why's position by age.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.language.words import ngettext
from storage.models import Why

MAX_INDENT = 4
"""The most levels of indentation: more would leave no space for text on a phone."""

FULL_NUMBER_PARTS = 6
"""The most parts of a number that is written in full.

A deeper number ends with the position of the why among all whys of the experiment.
"""


@dataclass(frozen=True)
class NumberedWhy:
    """A why with its position.

    `path` counts from 1 on each level; `age` counts from 1 over all whys of the experiment,
    oldest first. Removed whys keep their place in both, so that a number is never reused.
    """

    why: Why
    path: tuple[int, ...]
    age: int

    @property
    def number(self) -> str:
        """A unique number such as `1.1.2`, or `1.1…37` for a deep why that is the 37th by age."""
        parts = [str(part) for part in self.path]
        if len(parts) <= FULL_NUMBER_PARTS:
            return ".".join(parts)
        return ".".join(parts[:2]) + f"…{self.age}"

    @property
    def indent(self) -> str:
        """The prefix that indents the why."""
        return "› " * min(len(self.path) - 1, MAX_INDENT)

    @property
    def is_kept(self) -> bool:
        """Whether the why is not deleted."""
        return self.why.deleted_at is None


def order_whys(whys: Sequence[Why]) -> Sequence[NumberedWhy]:
    """Return the whys in reading order, with the deleted ones that still have a why below them.

    `whys` are all of one experiment, oldest first. The traversal is not recursive, so that any
    depth works.
    """
    below: dict[int | None, list[tuple[int, Why]]] = defaultdict(list)
    for age, why in enumerate(whys, 1):
        below[why.parent_id].append((age, why))
    shown = _shown_ids(whys)
    numbered: list[NumberedWhy] = []
    waiting = _number_whys(below[None], ())
    while waiting:
        one = waiting.pop()
        if one.why.id in shown:
            numbered.append(one)
        waiting += _number_whys(below[one.why.id], one.path)
    return numbered


def _number_whys(whys: Sequence[tuple[int, Why]], path: tuple[int, ...]) -> list[NumberedWhy]:
    """Return the whys of one level with their numbers, in reverse order for the stack."""
    return [NumberedWhy(why, (*path, place), age) for place, (age, why) in enumerate(whys, 1)][::-1]


def _shown_ids(whys: Sequence[Why]) -> set[int]:
    """Return the ids of the whys that are not deleted, and of all whys above them.

    A why is always younger than the one above it, so one pass from the newest on is enough.
    """
    holding: set[int] = set()
    for why in reversed(whys):
        if why.deleted_at is None or why.id in holding:
            holding.add(why.id)
            if why.parent_id is not None:
                holding.add(why.parent_id)
    return holding


def whys_in_words(number: int) -> str:
    """Return the number of whys in words, such as `3 whys`."""
    return ngettext("1 why", "{n} whys", number)
