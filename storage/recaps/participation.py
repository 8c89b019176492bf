"""Participation: how many people took part in a stretch of time, and the answers for a recap.

No query asks for the people who did not take part.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import SystemRandom
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.models import (
    COUNTED_KINDS,
    Answer,
    AnswerKind,
    Expectation,
    LookBack,
    Membership,
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
from storage.models.span import Span
from storage.models.taps import is_counted_tap
from storage.recaps.recaps import kept_in_span, span_parameters

ANSWERED_KINDS = (PostingKind.PROMPT, PostingKind.RETRO)
"""The kinds of posting that people answer."""


def count_participants(session: Session, span: Span) -> int:
    """Return the number of people who took part.

    They saved a moment, were there, told a version, added a why or a sequel, opened a quest,
    signed what they expect, or answered.
    """
    return session.execute(_count_participants(), span._asdict()).scalar() or 0


@build_once
def _count_participants() -> Select[int]:
    span = span_parameters()
    there = and_(col(Tap.moment_id) == col(Moment.id), is_counted_tap(TapKind.THERE))
    everyone = union(
        select(col(Moment.author_id)).where(kept_in_span(span)),
        select(col(Tap.person_id)).join(Moment, there).where(kept_in_span(span)),
        _select_authors(span, Version),
        _select_authors(span, Why, col(Why.deleted_at).is_(None)),
        _select_look_backs(span),
        _select_authors(span, Sequel, col(Sequel.deleted_at).is_(None)),
        _select_quest_authors(span),
        _select_expectation_authors(span),
        _select_signed_answers(span, col(Answer.person_id)),
        _select_joint_authors(span),
    )
    return select(func.count()).select_from(everyone.subquery())


def _select_look_backs(span: Span) -> Select[Any]:
    """Return a query for the people who looked back in the span. Their moments are older."""
    return _select_writers(span, LookBack, LookBack.person_id, col(LookBack.deleted_at).is_(None))


def _select_authors(span: Span, what: Any, *where: Any) -> Select[Any]:
    """Return a query for the authors of versions, whys or sequels written in the span."""
    return _select_writers(span, what, what.author_id, *where)


def _select_writers(span: Span, what: Any, author: Any, *where: Any) -> Select[Any]:
    """Return a query for the authors of rows that were written about moments in the span.

    Their moments may be older. The query starts from the team's members and reads what each of them wrote
    in that time, because the rows of all teams are in one table and say nothing of their team.
    """
    ours = exists().where(
        col(Moment.id) == what.moment_id,
        col(Moment.team_id) == span.team_id,
        col(Moment.kind).in_(COUNTED_KINDS),
        col(Moment.deleted_at).is_(None),
    )
    told = (what.created_at >= span.since, what.created_at < span.until)
    members = select(author).join(Membership, col(Membership.person_id) == author)
    return members.where(col(Membership.team_id) == span.team_id, *told, *where, ours)


def _select_expectation_authors(span: Span) -> Select[Any]:
    """Return a query for the people who signed what they expect of an experiment, in the span.

    Nobody is heard by a line on an experiment that is removed.
    """
    there = exists().where(col(Moment.id) == col(Expectation.moment_id), col(Moment.deleted_at).is_(None))
    return select(col(Expectation.person_id)).where(
        col(Expectation.team_id) == span.team_id,
        col(Expectation.created_at) >= span.since,
        col(Expectation.created_at) < span.until,
        col(Expectation.person_id).is_not(None),
        col(Expectation.deleted_at).is_(None),
        or_(col(Expectation.moment_id).is_(None), there),
    )


def _select_quest_authors(span: Span) -> Select[Any]:
    """Return a query for the authors of quests opened in the span."""
    return select(col(Quest.author_id)).where(
        col(Quest.team_id) == span.team_id,
        col(Quest.created_at) >= span.since,
        col(Quest.created_at) < span.until,
        col(Quest.withdrawn_at).is_(None),
    )


def _select_joint_authors(span: Span) -> Select[Any]:
    """Return a query for all people named on joint replies to cross pairs.

    One of each pair counts as the author of the answer already.
    """
    return (
        select(col(Participant.person_id))
        .join(Posting, col(Posting.id) == col(Participant.posting_id))
        .join(Membership, col(Membership.person_id) == col(Participant.person_id))
        .where(col(Membership.team_id) == span.team_id)
        # The sum keeps a planner from walking all postings of the team.
        .where(col(Posting.team_id) + 0 == span.team_id, col(Posting.form) == PromptForm.CROSS_PAIR)
        .where(col(Participant.wrote_at) >= span.since, col(Participant.wrote_at) < span.until)
        .where(col(Posting.withdrawn_at).is_(None))
    )


def _select_answers(span: Span, *wanted: Any) -> Select[Any]:
    """Return a query for the answers of the span that people may see.

    Those without an author are seen once their question has closed.
    """
    # In this form no index of all questions that a team was ever asked is used.
    answered = func.coalesce(col(Posting.kind), "").in_(ANSWERED_KINDS)
    return (
        select(*wanted)
        .join(Posting, col(Posting.id) == col(Answer.posting_id))
        .where(col(Posting.team_id) == span.team_id, answered)
        .where(col(Answer.created_at) >= span.since, col(Answer.created_at) < span.until)
        .where(col(Answer.deleted_at).is_(None), col(Posting.withdrawn_at).is_(None))
        .where(_have_come_out())
    )


def _select_signed_answers(span: Span, *wanted: Any) -> Select[Any]:
    """Return a query for the answers of the span that have an author, reached from the team's members."""
    by_member = col(Membership.person_id) == col(Answer.person_id)
    return (
        _select_answers(span, *wanted)
        .join(Membership, by_member)
        .where(col(Membership.team_id) == span.team_id, col(Answer.person_id).is_not(None))
    )


def _select_nameless_answers(span: Span, *wanted: Any) -> Select[Any]:
    """Return a query for the answers of the span without an author.

    They are dated at the close of their question, so only questions that closed since the span began are read.
    """
    nameless = (
        func.coalesce(col(Answer.person_id), 0) == 0
    )  # in this form no index of all nameless ones is used
    return _select_answers(span, *wanted).where(nameless, col(Posting.closed_at) >= span.since)


def _have_come_out() -> ColumnElement[bool]:
    """Return the SQL condition that a question's answers may be seen."""
    return or_(~col(Posting.anonymous), col(Posting.closed_at).is_not(None))


def count_anonymous_answers(session: Session, span: Span) -> int:
    """Return the number of answers without an author."""
    return session.execute(_count_anonymous(), span._asdict()).scalar() or 0


@build_once
def _count_anonymous() -> Select[int]:
    return _select_nameless_answers(span_parameters(), func.count(col(Answer.id)))


def latest_answer_ids(session: Session, span: Span, limit: int) -> Sequence[int]:
    """Return the ids of the latest answers, one per person, newest first.

    Reactions, empty answers, and answers saved as moments are left out.
    """
    return session.execute(_select_latest_answers(), {**span._asdict(), "limit": limit}).scalars().all()


@build_once
def _select_latest_answers() -> Select[int]:
    span = span_parameters()
    newest_first = col(Answer.created_at).desc(), col(Answer.id).desc()
    place = func.row_number().over(partition_by=col(Answer.person_id), order_by=newest_first).label("place")
    named = _select_signed_answers(span, col(Answer.id), col(Answer.created_at), place).where(
        *_text_conditions(), ~_is_saved_as_moment(span.team_id)
    )
    each = named.subquery()
    latest = select(each.c.id).where(each.c.place == 1).order_by(each.c.created_at.desc(), each.c.id.desc())
    return latest.limit(bindparam("limit", type_=Integer))


def anonymous_answer_ids(session: Session, span: Span, limit: int) -> Sequence[int]:
    """Return the ids of some answers without an author, drawn anew each time."""
    wanted = _select_nameless_answers(span, col(Answer.id)).where(*_text_conditions())
    found = session.execute(wanted.order_by(col(Answer.id))).scalars().all()
    return SystemRandom().sample(found, min(limit, len(found)))


def _is_saved_as_moment(team_id: int) -> ColumnElement[bool]:
    """Return the SQL condition that an answer was also saved as a moment, by button or emoji.

    A recap shows such an answer only once.
    """
    by_button = col(Moment.event) == literal("answer:").concat(cast(Answer.id, String))
    by_emoji = col(Moment.source_message) == col(Answer.message)
    saved = select(col(Moment.id)).where(col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None))
    # Two searches, because no index answers a question with "or": the team's moments would be walked.
    return or_(saved.where(by_button).exists(), saved.where(by_emoji).exists())


def _text_conditions() -> tuple[Any, ...]:
    return col(Answer.kind) != AnswerKind.REACTION, col(Answer.text) != ""


def load_answers(session: Session, ids: Sequence[int]) -> Sequence[tuple[Answer, Posting]]:
    """Return answers with the postings of their questions, in the order of `ids`.

    Left out are deleted answers, those to withdrawn questions, and those that did not come out yet.
    """
    wanted = (
        select(Answer, Posting)
        .join(Posting, col(Posting.id) == col(Answer.posting_id))
        .where(col(Answer.id).in_(ids), col(Answer.deleted_at).is_(None), col(Posting.withdrawn_at).is_(None))
        .where(_have_come_out())
    )
    found = [(answer, posting) for answer, posting in session.execute(wanted)]
    return sorted(found, key=lambda one: ids.index(one[0].id))


def asked_or_muted_keys(session: Session, span: Span) -> set[str]:
    """Return the keys of the questions asked in the span, and of those the team has muted."""
    lately = select(col(Posting.question)).where(
        col(Posting.team_id) == span.team_id,
        col(Posting.kind).in_(ANSWERED_KINDS),
        col(Posting.created_at) >= span.since,
        col(Posting.created_at) < span.until,
    )
    muted = select(col(QuestionSetting.key)).where(
        col(QuestionSetting.team_id) == span.team_id, col(QuestionSetting.muted)
    )
    return set(session.execute(union(lately, muted)).scalars())
