"""Keys to doors: what somebody told only the person who asked for the door.

A person has one key to a door. One that was taken back stays as a row without words.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, col

from storage.delivery import postings, refresh
from storage.engine.statements import build_once
from storage.models import DoorKey, Moment, Person, Posting, PostingKind, PostingState, Team


def find_key(session: Session, moment_id: int, person_id: int) -> DoorKey | None:
    """Return a person's key to a door, also one that was taken back, or None."""
    given = {"moment_id": moment_id, "person_id": person_id}
    return session.execute(_select_key(), given).scalar_one_or_none()


@build_once
def _select_key() -> Select[DoorKey]:
    return select(DoorKey).where(
        col(DoorKey.moment_id) == bindparam("moment_id"), col(DoorKey.person_id) == bindparam("person_id")
    )


def save_key(
    session: Session, moment_id: int, person_id: int, text: str, event: str, now: datetime
) -> DoorKey:
    """Save a person's key to a door, or give the one they have new words."""
    key = find_key(session, moment_id, person_id)
    if key is None:
        key = DoorKey(
            moment_id=moment_id, person_id=person_id, text=text, event=event, created_at=now, deleted_at=None
        )
        session.add(key)
    elif key.event != event:
        key.text, key.event, key.created_at, key.deleted_at = text, event, now, None
    session.flush()
    return key


def remove_key(session: Session, key: DoorKey, now: datetime) -> None:
    """Take a key back, and erase its words at once."""
    key.text, key.deleted_at = "", now
    session.flush()


def tell_asker(session: Session, key: DoorKey, door: Moment, now: datetime) -> None:
    """Plan the note about a key for the door's asker, or edit the one that is there.

    One that was only shown above a reply can't be edited, so new words get a note of their own.
    """
    session.execute(select(col(Person.id)).where(col(Person.id) == door.author_id).with_for_update())
    given = {"moment_id": door.id, "person_id": key.person_id}
    known = session.execute(_select_notes(), given).scalars().first()
    if known is None or (known.message is None and known.state not in UNSENT):
        team = session.get_one(Team, door.team_id)
        postings.plan_once(
            session, f"{PostingKind.NOTE_KEY}:{key.id}:{key.event}", PostingKind.NOTE_KEY,
            team.workspace_id, now, team_id=team.id, person_id=door.author_id, moment_id=door.id,
            asked_by_id=key.person_id,
        )  # fmt: skip
    elif known.message is None and known.state == PostingState.SKIPPED:
        postings.post_again(session, known, now)
    else:
        refresh.refresh_posting(session, known.id, now)


def refresh_note(session: Session, key: DoorKey, now: datetime) -> None:
    """Refresh the note about a key, if there is one."""
    given = {"moment_id": key.moment_id, "person_id": key.person_id}
    for known in session.execute(_select_notes(), given).scalars():
        refresh.refresh_posting(session, known.id, now)


UNSENT = (
    PostingState.PLANNED,
    PostingState.WAITING,
    PostingState.SENDING,
    PostingState.UNKNOWN,
    PostingState.SKIPPED,
)
"""The states of a note that will still be shown with the words that its key has by then."""


@build_once
def _select_notes() -> Select[Posting]:
    wanted = select(Posting).where(
        col(Posting.moment_id) == bindparam("moment_id"),
        col(Posting.asked_by_id) == bindparam("person_id"),
        col(Posting.kind) == PostingKind.NOTE_KEY,
    )
    return wanted.order_by(col(Posting.id).desc()).limit(1)


def find_told(session: Session, note: Posting) -> tuple[DoorKey, Moment, Person] | None:
    """Return the key that a note tells, its door, and the person who may have it.

    None if the key was taken back, or the door is removed or is none any more.
    """
    given = {"moment_id": note.moment_id, "person_id": note.asked_by_id}
    found = session.execute(_select_told(), given).first()
    return (found[0], found[1], found[2]) if found else None


@build_once
def _select_told() -> Select[DoorKey, Moment, Person]:
    return (
        select(DoorKey, Moment, Person)
        .join(Moment, col(Moment.id) == col(DoorKey.moment_id))
        .join(Person, col(Person.id) == col(DoorKey.person_id))
        .where(
            col(DoorKey.moment_id) == bindparam("moment_id"),
            col(DoorKey.person_id) == bindparam("person_id"),
            col(DoorKey.deleted_at).is_(None),
            col(Moment.deleted_at).is_(None),
        )
    )
