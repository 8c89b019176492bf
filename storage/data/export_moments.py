"""Sequels for the export of a team, read for one batch of moments at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from storage.models import LookBack, Moment, Person, Sequel


def read_sequels(session: Session, moment_ids: Sequence[int]) -> Mapping[int, Sequence[tuple[Sequel, str]]]:
    """Return the sequels of moments, oldest first, with the platform ids of their authors.

    Removed sequels are not read.
    """
    wanted = (
        select(Sequel, col(Person.external_id))
        .join(Person, col(Person.id) == col(Sequel.author_id))
        .where(col(Sequel.moment_id).in_(moment_ids), col(Sequel.deleted_at).is_(None))
        .order_by(col(Sequel.id))
    )
    found: dict[int, list[tuple[Sequel, str]]] = defaultdict(list)
    for sequel, author in session.execute(wanted):
        found[sequel.moment_id].append((sequel, author))
    return found


def read_look_backs(
    session: Session, moment_ids: Sequence[int]
) -> Mapping[int, Sequence[tuple[LookBack, str]]]:
    """Return the look-backs of moments, oldest first, with the platform ids of their authors.

    Removed ones are not read.
    """
    wanted = (
        select(LookBack, col(Person.external_id))
        .join(Person, col(Person.id) == col(LookBack.person_id))
        .where(col(LookBack.moment_id).in_(moment_ids), col(LookBack.deleted_at).is_(None))
        .order_by(col(LookBack.created_at), col(LookBack.id))
    )
    found: dict[int, list[tuple[LookBack, str]]] = defaultdict(list)
    for told, author in session.execute(wanted):
        found[told.moment_id].append((told, author))
    return found


def select_sequel_people(team_id: int) -> Sequence[Select[Any]]:
    """Return queries for the ids of all authors of sequels and look-backs in the export of a team."""
    ours = select(col(Moment.id)).where(col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None))
    lines = select(col(Sequel.author_id)).where(
        col(Sequel.moment_id).in_(ours), col(Sequel.deleted_at).is_(None)
    )
    later = select(col(LookBack.person_id)).where(
        col(LookBack.moment_id).in_(ours), col(LookBack.deleted_at).is_(None)
    )
    return lines, later
