"""The first answers to commands that changed something, kept for a day, so that a repetition gets the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Delete, bindparam, delete
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.models import FirstAnswer


def find_answer(session: Session, key: str) -> str | None:
    """Return the first answer under a key, or None."""
    found = session.get(FirstAnswer, key)
    return found.answer if found is not None else None


def save_answer(session: Session, key: str, person_id: int, answer: str, now: datetime) -> None:
    """Save the first answer under a key that has none."""
    session.add(FirstAnswer(key=key, person_id=person_id, answer=answer, created_at=now))
    session.flush()


def delete_before(session: Session, before: datetime) -> None:
    """Delete the answers given until a time."""
    session.execute(_delete_before(), {"before": before})


@build_once
def _delete_before() -> Delete:
    old = delete(FirstAnswer).where(col(FirstAnswer.created_at) <= bindparam("before"))
    return old.execution_options(synchronize_session=False)
