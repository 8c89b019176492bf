"""People's own moments: notes to themselves, what they kept to themselves, and the ahas of their career.

They belong to one person. No query of a team reads this table.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, col

from storage.engine.leftovers import Leftovers, is_before
from storage.engine.statements import build_once
from storage.models import OwnKind, OwnMoment
from storage.models.memory import REMOVED_WORDS, WORDS_BEFORE

BEFORE = {"before_text": "", "before_happened": ""}
REMOVED = (
    Leftovers(
        OwnMoment,
        OwnMoment.deleted_at,
        (REMOVED_WORDS, is_before(OwnMoment.deleted_at)),
        {"text": "", "happened": "", "happened_on": None, **BEFORE},
    ),
    Leftovers(OwnMoment, OwnMoment.edited_at, (WORDS_BEFORE, is_before(OwnMoment.edited_at)), BEFORE),
)
"""The words of removed own moments, and those from before the last edit of one."""


def add_once(
    session: Session, person_id: int, kind: OwnKind, text: str, event: str, now: datetime,
    happened: str = "", happened_on: date | None = None,
) -> OwnMoment:  # fmt: skip
    """Save an own moment once per event, and return it. A removed one stays removed."""
    if (known := find_by_event(session, person_id, event)) is not None:
        return known
    own = OwnMoment(
        person_id=person_id, kind=kind, text=text, event=event, created_at=now, happened=happened,
        happened_on=happened_on,
    )  # fmt: skip
    session.add(own)
    session.flush()
    return own


def change_own(
    session: Session, own: OwnMoment, text: str, now: datetime, happened: str, happened_on: date | None
) -> None:
    """Change an own moment. What it was before stays on the row for an Undo."""
    own.before_text, own.before_happened, own.before_edited_at = own.text, own.happened, own.edited_at
    own.text, own.happened, own.happened_on, own.edited_at = text, happened, happened_on, now
    own.version += 1
    session.flush()


def undo_change(session: Session, own: OwnMoment, happened_on: date | None) -> None:
    """Restore a person's own moment to its state before the last edit."""
    own.text, own.happened, own.edited_at = own.before_text, own.before_happened, own.before_edited_at
    own.before_text, own.before_happened, own.before_edited_at = "", "", None
    own.happened_on = happened_on
    own.version += 1
    session.flush()


def find_by_event(session: Session, person_id: int, event: str) -> OwnMoment | None:
    """Return a person's own moment that an event saved, removed or not, or None."""
    wanted = select(OwnMoment).where(col(OwnMoment.person_id) == person_id, col(OwnMoment.event) == event)
    found: OwnMoment | None = session.execute(wanted).scalar_one_or_none()
    return found


def find_own(session: Session, person_id: int, own_id: int) -> OwnMoment | None:
    """Return a person's own moment, removed or not, or None for anybody else's."""
    found = session.get(OwnMoment, own_id)
    return found if found is not None and found.person_id == person_id else None


def list_own(session: Session, person_id: int, before: int, limit: int) -> Sequence[OwnMoment]:
    """Return a person's own moments that are not removed, newest first, those before an id if it isn't 0."""
    wanted = select(OwnMoment).where(
        col(OwnMoment.person_id) == person_id, col(OwnMoment.deleted_at).is_(None)
    )
    if before:
        wanted = wanted.where(col(OwnMoment.id) < before)
    return session.execute(wanted.order_by(col(OwnMoment.id).desc()).limit(limit)).scalars().all()


def latest_since(session: Session, person_id: int, since: datetime) -> OwnMoment | None:
    """Return the newest own moment that a person saved since a time and did not remove, or None."""
    given = {"person_id": person_id, "since": since}
    return session.execute(_select_latest(), given).scalars().first()


@build_once
def _select_latest() -> Select[OwnMoment]:
    return (
        select(OwnMoment)
        .where(
            col(OwnMoment.person_id) == bindparam("person_id"),
            col(OwnMoment.deleted_at).is_(None),
            col(OwnMoment.created_at) >= bindparam("since"),
        )
        .order_by(col(OwnMoment.id).desc())
        .limit(1)
    )
