"""Selection and counts of moments for recaps, computed in the database.

A team may keep a hundred thousand moments, and a recap needs a dozen of them and a few
figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, func, literal, select, union_all
from sqlmodel import Session, col

from storage.engine.batch_reads import has_none
from storage.engine.statements import build_once
from storage.models import (
    COUNTED_KINDS,
    Attempt,
    Kind,
    Moment,
    MomentState,
    Posting,
    PostingKind,
    PostingState,
    Quest,
    Quotation,
    Tap,
    TapKind,
    Version,
)
from storage.models.span import Span
from storage.models.taps import is_counted_tap
from storage.quests.attempts import NO_FAILURE, stands_as

QUARTER = timedelta(weeks=13)
WEEKLY_KINDS = (Kind.EXPERIMENT, Kind.AHA, Kind.BREAKTHROUGH)
"""The kinds of moment counted week by week, in this order."""


class QuotedIds(NamedTuple):
    """The ids of the moments and answers that a recap quotes, in the order of the recap."""

    moments: Sequence[int]
    answers: Sequence[int]


def find_quoted(session: Session, posting_id: int) -> QuotedIds | None:
    """Return the ids that a recap quoted when first sent, or None before that."""
    rows = session.execute(_select_quoted(), {"posting_id": posting_id}).all()
    moments = dict.fromkeys(moment for moment, _ in rows if moment is not None)
    answers = dict.fromkeys(answer for _, answer in rows if answer is not None)
    return QuotedIds(list(moments), list(answers)) if rows else None


@build_once
def _select_quoted() -> Select[int | None, int | None]:
    return (
        select(col(Quotation.moment_id), col(Quotation.answer_id))
        .where(col(Quotation.posting_id) == bindparam("posting_id"))
        .order_by(col(Quotation.id))
    )


def select_best(session: Session, span: Span, limit: int) -> Sequence[int]:
    """Return the ids of the moments most worth showing again.

    Breakthroughs come first, because they are rare. Then come those that are not experiments
    without a lesson, those with the most added versions, those with the most people there, and the
    older ones, which people have more likely forgotten.
    """
    return _breakthroughs_first(session, span, limit, (Kind.AHA, Kind.EXPERIMENT))


def _breakthroughs_first(session: Session, span: Span, limit: int, kinds: Sequence[Kind]) -> Sequence[int]:
    """Return the ids of the best breakthroughs and, if these are too few, of the best moments of other kinds.

    The others are many, and are only read where they are needed.
    """
    first = best_of_kind(session, span, limit, Kind.BREAKTHROUGH)
    if len(first) == limit:
        return first
    given = {**span._asdict(), "limit": limit - len(first)}
    return [*first, *session.execute(_rank_moments(*kinds), given).scalars()]


@build_once
def _rank_moments(*kinds: Kind, last_attempts: bool = False) -> Select[int]:
    """Return the query of `select_best` for moments of other kinds than breakthroughs, or for these alone.

    With `last_attempts`, the last attempts at their ideas come first.
    """
    wanted = select(col(Moment.id)).where(kept_in_span(span_parameters(), kinds))
    ranked = wanted.order_by(
        *((_is_followed(),) if last_attempts else ()),
        case((has_no_lesson(), 1), else_=0),
        _count_of(Version).desc(),
        _count_of(Tap, is_counted_tap(TapKind.THERE)).desc(),
        col(Moment.created_at),
        col(Moment.id),
    )
    return ranked.limit(bindparam("limit", type_=Integer))


def best_of_kind(session: Session, span: Span, limit: int, kind: Kind) -> Sequence[int]:
    """Return the ids of the best moments of one kind, in the order of `select_best`."""
    return session.execute(_rank_moments(kind), {**span._asdict(), "limit": limit}).scalars().all()


def best_experiments(session: Session, span: Span, limit: int) -> Sequence[int]:
    """Return the ids of the best experiments, in the order of `select_best`.

    The last attempts at their ideas come first.
    """
    ranked = _rank_moments(Kind.EXPERIMENT, last_attempts=True)
    return session.execute(ranked, {**span._asdict(), "limit": limit}).scalars().all()


def _is_followed() -> Any:
    """Return 1 for an experiment that a later attempt follows, and 0 for any other."""
    later = Moment.__table__.alias("later")  # type: ignore[attr-defined]
    followed = (
        select(col(Attempt.moment_id))
        .join(later, later.c.id == col(Attempt.moment_id))
        .where(col(Attempt.previous_id) == col(Moment.id), later.c.deleted_at.is_(None))
        .correlate(Moment)
        .exists()
    )
    return case((followed, 1), else_=0)


def best_moments(session: Session, span: Span, limit: int) -> Sequence[int]:
    """Return the ids of the best ahas and breakthroughs, in the order of `select_best`."""
    return _breakthroughs_first(session, span, limit, (Kind.AHA,))


def list_untaught(session: Session, span: Span, limit: int) -> Sequence[int]:
    """Return the ids of the latest failed experiments without a note of what they taught."""
    return session.execute(_select_untaught(), {**span._asdict(), "limit": limit}).scalars().all()


@build_once
def _select_untaught() -> Select[int]:
    tried = kept_in_span(span_parameters(), (Kind.EXPERIMENT,))
    # The sum keeps SQLite from walking all moments of the team by their numbers, to spare itself the sorting.
    newest = (col(Moment.number) + 0).desc()
    wanted = select(col(Moment.id)).where(tried, _is_untaught()).order_by(newest)
    return wanted.limit(bindparam("limit", type_=Integer))


def span_parameters() -> Span:
    """Return a span of parameters, for a statement that is built once.

    Its values are those of a span's `_asdict`.
    """
    parameters: Any = map(bindparam, Span._fields)
    return Span(*parameters)


def kept_in_span(span: Span, kinds: Sequence[Kind] = COUNTED_KINDS) -> ColumnElement[bool]:
    """Return the SQL condition that a moment of one of these kinds was kept in the span and is not deleted."""
    return and_(
        col(Moment.team_id) == span.team_id,
        col(Moment.kind).in_(kinds),
        col(Moment.created_at) >= span.since,
        col(Moment.created_at) < span.until,
        col(Moment.state) == MomentState.KEPT,
        col(Moment.deleted_at).is_(None),
    )


def has_no_lesson() -> ColumnElement[bool]:
    """Return the SQL condition that a moment is an experiment of which nobody has said what it taught."""
    taught = col(Moment.parts)["taught"].as_string()
    return and_(col(Moment.kind) == Kind.EXPERIMENT, func.coalesce(taught, "") == "")


def _is_untaught() -> ColumnElement[bool]:
    """Return the SQL condition that an experiment failed and nobody has said what it taught."""
    return and_(has_no_lesson(), ~stands_as(*NO_FAILURE))


def _count_of(table: Any, *where: Any) -> Any:
    counted = select(func.count()).where(col(table.moment_id) == col(Moment.id), *where)
    return counted.correlate(Moment).scalar_subquery()


def load_moments(session: Session, ids: Sequence[int]) -> Sequence[Moment]:
    """Return moments in the order of `ids`, deleted ones included."""
    found = session.execute(_select_moments(), {"ids": list(ids)}).scalars()
    places = {moment_id: place for place, moment_id in enumerate(ids)}
    return sorted(found, key=lambda moment: places[moment.id])


@build_once
def _select_moments() -> Select[Moment]:
    return select(Moment).where(col(Moment.id).in_(bindparam("ids", expanding=True)))


def versions_as_of(session: Session, ids: Iterable[int], as_of: datetime) -> Mapping[int, Sequence[Version]]:
    """Return the versions of moments created until `as_of`, by moment id, oldest first."""
    wanted = select(Version).where(col(Version.moment_id).in_(list(ids)), col(Version.created_at) <= as_of)
    by_moment: dict[int, list[Version]] = defaultdict(list)
    for version in session.execute(wanted.order_by(col(Version.id))).scalars():
        by_moment[version.moment_id].append(version)
    return by_moment


def load_versions(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[Version]]:
    """Return versions by their ids, grouped by moment id, oldest first. Removed ones are missing."""
    by_moment: dict[int, list[Version]] = defaultdict(list)
    wanted = select(Version).where(col(Version.id).in_(ids)).order_by(col(Version.id))
    for version in session.execute(wanted).scalars():
        by_moment[version.moment_id].append(version)
    return by_moment


def count_kept(session: Session, span: Span) -> int:
    """Return the number of moments kept in the span."""
    number: int = session.execute(_count_kept(), span._asdict()).scalar_one()
    return number


@build_once
def _count_kept() -> Select[int]:
    return select(func.count(col(Moment.id))).where(kept_in_span(span_parameters()))


def count_still_kept(session: Session, ids: Sequence[int]) -> int:
    """Return how many of these moments are still kept."""
    number: int = session.execute(_count_still_kept(), {"ids": list(ids)}).scalar_one()
    return number


@build_once
def _count_still_kept() -> Select[int]:
    return select(func.count(col(Moment.id))).where(
        col(Moment.id).in_(bindparam("ids", expanding=True)),
        col(Moment.deleted_at).is_(None),
        col(Moment.state) == MomentState.KEPT,
    )


def list_breakthroughs(session: Session, span: Span, limit: int) -> Sequence[Moment]:
    """Return the newest breakthroughs of the span, at most `limit`, ordered oldest first."""
    wanted = select(Moment).where(kept_in_span(span, (Kind.BREAKTHROUGH,)))
    newest = session.execute(
        wanted.order_by(col(Moment.created_at).desc(), col(Moment.id).desc()).limit(limit)
    )
    return newest.scalars().all()[::-1]


def breakthrough_times(session: Session, span: Span) -> Sequence[datetime]:
    """Return the times of all breakthroughs of the span, oldest first."""
    wanted = select(col(Moment.created_at)).where(kept_in_span(span, (Kind.BREAKTHROUGH,)))
    return session.execute(wanted.order_by(col(Moment.created_at))).scalars().all()


def first_quest_activity(session: Session, team_id: int, until: datetime) -> datetime | None:
    """Return when a team first opened a quest or kept an experiment or breakthrough.

    Return None when it did neither before `until`.
    """
    early = col(Moment.created_at) < until
    kept = kept_edge(func.min, team_id, (Kind.EXPERIMENT, Kind.BREAKTHROUGH), early)
    opened = select(func.min(col(Quest.created_at))).where(
        col(Quest.team_id) == team_id, col(Quest.created_at) < until, col(Quest.withdrawn_at).is_(None)
    )
    found = [session.execute(each).scalar() for each in (kept, opened)]
    return min((at for at in found if at is not None), default=None)


def kept_edge(edge: Any, team_id: Any, kinds: Sequence[Kind], *where: Any) -> Select[datetime | None]:
    """Return the query for when a team kept its first or last moment of some kinds: `edge` is `func.min` or `func.max`.

    Each kind's is at an end of its part of the index. For all kinds together, every moment would be read.
    """
    ends = (
        select(edge(col(Moment.created_at)).label("at")).where(
            col(Moment.team_id) == team_id,
            col(Moment.kind) == kind,
            col(Moment.state) == MomentState.KEPT,
            col(Moment.deleted_at).is_(None),
            *where,
        )
        for kind in kinds
    )
    return select(edge(union_all(*ends).subquery().c.at))


def last_posted(session: Session, team_id: int, before: datetime) -> Posting | None:
    """Return the newest recap or harvest in a team's channel that ended before a time, or None."""
    wanted = select(Posting).where(
        col(Posting.team_id) == team_id,
        col(Posting.kind).in_([PostingKind.RECAP, PostingKind.HARVEST]),
        col(Posting.state) == PostingState.SENT,
        col(Posting.withdrawn_at).is_(None),
        col(Posting.until) < before,
    )
    return session.execute(
        wanted.order_by(col(Posting.until).desc(), col(Posting.id).desc()).limit(1)
    ).scalar_one_or_none()


def untold_since(session: Session, span: Span) -> datetime:
    """Return since when a recap of a span tells what an earlier one didn't: at the latest since it begins.

    A recap of an empty span is not posted, so that this goes back to the last that was, or for a quarter.
    """
    last = last_posted(session, span.team_id, span.until)
    posted = last.until if last is not None else None
    return min(span.since, posted or span.since - QUARTER)


NOT_TOLD = (PostingState.FAILED, PostingState.SKIPPED, PostingState.WAITING)
"""The states of a recap that has told nobody anything: refused, empty, or waiting for a permission."""


def is_told(recap: Posting) -> bool:
    """Return whether a recap was posted, or is about to be."""
    return recap.state not in NOT_TOLD


def span_to_tell(session: Session, span: Span, posting: Posting | None) -> Span:
    """Return the span of which a posting tells: a schedule's goes on where the last posted recap ended.

    What somebody asks for tells its own span.
    """
    if posting is None or posting.schedule_id is None:
        return span
    return span._replace(since=untold_since(session, span))


def has_nothing_to_harvest(session: Session, team_id: int) -> bool:
    """Return whether a team is known to have no quest, experiment or breakthrough at all."""
    return has_none(session, "tried", team_id) and has_none(session, Quest, team_id)


def last_harvest(session: Session, team_id: int) -> Posting | None:
    """Return a team's newest harvest posting in any state, or None."""
    if has_none(session, "harvested", team_id):
        return None
    wanted = select(Posting).where(col(Posting.team_id) == team_id, col(Posting.kind) == PostingKind.HARVEST)
    return session.execute(wanted.order_by(col(Posting.id).desc()).limit(1)).scalar_one_or_none()


def is_first_of_schedule(session: Session, posting: Posting, since: datetime) -> bool:
    """Return whether no earlier recap or harvest of a team's schedules ends after `since`.

    Those that were not posted don't count.
    """
    earlier = select(col(Posting.id)).where(
        col(Posting.team_id) == posting.team_id,
        col(Posting.kind).in_([PostingKind.RECAP, PostingKind.HARVEST]),
        col(Posting.schedule_id).is_not(None),
        col(Posting.until) >= since,
        col(Posting.id) < posting.id,
        col(Posting.state).not_in(NOT_TOLD),
    )
    return session.execute(earlier.limit(1)).scalar_one_or_none() is None


def count_by_week(
    session: Session, team_id: int, edges: Sequence[datetime]
) -> Sequence[tuple[int, int, int]]:
    """Return the numbers of experiments, ahas and breakthroughs between neighbouring edges.

    One count per week reads its part of the index and sorts nothing. Grouping all moments takes
    five times as long.
    """
    weeks = (
        select(literal(place).label("place"), *map(_count_kind, WEEKLY_KINDS)).where(
            kept_in_span(Span(team_id, *both))
        )
        for place, both in enumerate(pairwise(edges))
    )
    each = union_all(*weeks).subquery()
    rows = session.execute(select(each).order_by(each.c.place))
    return [(experiments, ahas, breakthroughs) for _, experiments, ahas, breakthroughs in rows]


def count_experiments(session: Session, team_id: int, edges: Sequence[datetime]) -> Sequence[int]:
    """Return the numbers of experiments between neighbouring edges."""
    given = {f"edge_{place}": edge for place, edge in enumerate(edges)}
    return session.execute(_count_experiments(len(edges)), {**given, "team_id": team_id}).one()


@build_once
def _count_experiments(edges: int) -> Select[*tuple[int, ...]]:
    """Return the query that counts between so many edges, each part from the index of its kind alone."""
    team: Any = bindparam("team_id")
    at: list[Any] = [bindparam(f"edge_{place}") for place in range(edges)]
    parts = [Span(team, *both) for both in pairwise(at)]
    counts = (
        select(func.count()).select_from(Moment).where(kept_in_span(each, (Kind.EXPERIMENT,)))
        for each in parts
    )
    return select(*(each.scalar_subquery() for each in counts))


def _count_kind(kind: Kind) -> Any:
    return func.count().filter(col(Moment.kind) == kind).label(kind.value)
