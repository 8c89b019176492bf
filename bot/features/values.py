"""What a breakthrough was worth: one or more kinds of value, those there are and the team's own.

Not only money: a door that opened or a colleague who trusts again is worth naming, so the form names them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from bot.messages import Field, FieldKind, Option
from bot.turn import Turn
from storage import values
from storage.models import Kind

DOOR = "door opened"
BUILT_IN = ("money", DOOR, "trust", "skill", "insight", "craft", "health")
SHOWN = 25
"""Kinds to choose from (Discord's limit)."""
LONGEST = 40
"""Characters of a kind that a team adds."""
PART = "value"
"""The part of a breakthrough that holds its kinds, one to a line."""


def fields(session: Session, team_id: int, chosen: str = "") -> tuple[Field, ...]:
    """What a form asks; `chosen` are the kinds that stand there already, one to a line."""
    known = dict.fromkeys((*kinds(chosen), *BUILT_IN, *values.of_team(session, team_id)))
    options = tuple(Option(name, name) for name in list(known)[:SHOWN])
    return (
        Field(PART, "What was it worth?", FieldKind.CHOICES, chosen, required=False, options=options),
        Field(
            "another_value", "Another kind of value", required=False,
            hint="In a word or two. It will stand here for the next one too.",
        ),
    )  # fmt: skip


def given(turn: Turn, kind: str, command: Any) -> dict[str, str]:
    """What a form said of a breakthrough's value, as its part; a new kind becomes the team's own."""
    if kind != Kind.BREAKTHROUGH:
        return {}
    team_id = turn.seat.team_id
    known = {name.casefold(): name for name in (*BUILT_IN, *values.of_team(turn.session, team_id))}
    another = " ".join(command.another_value.split())[:LONGEST].strip()
    if another and another.casefold() not in known:
        values.add(turn.session, team_id, another)
        known[another.casefold()] = another
    wanted = [*kinds(command.value), *([another] if another else [])]
    chosen = dict.fromkeys(known[name.casefold()] for name in wanted if name.casefold() in known)
    return {PART: "\n".join(chosen)} if chosen else {}


def kinds(part: str) -> list[str]:
    """The kinds in a breakthrough's part."""
    return [line.strip() for line in part.splitlines() if line.strip()]


def counted(parts: Iterable[str]) -> list[tuple[str, int]]:
    """How often each kind was chosen, the most frequent first."""
    every = [name for part in parts for name in kinds(part)]
    return sorted(((name, every.count(name)) for name in set(every)), key=lambda one: (-one[1], one[0]))
