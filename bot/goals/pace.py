"""The pace of a goal: a straight line from its start to its target, and the state that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from bot.core.language.words import Lazy, lazy
from bot.core.times import local_day, months_back, working_day
from storage.models import Checkpoint, Goal

YES, PARTLY, NO = "yes", "partly", "no"
FITS: Mapping[str, Lazy] = {YES: lazy("Yes"), PARTLY: lazy("Partly"), NO: lazy("No")}
"""The answers to *are these the people we wanted to serve?* A `partly` is still on mission."""

WEEKLY, FORTNIGHTLY = 42, 120
"""The most days of a goal that has a checkpoint each week, and each second week. Others have one a month."""
WHOLE_FROM = 1_000
"""The way from start to target from which on the line is shown in whole numbers."""
SHOWN_DECIMALS = 6
"""The most decimals of the line. Progress has no more."""
LONGEST_GOAL = timedelta(days=5 * 366)


class State(StrEnum):
    """The state of a goal by its last check-in, as recaps store it."""

    ON_MISSION = "on mission"
    OFF_MISSION = "off mission"
    ON_PACE_ON_MISSION = "on pace and on mission"
    ON_PACE_OFF_MISSION = "on pace, off mission"
    BEHIND_ON_MISSION = "behind, on mission"
    BEHIND_OFF_MISSION = "behind and off mission"


STATES: Mapping[State, Lazy] = {
    State.ON_MISSION: lazy("On mission"),
    State.OFF_MISSION: lazy("Off mission"),
    State.ON_PACE_ON_MISSION: lazy("On pace and on mission"),
    State.ON_PACE_OFF_MISSION: lazy("On pace, off mission"),
    State.BEHIND_ON_MISSION: lazy("Behind, on mission"),
    State.BEHIND_OFF_MISSION: lazy("Behind and off mission"),
}
"""What people read about each state."""


class Every(StrEnum):
    """How often the proposed checkpoints of a goal come."""

    WEEK = "week"
    SECOND_WEEK = "second week"
    MONTH = "month"


@dataclass(frozen=True)
class Course:
    """The straight line of a goal: its numbers and its days. Start and target differ, and so do the days."""

    start: Decimal
    target: Decimal
    starts_on: date
    due_on: date

    def expected_on(self, day: date) -> Fraction:
        """Return where the line is at a day. Before its first day it is at the start, after its last at the target."""
        whole = (self.due_on - self.starts_on).days
        gone = min(max((day - self.starts_on).days, 0), whole)
        return Fraction(self.start) + Fraction(self.target - self.start) * Fraction(gone, whole)

    def is_on_pace(self, progress: Decimal, day: date) -> bool:
        """Return whether progress at a day is at the line or on the target's side of it."""
        ahead = Fraction(progress) - self.expected_on(day)
        return ahead >= 0 if self.target > self.start else ahead <= 0

    def shown_on(self, day: date, progress: Decimal) -> Decimal:
        """Return where the line is at a day, as it is shown beside progress.

        It is rounded to the target's side, so that reaching the shown number is on pace, with as many decimals
        as progress on pace needs to be seen on that side too.
        """
        expected, up = self.expected_on(day), self.target > self.start
        on_pace = self.is_on_pace(progress, day)
        shown = _round_up(expected if up else -expected, SHOWN_DECIMALS)
        for decimals in range(self._least_decimals(), SHOWN_DECIMALS):
            coarse = _round_up(expected if up else -expected, decimals)
            if not on_pace or coarse <= (progress if up else -progress):
                shown = coarse
                break
        return shown if up else -shown

    def _least_decimals(self) -> int:
        """Return how many decimals tell parts of the way from start to target: none of a long one."""
        way = abs(self.target - self.start)
        return 0 if way >= WHOLE_FROM else min(max(1, 2 - way.adjusted()), SHOWN_DECIMALS)


def _round_up(value: Fraction, decimals: int) -> Decimal:
    """Return a number rounded up to so many decimals."""
    return Decimal(ceil(value * 10**decimals)).scaleb(-decimals)


def measured_on(checkpoint: Checkpoint, zone: str) -> date:
    """Return the day of a checkpoint's answer in a zone, which may be later than the day that asked for it."""
    if checkpoint.answered_at is None:
        return checkpoint.due_on
    return max(checkpoint.due_on, local_day(checkpoint.answered_at, zone))


def find_course(goal: Goal) -> Course | None:
    """Return the straight line of a goal, or None while it has no numbers or no day."""
    if not (goal.start and goal.target) or goal.due_on is None or goal.due_on <= goal.starts_on:
        return None
    return Course(Decimal(goal.start), Decimal(goal.target), goal.starts_on, goal.due_on)


def is_on_mission(fit: str) -> bool:
    """Return whether an answer about fit says that these are the people to serve, at least partly."""
    return fit != NO


def checkpoint_state(goal: Goal, checkpoint: Checkpoint, zone: str) -> State:
    """Return the state of an answered checkpoint.

    It is where the line is on the day of the answer, in the team's zone, that counts. Without numbers and a
    day there is no pace, and only the fit is told.
    """
    fit, course = is_on_mission(checkpoint.fit), find_course(goal)
    if course is None or not checkpoint.progress:
        return State.ON_MISSION if fit else State.OFF_MISSION
    on_pace = course.is_on_pace(Decimal(checkpoint.progress), measured_on(checkpoint, zone))
    match on_pace, fit:
        case True, True:
            return State.ON_PACE_ON_MISSION
        case True, False:
            return State.ON_PACE_OFF_MISSION
        case False, True:
            return State.BEHIND_ON_MISSION
        case _:
            return State.BEHIND_OFF_MISSION


def describe_state(goal: Goal, checkpoint: Checkpoint, zone: str) -> str:
    """Return the state of an answered checkpoint in words, such as `On pace, off mission`."""
    return STATES[checkpoint_state(goal, checkpoint, zone)]()


def propose_days(starts_on: date, due_on: date) -> tuple[date, ...]:
    """Return the days of a goal's checkpoints: each week, each second week or each month, by its length.

    The last one is its end. A weekend day becomes the Monday after it.
    """
    length = (due_on - starts_on).days
    if length <= FORTNIGHTLY:
        step = 7 if length <= WEEKLY else 14
        days = [starts_on + timedelta(days=step * number) for number in range(1, length // step + 1)]
    else:
        months = (due_on.year - starts_on.year) * 12 + due_on.month - starts_on.month
        days = [months_back(starts_on, -number) for number in range(1, months + 1)]
    end = working_day(due_on)
    between = {working_day(day) for day in days if day < due_on}
    return tuple(sorted({day for day in between if day < end} | {end}))


def find_rhythm(starts_on: date, due_on: date) -> Every:
    """Return how often the proposed checkpoints of a goal come."""
    length = (due_on - starts_on).days
    return Every.WEEK if length <= WEEKLY else Every.SECOND_WEEK if length <= FORTNIGHTLY else Every.MONTH
