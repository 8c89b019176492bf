"""Participants of prompts with rounds, and their texts before everyone may read them.

These texts are stored here and not among the answers, so that no query for answers can show
them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from storage.models import Answer, Participant, Person, Posting
from storage.models.shown import shown_name

PAIR_PREFIX = "pair:"
"""The prefix of a joint answer's event.

The lowest person id of the group follows, so there is one answer per group.
"""


def lock_posting(session: Session, posting: Posting) -> None:
    """Lock a prompt until the commit and reload it.

    Two people may close a round at the same time.
    """
    session.flush()
    session.refresh(posting, with_for_update=True)


def add_participant(
    session: Session, posting_id: int, person_id: int, now: datetime, craft: str = ""
) -> bool:
    """Add a person to a prompt, with the craft they name, and return whether they are new.

    A participant who names a craft again gets the new one.
    """
    known = find_participant(session, posting_id, person_id)
    if known is None:
        session.add(Participant(posting_id=posting_id, person_id=person_id, craft=craft, joined_at=now))
    elif craft:
        known.craft = craft
    session.flush()
    return known is None


def remove_participant(session: Session, participant: Participant) -> None:
    """Remove a participant and their text from a prompt."""
    session.delete(participant)
    session.flush()


def find_participant(session: Session, posting_id: int, person_id: int) -> Participant | None:
    """Return the participant row of a person in a prompt, or None."""
    return session.get(Participant, (posting_id, person_id))


def list_participants(session: Session, posting_id: int) -> Sequence[Participant]:
    """Return all participants of a prompt, in the order they joined."""
    wanted = select(Participant).where(col(Participant.posting_id) == posting_id)
    return (
        session.execute(wanted.order_by(col(Participant.joined_at), col(Participant.person_id)))
        .scalars()
        .all()
    )


def list_names(session: Session, posting_id: int) -> Sequence[str]:
    """Return the names of the participants, in alphabetical order.

    People who opted out of being stored are left out.
    """
    wanted = (
        select(col(Person.platform_name))
        .join(Participant, col(Participant.person_id) == col(Person.id))
        .where(col(Participant.posting_id) == posting_id, col(Person.opted_out).is_(False))
    )
    return sorted(map(shown_name, session.execute(wanted).scalars()), key=str.casefold)


def list_not_opted_out(session: Session, posting_id: int) -> Sequence[Participant]:
    """Return the participants who have not opted out of being stored, in the order they joined."""
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
    """Erase the texts of all participants of a prompt. Texts already published are answers and stay."""
    session.flush()
    session.execute(update(Participant).where(col(Participant.posting_id) == posting_id).values(text=""))


def clear_participants(session: Session, posting_id: int) -> None:
    """Delete all participants of a prompt with their texts."""
    session.flush()
    session.execute(delete(Participant).where(col(Participant.posting_id) == posting_id))


def list_answers_with_prefix(session: Session, posting_id: int, prefix: str) -> Sequence[Answer]:
    """Return the answers whose event starts with a prefix, oldest first, without deleted ones."""
    wanted = select(Answer).where(
        col(Answer.posting_id) == posting_id,
        col(Answer.event).startswith(prefix, autoescape=True),
        col(Answer.deleted_at).is_(None),
    )
    return session.execute(wanted.order_by(col(Answer.created_at), col(Answer.event))).scalars().all()


def list_with_external_ids(session: Session, posting_ids: Sequence[int]) -> Sequence[tuple[Participant, str]]:
    """Return all participants of these prompts with their platform ids."""
    wanted = (
        select(Participant, col(Person.external_id))
        .join(Person, col(Person.id) == col(Participant.person_id))
        .where(col(Participant.posting_id).in_(posting_ids))
    )
    return [(one, external) for one, external in session.execute(wanted)]


def find_circles(about: Mapping[int, int | None]) -> Sequence[Sequence[int]]:
    """Return the groups of people who answer together.

    Each group starts with its lowest number.
    """
    groups, seen = [], set[int]()
    for first in sorted(about):
        group, person = [], about[first] and first
        while person and person not in seen and person in about:
            seen.add(person)
            group.append(person)
            person = about[person]
        if group:
            groups.append(group)
    return groups


def pair_event(group: Sequence[int]) -> str:
    """Return the event that identifies the joint answer of a group of people, one per group."""
    return f"{PAIR_PREFIX}{min(group)}"
