"""Look-backs: what people say of a moment a month or a year later, or when they tell it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, exists, or_, select
from sqlmodel import Session, col

from storage.delivery import pending
from storage.engine.batch_reads import has_none
from storage.engine.leftovers import Leftovers, is_before
from storage.engine.statements import build_once
from storage.models import (
    COUNTED_KINDS,
    LookBack,
    LookBackKind,
    Moment,
    MomentState,
    Posting,
    PostingKind,
    Tap,
    TapKind,
    Version,
)
from storage.models.memory import REMOVED_WORDS, WORDS_BEFORE
from storage.models.span import Span
from storage.models.taps import is_counted_tap

_REMOVED = Leftovers(
    LookBack,
    LookBack.deleted_at,
    (REMOVED_WORDS, is_before(LookBack.deleted_at)),
    {"text": "", "before_text": ""},
)
REPLACED = Leftovers(
    LookBack, LookBack.edited_at, (WORDS_BEFORE, is_before(LookBack.edited_at)), {"before_text": ""}
)
"""The words of look-backs from before their last edit."""


def save_look_back(
    session: Session, moment_id: int, person_id: int, kind: LookBackKind, text: str, event: str, now: datetime
) -> LookBack:
    """Save a person's look-back of one kind, or replace the words of the one they have.

    The words from before stay on the row for an Undo. A removed one begins anew, with today's date.
    """
    known = find_look_back(session, moment_id, person_id, kind)
    if known is None:
        known = LookBack(
            moment_id=moment_id, person_id=person_id, kind=kind, text=text, event=event, created_at=now
        )
        session.add(known)
        session.flush()
        return known
    pending.delete_by_event(session, known.event or "")
    if known.deleted_at is not None:
        known.created_at, known.edited_at, known.deleted_at = now, None, None
        known.before_text, known.before_edited_at = "", None
    else:
        known.before_text, known.before_edited_at, known.edited_at = known.text, known.edited_at, now
    known.text, known.event = text, event
    _count_change(session, known)
    return known


def undo_edit(session: Session, told: LookBack) -> None:
    """Bring the words from before the last edit back."""
    told.text, told.edited_at = told.before_text, told.before_edited_at
    told.before_text, told.before_edited_at = "", None
    _count_change(session, told)


def remove_look_back(session: Session, told: LookBack, now: datetime) -> None:
    """Remove a look-back. A second removal doesn't put off when its words are erased."""
    if told.deleted_at is None:
        told.deleted_at = now
        session.flush()


def restore_look_back(session: Session, told: LookBack) -> None:
    """Bring a removed look-back back."""
    told.deleted_at = None
    session.flush()


def _count_change(session: Session, told: LookBack) -> None:
    told.version += 1
    session.flush()


def find_look_back(session: Session, moment_id: int, person_id: int, kind: LookBackKind) -> LookBack | None:
    """Return a person's look-back of one kind, removed or not, or None."""
    wanted = select(LookBack).where(
        col(LookBack.moment_id) == moment_id,
        col(LookBack.person_id) == person_id,
        col(LookBack.kind) == kind,
    )
    found: LookBack | None = session.execute(wanted).scalar_one_or_none()
    return found


def list_look_backs(session: Session, moment_id: int) -> Sequence[LookBack]:
    """Return the look-backs of a moment that were not removed, oldest first."""
    if has_none(session, LookBack, moment_id):
        return ()
    return session.execute(_select_of_moment(), {"moment_id": moment_id}).scalars().all()


@build_once
def _select_of_moment() -> Select[LookBack]:
    wanted = select(LookBack).where(
        col(LookBack.moment_id) == bindparam("moment_id"), col(LookBack.deleted_at).is_(None)
    )
    return wanted.order_by(col(LookBack.created_at), col(LookBack.id))


def has_aged(session: Session, team_id: int) -> bool:
    """Return whether a team may have moments that are a month or a year old."""
    return not has_none(session, "aged", team_id)


def list_due_cards(session: Session, spans: Sequence[Span], limit: int) -> Sequence[int]:
    """Return the ids of the moments kept in these spans whose card is posted, oldest first."""
    kept = [
        (col(Moment.created_at) >= span.since)
        & (col(Moment.created_at) < span.until)
        & (col(Moment.team_id) == span.team_id)
        for span in spans
    ]
    wanted = (
        select(col(Moment.id))
        .join(Posting, (col(Posting.moment_id) == col(Moment.id)) & (col(Posting.kind) == PostingKind.CARD))
        .where(or_(*kept), *_kept(), col(Posting.message).is_not(None))
    )
    return session.execute(wanted.order_by(col(Moment.id)).limit(limit)).scalars().all()


def list_untold_again(
    session: Session, team_id: int, person_id: int, until: datetime, before: int, limit: int
) -> Sequence[Moment]:
    """Return moments kept before a time where a person was, and that they didn't tell again, newest first.

    They wrote it, added a version, or tapped that they were there. `before` is a moment's number, or 0.
    """
    told = select(col(Version.moment_id)).where(col(Version.author_id) == person_id)
    there = select(col(Tap.moment_id)).where(col(Tap.person_id) == person_id, is_counted_tap(TapKind.THERE))
    wrote = and_(col(Moment.author_id) == person_id, col(Moment.team_id) == team_id)
    # The sum keeps a planner from walking all moments of the team: it begins with the few of the person.
    ways = (
        wrote,
        *(and_(col(Moment.id).in_(each), col(Moment.team_id) + 0 == team_id) for each in (told, there)),
    )
    found = {
        moment.id: moment
        for way in ways
        for moment in session.execute(_select_untold_again(way, person_id, until, before, limit)).scalars()
    }
    return sorted(found.values(), key=lambda moment: moment.number, reverse=True)[:limit]


def _select_untold_again(
    way: ColumnElement[bool], person_id: int, until: datetime, before: int, limit: int
) -> Select[Moment]:
    """Return the query of `list_untold_again` for one way in which a person was there.

    Each begins with what the person did. All ways in one query would read every moment of the team.
    """
    again = (
        (col(LookBack.moment_id) == col(Moment.id))
        & (col(LookBack.person_id) == person_id)
        & (col(LookBack.kind) == LookBackKind.AGAIN)
        & col(LookBack.deleted_at).is_(None)
    )
    wanted = select(Moment).where(
        way,
        col(Moment.created_at) < until,
        *_kept(),
        ~exists().where(again),
    )
    if before:
        wanted = wanted.where(col(Moment.number) < before)
    return wanted.order_by(col(Moment.number).desc()).limit(limit)


def has_told_again(session: Session, team_id: int, person_id: int) -> bool:
    """Return whether a person told any moment of a team again."""
    told = (
        select(col(LookBack.id))
        .join(Moment, col(Moment.id) == col(LookBack.moment_id))
        # The sum keeps a planner from walking all moments of the team.
        .where(col(Moment.team_id) + 0 == team_id, *_kept(), col(LookBack.person_id) == person_id)
        .where(col(LookBack.kind) == LookBackKind.AGAIN, col(LookBack.deleted_at).is_(None))
    )
    return session.execute(told.limit(1)).first() is not None


def was_there(session: Session, moment: Moment, person_id: int) -> bool:
    """Return whether a person wrote a moment, added a version to it, or tapped that they were there."""
    told = (
        select(col(Version.id))
        .where(col(Version.moment_id) == moment.id, col(Version.author_id) == person_id)
        .limit(1)
    )
    there = (
        select(col(Tap.moment_id))
        .where(
            col(Tap.moment_id) == moment.id, col(Tap.person_id) == person_id, is_counted_tap(TapKind.THERE)
        )
        .limit(1)
    )
    return moment.author_id == person_id or any(session.execute(each).first() for each in (told, there))


def _kept() -> tuple[Any, ...]:
    return (
        col(Moment.kind).in_(COUNTED_KINDS),
        col(Moment.state) == MomentState.KEPT,
        col(Moment.deleted_at).is_(None),
    )


def list_removed(session: Session, removed_before: datetime, limit: int) -> Sequence[int]:
    """Return the ids of up to `limit` look-backs that were removed before a time and still have their words."""
    return _REMOVED.list_keys(session, removed_before, limit)


def erase_removed(session: Session, ids: Sequence[int]) -> None:
    """Erase the words of removed look-backs. What waited for a person's yes goes with them."""
    events = select(col(LookBack.event)).where(col(LookBack.id).in_(ids))
    for event in session.execute(events).scalars().all():
        pending.delete_by_event(session, event or "")
    _REMOVED.clear(session, ids)


def erase_for_moment(session: Session, moment_id: int) -> None:
    """Delete all look-backs of a moment, and their pending commands."""
    events = select(col(LookBack.event)).where(col(LookBack.moment_id) == moment_id)
    for event in session.execute(events).scalars().all():
        pending.delete_by_event(session, event or "")
    session.execute(delete(LookBack).where(col(LookBack.moment_id) == moment_id))
