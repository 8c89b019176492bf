"""Notes: postings to one person, which wait while direct messages are closed.

A note is about one or more moments. Those of the same kind that come within a short time share one
note, whose message is edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, bindparam, or_, select, update
from sqlmodel import Session, col

from storage.delivery import postings, refresh
from storage.engine.statements import build_once
from storage.models import Moment, NoteAnswer, NoteItem, Person, Posting, PostingKind, PostingState, Team

TOGETHER = timedelta(minutes=5)
"""How long after a note was planned a further moment joins it instead of a note of its own.

A note that was not sent yet takes it at any time.
"""

ABOUT_STAYING = (PostingKind.NOTE_KEPT, PostingKind.NOTE_TAKEN_BACK, PostingKind.NOTE_SOURCE_GONE)
"""The kinds that ask whether a moment may stay. One answer holds for all of them."""


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


def mark_waiting(session: Session, posting: Posting, reason: str = "") -> None:
    """Make a note wait for the person's next command, because their direct messages are closed.

    A `reason` tells that the bot lacks a permission. With that again, it sends the note.
    """
    posting.state, posting.due_at, posting.error = PostingState.WAITING, None, reason
    session.execute(update(Person).where(col(Person.id) == posting.person_id).values(has_waiting=True))
    session.flush()


def plan_item(
    session: Session, kind: PostingKind, moment: Moment, asked_by_id: int | None, now: datetime
) -> None:
    """Tell the author of a moment about it: in the note of this kind that is open, or in a new one."""
    session.execute(select(col(Person.id)).where(col(Person.id) == moment.author_id).with_for_update())
    team = session.get_one(Team, moment.team_id)
    note = _find_open_note(session, kind, moment.author_id, team.workspace_id, now)
    if note is None:
        key = f"{kind}:{moment.id}:{now:%Y%m%d%H%M%S%f}"
        postings.plan_posting(
            session, key, kind, team.workspace_id, now, team_id=team.id, person_id=moment.author_id
        )
        note = postings.find_by_key(session, key)
        assert note is not None
    else:
        refresh.refresh_posting(session, note.id, now)
    known = next((item for item in list_items(session, note.id) if item.moment_id == moment.id), None)
    if known is None:
        known = NoteItem(posting_id=note.id, moment_id=moment.id, created_at=now)
        session.add(known)
    known.asked_by_id, known.answer, known.created_at = asked_by_id, "", now
    session.flush()


def _find_open_note(
    session: Session, kind: PostingKind, person_id: int, workspace_id: int, now: datetime
) -> Posting | None:
    """Return the newest note that a further moment can join: it asks still, and can be sent or edited."""
    theirs = select(col(Posting.id)).where(col(Posting.person_id) == person_id)
    unsent = theirs.where(
        col(Posting.state).in_([PostingState.PLANNED, PostingState.WAITING]), col(Posting.message).is_(None)
    )
    on_its_way = col(Posting.state).in_([PostingState.SENDING, PostingState.UNKNOWN])
    # Every state is named, so that the index finds the recent ones: a person may have any number of notes.
    recent = theirs.where(
        col(Posting.state).in_(tuple(PostingState)),
        col(Posting.created_at) >= now - TOGETHER,
        or_(on_its_way, col(Posting.message).is_not(None)),
    )
    asks = (
        select(col(NoteItem.id))
        .join(Moment, col(Moment.id) == col(NoteItem.moment_id))
        .where(col(NoteItem.posting_id) == col(Posting.id), col(NoteItem.answer) == "", _is_open(kind))
    )
    wanted = select(Posting).where(
        col(Posting.id).in_(unsent.union_all(recent)),
        col(Posting.workspace_id) == workspace_id,
        col(Posting.kind) == kind,
        asks.exists(),
    )
    return session.execute(wanted.order_by(col(Posting.id).desc()).limit(1)).scalar_one_or_none()


def _is_open(kind: PostingKind) -> ColumnElement[bool]:
    """Return the SQL condition that there is still something to answer about a moment."""
    if kind == PostingKind.NOTE_REMOVED:
        return col(Moment.deleted_at) == col(NoteItem.created_at)
    return col(Moment.deleted_at).is_(None)


def find_item(session: Session, kind: PostingKind, moment_id: int) -> NoteItem | None:
    """Return the newest item of a kind about a moment, or None."""
    return next(iter(_list_about(session, moment_id, (kind,))), None)


def list_items(session: Session, posting_id: int) -> Sequence[NoteItem]:
    """Return what a note is about, in the order in which it was planned."""
    return session.execute(_select_of_note(), {"posting_id": posting_id}).scalars().all()


@build_once
def _select_of_note() -> Select[NoteItem]:
    items = select(NoteItem).where(col(NoteItem.posting_id) == bindparam("posting_id"))
    return items.order_by(col(NoteItem.id))


def is_answered(session: Session, moment_id: int) -> bool:
    """Return whether any question about a moment was answered."""
    answered = select(col(NoteItem.id)).where(
        col(NoteItem.moment_id) == moment_id, col(NoteItem.answer) != ""
    )
    return session.execute(answered.limit(1)).first() is not None


def answer_items(
    session: Session, moment_id: int, kinds: Sequence[PostingKind], answer: NoteAnswer, now: datetime
) -> None:
    """Record the answer to the open questions of these kinds about a moment, and refresh their notes."""
    for item in _list_about(session, moment_id, kinds):
        if not item.answer:
            item.answer = answer
            session.flush()
            refresh.refresh_posting(session, item.posting_id, now)


def reopen_item(session: Session, item: NoteItem, now: datetime) -> None:
    """Ask an answered question again, in the same message."""
    item.answer = ""
    session.flush()
    refresh.refresh_posting(session, item.posting_id, now)


def drop_items(session: Session, moment_id: int, now: datetime, sent: bool = True) -> None:
    """Take a moment out of its notes. A note about nothing else is deleted where it was sent.

    Without `sent`, only out of notes that were not sent yet.
    """
    for item in _list_about(session, moment_id, tuple(PostingKind)):
        posting = session.get_one(Posting, item.posting_id)
        unsent = posting.message is None and posting.state in postings.UNSENT_STATES
        if not (unsent or sent):
            continue
        session.delete(item)
        session.flush()
        if unsent and not list_items(session, posting.id):
            session.delete(posting)
            session.flush()
        else:
            refresh.refresh_posting(session, posting.id, now)


def _list_about(session: Session, moment_id: int, kinds: Sequence[PostingKind]) -> Sequence[NoteItem]:
    """Return what notes of these kinds ask about a moment, newest first."""
    given = {"moment_id": moment_id, "kinds": list(kinds)}
    return session.execute(_select_about(), given).scalars().all()


@build_once
def _select_about() -> Select[NoteItem]:
    return (
        select(NoteItem)
        .join(Posting, col(Posting.id) == col(NoteItem.posting_id))
        .where(
            col(NoteItem.moment_id) == bindparam("moment_id"),
            col(Posting.kind).in_(bindparam("kinds", expanding=True)),
        )
        .order_by(col(NoteItem.id).desc())
    )
