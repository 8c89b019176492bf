"""Chances: what is known of them beyond their words, and what came of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, bindparam, select, update
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.models import Chance, Person


def add_chance(session: Session, chance: Chance) -> None:
    """Save what a new chance is beyond its words."""
    session.add(chance)
    session.flush()


def find_chance(session: Session, moment_id: int) -> Chance | None:
    """Return what a chance is beyond its words, or None for another kind of moment."""
    return session.execute(_select_chance(), {"moment_id": moment_id}).scalar_one_or_none()


@build_once
def _select_chance() -> Select[Chance]:
    return select(Chance).where(col(Chance.moment_id) == bindparam("moment_id"))


def find_outcome(session: Session, moment_id: int) -> str:
    """Return what came of a chance, or an empty string."""
    chance = find_chance(session, moment_id)
    return chance.outcome if chance else ""


def forget_breakthrough(session: Session, breakthrough_id: int, moment_id: int | None = None) -> None:
    """Forget that a breakthrough came of a chance or, without one, of any."""
    fed = col(Chance.became_id) == breakthrough_id
    given = fed if moment_id is None else fed & (col(Chance.moment_id) == moment_id)
    session.execute(update(Chance).where(given).values(became_id=None))


def read_chances(session: Session, moment_ids: Collection[int]) -> Mapping[int, tuple[Chance, str | None]]:
    """Return chances for an export by moment id, each with the platform id of who wrote its outcome."""
    wanted = (
        select(Chance, col(Person.external_id))
        .outerjoin(Person, col(Person.id) == col(Chance.outcome_by_id))
        .where(col(Chance.moment_id).in_(moment_ids))
    )
    return {chance.moment_id: (chance, writer) for chance, writer in session.execute(wanted)}


def select_outcome_people(moment_ids: Select[int]) -> Sequence[Select[int | None]]:
    """Return queries for the ids of the people who wrote what came of these moments."""
    return (select(col(Chance.outcome_by_id)).where(col(Chance.moment_id).in_(moment_ids)),)
