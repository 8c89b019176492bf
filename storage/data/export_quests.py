"""What a team's export says of its search: quests, attempts and whys, read for a batch of moments at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlmodel import Session, col

from storage.models import Attempt, Moment, Person, Quest, Why


class ToldQuest(NamedTuple):
    """A quest, the ids of its people on the platform, and the numbers of what found it and what it came after."""

    quest: Quest
    author: str
    closed_by: str | None
    found: int | None
    after: int | None


class Place(NamedTuple):
    """Where an experiment belongs: the quest's id, and the number of the attempt before it."""

    quest_id: int | None
    after: int | None


def quests(session: Session, team_id: int) -> Iterable[ToldQuest]:
    """A team's quests, oldest first, but those taken back; a breakthrough that was removed is not named."""
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
    return [ToldQuest(*row) for row in session.execute(wanted.order_by(col(Quest.id)))]


def places(session: Session, moment_ids: Sequence[int]) -> Mapping[int, Place]:
    """Where experiments belong, by moment. The attempt before may be one that was removed."""
    previous = select(col(Moment.id), col(Moment.number)).subquery("previous")
    wanted = (
        select(col(Attempt.moment_id), col(Attempt.quest_id), previous.c.number)
        .outerjoin(previous, previous.c.id == col(Attempt.previous_id))
        .where(col(Attempt.moment_id).in_(moment_ids))
    )
    return {moment_id: Place(quest_id, after) for moment_id, quest_id, after in session.execute(wanted)}


def whys(session: Session, moment_ids: Sequence[int]) -> Mapping[int, Sequence[tuple[Why, str]]]:
    """The rungs under moments, oldest first, with the ids of who added them; those taken out have no words."""
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


def people(team_id: int) -> Sequence[Select[Any]]:
    """The ids of everyone whom these name."""
    ours = select(col(Moment.id)).where(col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None))
    standing = (col(Quest.team_id) == team_id, col(Quest.withdrawn_at).is_(None))
    return (
        select(col(Quest.author_id)).where(*standing),
        select(col(Quest.closed_by_id)).where(*standing),
        select(col(Why.author_id)).where(col(Why.moment_id).in_(ours), col(Why.deleted_at).is_(None)),
    )
