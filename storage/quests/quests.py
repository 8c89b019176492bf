"""Quests of teams, and the one way in which each of them ends.

A quest's posting has the key `quest:7`, so that a change to the quest, or to a moment that its
card counts, finds the card.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select, union_all, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.delivery import pending, postings, refresh
from storage.engine.batch_reads import has_none
from storage.engine.statements import build_once
from storage.memory import followups
from storage.models import Attempt, FollowUpKind, Posting, PostingKind, Quest
from storage.quests import expectations

QUEST_KEY_PREFIX = "quest:"
"""The prefix of the key of a quest's posting."""


def add_once(
    session: Session, team_id: int, author_id: int, text: str, event: str, now: datetime
) -> tuple[Quest, bool]:
    """Open a quest once per event, and return it and whether it is new.

    A withdrawn quest is not opened again by the same event.
    """
    known = find_by_event(session, team_id, event)
    if known is not None:
        return known, False
    quest = Quest(team_id=team_id, author_id=author_id, text=text, event=event, created_at=now)
    session.add(quest)
    session.flush()
    return quest, True


def find_by_event(session: Session, team_id: int, event: str) -> Quest | None:
    """Return the quest that an event opened, or None."""
    return session.execute(
        select(Quest).where(col(Quest.team_id) == team_id, col(Quest.event) == event)
    ).scalar_one_or_none()


def find_in_team(session: Session, team_id: int, quest_id: int) -> Quest | None:
    """Return a quest of a team by its id, open or closed. Return None for a withdrawn one."""
    quest = session.get(Quest, quest_id)
    return quest if quest and quest.team_id == team_id and quest.withdrawn_at is None else None


def list_open(session: Session, team_id: int, limit: int, before: int | None = None) -> Sequence[Quest]:
    """Return the open quests of a team with ids below `before`, newest first."""
    wanted = select(Quest).where(*_open_conditions(team_id))
    if before is not None:
        wanted = wanted.where(col(Quest.id) < before)
    return session.execute(wanted.order_by(col(Quest.id).desc()).limit(limit)).scalars().all()


def list_open_at(session: Session, team_id: int, at: datetime) -> Sequence[int]:
    """Return the ids of the quests of a team that were open at a time, oldest first, without withdrawn ones."""
    wanted = select(col(Quest.id)).where(
        _unclosed(team_id, lambda closed_at: closed_at > at),
        col(Quest.created_at) <= at,
        col(Quest.withdrawn_at).is_(None),
    )
    return session.execute(wanted.order_by(col(Quest.id))).scalars().all()


def _unclosed(team_id: int, closed_later: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the SQL condition that a quest of a team is open, or that `closed_later` is true of its time of closing.

    Their ids come from two parts of an index. With an "or" all quests that the team ever opened would be read.
    """
    quest = aliased(Quest)
    ours = select(col(quest.id)).where(col(quest.team_id) == team_id)
    still, later = (
        ours.where(each) for each in (col(quest.closed_at).is_(None), closed_later(quest.closed_at))
    )
    return col(Quest.id).in_(union_all(still, later))


def list_open_during(session: Session, team_id: int, since: datetime, until: datetime) -> Sequence[Quest]:
    """Return the quests of a team that were open at any time from `since` to before `until`.

    They come oldest first, without withdrawn ones.
    """
    if has_none(session, Quest, team_id):
        return ()
    wanted = select(Quest).where(
        _unclosed(team_id, lambda closed_at: closed_at >= since),
        col(Quest.created_at) < until,
        col(Quest.withdrawn_at).is_(None),
    )
    return session.execute(wanted.order_by(col(Quest.id))).scalars().all()


def list_by_ids(session: Session, ids: Sequence[int]) -> Sequence[Quest]:
    """Return the quests with these ids, oldest first, open or closed, without withdrawn ones."""
    wanted = select(Quest).where(col(Quest.id).in_(ids), col(Quest.withdrawn_at).is_(None))
    return session.execute(wanted.order_by(col(Quest.id))).scalars().all()


def find_by_moment(session: Session, moment_id: int) -> Quest | None:
    """Return the quest that an experiment is an attempt at, open or closed."""
    return session.execute(_select_by_moment(), {"moment_id": moment_id}).scalar_one_or_none()


@build_once
def _select_by_moment() -> Select[Quest]:
    wanted = select(Quest).join(Attempt, col(Attempt.quest_id) == col(Quest.id))
    return wanted.where(col(Attempt.moment_id) == bindparam("moment_id"))


def list_found_by(session: Session, moment_id: int) -> Sequence[Quest]:
    """Return the quests that a breakthrough closed as found, oldest first."""
    wanted = select(Quest).where(col(Quest.found_id) == moment_id, col(Quest.withdrawn_at).is_(None))
    return session.execute(wanted.order_by(col(Quest.id))).scalars().all()


def close_as_found(session: Session, quest_id: int, moment_id: int, person_id: int, now: datetime) -> bool:
    """Close a quest as found by a breakthrough, and return whether it was still open."""
    return _close_quest(session, quest_id, now, closed_by_id=person_id, found_id=moment_id)


def reopen_found_by(session: Session, moment_id: int, now: datetime) -> None:
    """Open the quests again that a moment had closed as found.

    The moment is no breakthrough after all, or is erased.
    """
    lost = (
        update(Quest)
        .where(col(Quest.found_id) == moment_id)
        .values(closed_at=None, closed_by_id=None, found_id=None)
        .returning(col(Quest.id))
    )
    for quest_id in session.execute(lost).scalars().all():
        refresh_quest(session, quest_id, now)


def close_as_given_up(session: Session, quest_id: int, reason: str, person_id: int, now: datetime) -> bool:
    """Close a quest as given up, with a reason, and return whether it was still open."""
    return _close_quest(session, quest_id, now, closed_by_id=person_id, reason=reason)


def reopen_given_up(session: Session, quest_id: int, person_id: int, now: datetime) -> bool:
    """Open a quest again that this person gave up, and erase the reason. Return whether they had."""
    opened = session.execute(
        update(Quest)
        .where(
            col(Quest.id) == quest_id,
            col(Quest.closed_by_id) == person_id,
            col(Quest.found_id).is_(None),
            col(Quest.withdrawn_at).is_(None),
        )
        .values(closed_at=None, closed_by_id=None, reason="")
        .returning(col(Quest.id))
    )
    known = opened.first() is not None
    refresh_quest(session, quest_id, now)
    return known


def _close_quest(session: Session, quest_id: int, now: datetime, **values: Any) -> bool:
    """Close a quest and return whether it was still open. Only the first close counts."""
    closed = session.execute(
        update(Quest)
        .where(col(Quest.id) == quest_id, col(Quest.closed_at).is_(None), col(Quest.withdrawn_at).is_(None))
        .values(closed_at=now, **values)
        .returning(col(Quest.id))
    )
    first = closed.first() is not None
    refresh_quest(session, quest_id, now)
    return first


def withdraw_quest(session: Session, quest: Quest, now: datetime) -> None:
    """Withdraw a quest that was opened by mistake.

    Its texts are erased and its attempts are freed. The row stays, so that the same event does not
    open it again.
    """
    quest.text, quest.reason, quest.withdrawn_at = "", "", now
    pending.delete_by_event(session, quest.event or "")
    freed = session.execute(
        update(Attempt)
        .where(col(Attempt.quest_id) == quest.id)
        .values(quest_id=None)
        .returning(col(Attempt.moment_id))
    )
    for moment_id in freed.scalars().all():
        refresh.refresh_card(session, moment_id, now)
    expectations.erase_for_quest(session, quest.id)
    session.flush()
    if quest.found_id is not None:
        refresh.refresh_card(session, quest.found_id, now)
    refresh_quest(session, quest.id, now)
    if quest.after_id is not None:
        followups.refresh_followup(session, quest.after_id, FollowUpKind.NEXT, now)
    refresh.refresh_kinds(session, quest.team_id, [PostingKind.CYCLE, PostingKind.HARVEST], now)


def list_opened_after(session: Session, moment_id: int) -> Sequence[Quest]:
    """Return the quests opened as the next ones after a breakthrough, oldest first."""
    wanted = select(Quest).where(col(Quest.after_id) == moment_id, col(Quest.withdrawn_at).is_(None))
    return session.execute(wanted.order_by(col(Quest.id))).scalars().all()


def refresh_quest(session: Session, quest_id: int, now: datetime) -> None:
    """Refresh a quest's card."""
    if (posting := postings.find_by_key(session, f"{QUEST_KEY_PREFIX}{quest_id}")) is not None:
        refresh.refresh_posting(session, posting.id, now)


def find_by_posting(session: Session, posting: Posting) -> Quest | None:
    """Return the quest of a card posting."""
    return session.get(Quest, int(posting.key.removeprefix(QUEST_KEY_PREFIX)))


def _open_conditions(team_id: int) -> tuple[Any, ...]:
    return col(Quest.team_id) == team_id, col(Quest.closed_at).is_(None), col(Quest.withdrawn_at).is_(None)
