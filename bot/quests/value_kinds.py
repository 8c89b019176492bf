"""What a breakthrough was worth: one or more kinds of value, those there are and the team's own.

Not only money: a door that opened or a colleague who trusts again is worth naming, so the form names them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from bot.core.context import Turn
from bot.core.messages import Field, FieldKind, Option
from storage.models import Kind
from storage.quests import value_kinds as values

DOOR = "door opened"
BUILT_IN = ("money", DOOR, "trust", "skill", "insight", "craft", "health")
SHOWN = 25
"""Kinds to choose from (Discord's limit)."""
LONGEST = 40
"""Characters of a kind that a team adds."""
SAID = 60
"""Characters of a longer one that the sentence about it repeats."""
AT_ONCE = 3
"""Kinds that one form adds."""
PART = "value"
"""The part of a breakthrough that holds its kinds, one to a line."""
ANOTHER = "another_value"
"""The field for kinds that are not there yet, between commas."""


def fields(session: Session, team_id: int, chosen: str = "", another: str = "") -> tuple[Field, ...]:
    """What a form asks; `chosen` are the kinds that stand there already, one to a line."""
    known = dict.fromkeys((*kinds(chosen), *BUILT_IN, *values.of_team(session, team_id)))
    options = tuple(Option(name, name) for name in list(known)[:SHOWN])
    return (
        Field(PART, "What was it worth?", FieldKind.CHOICES, chosen, required=False, options=options),
        Field(
            ANOTHER, "Another kind of value", value=another, required=False,
            hint="In a word or two. It will stand here for the next one too.",
        ),
    )  # fmt: skip


def wrong(another: str) -> str:
    """Why what was written as another kind cannot be kept as one, in a sentence; nothing where it can."""
    added = _added(another)
    if long := next((name for name in added if len(name) > LONGEST), ""):
        said = long if len(long) <= SAID else long[:SAID] + "…"
        return f"“{said}” has {len(long)} characters, and a kind of value up to {LONGEST}. A word or two are enough."
    if len(added) > AT_ONCE:
        return f"Up to {AT_ONCE} new kinds at once, please: here are {len(added)}."
    return ""


def _added(another: str) -> list[str]:
    """The kinds between commas, each once, as it was written first."""
    added: dict[str, str] = {}
    for name in (" ".join(each.split()) for each in another.split(",")):
        added.setdefault(name.casefold(), name)
    return [name for name in added.values() if name]


def given(turn: Turn, kind: str, command: Any) -> dict[str, str]:
    """What a form said of a breakthrough's value, as its part; new kinds become the team's own."""
    if kind != Kind.BREAKTHROUGH:
        return {}
    team_id = turn.seat.team_id
    known = {name.casefold(): name for name in (*BUILT_IN, *values.of_team(turn.session, team_id))}
    added = _added(command.another_value)
    for name in added:
        if name.casefold() not in known:
            values.add(turn.session, team_id, name)
            known[name.casefold()] = name
    wanted = [*kinds(command.value), *added]
    chosen = dict.fromkeys(known[name.casefold()] for name in wanted if name.casefold() in known)
    return {PART: "\n".join(chosen)} if chosen else {}


def kinds(part: str) -> list[str]:
    """The kinds in a breakthrough's part."""
    return [line.strip() for line in part.splitlines() if line.strip()]


def counted(parts: Iterable[str]) -> list[tuple[str, int]]:
    """How often each kind was chosen, the most frequent first."""
    every = [name for part in parts for name in kinds(part)]
    return sorted(((name, every.count(name)) for name in set(every)), key=lambda one: (-one[1], one[0]))
