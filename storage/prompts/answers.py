"""What people answered to prompts and retrospectives, and how many were heard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from secrets import randbelow

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.models import Answer, AnswerKind, Posting

IDS = 900_000_000
"""How many ids there are to choose from: as many as an integer and a button's nine digits hold."""


def add_once(session: Session, answer: Answer) -> bool:
    """Keep an answer, once: also one deleted since is not kept again. Whether it was new."""
    if by_event(session, answer.posting_id, answer.event) is not None:
        return False
    _add(session, answer)
    return True


def _add(session: Session, answer: Answer) -> None:
    """Under a random id: the next number would tell when an answer without a name was given."""
    answer.id = randbelow(IDS) + 1
    while session.get(Answer, answer.id) is not None:
        answer.id = randbelow(IDS) + 1
    session.add(answer)
    session.flush()


def put(session: Session, answer: Answer) -> Answer:
    """Keep an answer, or let its words and author take the place of the one that has the same event."""
    known = by_event(session, answer.posting_id, answer.event)
    if known is None:
        _add(session, answer)
    elif known.text != answer.text or known.deleted_at is not None:
        known.text, known.edited_at, known.deleted_at = answer.text, answer.created_at, None
        known.person_id = answer.person_id
    session.flush()
    return known or answer


def take_away(session: Session, answer: Answer, now: datetime) -> None:
    """Empty an answer; its row stays, so that a redelivery does not bring it back."""
    answer.text, answer.deleted_at = "", now
    session.flush()


def by_event(session: Session, posting_id: int, event: str) -> Answer | None:
    """The answer that came as this event, a deleted one included."""
    return session.execute(
        select(Answer).where(col(Answer.posting_id) == posting_id, col(Answer.event) == event)
    ).scalar_one_or_none()


def by_message(session: Session, workspace_id: int, channel: str, message: str) -> Answer | None:
    """The answer that somebody gave with this message, unless it is deleted."""
    return session.execute(
        select(Answer)
        .join(Posting, col(Posting.id) == col(Answer.posting_id))
        .where(
            col(Answer.message) == message,
            col(Answer.deleted_at).is_(None),
            col(Posting.workspace_id) == workspace_id,
            col(Posting.channel) == channel,
        )
    ).scalar_one_or_none()


def spoke(session: Session, posting_id: int, person_id: int) -> bool:
    """Whether a person is among those heard on a posting."""
    theirs = select(col(Answer.id)).where(
        col(Answer.posting_id) == posting_id,
        col(Answer.person_id) == person_id,
        col(Answer.deleted_at).is_(None),
    )
    return session.execute(theirs.limit(1)).first() is not None


def heard(session: Session, posting_id: int) -> int:
    """How many people answered: each counts once, and each answer without a name is a person's."""
    people = func.count(col(Answer.person_id).distinct())
    nameless = func.count().filter(col(Answer.person_id).is_(None))
    standing = (col(Answer.posting_id) == posting_id, col(Answer.deleted_at).is_(None))
    count: int = session.execute(select(people + nameless).where(*standing)).scalar_one()
    return count


def by_form(session: Session, posting_id: int) -> Sequence[Answer]:
    """The answers that came by the form, in the order they came."""
    wanted = select(Answer).where(
        col(Answer.posting_id) == posting_id,
        col(Answer.kind) == AnswerKind.FORM,
        col(Answer.deleted_at).is_(None),
    )
    return session.execute(wanted.order_by(col(Answer.created_at), col(Answer.event))).scalars().all()


def ids_of(session: Session, posting_id: int) -> Sequence[int]:
    """The ids of all answers to a question."""
    wanted = select(col(Answer.id)).where(col(Answer.posting_id) == posting_id)
    return session.execute(wanted).scalars().all()
