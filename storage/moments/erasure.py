"""Erasing deleted moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from storage.delivery import pending, postings, refresh
from storage.memory import followups, sequels
from storage.models import Moment, Tap, Version
from storage.moments import comfort
from storage.moments.fetches import cancel_fetch
from storage.quests import quests, whys


def list_unerased(session: Session, before: datetime, limit: int) -> Sequence[Moment]:
    """Return moments deleted until a time whose text is not erased yet."""
    wanted = select(Moment).where(
        col(Moment.deleted_at).is_not(None), col(Moment.deleted_at) <= before, col(Moment.erased_at).is_(None)
    )
    return session.execute(wanted.limit(limit)).scalars().all()


def erase_moment(session: Session, moment: Moment, now: datetime) -> None:
    """Erase the text of a deleted moment and everything attached to it.

    Its number and its source message stay.
    """
    session.execute(delete(Version).where(col(Version.moment_id) == moment.id))
    for of_it in (whys, sequels, comfort, followups):
        of_it.erase_for_moment(session, moment.id)
    quests.reopen_found_by(session, moment.id, now)
    session.execute(delete(Tap).where(col(Tap.moment_id) == moment.id))
    pending.delete_by_event(session, moment.event or "")
    moment.text, moment.parts, moment.tokens, moment.source_link = "", {}, "", ""
    moment.erased_at = now
    session.flush()


def discard_moment(session: Session, moment: Moment, now: datetime) -> None:
    """Delete a moment that should not have been started.

    Its message was not written by a person, or may not be saved. When something about it was sent
    already, it stays as a deleted moment, and its postings are refreshed.
    """
    cancel_fetch(session, moment.id)
    session.execute(delete(Version).where(col(Version.moment_id) == moment.id))
    session.execute(delete(Tap).where(col(Tap.moment_id) == moment.id))
    followups.erase_for_moment(session, moment.id)
    if postings.delete_unsent(session, moment.id):
        session.delete(moment)
        session.flush()
        return
    moment.deleted_at = now
    erase_moment(session, moment, now)
    refresh.refresh_moment(session, moment.id, now)
