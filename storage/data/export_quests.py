"""Quests, attempts and whys for the export of a team.

Attempts and whys are read for one batch of moments at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlmodel import Session, col

from storage.models import Attempt, Moment, Person, Quest, Why


class ExportedQuest(NamedTuple):
    """A quest as the export shows it.

    It has the platform ids of its author and of the person who closed it, and the numbers of the
    breakthrough that found it and of the one it was opened after.
    """

    quest: Quest
    author: str
    closed_by: str | None
    found: int | None
    after: int | None


class AttemptPlace(NamedTuple):
    """The quest id of an experiment, and the number of the attempt before it."""

    quest_id: int | None
    after: int | None


def read_quests(session: Session, team_id: int) -> Iterable[ExportedQuest]:
    """Return the quests of a team, oldest first, without withdrawn ones.

    The number of a deleted breakthrough is left out.
    """
    closer = select(col(Person.id), col(Person.external_id)).subquery("closer")
    before = (
        select(col(Moment.id), col(Moment.number)).where(col(Moment.deleted_at).is_(None)).subquery("before")
    )
    wanted = (
        select(Quest, col(Person.external_id), closer.c.external_id, col(Moment.number), before.c.number)
        .join(Person, col(Person.id) == col(Quest.author_id))
        .outerjoin(closer, closer.c.id == col(Quest.closed_by_id))
        .outerjoin(Moment, (col(Moment.id) == col(Quest.found_id)) & col(Moment.deleted_at).is_(None))
        .outerjoin(before, before.c.id == col(Quest.after_id))
        .where(col(Quest.team_id) == team_id, col(Quest.withdrawn_at).is_(None))
    )
    return [ExportedQuest(*row) for row in session.execute(wanted.order_by(col(Quest.id)))]


def read_attempts(session: Session, moment_ids: Sequence[int]) -> Mapping[int, AttemptPlace]:
    """Return the quest and the previous attempt of experiments, by moment id.

    The previous attempt may be a removed one.
    """
    previous = select(col(Moment.id), col(Moment.number)).subquery("previous")
    wanted = (
        select(col(Attempt.moment_id), col(Attempt.quest_id), previous.c.number)
        .outerjoin(previous, previous.c.id == col(Attempt.previous_id))
        .where(col(Attempt.moment_id).in_(moment_ids))
    )
    return {
        moment_id: AttemptPlace(quest_id, after) for moment_id, quest_id, after in session.execute(wanted)
    }


def read_whys(session: Session, moment_ids: Sequence[int]) -> Mapping[int, Sequence[tuple[Why, str]]]:
    """Return the whys of moments, oldest first, with the platform ids of their authors.

    Removed whys are included with an empty text.
    """
    wanted = (
        select(Why, col(Person.external_id))
        .join(Person, col(Person.id) == col(Why.author_id))
        .where(col(Why.moment_id).in_(moment_ids))
        .order_by(col(Why.id))
    )
    found: dict[int, list[tuple[Why, str]]] = defaultdict(list)
    for why, author in session.execute(wanted):
        found[why.moment_id].append((why, author))
    return found


def select_quest_people(team_id: int) -> Sequence[Select[Any]]:
    """Return queries for the ids of all people of quests and whys in the export of a team."""
    ours = select(col(Moment.id)).where(col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None))
    standing = (col(Quest.team_id) == team_id, col(Quest.withdrawn_at).is_(None))
    return (
        select(col(Quest.author_id)).where(*standing),
        select(col(Quest.closed_by_id)).where(*standing),
        select(col(Why.author_id)).where(col(Why.moment_id).in_(ours), col(Why.deleted_at).is_(None)),
    )
