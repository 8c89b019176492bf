"""Who takes part in a question that goes by turns, and what they wrote for it before it is read out.

What nobody else may read yet stands here and not among the answers, so that nothing that tells answers can tell it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from storage.models import Answer, Participant, Person, Posting


def hold(session: Session, posting: Posting) -> None:
    """Have a question to oneself until the commit, as it is now: two people may close a round at once."""
    session.flush()
    session.refresh(posting, with_for_update=True)


def join(session: Session, posting_id: int, person_id: int, now: datetime, craft: str = "") -> bool:
    """Let a person take part, under the craft they name; whether that is new."""
    known = one(session, posting_id, person_id)
    if known is None:
        session.add(Participant(posting_id=posting_id, person_id=person_id, craft=craft, joined_at=now))
    elif craft:
        known.craft = craft
    session.flush()
    return known is None


def leave(session: Session, participant: Participant) -> None:
    """Let a person not take part after all; what they wrote goes with them."""
    session.delete(participant)
    session.flush()


def one(session: Session, posting_id: int, person_id: int) -> Participant | None:
    """A person's part in a question."""
    return session.get(Participant, (posting_id, person_id))


def of(session: Session, posting_id: int) -> Sequence[Participant]:
    """Everyone who takes part, in the order they joined."""
    wanted = select(Participant).where(col(Participant.posting_id) == posting_id)
    return (
        session.execute(wanted.order_by(col(Participant.joined_at), col(Participant.person_id)))
        .scalars()
        .all()
    )


def names(session: Session, posting_id: int) -> Sequence[str]:
    """The names of those who take part, in alphabetical order, but of whoever chose never to be kept."""
    wanted = (
        select(col(Person.name))
        .join(Participant, col(Participant.person_id) == col(Person.id))
        .where(col(Participant.posting_id) == posting_id, col(Person.opted_out).is_(False))
    )
    return sorted(session.execute(wanted).scalars(), key=str.casefold)


def staying(session: Session, posting_id: int) -> Sequence[Participant]:
    """Those who take part and have not chosen meanwhile never to be kept."""
    wanted = (
        select(Participant)
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(col(Participant.posting_id) == posting_id, col(Person.opted_out).is_(False))
    )
    return (
        session.execute(wanted.order_by(col(Participant.joined_at), col(Participant.person_id)))
        .scalars()
        .all()
    )


def erase_texts(session: Session, posting_id: int) -> None:
    """Forget everything that was written for a question and not read out."""
    session.flush()
    session.execute(update(Participant).where(col(Participant.posting_id) == posting_id).values(text=""))


def remove_all(session: Session, posting_id: int) -> None:
    """Nobody takes part any more, and nothing of what they wrote is left here."""
    session.flush()
    session.execute(delete(Participant).where(col(Participant.posting_id) == posting_id))


def given(session: Session, posting_id: int, prefix: str) -> Sequence[Answer]:
    """The standing answers whose event begins so, in the order they were given."""
    wanted = select(Answer).where(
        col(Answer.posting_id) == posting_id,
        col(Answer.event).startswith(prefix, autoescape=True),
        col(Answer.deleted_at).is_(None),
    )
    return session.execute(wanted.order_by(col(Answer.created_at), col(Answer.event))).scalars().all()


def of_all(session: Session, posting_ids: Sequence[int]) -> Sequence[tuple[Participant, str]]:
    """Everyone who takes part in these questions, with their ids on the platform."""
    wanted = (
        select(Participant, col(Person.external_id))
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(col(Participant.posting_id).in_(posting_ids))
    )
    return [(one, external) for one, external in session.execute(wanted)]
