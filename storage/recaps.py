"""What a recap asks of the database: which moments and answers to tell, and figures, computed where the rows are.

A team may keep a hundred thousand moments; a recap needs a dozen of them and a few counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, select, union
from sqlmodel import Session, col

from storage.models import (
    Answer,
    AnswerKind,
    Kind,
    Moment,
    MomentState,
    Posting,
    PostingKind,
    QuestionSetting,
    Quotation,
    Tap,
    TapKind,
    Version,
)

ASKED = (PostingKind.PROMPT, PostingKind.RETRO)
"""The postings that people answer."""


class Span(NamedTuple):
    """A stretch of a team's time: from `since` up to, and without, `until`."""

    team_id: int
    since: datetime
    until: datetime


class Quoted(NamedTuple):
    """The ids of what a recap tells, in the order it tells them."""

    moments: Sequence[int]
    answers: Sequence[int]


def quoted(session: Session, posting_id: int) -> Quoted | None:
    """What a recap quoted when it was first sent; nothing before that."""
    rows = session.execute(
        select(col(Quotation.moment_id), col(Quotation.answer_id))
        .where(col(Quotation.posting_id) == posting_id)
        .order_by(col(Quotation.id))
    ).all()
    moments = dict.fromkeys(moment for moment, _ in rows if moment is not None)
    answers = dict.fromkeys(answer for _, answer in rows if answer is not None)
    return Quoted(list(moments), list(answers)) if rows else None


def best(session: Session, span: Span, limit: int, *where: Any) -> Sequence[int]:
    """The moments most worth telling again, their ids.

    Breakthroughs come first, being rare; then what is known to have taught something; then what most people
    told in their own words, or were there for; then the older, which is the likelier to be forgotten.
    """
    wanted = select(col(Moment.id)).where(_standing(span), *where)
    ranked = wanted.order_by(
        case((col(Moment.kind) == Kind.BREAKTHROUGH, 0), else_=1),
        case((_is_untaught(), 1), else_=0),
        _count_of(Version).desc(),
        _count_of(Tap, col(Tap.kind) == TapKind.THERE).desc(),
        col(Moment.created_at),
        col(Moment.id),
    )
    return session.execute(ranked.limit(limit)).scalars().all()


def best_experiments(session: Session, span: Span, limit: int) -> Sequence[int]:
    """The same of experiments alone."""
    return best(session, span, limit, col(Moment.kind) == Kind.EXPERIMENT)


def best_moments(session: Session, span: Span, limit: int) -> Sequence[int]:
    """The same of ahas and breakthroughs."""
    return best(session, span, limit, col(Moment.kind) != Kind.EXPERIMENT)


def untaught(session: Session, span: Span, limit: int) -> Sequence[int]:
    """The latest experiments of which nobody wrote yet what they taught, their ids."""
    wanted = select(col(Moment.id)).where(_standing(span), _is_untaught())
    return session.execute(wanted.order_by(col(Moment.number).desc()).limit(limit)).scalars().all()


def _standing(span: Span) -> Any:
    return and_(
        col(Moment.team_id) == span.team_id,
        col(Moment.created_at) >= span.since,
        col(Moment.created_at) < span.until,
        col(Moment.state) == MomentState.KEPT,
        col(Moment.deleted_at).is_(None),
    )


def _is_untaught() -> Any:
    taught = col(Moment.parts)["taught"].as_string()
    return and_(col(Moment.kind) == Kind.EXPERIMENT, func.coalesce(taught, "") == "")


def _count_of(table: Any, *where: Any) -> Any:
    counted = select(func.count()).where(col(table.moment_id) == col(Moment.id), *where)
    return counted.correlate(Moment).scalar_subquery()


def told(session: Session, ids: Sequence[int]) -> Sequence[Moment]:
    """Moments by id, in that order, those deleted since included."""
    found = session.execute(select(Moment).where(col(Moment.id).in_(ids))).scalars()
    return sorted(found, key=lambda moment: ids.index(moment.id))


def versions(session: Session, ids: Iterable[int], as_of: datetime) -> Mapping[int, Sequence[Version]]:
    """The versions of moments that were there at `as_of`, by moment, oldest first."""
    wanted = select(Version).where(col(Version.moment_id).in_(list(ids)), col(Version.created_at) <= as_of)
    by_moment: dict[int, list[Version]] = defaultdict(list)
    for version in session.execute(wanted.order_by(col(Version.id))).scalars():
        by_moment[version.moment_id].append(version)
    return by_moment


def kept(session: Session, span: Span) -> int:
    """How many moments there are."""
    return session.execute(select(func.count(col(Moment.id))).where(_standing(span))).scalar_one()


def by_week(session: Session, team_id: int, edges: Sequence[datetime]) -> Mapping[tuple[int, str], int]:
    """How many moments lie between one edge and the next: {(place of the week, kind): number}."""
    after = [(col(Moment.created_at) >= edge, place) for place, edge in enumerate(edges[:-1])]
    week = case(*reversed(after)).label("week")
    rows = session.execute(
        select(week, col(Moment.kind), func.count())
        .where(_standing(Span(team_id, edges[0], edges[-1])))
        .group_by(week, col(Moment.kind))
    )
    return {(place, kind): number for place, kind, number in rows}


def people_heard(session: Session, span: Span) -> int:
    """How many people kept, told, answered, or were there for something."""
    there = and_(col(Tap.moment_id) == col(Moment.id), col(Tap.kind) == TapKind.THERE)
    everyone = union(
        select(col(Moment.author_id)).where(_standing(span)),
        select(col(Tap.person_id)).join(Moment, there).where(_standing(span)),
        _tellers(span),
        _answers(span, col(Answer.person_id)).where(col(Answer.person_id).is_not(None)),
    )
    return session.execute(select(func.count()).select_from(everyone.subquery())).scalar() or 0


def _tellers(span: Span) -> Select[Any]:
    return (
        select(col(Version.author_id))
        .join(Moment, col(Moment.id) == col(Version.moment_id))
        .where(col(Moment.team_id) == span.team_id, col(Moment.deleted_at).is_(None))
        .where(col(Version.created_at) >= span.since, col(Version.created_at) < span.until)
    )


def _answers(span: Span, *wanted: Any) -> Select[Any]:
    return (
        select(*wanted)
        .join(Posting, col(Posting.id) == col(Answer.posting_id))
        .where(col(Posting.team_id) == span.team_id, col(Posting.kind).in_(ASKED))
        .where(col(Answer.created_at) >= span.since, col(Answer.created_at) < span.until)
        .where(col(Answer.deleted_at).is_(None))
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
        col(Answer.person_id).is_not(None), *_in_words()
    )
    each = named.subquery()
    latest = select(each.c.id).where(each.c.place == 1).order_by(each.c.created_at.desc(), each.c.id.desc())
    return session.execute(latest.limit(limit)).scalars().all()


def nameless_answers(session: Session, span: Span, least: int) -> Sequence[int]:
    """The ids of answers without an author, where a question has at least so many of them in this time."""
    nameless = (col(Answer.person_id).is_(None), *_in_words())
    question = col(Answer.posting_id)
    enough = _answers(span, question).where(*nameless).group_by(question).having(func.count() >= least)
    wanted = _answers(span, col(Answer.id)).where(*nameless, question.in_(enough))
    return session.execute(wanted).scalars().all()


def _in_words() -> tuple[Any, ...]:
    return col(Answer.kind) != AnswerKind.REACTION, col(Answer.text) != ""


def said(session: Session, ids: Sequence[int]) -> Sequence[tuple[Answer, str]]:
    """Answers that still stand, with their questions, in the order of `ids`."""
    wanted = (
        select(Answer, col(Posting.text))
        .join(Posting, col(Posting.id) == col(Answer.posting_id))
        .where(col(Answer.id).in_(ids), col(Answer.deleted_at).is_(None))
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
