"""Periodic maintenance: opens sealed versions, erases deleted text, drops old pending commands and answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.moments.edit import UNDO_PERIOD
from storage.delivery import first_answers, pending, refresh
from storage.focus import checks
from storage.memory import look_backs, own_moments
from storage.models import Moment
from storage.moments import erasure, moments, versions
from storage.prompts import steps
from storage.quests import expectations

BATCH = 10
"""The most moments or versions handled in one run, after which waiting captures have their turn."""
PENDING_LIFETIME = timedelta(days=30)
"""How long a stored command waits for a person to answer."""


def run_housekeeping(session: Session, now: datetime) -> bool:
    """Do a batch of the maintenance that is due, and return whether there may be more."""
    opened = _open_due_versions(session, now)
    erased = erasure.list_unerased(session, now - UNDO_PERIOD, BATCH)
    for moment in erased:
        erasure.erase_moment(session, moment, now)
        refresh.refresh_removal_notes(session, moment.id, now)
    checks.erase_removed(session, now - UNDO_PERIOD)
    look_backs.erase_removed(session, now - UNDO_PERIOD)
    own_moments.erase_removed(session, now - UNDO_PERIOD)
    steps.erase_removed(session, now - UNDO_PERIOD)
    expectations.erase_removed(session, now - UNDO_PERIOD)
    expectations.forget_unshown(session, now - UNDO_PERIOD)
    pending.delete_before(session, now - PENDING_LIFETIME)
    first_answers.delete_before(session, now - UNDO_PERIOD)
    return max(opened, len(erased)) == BATCH


def _open_due_versions(session: Session, now: datetime) -> int:
    """Open the sealed versions that are 48 hours old, refresh the moments' cards, and return how many.

    Reading checks the time itself, so a late tick shows nothing wrong.
    """
    due = versions.list_versions_to_open(session, now, BATCH)
    versions.open_versions(session, due, now)
    for moment_id in {version.moment_id for version in due}:
        moment = session.get_one(Moment, moment_id)
        moments.update_tokens(session, moment, now)
        refresh.refresh_moment(session, moment_id, now)
    return len(due)
