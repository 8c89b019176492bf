"""A book as JSON, as docs/book.schema.json describes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.memory.book.content import Book, Entry, EntryType
from storage.models.shown import TURNING

FORMAT, VERSION = "ahabot-book", 1
"""The format's version. New keys may come without a new one. No key changes its meaning."""

Json = dict[str, Any]


def render_json(book: Book) -> str:
    """Return a book as JSON, one entry a line. What turns a line is spelled out."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": _format_time(book.made_at),
        "people": [asdict(writer) for writer in book.writers],
        "teams": [
            {
                "id": team.id,
                "platform": team.platform,
                "workspace": team.workspace,
                "name": team.name,
                "former_names": [{"name": name, "until": _format_time(until)} for name, until in team.former],
            }
            for team in book.teams
        ],
        "figures": _figures_to_json(book),
    }
    lines = [f"{_dump(key)}: {_dump(value)}" for key, value in head.items()]
    entries = ",\n".join(_dump(_entry_to_json(entry)) for entry in book.entries)
    return "{" + ",\n".join([*lines, f'"entries": [\n{entries}]']) + "}\n"


def _figures_to_json(book: Book) -> Json:
    figures = book.count_figures()
    return {**asdict(figures), "years": {str(year): count for year, count in figures.years.items()}}


def _entry_to_json(entry: Entry) -> Json:
    return {name: value for name, value in _entry_fields(entry) if value not in ("", 0, None, [])}


def _entry_fields(entry: Entry) -> Iterator[tuple[str, Any]]:
    """Yield what an entry tells. Empty fields are left out of the JSON."""
    yield "type", entry.type
    yield "kind", entry.kind
    yield "written_at", _format_time(entry.at)
    yield "day", entry.day.isoformat() if entry.day else None
    yield "happened", entry.happened
    yield "team", entry.team
    yield "team_name", entry.team_name
    yield "workspace_name", entry.workspace_name
    yield "number", entry.number
    yield "question", entry.question
    yield "text", entry.text
    yield "parts", [{"label": label, "text": text} for label, text in entry.parts]
    if entry.type is EntryType.STEP:
        yield "outcome", entry.outcome or "open"
        yield "became", entry.became
        yield "settled_on", entry.settled_on.isoformat() if entry.settled_on else None
        yield "role", "taker" if entry.taken else "author"


def _format_time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _dump(value: Mapping[str, Any] | Any) -> str:
    return TURNING.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
