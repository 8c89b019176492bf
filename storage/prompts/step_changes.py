"""What the last change of a next step replaced, which its own row keeps for a day."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from storage.models import NextStep


@dataclass(frozen=True)
class Before:
    """The words and the name of a step before a change, who made that change, and its event's mark.

    `left` is whether the person who took it was known to have left.
    """

    person: int
    mark: str
    condition: str
    action: str
    changed_by: int | None
    taker: int | None
    taken: bool
    left: bool = False


def note_change(step: NextStep, person_id: int, mark: str, now: datetime) -> None:
    """Store a step's present words and name before a person changes them."""
    before = Before(
        person_id, mark, step.condition, step.action, step.changed_by_id, step.taker_id,
        step.taken_at is not None, step.taker_left_at is not None,
    )  # fmt: skip
    step.before, step.before_at = json.dumps(asdict(before), ensure_ascii=False), now


def read_before(step: NextStep) -> Before | None:
    """Return what the last change of a step replaced, or None once that can't be undone any more."""
    return Before(**json.loads(step.before)) if step.before else None


def forget_before(step: NextStep) -> None:
    """Forget what the last change of a step replaced."""
    step.before, step.before_at = "", None
