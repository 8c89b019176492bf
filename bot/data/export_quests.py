"""A team's search in its export: quests as a list of their own, and of each experiment its place and its ladder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from storage.data import export_quests as export_search
from storage.data.export_quests import Place, ToldQuest
from storage.models import Why
from storage.quests import links

Json = dict[str, Any]


def quests(session: Session, team_id: int) -> Iterator[Json]:
    """Every quest of a team, oldest first."""
    return map(_quest, export_search.quests(session, team_id))


def of_moments(session: Session, moment_ids: Sequence[int]) -> Callable[[int], Json]:
    """What to say of each of these moments, by its id."""
    places, ladders = export_search.places(session, moment_ids), export_search.whys(session, moment_ids)
    fed = links.numbers_of(session, moment_ids)
    return lambda moment_id: {
        **_of_moment(places, ladders, moment_id),
        "fed_by": list(fed.get(moment_id, ())),
    }


def _of_moment(
    places: Mapping[int, Place], ladders: Mapping[int, Sequence[tuple[Why, str]]], moment_id: int
) -> Json:
    place = places.get(moment_id, Place(None, None))
    whys = [_why(why, author) for why, author in ladders.get(moment_id, ())]
    return {"quest": place.quest_id, "after": place.after, "whys": whys}


def _quest(told: ToldQuest) -> Json:
    quest = told.quest
    return {
        "id": quest.id,
        "text": quest.text,
        "author": told.author,
        "created_at": _time(quest.created_at),
        "closed_at": quest.closed_at and _time(quest.closed_at),
        "closed_by": told.closed_by,
        "found": told.found,
        "after": told.after,
        "reason": quest.reason or None,
    }


def _why(why: Why, author: str) -> Json:
    """A rung; of one taken out only its place is left."""
    stands = why.deleted_at is None
    return {
        "id": why.id,
        "under": why.parent_id,
        "author": author if stands else None,
        "text": why.text if stands else None,
        "insight": why.insight,
        "created_at": _time(why.created_at),
    }


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
