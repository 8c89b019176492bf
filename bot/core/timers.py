"""Work that time alone makes due: schedules, and everything else that waits for a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.core.times import Occurrence, Rhythm, local_day
from storage.delivery import postings
from storage.models import Posting, PostingKind, Schedule
from storage.schedules.schedules import HomeChannel


@dataclass(frozen=True)
class DueSchedule:
    """A schedule whose time has come, and the channel that its post goes to."""

    schedule: Schedule
    rhythm: Rhythm
    occurrence: Occurrence
    home: HomeChannel

    def plan_posting(self, session: Session, now: datetime, kind: PostingKind, **more: Any) -> Posting | None:
        """Plan this occurrence's posting, once for its local date however often it is planned.

        Return the posting, or None if it cannot be found afterwards.
        """
        key = f"schedule:{self.schedule.id}:{self.occurrence.day}"
        postings.plan_once(
            session, key, kind=kind, workspace_id=self.home.workspace_id, now=now,
            team_id=self.schedule.team_id, channel=self.home.channel, schedule_id=self.schedule.id,
            local_date=self.occurrence.day, **more,
        )  # fmt: skip
        return postings.find_by_key(session, key)


def is_running(schedule: Schedule, now: datetime) -> bool:
    """Tell whether a schedule is on, and not paused on this day."""
    until = schedule.paused_until
    return schedule.active and (until is None or until <= local_day(now, schedule.zone))


@dataclass(frozen=True)
class Planner:
    """One kind of schedule: how it is planned, what people call it, and how it begins."""

    plan: Callable[[Session, DueSchedule, datetime], None]
    late: timedelta
    """How late a post may still be sent if nothing ran at its time."""
    name: str
    title: str
    """The title of the form that changes it."""
    weekday: int
    """The day of a new team's schedule, from 1 for Monday."""
    at: str
    """The local time of a new team's schedule, such as `10:00`."""
    every: int = 1
    """Weeks between two posts of a new team's schedule."""
    from_start: bool = False
    """Whether it is on before anyone turns it on."""
    asks: bool = False
    """Whether it posts questions, drawn from packs."""
    anonymous: bool = False
    """Whether its answers may be asked for without names."""


@dataclass(frozen=True)
class Timer:
    """Work that becomes due by itself.

    `run_due` does a batch of it as of a time and returns its size; there may be more until it
    returns 0. `next_due` returns when work is due next, or None. Where that looks at all that is planned,
    `has_due` looks only at what is due.
    """

    run_due: Callable[[Session, datetime], int]
    next_due: Callable[[Session], datetime | None]
    has_due: Callable[[Session, datetime], bool] | None = None

    def is_due(self, session: Session, now: datetime) -> bool:
        """Return whether any of it is due."""
        if self.has_due is not None:
            return self.has_due(session, now)
        at = self.next_due(session)
        return at is not None and at <= now
