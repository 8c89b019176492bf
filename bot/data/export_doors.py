"""The part of a team's export about parked things and chances.

A key to a door is between two people, so it's in no export.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from bot.data.json_times import format_utc
from storage.doors import chances, parked
from storage.models import Chance, Parked
from storage.moments import moments

Json = dict[str, Any]


def build_door_fields(session: Session, moment_ids: Sequence[int]) -> Callable[[int], Json]:
    """Return a function that gives the export fields of a moment, by its id."""
    rests = parked.read_parked(session, moment_ids)
    goals = parked.goal_numbers(session, moment_ids)
    open_chances = chances.read_chances(session, moment_ids)
    became = moments.numbers_by_id(
        session, [chance.became_id for chance, _ in open_chances.values() if chance.became_id]
    )
    return lambda moment_id: {
        "parked": _parked_to_json(*rests[moment_id], goals.get(moment_id)) if moment_id in rests else None,
        "chance": _chance_to_json(*open_chances[moment_id], became) if moment_id in open_chances else None,
    }


def _parked_to_json(row: Parked, decider: str | None, goal: int | None) -> Json:
    return {
        "until": row.until_on.isoformat(),
        "asked_at": row.asked_at and format_utc(row.asked_at),
        "decision": row.decision or None,
        "decided_at": row.decided_at and format_utc(row.decided_at),
        "decided_by": decider,
        "goal": goal,
    }


def _chance_to_json(row: Chance, writer: str | None, became: Mapping[int, int]) -> Json:
    return {
        "kind": row.kind or None,
        "until": row.until_on and row.until_on.isoformat(),
        "belief": row.belief or None,
        "outcome": row.outcome or None,
        "outcome_at": row.outcome_at and format_utc(row.outcome_at),
        "outcome_by": writer,
        "became": became.get(row.became_id) if row.became_id else None,
    }
