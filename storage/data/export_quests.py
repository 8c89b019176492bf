"""Quests, attempts and whys for the export of a team.

Attempts and whys are read for one batch of moments at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, case, or_, select
from sqlmodel import Session, col

from storage.models import Attempt, AttemptOutcome, Expectation, Moment, Person, Quest, Why


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
    """The quest id of an experiment, the number of the previous attempt, and its state.

    `result_by` is the platform id of the person who kept its result.
    """

    quest_id: int | None
    after: int | None
    outcome: AttemptOutcome = AttemptOutcome.FAILED
    result_at: datetime | None = None
    result_by: str | None = None


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
        select(Attempt, previous.c.number, col(Person.external_id))
        .outerjoin(previous, previous.c.id == col(Attempt.previous_id))
        .outerjoin(Person, col(Person.id) == col(Attempt.result_by_id))
        .where(col(Attempt.moment_id).in_(moment_ids))
    )
    return {
        one.moment_id: AttemptPlace(one.quest_id, after, AttemptOutcome(one.outcome), one.result_at, keeper)
        for one, after, keeper in session.execute(wanted)
    }


def read_expectations(
    session: Session, moment_ids: Sequence[int]
) -> Mapping[int, Sequence[tuple[Expectation, str | None]]]:
    """Return the lines of experiments, with the platform ids of their authors: signed ones, then unsigned ones.

    The text of a sealed one is in it. Unsigned lines that are sealed and removed lines are left out.
    """
    found: dict[int, list[tuple[Expectation, str | None]]] = defaultdict(list)
    for line, author in session.execute(_select_lines().where(col(Expectation.moment_id).in_(moment_ids))):
        found[line.moment_id].append((line, author))
    return found


def read_waiting_authors(session: Session, team_id: int) -> Mapping[int, Sequence[str]]:
    """Return the platform ids of the people whose signed lines wait at the quests of a team, by quest id."""
    found: dict[int, list[str]] = defaultdict(list)
    waiting = (col(Expectation.team_id) == team_id, col(Expectation.moment_id).is_(None))
    for line, author in session.execute(_select_lines().where(*waiting)):
        if author is not None:
            found[line.quest_id].append(author)
    return found


def _select_lines() -> Select[Expectation, str | None]:
    nameless = col(Expectation.person_id).is_(None)
    told = (
        select(Expectation, col(Person.external_id))
        .outerjoin(Person, col(Person.id) == col(Expectation.person_id))
        .where(col(Expectation.deleted_at).is_(None), or_(~nameless, col(Expectation.opened_at).is_not(None)))
    )
    in_order = (case((nameless, 1), else_=0), case((nameless, col(Expectation.event)), else_=""))
    return told.order_by(*in_order, col(Expectation.id))


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
        select(col(Attempt.result_by_id)).where(
            col(Attempt.moment_id).in_(ours), col(Attempt.result_by_id).is_not(None)
        ),
        select(col(Expectation.person_id)).where(
            col(Expectation.team_id) == team_id,
            col(Expectation.person_id).is_not(None),
            col(Expectation.deleted_at).is_(None),
        ),
    )
