"""What time itself does: sealed versions open, deleted words are erased, old questions of ours are forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.moments.log import UNDO
from storage.delivery import pending, postings
from storage.models import Moment
from storage.moments import moments

BATCH = 200
PENDING_FOR = timedelta(days=30)
"""How long a command waits for a person's word."""


def keep_house(session: Session, now: datetime) -> None:
    """Everything that is due by itself, a bounded piece at a time."""
    _open_versions(session, now)
    for moment in moments.to_erase(session, now - UNDO, BATCH):
        moments.erase(session, moment, now)
    pending.forget(session, now - PENDING_FOR)


def _open_versions(session: Session, now: datetime) -> None:
    """After 48 hours; reading checks the time itself, so a late tick shows nothing wrong."""
    due = moments.versions_to_open(session, now, BATCH)
    moments.open_versions(session, due, now)
    for moment_id in {version.moment_id for version in due}:
        moment = session.get_one(Moment, moment_id)
        moments.reindex(session, moment, now)
        postings.touch_moment(session, moment_id, now)
