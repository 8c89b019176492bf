"""Exports all data of a team as one JSON document, written while it is read.

It leaves out what nobody may read yet: sealed versions, and the answers to an anonymous
question that is still open.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

from sqlmodel import Session

from bot.data.export_doors import build_door_fields
from bot.data.export_focus import export_checks
from bot.data.export_goals import build_mission_fields, export_missions, export_team_goals
from bot.data.export_moments import build_sequel_fields
from bot.data.export_prompts import build_round_fields
from bot.data.export_quests import build_quest_fields, export_team_quests
from bot.data.export_seasons import export_team_seasons
from bot.data.export_steps import build_step_field
from bot.prompts.bank.goal_questions import question_text
from storage.data import export
from storage.models import (
    Answer,
    Channel,
    Moment,
    MomentState,
    Posting,
    Question,
    Schedule,
    TapKind,
    Team,
    Version,
    Workspace,
)
from storage.models.shown import TURNING
from storage.moments.versions import are_versions_open
from storage.quests import value_kinds

FORMAT, VERSION = "ahabot-export", 1
"""The format's version. A reader refuses one it does not know.

New keys may be added without a new version. No key changes its meaning.
"""

Json = dict[str, Any]


def write_export(session: Session, team_id: int, now: datetime, out: TextIO) -> None:
    """Write all data of a team to `out` as JSON.

    Raises NoResultFound if there is no such team.
    """
    export.use_one_snapshot(session)
    team, workspace = export.read_team(session, team_id)
    head = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": format_export_time(now),
        "team": _team_to_json(session, team, workspace),
    }
    lists: Mapping[str, Iterable[Json]] = {
        "channels": map(_channel_to_json, export.read_channels(session, team_id)),
        "people": ({"id": person, "name": name} for person, name in export.read_people(session, team_id)),
        "moments": _export_moments(session, team_id, now),
        "quests": export_team_quests(session, team_id),
        "missions": export_missions(session, team_id),
        "goals": export_team_goals(session, team_id),
        "focus": export_checks(session, team_id),
        "prompts": _export_prompts(session, team_id),
        "questions": (_question_to_json(*row) for row in export.read_questions(session, team_id)),
        "seasons": export_team_seasons(session, team_id, format_export_time),
        "schedule": map(_schedule_to_json, export.read_schedules(session, team_id)),
    }
    _write_json(head, lists, out)


def _write_json(head: Json, lists: Mapping[str, Iterable[Json]], out: TextIO) -> None:
    """Write one line for each item, so that two exports can be compared line by line."""
    out.write("{")
    out.write(",\n".join(f"{_dump_json(key)}: {_dump_json(value)}" for key, value in head.items()))
    for key, things in lists.items():
        out.write(f",\n{_dump_json(key)}: [")
        before = "\n"
        for thing in things:
            out.write(before + _dump_json(thing))
            before = ",\n"
        out.write("]")
    out.write("}\n")


def _dump_json(value: Any) -> str:
    """Return a value as JSON that reads from left to right whatever is in it.

    What turns a line is spelled out, and is read back as it was given.
    """
    return TURNING.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def format_export_time(at: datetime) -> str:
    """Format a time for the export: `2026-03-20T16:00:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _format_optional_time(at: datetime | None) -> str | None:
    return format_export_time(at) if at else None


def _team_to_json(session: Session, team: Team, workspace: Workspace) -> Json:
    return {
        "id": team.id,
        "platform": workspace.platform,
        "workspace": {"id": workspace.external_id, "name": workspace.name},
        "zone": team.zone,
        "emoji": team.emoji,
        "threshold": team.threshold,
        "seals": team.seals,
        "values": list(value_kinds.list_value_kinds(session, team.id)),
        "created_at": format_export_time(team.created_at),
    }


def _channel_to_json(channel: Channel) -> Json:
    return {"id": channel.external_id, "name": channel.name, "home": channel.home, "private": channel.private}


def _export_moments(session: Session, team_id: int, now: datetime) -> Iterator[Json]:
    for rows in export.read_moments(session, team_id):
        ids = [moment.id for moment, _, _ in rows]
        versions, taps = export.read_versions(session, ids), export.read_taps(session, ids)
        searched = build_quest_fields(session, ids)
        served = build_mission_fields(session, ids)
        followed = build_sequel_fields(session, ids)
        rested = build_door_fields(session, ids)
        for moment, author, keeper in rows:
            told = versions.get(moment.id, ())
            people = {"author": author, "kept_by": keeper}
            pressed = {
                "there": taps.get((moment.id, TapKind.THERE), ()),
                "high_fives": taps.get((moment.id, TapKind.HIGH_FIVE), ()),
                "invited": taps.get((moment.id, TapKind.INVITED), ()),
            }
            tellings = {"versions": _versions_to_json(told, now)}
            yield {
                **_moment_to_json(moment),
                **people,
                **pressed,
                **tellings,
                **searched(moment),
                **followed(moment),
                **rested(moment.id),
                **served(moment.id),
            }


def _moment_to_json(moment: Moment) -> Json:
    return {
        "number": moment.number,
        "kind": moment.kind,
        "state": moment.state,
        "text": moment.text,
        "parts": moment.parts if moment.state == MomentState.KEPT else {},
        "created_at": format_export_time(moment.created_at),
        "edited_at": _format_optional_time(moment.edited_at),
        "source": _source_to_json(moment),
    }


def _source_to_json(moment: Moment) -> Json | None:
    if moment.source_message is None:
        return None
    where = {"channel": moment.source_channel, "message": moment.source_message}
    return {**where, "link": moment.source_link or None}


def _versions_to_json(told: Sequence[tuple[Version, str]], now: datetime) -> list[Json]:
    if not are_versions_open([version for version, _ in told], now):
        return [{"author": author, "sealed": True} for _, author in told]
    return [_version_to_json(version, author) for version, author in told]


def _version_to_json(version: Version, author: str) -> Json:
    times = {
        "created_at": format_export_time(version.created_at),
        "edited_at": _format_optional_time(version.edited_at),
    }
    return {"author": author, "sealed": False, "text": version.text, **times}


def _export_prompts(session: Session, team_id: int) -> Iterator[Json]:
    for rows in export.read_prompts(session, team_id):
        ids = [posting.id for posting, _ in rows]
        given, shared = export.read_answers(session, ids), build_round_fields(session, ids)
        ended = build_step_field(session, ids)
        for posting, asker in rows:
            told = given.get(posting.id, ())
            tied = [{**_answer_to_json(*one), **shared(one[0])} for one in told]
            yield {**_prompt_to_json(session, posting, asker), "answers": tied, **ended(posting.id)}


def _prompt_to_json(session: Session, posting: Posting, asker: str | None) -> Json:
    return {
        "asked_at": format_export_time(posting.sent_at or posting.created_at),
        "kind": posting.kind,
        "question": question_text(session, posting),
        "key": posting.question or None,
        "asked_by": asker,
        "anonymous": posting.anonymous,
        "form": posting.form or None,
        "closed_at": _format_optional_time(posting.closed_at),
    }


def _answer_to_json(answer: Answer, person: str | None) -> Json:
    return {
        "person": person,
        "kind": answer.kind,
        "text": answer.text,
        "created_at": format_export_time(answer.created_at),
    }


def _question_to_json(question: Question, author: str) -> Json:
    when = format_export_time(question.created_at)
    return {"kind": question.kind, "text": question.text, "author": author, "created_at": when}


def _schedule_to_json(schedule: Schedule) -> Json:
    return {
        "kind": schedule.kind,
        "weekdays": schedule.weekdays,
        "at": schedule.at,
        "zone": schedule.zone,
        "every": schedule.every,
        "anchor": schedule.anchor.isoformat(),
        "active": schedule.active,
        "paused_until": schedule.paused_until and schedule.paused_until.isoformat(),
        "anonymous": schedule.anonymous,
    }
