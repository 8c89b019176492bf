"""The first answers to commands that changed something, kept for a day, so that a repetition gets the same."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from storage.engine.leftovers import Leftovers, is_before
from storage.models import FirstAnswer

OLD = Leftovers(FirstAnswer, FirstAnswer.created_at, (is_before(FirstAnswer.created_at),))
"""The answers that no repetition asks for any more."""


def find_answer(session: Session, key: str) -> str | None:
    """Return the first answer under a key, or None."""
    found = session.get(FirstAnswer, key)
    return found.answer if found is not None else None


def save_answer(session: Session, key: str, person_id: int, answer: str, now: datetime) -> None:
    """Save the first answer under a key that has none."""
    session.add(FirstAnswer(key=key, person_id=person_id, answer=answer, created_at=now))
    session.flush()
