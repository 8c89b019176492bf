"""What a team's export says of what followed from its moments, read for a batch of them at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from storage.models import Moment, Person, Sequel


def sequels(session: Session, moment_ids: Sequence[int]) -> Mapping[int, Sequence[tuple[Sequel, str]]]:
    """The lines on moments, oldest first, with the ids of who wrote them; those taken out are not read."""
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


def people(team_id: int) -> Sequence[Select[Any]]:
    """The ids of everyone whom these name."""
    ours = select(col(Moment.id)).where(col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None))
    lines = select(col(Sequel.author_id)).where(
        col(Sequel.moment_id).in_(ours), col(Sequel.deleted_at).is_(None)
    )
    return (lines,)
