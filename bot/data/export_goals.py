"""The part of a team's export about its mission and goals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from bot.data.json_times import format_utc
from storage.data import export_goals
from storage.models import Checkpoint, Goal, GoalStep, Mission, MissionLine

Json = dict[str, Any]


def export_missions(session: Session, team_id: int) -> Iterator[Json]:
    """Yield every version of a team's mission, oldest first."""
    people = export_goals.read_person_ids(session, team_id)
    for mission in export_goals.read_missions(session, team_id):
        yield _mission_to_json(mission, people)


def export_team_goals(session: Session, team_id: int) -> Iterator[Json]:
    """Yield every goal of a team by number, with its steps, checkpoints and links."""
    people = export_goals.read_person_ids(session, team_id)
    found = export_goals.read_goals(session, team_id)
    became = export_goals.read_numbers(session, found)
    numbers = {goal.id: goal.number for goal in found}
    for goal in found:
        parts = export_goals.read_parts(session, goal.id)
        yield {
            **_goal_to_json(goal, people),
            "replaces": numbers.get(goal.replaces_id or 0),
            "became": became.get(goal.became_id or 0),
            "steps": [_step_to_json(step, people) for step in parts.steps],
            "checkpoints": [_checkpoint_to_json(one, people) for one in parts.checkpoints],
            "moments": list(parts.moments),
            "quests": list(parts.quests),
        }


def build_mission_fields(session: Session, moment_ids: Sequence[int]) -> Callable[[int], Json]:
    """Return a function that gives the line of the mission that a moment serves, by its id."""
    uses = export_goals.read_uses(session, moment_ids)
    return lambda moment_id: {"serves": uses.get(moment_id) or None}


def _mission_to_json(mission: Mission, people: Mapping[int, str]) -> Json:
    lines = {line.value: getattr(mission, line) or None for line in MissionLine}
    return {**lines, "author": people.get(mission.author_id), "created_at": format_utc(mission.created_at)}


def _goal_to_json(goal: Goal, people: Mapping[int, str]) -> Json:
    return {
        "number": goal.number,
        "kind": goal.kind,
        "text": goal.text,
        "author": people.get(goal.author_id),
        "owner": people.get(goal.owner_id),
        "unit": goal.unit or None,
        "start": goal.start or None,
        "target": goal.target or None,
        "line": goal.line or None,
        "quote": goal.quote or None,
        "attainable": goal.attainable or None,
        "relevant": goal.relevant or None,
        "starts_on": goal.starts_on.isoformat(),
        "due_on": _format_day(goal.due_on),
        "funds": goal.funds or None,
        "look_again_on": _format_day(goal.look_again_on),
        "created_at": format_utc(goal.created_at),
        "edited_at": goal.edited_at and format_utc(goal.edited_at),
        "closed_at": goal.closed_at and format_utc(goal.closed_at),
        "closed_by": people.get(goal.closed_by_id or 0),
        "outcome": goal.outcome or None,
        "taught": goal.taught or None,
    }


def _step_to_json(step: GoalStep, people: Mapping[int, str]) -> Json:
    return {
        "text": step.text,
        "author": people.get(step.author_id),
        "created_at": format_utc(step.created_at),
        "done_at": step.done_at and format_utc(step.done_at),
        "done_by": people.get(step.done_by_id or 0),
    }


def _checkpoint_to_json(checkpoint: Checkpoint, people: Mapping[int, str]) -> Json:
    return {
        "due_on": checkpoint.due_on.isoformat(),
        "progress": checkpoint.progress or None,
        "fit": checkpoint.fit or None,
        "answered_at": checkpoint.answered_at and format_utc(checkpoint.answered_at),
        "answered_by": people.get(checkpoint.answered_by_id or 0),
    }


def _format_day(day: date | None) -> str | None:
    return day.isoformat() if day else None
