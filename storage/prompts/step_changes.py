"""What the last change of a next step replaced, which its own row keeps for a day."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Update, bindparam, update
from sqlmodel import Session, col

from storage.engine.statements import build_once
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
    """Note on a step what stands there now, before a person changes it."""
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


def erase_before(session: Session, noted_before: datetime) -> None:
    """Erase what changes before a time have replaced."""
    session.execute(_erase_before(), {"until": noted_before})


@build_once
def _erase_before() -> Update:
    gone = update(NextStep).where(col(NextStep.before) != "", col(NextStep.before_at) <= bindparam("until"))
    return gone.values(before="", before_at=None).execution_options(synchronize_session=False)
