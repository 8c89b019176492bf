"""A team's whole memory as one JSON document, written as it is read: the data leaves as easily as it came.

What nobody may read yet is not in it: a sealed version, and answers without names while there are few.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

from sqlmodel import Session

from bot.data import (
    export_moments as export_followed,
)
from bot.data import (
    export_prompts as export_gatherings,
)
from bot.data import (
    export_quests as export_search,
)
from bot.prompts.anonymous_answers import SHOWN_FROM
from storage.data import export
from storage.models import (
    Answer,
    Channel,
    Moment,
    Posting,
    Question,
    Schedule,
    TapKind,
    Team,
    Version,
    Workspace,
)
from storage.moments.moments import are_open
from storage.quests import value_kinds as values

FORMAT, VERSION = "ahabot-export", 1
"""A reader refuses a version it does not know. A key may come without a new one; none changes its meaning."""

Json = dict[str, Any]


def write(session: Session, team_id: int, now: datetime, out: TextIO) -> None:
    """Write everything a team has. NoResultFound where there is no such team."""
    export.hold_still(session)
    team, workspace = export.team(session, team_id)
    head = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": time(now),
        "team": _team(session, team, workspace),
    }
    lists: Mapping[str, Iterable[Json]] = {
        "channels": map(_channel, export.channels(session, team_id)),
        "people": ({"id": person, "name": name} for person, name in export.people(session, team_id)),
        "moments": _moments(session, team_id, now),
        "quests": export_search.quests(session, team_id),
        "prompts": _prompts(session, team_id),
        "questions": (_question(*row) for row in export.questions(session, team_id)),
        "schedule": map(_schedule, export.schedules(session, team_id)),
    }
    _write(head, lists, out)


def _write(head: Json, lists: Mapping[str, Iterable[Json]], out: TextIO) -> None:
    """One line for each thing, so that two exports can be compared line by line."""
    out.write("{")
    out.write(",\n".join(f"{_json(key)}: {_json(value)}" for key, value in head.items()))
    for key, things in lists.items():
        out.write(f",\n{_json(key)}: [")
        before = "\n"
        for thing in things:
            out.write(before + _json(thing))
            before = ",\n"
        out.write("]")
    out.write("}\n")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def time(at: datetime) -> str:
    """A time as an export writes it: `2026-03-20T16:00:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _time(at: datetime | None) -> str | None:
    return time(at) if at else None


def _team(session: Session, team: Team, workspace: Workspace) -> Json:
    return {
        "id": team.id,
        "platform": workspace.platform,
        "workspace": {"id": workspace.external_id, "name": workspace.name},
        "zone": team.zone,
        "emoji": team.emoji,
        "threshold": team.threshold,
        "seals": team.seals,
        "values": list(values.of_team(session, team.id)),
        "created_at": time(team.created_at),
    }


def _channel(channel: Channel) -> Json:
    return {"id": channel.external_id, "name": channel.name, "home": channel.home, "private": channel.private}


def _moments(session: Session, team_id: int, now: datetime) -> Iterator[Json]:
    for rows in export.moments(session, team_id):
        ids = [moment.id for moment, _, _ in rows]
        versions, taps = export.versions(session, ids), export.taps(session, ids)
        searched = export_search.of_moments(session, ids)
        followed = export_followed.of_moments(session, ids)
        for moment, author, keeper in rows:
            told = versions.get(moment.id, ())
            people = {"author": author, "kept_by": keeper}
            pressed = {
                "there": taps.get((moment.id, TapKind.THERE), ()),
                "high_fives": taps.get((moment.id, TapKind.HIGH_FIVE), ()),
            }
            tellings = {"versions": _versions(told, now)}
            yield {
                **_moment(moment),
                **people,
                **pressed,
                **tellings,
                **searched(moment.id),
                **followed(moment),
            }


def _moment(moment: Moment) -> Json:
    return {
        "number": moment.number,
        "kind": moment.kind,
        "state": moment.state,
        "text": moment.text,
        "parts": moment.parts,
        "created_at": time(moment.created_at),
        "edited_at": _time(moment.edited_at),
        "source": _source(moment),
    }


def _source(moment: Moment) -> Json | None:
    if moment.source_message is None:
        return None
    where = {"channel": moment.source_channel, "message": moment.source_message}
    return {**where, "link": moment.source_link or None}


def _versions(told: Sequence[tuple[Version, str]], now: datetime) -> list[Json]:
    if not are_open([version for version, _ in told], now):
        return [{"author": author, "sealed": True} for _, author in told]
    return [_version(version, author) for version, author in told]


def _version(version: Version, author: str) -> Json:
    times = {"created_at": time(version.created_at), "edited_at": _time(version.edited_at)}
    return {"author": author, "sealed": False, "text": version.text, **times}


def _prompts(session: Session, team_id: int) -> Iterator[Json]:
    for rows in export.prompts(session, team_id):
        ids = [posting.id for posting, _ in rows]
        given, shared = export.answers(session, ids), export_gatherings.of_answers(session, ids)
        for posting, asker in rows:
            told = given.get(posting.id, ())
            tied = [{**_answer(*one, _few(posting, told)), **shared(one[0])} for one in told]
            yield {**_prompt(posting, asker), "answers": tied}


def _few(posting: Posting, given: Sequence[tuple[Answer, str | None]]) -> bool:
    """Whether answers without names are too few to be shown."""
    return posting.anonymous and len(given) < SHOWN_FROM


def _prompt(posting: Posting, asker: str | None) -> Json:
    return {
        "asked_at": time(posting.sent_at or posting.created_at),
        "kind": posting.kind,
        "question": posting.text,
        "key": posting.question or None,
        "asked_by": asker,
        "anonymous": posting.anonymous,
        "form": posting.form or None,
        "closed_at": _time(posting.closed_at),
    }


def _answer(answer: Answer, person: str | None, few: bool) -> Json:
    text = None if few and person is None else answer.text
    return {"person": person, "kind": answer.kind, "text": text, "created_at": time(answer.created_at)}


def _question(question: Question, author: str) -> Json:
    when = time(question.created_at)
    return {"kind": question.kind, "text": question.text, "author": author, "created_at": when}


def _schedule(schedule: Schedule) -> Json:
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
