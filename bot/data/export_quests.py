"""The part of a team's export about quests.

It has a list of the quests, and the place and the whys of each experiment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from bot.data.json_times import format_utc
from storage.data import export_quests
from storage.data.export_quests import AttemptPlace, ExportedQuest
from storage.models import AttemptOutcome, Expectation, Kind, Moment, Why
from storage.quests import links
from storage.quests.expectations import EXPECTED_KINDS

Json = dict[str, Any]

OUTCOME_NAMES: Mapping[AttemptOutcome, str] = {
    AttemptOutcome.FAILED: "failed",
    AttemptOutcome.UNDER_WAY: "under_way",
    AttemptOutcome.WENT_WELL: "went_well",
}


def export_team_quests(session: Session, team_id: int) -> Iterator[Json]:
    """Yield every quest of a team, oldest first."""
    waiting = export_quests.read_waiting_authors(session, team_id)
    for told in export_quests.read_quests(session, team_id):
        sealed = [{"author": author, "sealed": True} for author in waiting.get(told.quest.id, ())]
        yield {**_quest_to_json(told), "expectations": sealed}


def build_quest_fields(session: Session, moment_ids: Sequence[int]) -> Callable[[Moment], Json]:
    """Return a function that gives the export fields of each of these moments."""
    places, whys_by_moment = (
        export_quests.read_attempts(session, moment_ids),
        export_quests.read_whys(session, moment_ids),
    )
    fed, lines = (
        links.linked_numbers(session, moment_ids),
        export_quests.read_expectations(session, moment_ids),
    )
    return lambda moment: {
        **_place_to_json(places, whys_by_moment, moment.id),
        **_result_to_json(moment, places.get(moment.id, AttemptPlace(None, None))),
        "expectations": _lines_to_json(moment, lines.get(moment.id, ())),
        "fed_by": list(fed.get(moment.id, ())),
    }


def _place_to_json(
    places: Mapping[int, AttemptPlace],
    whys_by_moment: Mapping[int, Sequence[tuple[Why, str]]],
    moment_id: int,
) -> Json:
    place = places.get(moment_id, AttemptPlace(None, None))
    whys = [_why_to_json(why, author) for why, author in whys_by_moment.get(moment_id, ())]
    return {"quest": place.quest_id, "after": place.after, "whys": whys}


def _result_to_json(moment: Moment, place: AttemptPlace) -> Json:
    """Convert how an experiment stands. All other kinds have no outcome."""
    tried = moment.kind == Kind.EXPERIMENT
    return {
        "outcome": OUTCOME_NAMES[place.outcome] if tried else None,
        "result_at": place.result_at and format_utc(place.result_at),
        "result_by": place.result_by,
    }


def _lines_to_json(moment: Moment, lines: Sequence[tuple[Expectation, str | None]]) -> Sequence[Json]:
    """Convert what was expected of a moment. A sealed line has only its author, an unsigned one no time."""
    if moment.kind not in EXPECTED_KINDS:
        return []
    return [_line_to_json(line, author) for line, author in lines]


def _line_to_json(line: Expectation, author: str | None) -> Json:
    if line.opened_at is None:
        return {"author": author, "sealed": True}
    times = {
        "created_at": format_utc(line.created_at) if author else None,
        "opened_at": format_utc(line.opened_at),
    }
    return {"author": author, "sealed": False, "text": line.text, **times}


def _quest_to_json(told: ExportedQuest) -> Json:
    quest = told.quest
    return {
        "id": quest.id,
        "text": quest.text,
        "author": told.author,
        "created_at": format_utc(quest.created_at),
        "closed_at": quest.closed_at and format_utc(quest.closed_at),
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
        "created_at": format_utc(why.created_at),
    }
