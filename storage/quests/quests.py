"""Quests: what teams are looking for, and how each of them ends, once.

A quest's posting has the key `quest:7`, so that whatever changes a quest, or a moment that its card counts, finds
the card.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from storage.delivery import postings
from storage.memory import followups
from storage.models import Attempt, FollowUpKind, Posting, PostingKind, Quest

KEY = "quest:"
"""How the key of a quest's posting begins."""


def add_once(
    session: Session, team_id: int, author_id: int, text: str, event: str, now: datetime
) -> tuple[Quest, bool]:
    """Open a quest, once an event; the quest, and whether it is new. One taken back is not opened again."""
    known = by_event(session, team_id, event)
    if known is not None:
        return known, False
    quest = Quest(team_id=team_id, author_id=author_id, text=text, event=event, created_at=now)
    session.add(quest)
    session.flush()
    return quest, True


def by_event(session: Session, team_id: int, event: str) -> Quest | None:
    """The quest that this event opened."""
    return session.execute(
        select(Quest).where(col(Quest.team_id) == team_id, col(Quest.event) == event)
    ).scalar_one_or_none()


def of_team(session: Session, team_id: int, quest_id: int) -> Quest | None:
    """A team's quest by its id, a closed one included; none where it was taken back."""
    quest = session.get(Quest, quest_id)
    return quest if quest and quest.team_id == team_id and quest.withdrawn_at is None else None


def still_open(session: Session, team_id: int, limit: int, before: int | None = None) -> Sequence[Quest]:
    """A team's open quests, the newest first, with ids below `before`."""
    wanted = select(Quest).where(*_open(team_id))
    if before is not None:
        wanted = wanted.where(col(Quest.id) < before)
    return session.execute(wanted.order_by(col(Quest.id).desc()).limit(limit)).scalars().all()


def open_at(session: Session, team_id: int, at: datetime) -> Sequence[Quest]:
    """The quests of a team that were open at a time, oldest first; those taken back since left out."""
    wanted = select(Quest).where(
        col(Quest.team_id) == team_id,
        col(Quest.created_at) <= at,
        col(Quest.closed_at).is_(None) | (col(Quest.closed_at) > at),
        col(Quest.withdrawn_at).is_(None),
    )
    return session.execute(wanted.order_by(col(Quest.id))).scalars().all()


def during(session: Session, team_id: int, since: datetime, until: datetime) -> Sequence[Quest]:
    """The quests of a team that were open at some time between, oldest first; those taken back left out."""
    wanted = select(Quest).where(
        col(Quest.team_id) == team_id,
        col(Quest.created_at) < until,
        col(Quest.closed_at).is_(None) | (col(Quest.closed_at) >= since),
        col(Quest.withdrawn_at).is_(None),
    )
    return session.execute(wanted.order_by(col(Quest.id))).scalars().all()


def of_moment(session: Session, moment_id: int) -> Quest | None:
    """The quest that an experiment is part of, a closed one included."""
    wanted = select(Quest).join(Attempt, col(Attempt.quest_id) == col(Quest.id))
    return session.execute(wanted.where(col(Attempt.moment_id) == moment_id)).scalar_one_or_none()


def found_by(session: Session, moment_id: int) -> Sequence[Quest]:
    """The quests that a breakthrough found, oldest first."""
    wanted = select(Quest).where(col(Quest.found_id) == moment_id, col(Quest.withdrawn_at).is_(None))
    return session.execute(wanted.order_by(col(Quest.id))).scalars().all()


def close_as_found(session: Session, quest_id: int, moment_id: int, person_id: int, now: datetime) -> bool:
    """The breakthrough `moment_id` found it; whether it was still open."""
    return _close(session, quest_id, now, closed_by_id=person_id, found_id=moment_id)


def lose(session: Session, moment_id: int, now: datetime) -> None:
    """A moment was no breakthrough after all, or is gone for good: what it found is open again."""
    lost = (
        update(Quest)
        .where(col(Quest.found_id) == moment_id)
        .values(closed_at=None, closed_by_id=None, found_id=None)
        .returning(col(Quest.id))
    )
    for quest_id in session.execute(lost).scalars().all():
        touch(session, quest_id, now)


def let_go(session: Session, quest_id: int, reason: str, person_id: int, now: datetime) -> bool:
    """Nobody looks for it any more, for this reason; whether it was still open."""
    return _close(session, quest_id, now, closed_by_id=person_id, reason=reason)


def _close(session: Session, quest_id: int, now: datetime, **values: Any) -> bool:
    """A quest closes once, whoever comes first."""
    closed = session.execute(
        update(Quest)
        .where(col(Quest.id) == quest_id, col(Quest.closed_at).is_(None), col(Quest.withdrawn_at).is_(None))
        .values(closed_at=now, **values)
        .returning(col(Quest.id))
    )
    first = closed.first() is not None
    touch(session, quest_id, now)
    return first


def take_back(session: Session, quest: Quest, now: datetime) -> None:
    """Empty a quest that should not have been opened, and free its attempts; its row stays, so that it stays out."""
    quest.text, quest.reason, quest.withdrawn_at = "", "", now
    freed = session.execute(
        update(Attempt)
        .where(col(Attempt.quest_id) == quest.id)
        .values(quest_id=None)
        .returning(col(Attempt.moment_id))
    )
    for moment_id in freed.scalars().all():
        postings.touch_card(session, moment_id, now)
    session.flush()
    if quest.found_id is not None:
        postings.touch_card(session, quest.found_id, now)
    touch(session, quest.id, now)
    if quest.after_id is not None:
        followups.touch(session, quest.after_id, FollowUpKind.NEXT, now)
    postings.touch_kinds(session, quest.team_id, [PostingKind.CYCLE, PostingKind.HARVEST], now)


def next_after(session: Session, moment_id: int) -> Sequence[Quest]:
    """The quests that were opened as the next ones after a breakthrough, oldest first."""
    wanted = select(Quest).where(col(Quest.after_id) == moment_id, col(Quest.withdrawn_at).is_(None))
    return session.execute(wanted.order_by(col(Quest.id))).scalars().all()


def touch(session: Session, quest_id: int, now: datetime) -> None:
    """Let a quest's card follow its rows."""
    if (posting := postings.by_key(session, f"{KEY}{quest_id}")) is not None:
        postings.touch(session, posting.id, now)


def of_posting(session: Session, posting: Posting) -> Quest | None:
    """The quest whose card a posting is."""
    return session.get(Quest, int(posting.key.removeprefix(KEY)))


def _open(team_id: int) -> tuple[Any, ...]:
    return col(Quest.team_id) == team_id, col(Quest.closed_at).is_(None), col(Quest.withdrawn_at).is_(None)
