"""Notes to one person: postings that wait where direct messages are closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from storage.models import Person, Posting, PostingState


def of(session: Session, person_id: int, posting_id: str) -> Posting | None:
    """A Note, for the person it went to and nobody else."""
    found = session.get(Posting, int(posting_id)) if posting_id.isdecimal() else None
    return found if found and found.person_id == person_id else None


def shown(session: Session, person_id: int, ids: Sequence[int], now: datetime) -> None:
    """These waiting Notes of a person stood at the head of a reply, or have nothing to say any more."""
    session.execute(
        update(Posting)
        .where(col(Posting.id).in_(ids))
        .values(state=PostingState.SENT, sent_at=now, due_at=None, sent_revision=col(Posting.revision))
        .execution_options(synchronize_session=False)
    )
    theirs = (col(Posting.person_id) == person_id, col(Posting.state) == PostingState.WAITING)
    left = select(col(Posting.id)).where(*theirs).exists()
    session.execute(update(Person).where(col(Person.id) == person_id).values(has_waiting=left))


def wait(session: Session, posting: Posting) -> None:
    """Direct messages are closed: it waits for the person's next command."""
    posting.state, posting.due_at = PostingState.WAITING, None
    session.execute(update(Person).where(col(Person.id) == posting.person_id).values(has_waiting=True))
    session.flush()
