"""What followed from a moment in its team's export: lines, whether it stuck, and how far outside comfortable it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from bot.prompts.anonymous_answers import SHOWN_FROM
from storage.data import export_moments as export_followed
from storage.models import Moment, Sequel
from storage.moments import comfort

Json = dict[str, Any]


def of_moments(session: Session, moment_ids: Sequence[int]) -> Callable[[Moment], Json]:
    """What to say of each of these moments."""
    lines, taps = export_followed.sequels(session, moment_ids), comfort.counts(session, moment_ids)
    return lambda moment: {
        "sequels": [_sequel(*line) for line in lines.get(moment.id, ())],
        "stuck": moment.stuck or None,
        "millimetres": _millimetres(taps.get(moment.id, ())),
    }


def _sequel(sequel: Sequel, author: str) -> Json:
    return {
        "kind": sequel.kind,
        "author": author,
        "text": sequel.text,
        "created_at": _time(sequel.created_at),
    }


def _millimetres(taps: Sequence[int]) -> list[int] | None:
    """The counts; of few none, for among three a tap is easily recognised."""
    return list(taps) if sum(taps) >= SHOWN_FROM else None


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
