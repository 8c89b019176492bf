"""Question banks: the questions asked to a team, its settings, and its own questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlmodel import Session, col

from storage.engine.batch_reads import has_none
from storage.engine.statements import build_once
from storage.models import (
    Goal,
    GoalKind,
    PackSetting,
    Posting,
    PostingKind,
    PostingState,
    Question,
    QuestionSetting,
)
from storage.models.postings import ASKED_POSTING

NEVER_ASKED = (PostingState.FAILED, PostingState.SKIPPED)
"""The states of postings whose question nobody saw."""


def list_asked_keys(session: Session, team_id: int, kind: str) -> Sequence[str]:
    """Return the keys of the questions asked to a team, oldest first.

    Postings that failed or were skipped are left out.
    """
    if has_none(session, "asked", team_id):
        return ()
    wanted = select(col(Posting.question)).where(
        col(Posting.team_id) == team_id,
        col(Posting.kind) == kind,
        col(Posting.question) != "",
        col(Posting.state).not_in(NEVER_ASKED),
    )
    return session.execute(wanted.order_by(col(Posting.created_at), col(Posting.id))).scalars().all()


def find_asked_keys(session: Session, team_id: int, kind: str) -> set[str]:
    """Return the different keys of the questions asked to a team, like `list_asked_keys`.

    Of each only one posting is read, however often it was asked.
    """
    return set(session.execute(_select_asked_keys(), {"team_id": team_id, "kind": kind}).scalars())


@build_once
def _select_asked_keys() -> Select[str]:
    """Return a query that goes from each key to the next one in the index."""
    least: Select[Any] = select(func.min(Posting.question).label("key")).where(
        col(Posting.team_id) == bindparam("team_id"),
        col(Posting.kind) == bindparam("kind"),
        ASKED_POSTING,
        col(Posting.state).not_in(NEVER_ASKED),
    )
    keys = least.cte("keys", recursive=True)
    following = least.where(col(Posting.question) > keys.c.key).correlate(keys).scalar_subquery()
    every = keys.union_all(select(following).where(keys.c.key.is_not(None)))
    return select(every.c.key).where(every.c.key.is_not(None))


def question_settings(session: Session, team_id: int) -> Mapping[str, QuestionSetting]:
    """Return the settings of a team for single questions, by question key."""
    if has_none(session, QuestionSetting, team_id):
        return {}
    found = session.execute(select(QuestionSetting).where(col(QuestionSetting.team_id) == team_id)).scalars()
    return {setting.key: setting for setting in found}


def is_muted(session: Session, team_id: int, key: str) -> bool:
    """Return whether a team muted a question."""
    setting = session.get(QuestionSetting, (team_id, key)) if key else None
    return setting is not None and setting.muted


def save_question_setting(
    session: Session, team_id: int, key: str, muted: bool, next_at: datetime | None
) -> None:
    """Save whether a question is muted, and when a person chose it to be asked next.

    `next_at` None means that nobody did.
    """
    setting = session.get(QuestionSetting, (team_id, key)) or QuestionSetting(team_id=team_id, key=key)
    setting.muted, setting.next_at = muted, next_at
    session.add(setting)
    session.flush()


def list_pack_settings(session: Session, team_id: int, kind: str) -> Sequence[PackSetting]:
    """Return the pack settings of a team in its own order.

    The list is empty when the team never changed them.
    """
    if has_none(session, PackSetting, team_id):
        return ()
    wanted = select(PackSetting).where(col(PackSetting.team_id) == team_id, col(PackSetting.kind) == kind)
    return session.execute(wanted.order_by(col(PackSetting.position))).scalars().all()


def save_pack_settings(
    session: Session, team_id: int, kind: str, order: Sequence[str], active: Collection[str]
) -> None:
    """Save the order of all packs of a kind, and which of them are active."""
    for position, pack in enumerate(order):
        known = session.get(PackSetting, (team_id, kind, pack))
        setting = known or PackSetting(team_id=team_id, kind=kind, pack=pack)
        setting.position, setting.active = position, pack in active
        session.add(setting)
    session.flush()


def list_team_questions(session: Session, team_id: int) -> Sequence[Question]:
    """Return the questions of a team's own bank, oldest first."""
    if has_none(session, Question, team_id):
        return ()
    wanted = select(Question).where(col(Question.team_id) == team_id, col(Question.deleted_at).is_(None))
    return session.execute(wanted.order_by(col(Question.id))).scalars().all()


def find_big_goal(session: Session, team_id: int) -> Goal | None:
    """Return a team's open big goal, or None."""
    if has_none(session, Goal, team_id):
        return None
    wanted = select(Goal).where(
        col(Goal.team_id) == team_id,
        col(Goal.kind) == GoalKind.BIG,
        col(Goal.closed_at).is_(None),
        col(Goal.withdrawn_at).is_(None),
    )
    return session.execute(wanted).scalar_one_or_none()


def add_question(
    session: Session, team_id: int, kind: str, text: str, author_id: int, now: datetime
) -> Question:
    """Add a question to a team's own bank and return it.

    When the bank has a question of the same kind and text, return that one.
    """
    known = next(
        (one for one in list_team_questions(session, team_id) if (one.kind, one.text) == (kind, text)), None
    )
    question = known or Question(team_id=team_id, kind=kind, text=text, author_id=author_id, created_at=now)
    session.add(question)
    session.flush()
    return question


def remove_question(session: Session, question: Question, now: datetime) -> None:
    """Delete a question of a team's own bank and erase its text."""
    question.text, question.deleted_at = "", now
    session.flush()


def was_drawn_since(session: Session, team_id: int, since: datetime) -> bool:
    """Return whether a question of the bank was planned for a team after a time, and not taken back."""
    drawn = select(col(Posting.id)).where(
        col(Posting.team_id) == team_id,
        col(Posting.kind).in_([PostingKind.PROMPT, PostingKind.RETRO]),
        col(Posting.created_at) > since,
        col(Posting.question) != "",
        col(Posting.withdrawn_at).is_(None),
    )
    return session.execute(drawn.limit(1)).first() is not None
