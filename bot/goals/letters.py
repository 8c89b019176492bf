"""The six letters of a SMMART goal: which are filled, and what each of them says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.core.language.words import Lazy, _, lazy, ngettext
from bot.core.times import format_full_day
from bot.goals.numbers import describe_way
from storage.models import Goal


class Letter(StrEnum):
    """A letter of a goal."""

    SPECIFIC = "specific"
    MEASURABLE = "measurable"
    MISSION = "mission"
    ATTAINABLE = "attainable"
    RELEVANT = "relevant"
    TIME = "time"


LETTERS: Mapping[Letter, Lazy] = {
    Letter.SPECIFIC: lazy("Specific"),
    Letter.MEASURABLE: lazy("Measurable"),
    Letter.MISSION: lazy("Mission-based"),
    Letter.ATTAINABLE: lazy("Attainable"),
    Letter.RELEVANT: lazy("Relevant"),
    Letter.TIME: lazy("Time-bound"),
}
"""What the letters stand for."""


@dataclass(frozen=True)
class FilledLetter:
    """One letter of a goal with its sign in the row, and whether it says anything."""

    letter: Letter
    sign: str
    is_filled: bool


def goal_letters(goal: Goal) -> Sequence[FilledLetter]:
    """Return the six letters of a goal in their order."""
    return (
        FilledLetter(Letter.SPECIFIC, "S", bool(goal.text)),
        FilledLetter(Letter.MEASURABLE, "M", bool(goal.start and goal.target)),
        FilledLetter(Letter.MISSION, "M", bool(goal.quote)),
        FilledLetter(Letter.ATTAINABLE, "A", bool(goal.attainable)),
        FilledLetter(Letter.RELEVANT, "R", bool(goal.relevant)),
        FilledLetter(Letter.TIME, "T", goal.due_on is not None),
    )


def describe_measure(goal: Goal) -> str:
    """Return a goal's numbers in a sentence, such as `From 0 to 10 clients.`, or an empty string."""
    if not (goal.start and goal.target):
        return ""
    start, target = describe_way(Decimal(goal.start), Decimal(goal.target), goal.unit)
    return _("From {start} to {target}.", start=start, target=target)


def describe_course(goal: Goal) -> str:
    """Return a goal's numbers and its day in a sentence, whichever it has, or an empty string."""
    if goal.due_on is None:
        return describe_measure(goal)
    day = format_full_day(goal.due_on)
    if not (goal.start and goal.target):
        return _("By {day}.", day=day)
    start, target = describe_way(Decimal(goal.start), Decimal(goal.target), goal.unit)
    return _("From {start} to {target} by {day}.", start=start, target=target, day=day)


def describe_letters(goal: Goal) -> str:
    """Return the row of the letters, such as `S ● · M ● · M ○ · A ○ · R ○ · T ●`."""
    return " · ".join(f"{each.sign} {'●' if each.is_filled else '○'}" for each in goal_letters(goal))


def list_open(goal: Goal) -> Sequence[Letter]:
    """Return the open letters of a goal."""
    return [each.letter for each in goal_letters(goal) if not each.is_filled]


def name_open(goal: Goal) -> str:
    """Return the names of the open letters of a goal, side by side."""
    return ", ".join(LETTERS[letter]() for letter in list_open(goal))


def describe_open(goal: Goal) -> str:
    """Return which letters are open in a sentence, or that all are filled."""
    names = name_open(goal)
    if not names:
        return _("All six SMMART letters are filled in.")
    return ngettext(
        "One of the six SMMART letters is filled in. Still open: {names}.",
        "{n} of the six SMMART letters are filled in. Still open: {names}.",
        6 - len(list_open(goal)),
        names=names,
    )
