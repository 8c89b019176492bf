"""The part of a question's export about the next step of a retrospective."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from bot.data.json_times import format_utc
from storage.data import export_steps
from storage.models import NextStep

Json = dict[str, Any]


def build_step_field(session: Session, posting_ids: Sequence[int]) -> Callable[[int], Json]:
    """Return a function that returns the `next_step` of a question by its posting id, None without one."""
    found = export_steps.read_steps(session, posting_ids)
    people = export_steps.read_step_people(session, posting_ids)

    def build_field(posting_id: int) -> Json:
        step = found.get(posting_id)
        return {"next_step": _step_to_json(step, people) if step is not None else None}

    return build_field


def _step_to_json(step: NextStep, people: Mapping[int, str]) -> Json:
    return {
        "if": step.condition,
        "then": step.action,
        "author": people.get(step.author_id),
        "changed_by": people.get(step.changed_by_id or 0),
        "created_at": format_utc(step.created_at),
        "taker": people.get(step.taker_id or 0),
        "taken_at": step.taken_at and format_utc(step.taken_at),
        "outcome": step.outcome or None,
        "became": step.became or None,
        "settled_at": step.settled_at and format_utc(step.settled_at),
        "settled_by": people.get(step.settled_by_id or 0),
    }
