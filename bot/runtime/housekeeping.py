"""Periodic maintenance: opens sealed versions, erases deleted text, drops old pending commands and answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.moments.edit import UNDO_PERIOD
from storage.delivery import first_answers, pending, refresh
from storage.engine.leftovers import Leftovers
from storage.focus import checks
from storage.memory import look_backs, own_moments
from storage.models import Moment, Version
from storage.moments import erasure, moments, versions
from storage.prompts import steps
from storage.quests import expectations

SLICE = 1
"""The most moments or versions handled in one run, which takes some ten milliseconds. Captures come between."""
LEFTOVERS_SLICE = 50
"""The most rows of which words are erased, or which are deleted, in one run."""
PENDING_LIFETIME = timedelta(days=30)
"""How long a stored command waits for a person to answer."""


@dataclass(frozen=True)
class Chore:
    """A kind of maintenance: how up to so many rows that are due are found, and what is done with them."""

    find: Callable[[Session, datetime, int], Sequence[Any]]
    do: Callable[[Session, Sequence[Any], datetime], None]
    slice: int

    def is_due(self, session: Session, now: datetime) -> bool:
        """Return whether there is anything to do."""
        return bool(self.find(session, now, 1))

    def run(self, session: Session, now: datetime) -> bool:
        """Do a slice of it, and return whether there may be more."""
        found = self.find(session, now, self.slice)
        if found:
            self.do(session, found, now)
        return len(found) == self.slice


def list_due_chores(session: Session, now: datetime) -> Sequence[Chore]:
    """Return the maintenance that is due."""
    return [chore for chore in CHORES if chore.is_due(session, now)]


def _open_versions(session: Session, due: Sequence[Version], now: datetime) -> None:
    """Open sealed versions that are 48 hours old, and refresh the moments' cards.

    Reading checks the time itself, so a late tick shows nothing wrong.
    """
    versions.open_versions(session, due, now)
    for moment_id in {version.moment_id for version in due}:
        moment = session.get_one(Moment, moment_id)
        moments.update_tokens(session, moment, now)
        refresh.refresh_moment(session, moment_id, now)


def _list_unerased(session: Session, now: datetime, limit: int) -> Sequence[Moment]:
    return erasure.list_unerased(session, now - UNDO_PERIOD, limit)


def _erase_moments(session: Session, due: Sequence[Moment], now: datetime) -> None:
    for moment in due:
        erasure.erase_moment(session, moment, now)
        refresh.refresh_removal_notes(session, moment.id, now)


def _list_look_backs(session: Session, now: datetime, limit: int) -> Sequence[int]:
    return look_backs.list_removed(session, now - UNDO_PERIOD, limit)


def _erase_look_backs(session: Session, due: Sequence[int], _now: datetime) -> None:
    look_backs.erase_removed(session, due)


def _clear(leftovers: Leftovers, kept_for: timedelta) -> Chore:
    """Return the chore of clearing what was kept for long enough."""
    return Chore(
        lambda session, now, limit: leftovers.list_keys(session, now - kept_for, limit),
        lambda session, due, _now: leftovers.clear(session, due),
        LEFTOVERS_SLICE,
    )


KEPT_FOR_UNDO = (
    *checks.REMOVED,
    look_backs.REPLACED,
    *own_moments.REMOVED,
    *steps.REMOVED,
    expectations.REMOVED,
    expectations.UNSHOWN,
    expectations.SHOWN_ALONE,
    first_answers.OLD,
)
"""What is kept only as long as it can be undone."""

CHORES = (
    Chore(versions.list_versions_to_open, _open_versions, SLICE),
    Chore(_list_unerased, _erase_moments, SLICE),
    Chore(_list_look_backs, _erase_look_backs, LEFTOVERS_SLICE),
    *(_clear(leftovers, UNDO_PERIOD) for leftovers in KEPT_FOR_UNDO),
    _clear(pending.OLD, PENDING_LIFETIME),
)
"""All maintenance."""
