"""Reading for many cards at once: their moments, people and teams, and which of them have more to show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, literal, select, union_all
from sqlmodel import Session, col

from storage.engine.batch_reads import note_batch
from storage.engine.statements import build_once
from storage.models import (
    GoalMoment,
    Link,
    LookBack,
    MissionUse,
    Moment,
    Person,
    Sequel,
    Table,
    Tap,
    Team,
    Version,
    Why,
)

OF_A_MOMENT: Mapping[type[Table], Any] = {
    Sequel: Sequel.moment_id,
    Version: Version.moment_id,
    LookBack: LookBack.moment_id,
    Tap: Tap.moment_id,
    Why: Why.moment_id,
    GoalMoment: GoalMoment.moment_id,
    MissionUse: MissionUse.moment_id,
    Link: Link.from_id,
}
"""The tables whose rows most moments lack, and the column that names the moment. A link is that of what it led to."""


def load_batch(session: Session, moment_ids: Collection[int]) -> None:
    """Load what the cards of these moments show, in four statements, so that each does not ask for it alone."""
    loaded = _load(session, Moment, moment_ids)
    people = {one for moment in loaded for one in (moment.author_id, moment.kept_by_id) if one is not None}
    kept = [*loaded, *_load(session, Person, people), *_load(session, Team, {one.team_id for one in loaded})]
    note_batch(session, frozenset(moment_ids), _find_present(session, moment_ids), kept)


def _load(session: Session, table: Any, ids: Collection[int]) -> Sequence[Any]:
    return session.execute(_select_rows(table), {"ids": list(ids)}).scalars().all()


@build_once
def _select_rows(table: Any) -> Select[Any]:
    return select(table).where(table.id.in_(bindparam("ids", expanding=True)))


def _find_present(session: Session, moment_ids: Collection[int]) -> Mapping[str, Collection[int]]:
    """Return the moments that have rows, by the name of the table."""
    present: dict[str, set[int]] = defaultdict(
        set, {str(table.__tablename__): set() for table in OF_A_MOMENT}
    )
    for name, moment_id in session.execute(_select_present(), {"ids": list(moment_ids)}):
        present[name].add(moment_id)
    return present


@build_once
def _select_present() -> CompoundSelect[Any]:
    ids: Any = bindparam("ids", expanding=True)
    return union_all(
        *(
            select(literal(str(table.__tablename__)), col(moment_id)).where(col(moment_id).in_(ids))
            for table, moment_id in OF_A_MOMENT.items()
        )
    )
