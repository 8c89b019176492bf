"""Answers to prompts and retrospectives, and the number of people who answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from secrets import randbelow

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from storage.models import Answer, AnswerKind, Posting

ID_COUNT = 900_000_000
"""The number of possible ids: as many as an integer and the nine digits of a button hold."""


def add_once(session: Session, answer: Answer) -> bool:
    """Save an answer once per event and return whether it is new.

    A deleted answer is not saved again by the same event.
    """
    if find_by_event(session, answer.posting_id, answer.event) is not None:
        return False
    _insert_answer(session, answer)
    return True


def _insert_answer(session: Session, answer: Answer) -> None:
    """Insert an answer under a random id.

    Consecutive ids would show when an anonymous answer was given.
    """
    answer.id = randbelow(ID_COUNT) + 1
    while session.get(Answer, answer.id) is not None:
        answer.id = randbelow(ID_COUNT) + 1
    session.add(answer)
    session.flush()


def save_answer(session: Session, answer: Answer) -> Answer:
    """Save an answer and return it.

    An earlier answer of the same event gets the new text and author, and is no longer deleted.
    """
    known = find_by_event(session, answer.posting_id, answer.event)
    if known is None:
        _insert_answer(session, answer)
    elif known.text != answer.text or known.deleted_at is not None:
        known.text, known.edited_at, known.deleted_at = answer.text, answer.created_at, None
        known.person_id = answer.person_id
    session.flush()
    return known or answer


def remove_answer(session: Session, answer: Answer, now: datetime) -> None:
    """Remove an answer and erase its text.

    The row stays, so that a repeated event does not add it again.
    """
    answer.text, answer.deleted_at = "", now
    session.flush()


def find_by_event(session: Session, posting_id: int, event: str) -> Answer | None:
    """Return the answer saved for an event, deleted or not, or None."""
    return session.execute(
        select(Answer).where(col(Answer.posting_id) == posting_id, col(Answer.event) == event)
    ).scalar_one_or_none()


def find_by_message(session: Session, workspace_id: int, channel: str, message: str) -> Answer | None:
    """Return the answer given with a message, or None when there is none or it is deleted."""
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


def has_answered(session: Session, posting_id: int, person_id: int) -> bool:
    """Return whether a person has an answer with their name on a posting."""
    theirs = select(col(Answer.id)).where(
        col(Answer.posting_id) == posting_id,
        col(Answer.person_id) == person_id,
        col(Answer.deleted_at).is_(None),
    )
    return session.execute(theirs.limit(1)).first() is not None


def count_people(session: Session, posting_id: int) -> int:
    """Return the number of people who answered a posting.

    A person counts once, and each anonymous answer counts as one person.
    """
    people = func.count(col(Answer.person_id).distinct())
    nameless = func.count().filter(col(Answer.person_id).is_(None))
    standing = (col(Answer.posting_id) == posting_id, col(Answer.deleted_at).is_(None))
    count: int = session.execute(select(people + nameless).where(*standing)).scalar_one()
    return count


def list_form_answers(session: Session, posting_id: int) -> Sequence[Answer]:
    """Return the answers given in the form, oldest first.

    The order of anonymous answers is that of their random names.
    """
    wanted = select(Answer).where(
        col(Answer.posting_id) == posting_id,
        col(Answer.kind) == AnswerKind.FORM,
        col(Answer.deleted_at).is_(None),
    )
    return session.execute(wanted.order_by(col(Answer.created_at), col(Answer.event))).scalars().all()


def release_anonymous(session: Session, posting_id: int, now: datetime, too_few: bool) -> None:
    """Date the answers to a question at its close, when they all come out.

    If they are too few, delete those whose authors did not want them shown even then.
    """
    ours = col(Answer.posting_id) == posting_id
    if too_few:
        session.execute(delete(Answer).where(ours, ~col(Answer.alone)))
    session.execute(update(Answer).where(ours).values(alone=False, created_at=now))


def erase_all(session: Session, posting_id: int, now: datetime) -> None:
    """Remove all answers to a question, and erase their texts."""
    ours = (col(Answer.posting_id) == posting_id, col(Answer.deleted_at).is_(None))
    session.execute(update(Answer).where(*ours).values(text="", alone=False, deleted_at=now))


def find_posting(session: Session, answer_id: int) -> Posting:
    """Return the question that an answer is given to."""
    return session.get_one(Posting, session.get_one(Answer, answer_id).posting_id)


def list_ids(session: Session, posting_id: int) -> Sequence[int]:
    """Return the ids of all answers to a question, deleted ones included."""
    wanted = select(col(Answer.id)).where(col(Answer.posting_id) == posting_id)
    return session.execute(wanted).scalars().all()
