"""Next steps of retrospectives for the export of a team, and the people in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select, union
from sqlmodel import Session, col

from storage.models import NextStep, Person

PEOPLE: tuple[Any, ...] = (
    NextStep.author_id,
    NextStep.changed_by_id,
    NextStep.taker_id,
    NextStep.settled_by_id,
)


def read_steps(session: Session, posting_ids: Sequence[int]) -> Mapping[int, NextStep]:
    """Return the steps of retrospectives by posting id, without removed ones."""
    wanted = select(NextStep).where(*_of_postings(posting_ids))
    return {step.posting_id: step for step in session.execute(wanted).scalars()}


def read_step_people(session: Session, posting_ids: Sequence[int]) -> Mapping[int, str]:
    """Return the platform ids of the people of these steps, by their row's id."""
    everyone = union(*(select(col(person)).where(*_of_postings(posting_ids)) for person in PEOPLE)).subquery()
    wanted = select(col(Person.id), col(Person.external_id)).where(col(Person.id).in_(select(everyone)))
    return {person_id: str(external_id) for person_id, external_id in session.execute(wanted)}


def select_step_people(team_id: int) -> Sequence[Select[Any]]:
    """Return queries for the ids of all people of next steps in the export of a team."""
    ours = (col(NextStep.team_id) == team_id, col(NextStep.deleted_at).is_(None))
    return [select(col(person)).where(*ours) for person in PEOPLE]


def _of_postings(posting_ids: Sequence[int]) -> tuple[Any, ...]:
    return col(NextStep.posting_id).in_(posting_ids), col(NextStep.deleted_at).is_(None)
