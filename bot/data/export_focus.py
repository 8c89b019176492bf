"""The part of a team's export about its focus checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlmodel import Session

from bot.data.json_times import format_utc
from storage.data import export_focus
from storage.models import FocusItem

Json = dict[str, Any]


def export_checks(session: Session, team_id: int) -> Iterator[Json]:
    """Yield every focus check of a team with its lines, oldest first."""
    people = export_focus.read_people_ids(session, team_id)
    items = export_focus.read_items(session, team_id)
    numbers = export_focus.read_goal_numbers(session, team_id)
    for check in export_focus.read_checks(session, team_id):
        yield {
            "author": people.get(check.author_id),
            "created_at": format_utc(check.created_at),
            "goal": numbers.get(check.goal_id or 0),
            "went": check.went,
            "step": check.step or None,
            "items": [_item_to_json(item, people) for item in items.get(check.id, ())],
        }


def _item_to_json(item: FocusItem, people: Mapping[int, str]) -> Json:
    return {
        "list": item.list,
        "text": item.text,
        "author": people.get(item.author_id),
        "by_on": item.by_on.isoformat() if item.by_on else None,
        "created_at": format_utc(item.created_at),
        "done_at": item.done_at and format_utc(item.done_at),
        "done_by": people.get(item.done_by_id or 0),
        "kept": item.kept,
    }
