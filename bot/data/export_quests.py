"""The part of a team's export about quests.

It has a list of the quests, and the place and the whys of each experiment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from storage.data import export_quests
from storage.data.export_quests import AttemptPlace, ExportedQuest
from storage.models import Why
from storage.quests import links

Json = dict[str, Any]


def export_team_quests(session: Session, team_id: int) -> Iterator[Json]:
    """Yield every quest of a team, oldest first."""
    return map(_quest_to_json, export_quests.read_quests(session, team_id))


def build_quest_fields(session: Session, moment_ids: Sequence[int]) -> Callable[[int], Json]:
    """Return a function that gives the export fields of a moment, by its id."""
    places, whys_by_moment = (
        export_quests.read_attempts(session, moment_ids),
        export_quests.read_whys(session, moment_ids),
    )
    fed = links.linked_numbers(session, moment_ids)
    return lambda moment_id: {
        **_place_to_json(places, whys_by_moment, moment_id),
        "fed_by": list(fed.get(moment_id, ())),
    }


def _place_to_json(
    places: Mapping[int, AttemptPlace],
    whys_by_moment: Mapping[int, Sequence[tuple[Why, str]]],
    moment_id: int,
) -> Json:
    place = places.get(moment_id, AttemptPlace(None, None))
    whys = [_why_to_json(why, author) for why, author in whys_by_moment.get(moment_id, ())]
    return {"quest": place.quest_id, "after": place.after, "whys": whys}


def _quest_to_json(told: ExportedQuest) -> Json:
    quest = told.quest
    return {
        "id": quest.id,
        "text": quest.text,
        "author": told.author,
        "created_at": _format_time(quest.created_at),
        "closed_at": quest.closed_at and _format_time(quest.closed_at),
        "closed_by": told.closed_by,
        "found": told.found,
        "after": told.after,
        "reason": quest.reason or None,
    }


def _why_to_json(why: Why, author: str) -> Json:
    """Convert a why to JSON.

    Of a removed why only its place in the order is included.
    """
    stands = why.deleted_at is None
    return {
        "id": why.id,
        "under": why.parent_id,
        "author": author if stands else None,
        "text": why.text if stands else None,
        "insight": why.insight,
        "created_at": _format_time(why.created_at),
    }


def _format_time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
