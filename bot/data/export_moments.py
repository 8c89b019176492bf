"""The part of a team's export about what followed from a moment.

It has the lines people added later, whether it stuck, and how far outside comfortable it
was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlmodel import Session

from bot.data.json_times import format_utc
from storage.data import export_moments
from storage.models import LookBack, Moment, Sequel
from storage.moments import comfort

Json = dict[str, Any]


def build_sequel_fields(session: Session, moment_ids: Sequence[int]) -> Callable[[Moment], Json]:
    """Return a function that gives the export fields of each of these moments."""
    lines, taps = (
        export_moments.read_sequels(session, moment_ids),
        comfort.counts_by_moment(session, moment_ids),
    )
    later = export_moments.read_look_backs(session, moment_ids)
    return lambda moment: {
        "sequels": [_sequel_to_json(*line) for line in lines.get(moment.id, ())],
        "look_backs": [_look_back_to_json(*each) for each in later.get(moment.id, ())],
        "stuck": moment.stuck or None,
        "millimetres": _comfort_counts(taps.get(moment.id, ())),
    }


def _sequel_to_json(sequel: Sequel, author: str) -> Json:
    return {
        "kind": sequel.kind,
        "author": author,
        "text": sequel.text,
        "created_at": format_utc(sequel.created_at),
    }


def _look_back_to_json(told: LookBack, author: str) -> Json:
    return {
        "kind": told.kind,
        "author": author,
        "text": told.text,
        "created_at": format_utc(told.created_at),
        "edited_at": format_utc(told.edited_at) if told.edited_at else None,
    }


def _comfort_counts(taps: Sequence[int]) -> list[int] | None:
    """Return the counts of the taps that came out, or None if none did."""
    return list(taps) if taps else None
