"""Seasons of one question and everyone who appears in them, for the export."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from storage.models import Person, Schedule, Season, SeasonPair


def select_season_people(team_id: int) -> Sequence[Select[Any]]:
    """Return queries for the ids of everyone who began or ended a season, or shows their answers of one."""
    ours = select(col(Season.id)).where(*_conditions(team_id))
    return (
        select(col(Season.author_id)).where(*_conditions(team_id)),
        select(col(Season.ended_by_id)).where(*_conditions(team_id), col(Season.ended_by_id).is_not(None)),
        select(col(SeasonPair.person_id)).where(col(SeasonPair.season_id).in_(ours)),
    )


def read_seasons(session: Session, team_id: int) -> Sequence[tuple[Season, str, str, str | None]]:
    """Return a team's seasons, oldest first, without those that were taken back.

    Each row is (season, kind of its schedule, platform ids of those who began and ended it).
    """
    author = select(col(Person.id), col(Person.external_id)).subquery("author")
    ender = select(col(Person.id), col(Person.external_id)).subquery("ender")
    wanted = (
        select(Season, col(Schedule.kind), author.c.external_id, ender.c.external_id)
        .join(Schedule, col(Schedule.id) == col(Season.schedule_id))
        .join(author, author.c.id == col(Season.author_id))
        .outerjoin(ender, ender.c.id == col(Season.ended_by_id))
        .where(*_conditions(team_id))
        .order_by(col(Season.id))
    )
    return [(season, kind, begun, ended) for season, kind, begun, ended in session.execute(wanted)]


def read_pairs(session: Session, team_id: int) -> Mapping[int, Sequence[str]]:
    """Return the platform ids of those who show their first and last answer to all, by season id."""
    wanted = (
        select(col(SeasonPair.season_id), col(Person.external_id))
        .join(Season, col(Season.id) == col(SeasonPair.season_id))
        .join(Person, col(Person.id) == col(SeasonPair.person_id))
        .where(*_conditions(team_id))
        .order_by(col(Person.external_id))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for season_id, person in session.execute(wanted):
        found[season_id].append(person)
    return found


def _conditions(team_id: int) -> tuple[Any, ...]:
    return (col(Season.team_id) == team_id, col(Season.question) != "")
