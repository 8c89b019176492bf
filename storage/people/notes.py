"""Notes: postings to one person, which wait while direct messages are closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from storage.models import Person, Posting, PostingState


def find_note(session: Session, person_id: int, posting_id: int) -> Posting | None:
    """Return a note for the person it was sent to, or None for anybody else."""
    found = session.get(Posting, posting_id)
    return found if found and found.person_id == person_id else None


def mark_shown(session: Session, person_id: int, ids: Sequence[int], now: datetime) -> None:
    """Mark waiting notes of a person as sent.

    They were shown at the top of a reply, or have nothing to say any more.
    """
    session.execute(
        update(Posting)
        .where(col(Posting.id).in_(ids))
        .values(state=PostingState.SENT, sent_at=now, due_at=None, sent_revision=col(Posting.revision))
        .execution_options(synchronize_session=False)
    )
    theirs = (col(Posting.person_id) == person_id, col(Posting.state) == PostingState.WAITING)
    left = select(col(Posting.id)).where(*theirs).exists()
    session.execute(update(Person).where(col(Person.id) == person_id).values(has_waiting=left))


def mark_waiting(session: Session, posting: Posting) -> None:
    """Let a note wait for the person's next command, because direct messages are closed."""
    posting.state, posting.due_at = PostingState.WAITING, None
    session.execute(update(Person).where(col(Person.id) == posting.person_id).values(has_waiting=True))
    session.flush()
