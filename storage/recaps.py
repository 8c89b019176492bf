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
    Quotation,
    Tap,
    TapKind,
    Version,
)

ASKED = (PostingKind.PROMPT, PostingKind.RETRO)
"""The postings that people answer."""


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


def best(session: Session, team_id: int, since: datetime, until: datetime, limit: int, *where: Any) -> Sequence[int]:
    """The moments of a period most worth telling again, their ids.

    Breakthroughs come first, being rare; then what is known to have taught something; then what most people told
    in their own words, and were there for; then the older, which is the likelier to be forgotten.
    """
    versions = _count_of(Version)
    there = _count_of(Tap, col(Tap.kind) == TapKind.THERE)
    found = session.execute(
        select(col(Moment.id))
        .where(_standing(team_id, since, until), *where)
        .order_by(
            case((col(Moment.kind) == Kind.BREAKTHROUGH, 0), else_=1),
            case((_untaught(), 1), else_=0),
            versions.desc(),
            there.desc(),
            col(Moment.created_at),
            col(Moment.id),
        )
        .limit(limit)
    )
    return found.scalars().all()


def best_experiments(session: Session, team_id: int, since: datetime, until: datetime, limit: int) -> Sequence[int]:
    """The same of experiments alone."""
    return best(session, team_id, since, until, limit, col(Moment.kind) == Kind.EXPERIMENT)


def best_moments(session: Session, team_id: int, since: datetime, until: datetime, limit: int) -> Sequence[int]:
    """The same of ahas and breakthroughs."""
    return best(session, team_id, since, until, limit, col(Moment.kind) != Kind.EXPERIMENT)


def untaught(session: Session, team_id: int, since: datetime, until: datetime, limit: int) -> Sequence[int]:
    """The latest experiments of which nobody wrote yet what they taught, their ids."""
    wanted = select(col(Moment.id)).where(_standing(team_id, since, until), _untaught())
    return session.execute(wanted.order_by(col(Moment.number).desc()).limit(limit)).scalars().all()


def _standing(team_id: int, since: datetime, until: datetime) -> Any:
    return and_(
        col(Moment.team_id) == team_id,
        col(Moment.created_at) >= since,
        col(Moment.created_at) < until,
        col(Moment.state) == MomentState.KEPT,
        col(Moment.deleted_at).is_(None),
    )


def _untaught() -> Any:
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


def kept(session: Session, team_id: int, since: datetime, until: datetime) -> int:
    """How many moments a period has."""
    return session.execute(select(func.count()).where(_standing(team_id, since, until))).scalar_one()


def by_week(session: Session, team_id: int, edges: Sequence[datetime]) -> Mapping[tuple[int, str], int]:
    """How many moments of each kind lie between one edge and the next: {(place of the week, kind): number}."""
    later = [(col(Moment.created_at) >= edge, place) for place, edge in enumerate(edges[:-1])]
    week = case(*reversed(later)).label("week")
    rows = session.execute(
        select(week, col(Moment.kind), func.count())
        .where(_standing(team_id, edges[0], edges[-1]))
        .group_by(week, col(Moment.kind))
    )
    return {(place, kind): number for place, kind, number in rows}


def people_heard(session: Session, team_id: int, since: datetime, until: datetime) -> int:
    """How many people kept, told, answered, or were there for something of a period."""
    ours = _standing(team_id, since, until)
    there = and_(col(Tap.moment_id) == col(Moment.id), col(Tap.kind) == TapKind.THERE)
    everyone = union(
        select(col(Moment.author_id)).where(ours),
        select(col(Tap.person_id)).join(Moment, there).where(ours),
        _tellers(team_id, since, until),
        _answers(team_id, since, until, col(Answer.person_id)).where(col(Answer.person_id).is_not(None)),
    )
    return session.execute(select(func.count()).select_from(everyone.subquery())).scalar_one()


def _tellers(team_id: int, since: datetime, until: datetime) -> Select[Any]:
    return (
        select(col(Version.author_id))
        .join(Moment, col(Moment.id) == col(Version.moment_id))
        .where(col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None))
        .where(col(Version.created_at) >= since, col(Version.created_at) < until)
    )


def _answers(team_id: int, since: datetime, until: datetime, *wanted: Any) -> Select[Any]:
    return (
        select(*wanted)
        .join(Posting, col(Posting.id) == col(Answer.posting_id))
        .where(col(Posting.team_id) == team_id, col(Posting.kind).in_(ASKED), col(Answer.deleted_at).is_(None))
        .where(col(Answer.created_at) >= since, col(Answer.created_at) < until)
    )


def answers_without_name(session: Session, team_id: int, since: datetime, until: datetime) -> int:
    """How many answers of a period have no author at all."""
    nameless = _answers(team_id, since, until, func.count()).where(col(Answer.person_id).is_(None))
    return session.execute(nameless).scalar_one()


def latest_answers(session: Session, team_id: int, since: datetime, until: datetime, limit: int) -> Sequence[int]:
    """The latest words of as many different people, their answers' ids, newest first."""
    newest_first = col(Answer.created_at).desc(), col(Answer.id).desc()
    rank = func.row_number().over(partition_by=col(Answer.person_id), order_by=newest_first).label("rank")
    ranked = (
        _answers(team_id, since, until, col(Answer.id), col(Answer.created_at), rank)
        .where(col(Answer.person_id).is_not(None), *_in_words())
        .subquery()
    )
    wanted = select(ranked.c.id).where(ranked.c.rank == 1)
    return session.execute(wanted.order_by(ranked.c.created_at.desc(), ranked.c.id.desc()).limit(limit)).scalars().all()


def nameless_answers(session: Session, team_id: int, since: datetime, until: datetime, least: int) -> Sequence[int]:
    """Answers without an author, to questions that have at least so many of them; their ids in no useful order."""
    nameless = col(Answer.person_id).is_(None)
    enough = (
        _answers(team_id, since, until, col(Answer.posting_id))
        .where(nameless, *_in_words())
        .group_by(col(Answer.posting_id))
        .having(func.count() >= least)
    )
    wanted = _answers(team_id, since, until, col(Answer.id)).where(nameless, *_in_words())
    return session.execute(wanted.where(col(Answer.posting_id).in_(enough))).scalars().all()


def _in_words() -> tuple[Any, ...]:
    return col(Answer.kind) != AnswerKind.REACTION, col(Answer.text) != ""


def said(session: Session, ids: Sequence[int]) -> Sequence[tuple[Answer, str]]:
    """Answers that still stand with their questions, in the order of `ids`."""
    wanted = (
        select(Answer, col(Posting.text))
        .join(Posting, col(Posting.id) == col(Answer.posting_id))
        .where(col(Answer.id).in_(ids), col(Answer.deleted_at).is_(None))
    )
    found = [(answer, question) for answer, question in session.execute(wanted)]
    return sorted(found, key=lambda one: ids.index(one[0].id))


def asked(session: Session, team_id: int, since: datetime, until: datetime) -> set[str]:
    """The keys of the questions that were asked in a period."""
    wanted = select(col(Posting.question)).where(
        col(Posting.team_id) == team_id,
        col(Posting.kind).in_(ASKED),
        col(Posting.created_at) >= since,
        col(Posting.created_at) < until,
    )
    return set(session.execute(wanted).scalars()) - {""}
