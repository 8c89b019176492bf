"""Work that time alone makes due: schedules, and everything else that waits for a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.core.language.words import Lazy
from bot.core.times import Occurrence, Rhythm, local_day
from storage.models import Posting, PostingKind, Schedule
from storage.schedules.schedules import HomeChannel


@dataclass(frozen=True)
class PlannedPosting:
    """A posting to write with those of other schedules: its columns, and what is done when it is there."""

    row: Mapping[str, Any]
    then: Callable[[Posting], None] | None


@dataclass(frozen=True)
class DueSchedule:
    """A schedule whose time has come, and the channel that its post goes to."""

    schedule: Schedule
    rhythm: Rhythm
    occurrence: Occurrence
    home: HomeChannel
    planned: list[PlannedPosting] = field(default_factory=list)

    def plan_posting(
        self, now: datetime, kind: PostingKind, then: Callable[[Posting], None] | None = None, **more: Any
    ) -> None:
        """Plan this occurrence's posting, once for its local date however often it is planned.

        It is written together with those of other schedules. `then` is called with it afterwards.
        """
        row = {
            "key": f"schedule:{self.schedule.id}:{self.occurrence.day}", "kind": kind, "created_at": now,
            "due_at": now, "workspace_id": self.home.workspace_id, "team_id": self.schedule.team_id,
            "channel": self.home.channel, "schedule_id": self.schedule.id, "local_date": self.occurrence.day,
            **more,
        }  # fmt: skip
        self.planned.append(PlannedPosting(row, then))


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
    name: Lazy
    title: Lazy
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
