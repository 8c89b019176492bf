"""Attempts: which quest an experiment is part of, and the chain of attempts at one idea (v1, v2, v3).

An idea's chain has one end: its next attempt always follows the last. A removed attempt keeps its place in it, as
a removed moment keeps its number. Whoever changes a chain holds the team first (`teams.hold`), so that two processes
make no fork and no loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, literal, not_, select, update
from sqlmodel import Session, col

from storage.delivery import postings
from storage.models import Attempt, Kind, Moment, MomentState


def of(session: Session, moment_id: int) -> Attempt | None:
    """An experiment's place in the search, where it has one."""
    return session.get(Attempt, moment_id)


def place(
    session: Session, moment_id: int, quest_id: int | None, previous_id: int | None, now: datetime
) -> None:
    """Put an experiment where it belongs, and let the cards follow that show it.

    `previous_id` is any attempt at the idea; the experiment follows the last one. ValueError where that idea's
    attempts follow this one: an experiment cannot come after itself.
    """
    last = _last(session, previous_id, moment_id) if previous_id is not None else None
    attempt = session.get(Attempt, moment_id) or Attempt(moment_id=moment_id)
    before = (attempt.quest_id, attempt.previous_id)
    attempt.quest_id, attempt.previous_id = quest_id, last
    session.add(attempt)
    session.flush()
    _follow(session, {before[0], quest_id}, {before[1], last, *_from(session, moment_id)}, now)


def remove(session: Session, moment_id: int, now: datetime) -> None:
    """It was no experiment after all: out of its quest, and out of its chain, which closes behind it."""
    attempt, later = session.get(Attempt, moment_id), _from(session, moment_id)
    previous = attempt.previous_id if attempt else None
    following = update(Attempt).where(col(Attempt.previous_id) == moment_id).values(previous_id=previous)
    session.execute(following)
    if attempt is not None:
        session.delete(attempt)
        session.flush()
    _follow(session, {attempt.quest_id if attempt else None}, {previous, *later}, now)


def _from(session: Session, moment_id: int) -> Sequence[int]:
    """An attempt and those after it: where it moves, their numbers change."""
    whole = chain(session, moment_id)
    return whole[whole.index(moment_id) :]


def _follow(session: Session, quests: set[int | None], moments: set[int | None], now: datetime) -> None:
    """Let the cards follow that show where an experiment belongs."""
    for quest_id in quests:
        posting = postings.by_key(session, f"quest:{quest_id}")
        if posting is not None:
            postings.touch(session, posting.id, now)
    for moment_id in moments:
        if moment_id is not None:
            postings.touch_card(session, moment_id, now)


def chain(session: Session, moment_id: int, forward: bool = True) -> Sequence[int]:
    """The ids of all attempts at the same idea, the first one first, removed ones included.

    Without `forward`, up to and with this one. An experiment that nothing follows is a chain of one.
    """
    back = _walk(session, moment_id, col(Attempt.moment_id), col(Attempt.previous_id))
    onward = _walk(session, moment_id, col(Attempt.previous_id), col(Attempt.moment_id)) if forward else []
    return list(dict.fromkeys([*reversed(back), moment_id, *onward]))


def _walk(session: Session, start: int, here: Any, there: Any) -> list[int]:
    """The ids met by going from `here` to `there` again and again; a loop, which no row should make, ends it."""
    steps = select(there.label("id"), literal(1).label("step")).where(here == start, there.is_not(None))
    walked = steps.cte("walked", recursive=True)
    walked = walked.union(
        select(there, walked.c.step + 1).where(
            here == walked.c.id, there.is_not(None), walked.c.step < LONGEST
        )
    )
    found = session.execute(select(walked.c.id).order_by(walked.c.step)).scalars()
    return [each for each in dict.fromkeys(found) if each != start]


LONGEST = 1_000
"""Attempts that are walked in either direction."""


def versions(session: Session, moment_ids: Iterable[int]) -> Mapping[int, int]:
    """Which attempt at its idea each of these is, from 1 on; an experiment that followed none is missing.

    A loop, which no row should make, is counted once round.
    """
    back, end = col(Attempt.previous_id), col(Attempt.moment_id)
    steps: Any = select(end.label("end"), back.label("id"))
    walked = steps.where(end.in_(list(moment_ids)), back.is_not(None)).cte("walked", recursive=True)
    # Rows are distinct in a union, so a loop adds nothing new and the walk ends.
    walked = walked.union(select(walked.c.end, back).where(end == walked.c.id, back.is_not(None)))
    others = select(walked.c.end, func.count()).where(walked.c.id != walked.c.end)
    return {one: number + 1 for one, number in session.execute(others.group_by(walked.c.end))}


def version(session: Session, moment_id: int) -> int:
    """Which attempt at its idea an experiment is, from 1 on; 0 where it is the only one."""
    whole = chain(session, moment_id)
    return whole.index(moment_id) + 1 if len(whole) > 1 else 0


def _last(session: Session, previous_id: int, moment_id: int) -> int:
    """The attempt to follow: the end of the idea's chain, or the one before, for an experiment that is in it."""
    whole = chain(session, previous_id)
    if moment_id not in whole:
        return whole[-1]
    if whole.index(previous_id) >= whole.index(moment_id):
        raise ValueError("an attempt cannot follow itself")
    return whole[whole.index(moment_id) - 1]


def of_quest(session: Session, quest_id: int) -> Sequence[Moment]:
    """The experiments of a quest that stand, oldest first."""
    wanted = select(Moment).join(Attempt, col(Attempt.moment_id) == col(Moment.id))
    standing = wanted.where(col(Attempt.quest_id) == quest_id, *_standing())
    return session.execute(standing.order_by(col(Moment.id))).scalars().all()


def latest(session: Session, quest_ids: Iterable[int], until: datetime) -> Mapping[int, Moment]:
    """The newest standing experiment of each quest, of those kept up to a time."""
    newest = (
        select(func.max(col(Moment.id)))
        .join(Attempt, col(Attempt.moment_id) == col(Moment.id))
        .where(col(Attempt.quest_id).in_(list(quest_ids)), col(Moment.created_at) <= until, *_standing())
        .group_by(col(Attempt.quest_id))
    )
    wanted = select(col(Attempt.quest_id), Moment).join(Moment, col(Moment.id) == col(Attempt.moment_id))
    found = session.execute(wanted.where(col(Moment.id).in_(newest))).all()
    return {quest_id: moment for quest_id, moment in found if quest_id is not None}


def numbers(session: Session, quest_ids: Iterable[int], until: datetime | None = None) -> Mapping[int, int]:
    """How many standing experiments each quest has, kept up to a time; one without any is missing."""
    early = () if until is None else (col(Moment.created_at) <= until,)
    wanted = (
        select(col(Attempt.quest_id), func.count())
        .join(Moment, col(Moment.id) == col(Attempt.moment_id))
        .where(col(Attempt.quest_id).in_(list(quest_ids)), *_standing(), *early)
        .group_by(col(Attempt.quest_id))
    )
    return {quest_id: number for quest_id, number in session.execute(wanted).all() if quest_id is not None}


def latest_ideas(session: Session, team_id: int, limit: int, but: int = 0) -> Sequence[Moment]:
    """A team's newest experiments that nothing standing follows, leaving out the moment `but`."""
    wanted = select(Moment).where(
        col(Moment.team_id) == team_id,
        col(Moment.kind) == Kind.EXPERIMENT,
        col(Moment.id) != but,
        col(Moment.id).not_in(_followed(team_id, but)),
        *_standing(),
    )
    return session.execute(wanted.order_by(col(Moment.number).desc()).limit(limit)).scalars().all()


def _followed(team_id: int, but: int) -> Any:
    """The ids of what a standing attempt of a team follows, removed ones between them passed over."""
    previous, following = col(Attempt.previous_id), col(Attempt.moment_id)
    step: Any = (
        select(previous.label("id"))
        .join(Moment, col(Moment.id) == following)
        .where(col(Moment.team_id) == team_id, previous.is_not(None))
    )
    walked = step.where(following != but, *_standing()).cte("followed", recursive=True)
    walked = walked.union(step.where(following == walked.c.id, not_(and_(*_standing()))))
    return select(walked.c.id)


def _standing() -> tuple[Any, ...]:
    return col(Moment.state) == MomentState.KEPT, col(Moment.deleted_at).is_(None)
