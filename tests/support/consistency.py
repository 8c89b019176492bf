"""What must hold between the rows of a database, whatever people sent."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, select

from bot.core.times import parse_time
from bot.core.zones.names import find_zone
from storage.models import (
    Answer,
    Attempt,
    Channel,
    Kind,
    Link,
    Membership,
    Moment,
    Person,
    Posting,
    Quest,
    Schedule,
    Sequel,
    Team,
    Version,
    Why,
)


def find_contradictions(session: Session) -> list[str]:
    """Return what contradicts itself in the rows, each as one sentence."""
    return [
        *_homes(session), *_teams(session), *_attempts(session), *_links(session), *_quests(session),
        *_whys(session), *_answers(session), *_schedules(session), *_words(session),
    ]  # fmt: skip


def _rows(session: Session, table: Any) -> list[Any]:
    return list(session.execute(select(table)).scalars())


def _by_id(session: Session, table: Any) -> dict[int, Any]:
    return {row.id: row for row in _rows(session, table)}


def _homes(session: Session) -> Iterator[str]:
    homes = Counter(channel.team_id for channel in _rows(session, Channel) if channel.home)
    for team in _rows(session, Team):
        if homes[team.id] != 1:
            yield f"team {team.id} has {homes[team.id]} homes"
        if find_zone(team.zone) is None:
            yield f"team {team.id} is in {team.zone}"


def _teams(session: Session) -> Iterator[str]:
    """Yield what reaches into another team or workspace."""
    teams, people, moments = (_by_id(session, table) for table in (Team, Person, Moment))
    for member in _rows(session, Membership):
        if people[member.person_id].workspace_id != teams[member.team_id].workspace_id:
            yield f"person {member.person_id} is in team {member.team_id} of another workspace"
    for posting in _rows(session, Posting):
        if posting.team_id and teams[posting.team_id].workspace_id != posting.workspace_id:
            yield f"posting {posting.id} is of a team in another workspace"
        if posting.moment_id and moments[posting.moment_id].team_id != posting.team_id:
            yield f"posting {posting.id} shows another team's moment"
    for told in (*_rows(session, Version), *_rows(session, Sequel)):
        if people[told.author_id].workspace_id != teams[moments[told.moment_id].team_id].workspace_id:
            yield f"{type(told).__name__} {told.id} is by somebody of another workspace"


def _attempts(session: Session) -> Iterator[str]:
    moments, quests = _by_id(session, Moment), _by_id(session, Quest)
    before = {attempt.moment_id: attempt.previous_id for attempt in _rows(session, Attempt)}
    for attempt in _rows(session, Attempt):
        moment = moments[attempt.moment_id]
        if moment.kind != Kind.EXPERIMENT:
            yield f"#{moment.number} is an attempt, and of kind {moment.kind}"
        if attempt.quest_id and quests[attempt.quest_id].team_id != moment.team_id:
            yield f"#{moment.number} is in another team's quest"
        if attempt.previous_id and moments[attempt.previous_id].team_id != moment.team_id:
            yield f"#{moment.number} follows another team's attempt"
        seen, at = {attempt.moment_id}, attempt.previous_id
        while at and at not in seen:
            seen.add(at)
            at = before.get(at)
        if at:
            yield f"#{moment.number} follows itself"


def _links(session: Session) -> Iterator[str]:
    moments = _by_id(session, Moment)
    for link in _rows(session, Link):
        start, end = moments[link.from_id], moments[link.to_id]
        if start.team_id != end.team_id:
            yield f"#{start.number} is linked to another team's moment"
        if end.kind != Kind.BREAKTHROUGH:
            yield f"#{start.number} leads to #{end.number}, which is no breakthrough"


def _quests(session: Session) -> Iterator[str]:
    moments = _by_id(session, Moment)
    for quest in _rows(session, Quest):
        for moment_id in filter(None, (quest.found_id, quest.after_id)):
            moment = moments[moment_id]
            if moment.team_id != quest.team_id:
                yield f"quest {quest.id} names another team's moment"
            if moment.kind != Kind.BREAKTHROUGH and moment_id == quest.found_id:
                yield f"quest {quest.id} was found by an {moment.kind}"


def _whys(session: Session) -> Iterator[str]:
    whys = _by_id(session, Why)
    for why in whys.values():
        if why.parent_id and whys[why.parent_id].moment_id != why.moment_id:
            yield f"why {why.id} is below another moment's"


def _answers(session: Session) -> Iterator[str]:
    postings = _by_id(session, Posting)
    for answer in _rows(session, Answer):
        if postings[answer.posting_id].kind not in ("prompt", "retro"):
            yield f"answer {answer.id} is to no question"
        if postings[answer.posting_id].anonymous and answer.person_id:
            yield f"answer {answer.id} has a name"


def _schedules(session: Session) -> Iterator[str]:
    for schedule in _rows(session, Schedule):
        fits = parse_time(schedule.at) and find_zone(schedule.zone) and schedule.every in (1, 2)
        if not fits or not set(schedule.weekdays) <= set("1234567") or not schedule.weekdays:
            yield f"schedule {schedule.id} never comes"


def _words(session: Session) -> Iterator[str]:
    """Yield the texts that no database should hold, and those that are too long."""
    for table in (Moment, Version, Quest, Why, Answer, Posting, Sequel):
        names = [column.key for column in inspect(table).columns]
        for row in _rows(session, table):
            for name in names:
                if isinstance(value := getattr(row, name), str) and (len(value) > 41_000 or "\0" in value):
                    yield f"{table.__name__} {row.id} holds {len(value)} characters in {name}"
