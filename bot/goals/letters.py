"""The six letters of a SMMART goal: which are filled, and what each of them says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.core.text import number_in_words
from bot.core.times import format_day
from bot.goals.lines import LINES
from bot.goals.numbers import describe_way
from storage.models import Goal


@dataclass(frozen=True)
class Letter:
    """One letter of a goal, and what it says. An open one says nothing."""

    sign: str
    name: str
    words: str

    @property
    def is_filled(self) -> bool:
        """Whether it says anything."""
        return bool(self.words)


def goal_letters(goal: Goal) -> Sequence[Letter]:
    """Return the six letters of a goal in their order."""
    return (
        Letter("S", "Specific", goal.text),
        Letter("M", "Measurable", describe_measure(goal)),
        Letter("M", "Mission-based", f"{LINES[goal.line].label}: “{goal.quote}”" if goal.quote else ""),
        Letter("A", "Attainable", goal.attainable),
        Letter("R", "Relevant", goal.relevant),
        Letter(
            "T", "Time-bound", f"until {format_day(goal.due_on)} {goal.due_on.year}" if goal.due_on else ""
        ),
    )


def describe_measure(goal: Goal) -> str:
    """Return a goal's numbers, such as `from 0 to 10 clients`, or an empty string."""
    if not (goal.start and goal.target):
        return ""
    return describe_way(Decimal(goal.start), Decimal(goal.target), goal.unit)


def describe_letters(goal: Goal) -> str:
    """Return the row of the letters, such as `S ● · M ● · M ○ · A ○ · R ○ · T ●`."""
    return " · ".join(f"{letter.sign} {'●' if letter.is_filled else '○'}" for letter in goal_letters(goal))


def list_open(goal: Goal) -> Sequence[str]:
    """Return the names of the open letters of a goal."""
    return [letter.name for letter in goal_letters(goal) if not letter.is_filled]


def describe_open(goal: Goal) -> str:
    """Return which letters are open in a sentence, or that all are filled."""
    names = list_open(goal)
    if not names:
        return "All six SMMART letters are filled."
    filled = number_in_words(6 - len(names))
    are = "is" if len(names) == 5 else "are"
    return f"{filled.capitalize()} of the six SMMART letters {are} filled. Still open: {', '.join(names)}."
