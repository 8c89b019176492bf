"""What a team was asked, what it decided about packs and questions, and the questions of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from storage.models import PackSetting, Posting, PostingState, Question, QuestionSetting


def asked(session: Session, team_id: int, kind: str) -> Sequence[str]:
    """The keys of the questions a team was asked, oldest first; those that never stood anywhere left out."""
    wanted = select(col(Posting.question)).where(
        col(Posting.team_id) == team_id,
        col(Posting.kind) == kind,
        col(Posting.question) != "",
        col(Posting.state).not_in([PostingState.FAILED, PostingState.SKIPPED]),
    )
    return session.execute(wanted.order_by(col(Posting.created_at), col(Posting.id))).scalars().all()


def settings(session: Session, team_id: int) -> Mapping[str, QuestionSetting]:
    """What a team decided about single questions, by key."""
    found = session.execute(select(QuestionSetting).where(col(QuestionSetting.team_id) == team_id)).scalars()
    return {setting.key: setting for setting in found}


def decide(session: Session, team_id: int, key: str, muted: bool, next_at: datetime | None) -> None:
    """Mute a question, or have it asked next, or neither."""
    setting = session.get(QuestionSetting, (team_id, key)) or QuestionSetting(team_id=team_id, key=key)
    setting.muted, setting.next_at = muted, next_at
    session.add(setting)
    session.flush()


def packs(session: Session, team_id: int, kind: str) -> Sequence[PackSetting]:
    """What a team decided about packs, in its order; nothing where it never did."""
    wanted = select(PackSetting).where(col(PackSetting.team_id) == team_id, col(PackSetting.kind) == kind)
    return session.execute(wanted.order_by(col(PackSetting.position))).scalars().all()


def set_packs(
    session: Session, team_id: int, kind: str, order: Sequence[str], active: Collection[str]
) -> None:
    """Record all packs of a kind in their order, and which of them are on."""
    for position, pack in enumerate(order):
        known = session.get(PackSetting, (team_id, kind, pack))
        setting = known or PackSetting(team_id=team_id, kind=kind, pack=pack)
        setting.position, setting.active = position, pack in active
        session.add(setting)
    session.flush()


def own(session: Session, team_id: int) -> Sequence[Question]:
    """The questions of a team's own bank, oldest first."""
    wanted = select(Question).where(col(Question.team_id) == team_id, col(Question.deleted_at).is_(None))
    return session.execute(wanted.order_by(col(Question.id))).scalars().all()


def add(session: Session, team_id: int, kind: str, text: str, author_id: int, now: datetime) -> Question:
    """A new question of a team's own; the one that is there where somebody had the same words before."""
    known = next((one for one in own(session, team_id) if (one.kind, one.text) == (kind, text)), None)
    question = known or Question(team_id=team_id, kind=kind, text=text, author_id=author_id, created_at=now)
    session.add(question)
    session.flush()
    return question


def remove(session: Session, question: Question, now: datetime) -> None:
    """Take a team's own question out of its bank, words and all."""
    question.text, question.deleted_at = "", now
    session.flush()


def drawn_since(session: Session, team_id: int, since: datetime) -> bool:
    """Whether a question of the bank was planned for a team since then."""
    drawn = select(col(Posting.id)).where(
        col(Posting.team_id) == team_id, col(Posting.created_at) > since, col(Posting.question) != ""
    )
    return session.execute(drawn.limit(1)).first() is not None
