"""What a team meets little by little: the six things it begins with, what it uses, and what would come next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.core.language.words import Lazy, lazy
from bot.core.parts.part import Part, Parts
from storage.models import Kind
from storage.teams.usage import Usage, read_usage

FIRST = ("log", "version", "ask", "find", "recap", "schedule")
"""The commands that every team meets: save, versions, ask, find, recap, schedule."""
SEVERAL = 3
"""The moments from which others are worth a word."""
LONG = timedelta(days=90)
"""How old a team is that may know where it wants to go."""


@dataclass(frozen=True)
class Next:
    """Something that a team hasn't met: its command, when it comes, and the line that says what for."""

    name: str
    comes: Callable[[Usage, timedelta], bool]
    line: Lazy
    part: Part | None = None


NEXT = (
    Next("log", lambda used, _age: not used.kinds, lazy("When you notice something: {command} log")),
    Next(
        "version",
        lambda used, _age: len(used.kinds) >= SEVERAL and not used.versions,
        lazy("When you saw the same thing differently: {command} version"),
    ),
    Next(
        "failed",
        lambda used, _age: len(used.kinds) >= SEVERAL and Kind.EXPERIMENT not in used.kinds,
        lazy("When something doesn't work: {command} failed"),
    ),
    Next(
        "why",
        lambda used, _age: Kind.EXPERIMENT in used.kinds and not used.whys,
        lazy("When you want to know why it didn't work: {command} why"),
    ),
    Next(
        "quest",
        lambda used, _age: used.kinds.count(Kind.EXPERIMENT) > 1 and not used.quests,
        lazy("When you try several ways to find something out: {command} quest"),
        Part.QUESTS,
    ),
    Next(
        "memory fuel",
        lambda used, _age: Kind.BREAKTHROUGH in used.kinds and not used.memory,
        lazy("When you want to see what led to a breakthrough: {command} memory fuel"),
        Part.MEMORY,
    ),
    Next(
        "goal",
        lambda used, age: bool(used.kinds) and age >= LONG and not used.goals,
        lazy("When you know where you want to go: {command} goal"),
        Part.GOALS,
    ),
)
"""What comes next, in this order."""

KIND_NAMES: Mapping[str, str] = {
    Kind.EXPERIMENT: "failed", Kind.BREAKTHROUGH: "breakthrough", Kind.NO: "no", Kind.SHINY: "shiny",
    Kind.CHANCE: "chance",
}  # fmt: skip
"""The command that saves each kind beside ahas."""


def used_names(used: Usage) -> frozenset[str]:
    """Return the first words of the commands that a team meets by what it uses, beside those of parts."""
    kinds = {name for kind, name in KIND_NAMES.items() if kind in used.kinds}
    return frozenset({*FIRST, *kinds, *(["why"] if used.whys else [])})


def used_parts(used: Usage) -> Parts:
    """Return the parts that a team has used anything of."""
    rooms = {
        Part.QUESTS: used.quests,
        Part.GOALS: used.goals,
        Part.FOCUS: used.focus,
        Part.MEMORY: used.memory,
    }
    return frozenset(part for part, is_used in rooms.items() if is_used)


def read_team_usage(session: Session, team_id: int) -> Usage:
    """Return what a team has used, or nothing without a team."""
    return read_usage(session, team_id) if team_id else Usage()


def describe_next(used: Usage, off: Parts, founded_at: datetime | None, now: datetime, root: str) -> str:
    """Return the line about the one thing that would come next, or an empty string."""
    age = now - founded_at if founded_at is not None else timedelta()
    found = (each for each in NEXT if each.part not in off and each.comes(used, age))
    return next((each.line(command=root) for each in found), "")
