"""Who was heard in a stretch of time, as a number, and which answers a recap tells.

Whoever did not speak is in no row, and is asked for nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, literal, select, union
from sqlmodel import Session, col

from storage.models import (
    Answer,
    AnswerKind,
    Moment,
    Participant,
    Posting,
    PostingKind,
    PromptForm,
    Quest,
    QuestionSetting,
    Sequel,
    Tap,
    TapKind,
    Version,
    Why,
)
from storage.recaps.recaps import Span, standing

ASKED = (PostingKind.PROMPT, PostingKind.RETRO)
"""The postings that people answer."""


def people_heard(session: Session, span: Span) -> int:
    """How many people kept, told, answered, asked why, looked for something, or were there for it."""
    there = and_(col(Tap.moment_id) == col(Moment.id), col(Tap.kind) == TapKind.THERE)
    everyone = union(
        select(col(Moment.author_id)).where(standing(span)),
        select(col(Tap.person_id)).join(Moment, there).where(standing(span)),
        _tellers(span, Version),
        _tellers(span, Why, col(Why.deleted_at).is_(None)),
        _tellers(span, Sequel, col(Sequel.deleted_at).is_(None)),
        _seekers(span),
        _answers(span, col(Answer.person_id)).where(col(Answer.person_id).is_not(None)),
        _joint(span),
    )
    return session.execute(select(func.count()).select_from(everyone.subquery())).scalar() or 0


def _tellers(span: Span, what: Any, *where: Any) -> Select[Any]:
    """Also of moments from before: what was told is looked at first, being little in any time."""
    ours = exists().where(
        col(Moment.id) == what.moment_id,
        col(Moment.team_id) == span.team_id,
        col(Moment.deleted_at).is_(None),
    )
    told = (what.created_at >= span.since, what.created_at < span.until)
    return select(what.author_id).where(*told, *where, ours)


def _seekers(span: Span) -> Select[Any]:
    """Who opened a quest."""
    return select(col(Quest.author_id)).where(
        col(Quest.team_id) == span.team_id,
        col(Quest.created_at) >= span.since,
        col(Quest.created_at) < span.until,
        col(Quest.withdrawn_at).is_(None),
    )


def _joint(span: Span) -> Select[Any]:
    """All whose names stand on a joint reply; one of them is its author already."""
    return (
        select(col(Participant.person_id))
        .join(Posting, col(Posting.id) == col(Participant.posting_id))
        .where(col(Posting.team_id) == span.team_id, col(Posting.form) == PromptForm.CROSS_PAIR)
        .where(col(Participant.wrote_at) >= span.since, col(Participant.wrote_at) < span.until)
        .where(col(Posting.withdrawn_at).is_(None))
    )


def _answers(span: Span, *wanted: Any) -> Select[Any]:
    return (
        select(*wanted)
        .join(Posting, col(Posting.id) == col(Answer.posting_id))
        .where(col(Posting.team_id) == span.team_id, col(Posting.kind).in_(ASKED))
        .where(col(Answer.created_at) >= span.since, col(Answer.created_at) < span.until)
        .where(col(Answer.deleted_at).is_(None), col(Posting.withdrawn_at).is_(None))
    )


def answers_without_name(session: Session, span: Span) -> int:
    """How many answers have no author at all."""
    nameless = _answers(span, func.count(col(Answer.id))).where(col(Answer.person_id).is_(None))
    return session.execute(nameless).scalar() or 0


def latest_answers(session: Session, span: Span, limit: int) -> Sequence[int]:
    """The latest words of as many different people: their answers' ids, newest first."""
    newest_first = col(Answer.created_at).desc(), col(Answer.id).desc()
    place = func.row_number().over(partition_by=col(Answer.person_id), order_by=newest_first).label("place")
    named = _answers(span, col(Answer.id), col(Answer.created_at), place).where(
        col(Answer.person_id).is_not(None), *_in_words(), ~_kept_as_moment(span.team_id)
    )
    each = named.subquery()
    latest = select(each.c.id).where(each.c.place == 1).order_by(each.c.created_at.desc(), each.c.id.desc())
    return session.execute(latest.limit(limit)).scalars().all()


def nameless_answers(session: Session, span: Span, least: int, limit: int) -> Sequence[int]:
    """The ids of some answers without an author, of questions that have at least `least` of them.

    They come in the order of their random names, which tells nothing of who wrote them when.
    """
    nameless = (col(Answer.person_id).is_(None), *_in_words())
    question = col(Answer.posting_id)
    enough = _answers(span, question).where(*nameless).group_by(question).having(func.count() >= least)
    wanted = _answers(span, col(Answer.id)).where(*nameless, question.in_(enough))
    return session.execute(wanted.order_by(col(Answer.event)).limit(limit)).scalars().all()


def _kept_as_moment(team_id: int) -> ColumnElement[bool]:
    """Whether an answer is a moment as well, by its button or by an emoji: a recap tells it once."""
    by_button = col(Moment.event) == literal("answer:").concat(cast(Answer.id, String))
    by_emoji = col(Moment.source_message) == col(Answer.message)
    standing = col(Moment.deleted_at).is_(None)
    return (
        select(col(Moment.id)).where(col(Moment.team_id) == team_id, standing, by_button | by_emoji).exists()
    )


def _in_words() -> tuple[Any, ...]:
    return col(Answer.kind) != AnswerKind.REACTION, col(Answer.text) != ""


def said(session: Session, ids: Sequence[int]) -> Sequence[tuple[Answer, str]]:
    """Answers that still stand, with their questions, in the order of `ids`."""
    wanted = (
        select(Answer, col(Posting.text))
        .join(Posting, col(Posting.id) == col(Answer.posting_id))
        .where(col(Answer.id).in_(ids), col(Answer.deleted_at).is_(None), col(Posting.withdrawn_at).is_(None))
    )
    found = [(answer, question) for answer, question in session.execute(wanted)]
    return sorted(found, key=lambda one: ids.index(one[0].id))


def asked(session: Session, span: Span) -> set[str]:
    """The keys of the questions that were asked, and of those the team does not want to be asked."""
    lately = select(col(Posting.question)).where(
        col(Posting.team_id) == span.team_id,
        col(Posting.kind).in_(ASKED),
        col(Posting.created_at) >= span.since,
        col(Posting.created_at) < span.until,
    )
    muted = select(col(QuestionSetting.key)).where(
        col(QuestionSetting.team_id) == span.team_id, col(QuestionSetting.muted)
    )
    return set(session.execute(union(lately, muted)).scalars())
