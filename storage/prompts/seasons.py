"""Seasons of one question: which one is on, what it asked, and who shows their first and last answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, or_, select, tuple_
from sqlmodel import Session, col

from storage.engine.batch_reads import has_none
from storage.engine.statements import build_once
from storage.models import (
    Answer,
    AnswerKind,
    Person,
    Posting,
    PostingKind,
    PostingState,
    Season,
    SeasonPair,
    Team,
)
from storage.teams import teams

CARD_KEY, END_KEY = "season:", "season-end:"
"""What the keys of a season's two postings begin with: the one that begins it, and the one that ends it."""


class EndingDay(NamedTuple):
    """A local date on which seasons end, and the zone it is local to."""

    until_on: date
    zone: str


def add_once(session: Session, season: Season) -> Season:
    """Save a season once per event, unless the team has another one that has not ended.

    Return the one that is there then: the event's, or else the other one. Locks the team's row.
    """
    teams.lock_team(session, season.team_id)
    known = _find_by_event(session, season.team_id, season.event or "") or find_open(session, season.team_id)
    if known is not None:
        return known
    session.add(season)
    session.flush()
    return season


def _find_by_event(session: Session, team_id: int, event: str) -> Season | None:
    """Return the season that an event began, ended or not, or None."""
    wanted = select(Season).where(col(Season.team_id) == team_id, col(Season.event) == event)
    return session.execute(wanted).scalar_one_or_none()


def find_season(session: Session, team_id: int, season_id: int) -> Season | None:
    """Return a season of a team, or None if it has no such season or it was taken back."""
    season = session.get(Season, season_id)
    return season if season and season.team_id == team_id and season.question else None


def find_open(session: Session, team_id: int) -> Season | None:
    """Return the season of a team that has not ended, begun or not, or None."""
    if has_none(session, Season, team_id):
        return None
    return session.execute(_select_open(), {"team_id": team_id}).scalar_one_or_none()


@build_once
def _select_open() -> Select[Season]:
    theirs = col(Season.team_id) == bindparam("team_id")
    return select(Season).where(theirs, col(Season.ended_at).is_(None))


def find_latest(session: Session, team_id: int) -> Season | None:
    """Return the newest season of a team that was not taken back, ended or not, or None."""
    theirs = select(Season).where(col(Season.team_id) == team_id, col(Season.question) != "")
    return session.execute(theirs.order_by(col(Season.id).desc()).limit(1)).scalar_one_or_none()


def was_on(session: Session, team_id: int, day: date, at: datetime) -> bool:
    """Return whether a season was on for a team at a time, which is on a local date."""
    wanted = select(col(Season.id)).where(
        col(Season.team_id) == team_id,
        col(Season.question) != "",
        col(Season.created_at) <= at,
        col(Season.from_on) <= day,
        col(Season.until_on) > day,
        or_(col(Season.ended_at).is_(None), col(Season.ended_at) > at),
    )
    return session.execute(wanted.limit(1)).first() is not None


def list_ending_days(session: Session, until: date = date.max) -> Sequence[EndingDay]:
    """Return the days, up to one, on which seasons end that have not ended yet."""
    found = session.execute(_select_ending_days(), {"until": until}).all()
    return [EndingDay(*row) for row in found]


@build_once
def _select_ending_days() -> Select[*tuple[Any, ...]]:
    wanted = select(col(Season.until_on), col(Team.zone)).join(Team, col(Team.id) == col(Season.team_id))
    ending = wanted.where(col(Season.ended_at).is_(None), col(Season.until_on) <= bindparam("until"))
    return ending.distinct()


def lock_ending(session: Session, days: Collection[EndingDay], limit: int) -> Sequence[Season]:
    """Return the seasons that end on one of these days, and lock them.

    Rows locked by another process are skipped.
    """
    wanted = (
        select(Season)
        .join(Team, col(Team.id) == col(Season.team_id))
        .where(col(Season.ended_at).is_(None), tuple_(col(Season.until_on), col(Team.zone)).in_(sorted(days)))
        .order_by(col(Season.id))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Season)
    )
    return session.execute(wanted).scalars().all()


def find_of_posting(session: Session, posting: Posting) -> Season | None:
    """Return the season that asked a question, or None if the question is of none."""
    if posting.schedule_id is None or not posting.text:
        return None
    wanted = select(Season).where(
        col(Season.team_id) == posting.team_id,
        col(Season.schedule_id) == posting.schedule_id,
        col(Season.question) == posting.text,
        col(Season.created_at) <= posting.created_at,
        or_(col(Season.ended_at).is_(None), col(Season.ended_at) >= posting.created_at),
    )
    return session.execute(wanted.order_by(col(Season.id).desc()).limit(1)).scalar_one_or_none()


def list_asked(session: Session, season: Season) -> Sequence[Posting]:
    """Return the questions that a season asked, oldest first, without those that were never posted."""
    ended = () if season.ended_at is None else (col(Posting.created_at) <= season.ended_at,)
    wanted = select(Posting).where(
        col(Posting.schedule_id) == season.schedule_id,
        col(Posting.kind).in_([PostingKind.PROMPT, PostingKind.RETRO]),
        col(Posting.text) == season.question,
        col(Posting.created_at) >= season.created_at,
        col(Posting.state) == PostingState.SENT,
        col(Posting.withdrawn_at).is_(None),
        *ended,
    )
    return session.execute(wanted.order_by(col(Posting.local_date))).scalars().all()


def count_named(session: Session, posting_ids: Sequence[int]) -> int:
    """Return the number of people who answered one of these questions with their name."""
    wanted = select(func.count(col(Answer.person_id).distinct())).where(
        col(Answer.posting_id).in_(posting_ids), col(Answer.deleted_at).is_(None)
    )
    count: int = session.execute(wanted).scalar_one()
    return count


def list_written_answers(session: Session, posting_ids: Sequence[int], person_id: int) -> Sequence[Answer]:
    """Return a person's answers in words to these questions, in the order in which they were asked."""
    wanted = _select_written(posting_ids).where(col(Answer.person_id) == person_id)
    return session.execute(wanted).scalars().all()


def list_shown_answers(
    session: Session, season_id: int, posting_ids: Sequence[int]
) -> Sequence[tuple[Person, Answer]]:
    """Return the answers in words of those who show theirs to all, in the order of the questions.

    People who opted out of being stored are left out.
    """
    wanted = (
        _select_written(posting_ids)
        .add_columns(Person)
        .join(SeasonPair, col(SeasonPair.person_id) == col(Answer.person_id))
        .join(Person, col(Person.id) == col(Answer.person_id))
        .where(col(SeasonPair.season_id) == season_id, col(Person.opted_out).is_(False))
    )
    return [(person, answer) for answer, person in session.execute(wanted)]


def _select_written(posting_ids: Sequence[int]) -> Select[Any]:
    wanted = select(Answer).join(Posting, col(Posting.id) == col(Answer.posting_id))
    return wanted.where(
        col(Answer.posting_id).in_(posting_ids),
        col(Answer.kind) != AnswerKind.REACTION,
        col(Answer.deleted_at).is_(None),
        col(Answer.text) != "",
    ).order_by(col(Posting.local_date), col(Answer.created_at), col(Answer.event))


def has_pair(session: Session, season_id: int, person_id: int) -> bool:
    """Return whether a person shows their first and last answer of a season to all."""
    return session.get(SeasonPair, (season_id, person_id)) is not None


def set_pair(session: Session, season_id: int, person_id: int, now: datetime, shown: bool) -> None:
    """Save whether a person shows their first and last answer of a season to all."""
    known = session.get(SeasonPair, (season_id, person_id))
    if shown and known is None:
        session.add(SeasonPair(season_id=season_id, person_id=person_id, shown_at=now))
    elif known is not None and not shown:
        session.delete(known)
    session.flush()


def take_back(session: Session, season: Season, person_id: int, now: datetime) -> None:
    """Take a season back, and erase its question.

    The row stays, so that a repeated event does not begin it again.
    """
    season.question, season.ended_at, season.ended_by_id = "", now, person_id
    session.flush()


def end_season(session: Session, season: Season, now: datetime, person_id: int | None = None) -> None:
    """End a season, by a person or by its date."""
    season.ended_at, season.ended_by_id = now, person_id
    session.flush()
