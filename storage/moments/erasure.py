"""Erasing deleted moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, Select, bindparam, delete, select, union_all
from sqlmodel import Session, col

from storage.delivery import pending, postings, refresh
from storage.doors import doors
from storage.engine.statements import build_once
from storage.goals import sources
from storage.memory import followups, look_backs, recalls, sequels
from storage.models import (
    Attempt,
    Comfort,
    Expectation,
    Kind,
    Link,
    LookBack,
    Moment,
    NoteAnswer,
    Posting,
    PostingKind,
    Quest,
    Quotation,
    Recall,
    RecallChoice,
    Sequel,
    Tap,
    Version,
    Why,
)
from storage.models.moments import UNERASED_MOMENT
from storage.moments import comfort
from storage.moments.fetches import cancel_fetch
from storage.people import notes
from storage.quests import expectations, quests, value_kinds, whys


def list_unerased(session: Session, before: datetime, limit: int) -> Sequence[Moment]:
    """Return moments deleted until a time whose text is not erased yet."""
    return session.execute(_select_unerased(), {"before": before, "limit": limit}).scalars().all()


@build_once
def _select_unerased() -> Select[Moment]:
    wanted = select(Moment).where(UNERASED_MOMENT, col(Moment.deleted_at) <= bindparam("before"))
    return wanted.order_by(col(Moment.deleted_at)).limit(bindparam("limit", type_=Integer))


def erase_moment(session: Session, moment: Moment, now: datetime) -> None:
    """Erase the text of a deleted moment and everything attached to it.

    Its number and its source message stay.
    """
    session.execute(delete(Version).where(col(Version.moment_id) == moment.id))
    for of_it in (whys, sequels, look_backs, recalls, comfort, followups, doors, expectations):
        of_it.erase_for_moment(session, moment.id)
    quests.reopen_found_by(session, moment.id, now)
    sources.take_words(session, moment.id, now)
    session.execute(delete(Tap).where(col(Tap.moment_id) == moment.id))
    pending.delete_by_event(session, moment.event or "")
    moment.text, moment.parts, moment.tokens, moment.source_link = "", {}, "", ""
    moment.erased_at = now
    session.flush()
    if moment.kind == Kind.BREAKTHROUGH:
        value_kinds.erase_unused(session, moment.team_id)


def is_untouched(session: Session, moment: Moment) -> bool:
    """Return whether nobody did anything with a saved message yet.

    Nobody changed it, added to it, tapped on it, showed it elsewhere or answered a note about it.
    """
    of_it = (
        col(Version.moment_id), col(Tap.moment_id), col(Why.moment_id), col(Sequel.moment_id),
        col(LookBack.moment_id), col(Recall.moment_id), col(RecallChoice.moment_id),
        col(Comfort.moment_id), col(Quotation.moment_id), col(Attempt.moment_id), col(Attempt.previous_id),
        col(Link.from_id), col(Link.to_id), col(Quest.found_id), col(Expectation.moment_id),
    )  # fmt: skip
    used = [select(column).where(column == moment.id) for column in of_it]
    shown = select(col(Posting.moment_id)).where(
        col(Posting.moment_id) == moment.id, col(Posting.kind) != PostingKind.MARK
    )
    touched = session.execute(union_all(*used, shown).limit(1)).first() is not None
    return not (touched or moment.edited_at or notes.is_answered(session, moment.id))


def forget_moment(session: Session, moment: Moment, now: datetime) -> None:
    """Delete a moment as if it had never been saved: its notes are deleted where they were sent."""
    notes.drop_items(session, moment.id, now)
    discard_moment(session, moment, now)


def withdraw_moment(session: Session, moment: Moment, now: datetime) -> None:
    """Delete a moment that nobody wants saved any more. Its notes say so."""
    notes.answer_items(
        session, moment.id, (PostingKind.NOTE_DRAFT, PostingKind.NOTE_LONG), NoteAnswer.WITHDRAWN, now
    )
    discard_moment(session, moment, now)


def discard_moment(session: Session, moment: Moment, now: datetime) -> None:
    """Delete a moment that should not have been started.

    Its message was not written by a person, may not be saved, or is gone. When something about it
    was sent already, it stays as a deleted moment without its message, which may be saved again, and
    its postings are refreshed.
    """
    cancel_fetch(session, moment.id)
    notes.drop_items(session, moment.id, now, sent=False)
    session.execute(delete(Version).where(col(Version.moment_id) == moment.id))
    session.execute(delete(Tap).where(col(Tap.moment_id) == moment.id))
    followups.erase_for_moment(session, moment.id)
    if postings.delete_unsent(session, moment.id):
        session.delete(moment)
        session.flush()
        return
    moment.deleted_at = now
    erase_moment(session, moment, now)
    moment.event = moment.source_channel = moment.source_message = None
    session.flush()
    refresh.refresh_moment(session, moment.id, now)
