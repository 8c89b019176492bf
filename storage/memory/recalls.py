"""Older moments that come back: which may, which came lately, and what people said about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select, union
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.engine.types import UtcDateTime
from storage.models import (
    COUNTED_KINDS,
    Attempt,
    Membership,
    Moment,
    Person,
    Posting,
    PostingKind,
    PostingState,
    Quotation,
    Recall,
    RecallChoice,
    RecallWay,
    RecallWish,
    Tap,
    TapKind,
    Version,
)
from storage.models.span import Span
from storage.models.taps import is_counted_tap
from storage.recaps.recaps import kept_edge, kept_in_span

QUARTER = timedelta(days=91)
"""How long a moment that came back doesn't come back again."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""A time before anything was said."""
UNSEEN = (PostingState.FAILED, PostingState.SKIPPED, PostingState.WAITING)
"""The states of a posting that nobody saw, as long as it has no message."""


def list_resting(
    session: Session, ids: Sequence[int], now: datetime, today: date, person_id: int | None = None,
    posting_id: int = 0,
) -> set[int]:  # fmt: skip
    """Return those of the moments that may not come back now, to a team or to one person.

    A recap brought them back within a quarter, or they were shown in private: to the person or, for a
    team, to anybody. Or somebody, or the person, doesn't want them again. Or their author opted out of
    being saved. What the person saw today is not among them, so that a page stays as it was. Nor is what
    the posting itself quotes.
    """
    brought = (
        select(col(Quotation.moment_id))
        .join(Posting, col(Posting.id) == col(Quotation.posting_id))
        .join(Moment, col(Moment.id) == col(Quotation.moment_id))
        .where(
            col(Quotation.moment_id).in_(ids),
            col(Posting.kind).in_([PostingKind.RECAP, PostingKind.HARVEST]),
            col(Posting.since) > col(Moment.created_at),
            col(Posting.created_at) > now - QUARTER,
            col(Posting.id) != posting_id,
            *_was_told(),
        )
    )
    seen = select(col(Recall.moment_id)).where(
        col(Recall.moment_id).in_(ids), col(Recall.shown_on) > today - QUARTER
    )
    unwanted = select(col(RecallChoice.moment_id)).where(
        col(RecallChoice.moment_id).in_(ids), col(RecallChoice.choice) == RecallWish.NOT_AGAIN
    )
    out = (
        select(col(Moment.id))
        .join(Person, col(Person.id) == col(Moment.author_id))
        .where(col(Moment.id).in_(ids), col(Person.opted_out))
    )
    if person_id is not None:
        seen = seen.where(col(Recall.person_id) == person_id, col(Recall.shown_on) < today)
        unwanted = unwanted.where(col(RecallChoice.person_id) == person_id)
        out = out.where(col(Moment.author_id) != person_id)
    found = session.execute(union(brought, seen, unwanted, out)).scalars()
    return {one for one in found if one is not None}


def _was_told() -> tuple[Any, ...]:
    """Return the conditions that people could read a quotation: its posting was seen, and told more than a number."""
    return (was_seen(), col(Quotation.named).is_(False))


def was_seen() -> ColumnElement[bool]:
    """Return the condition that people saw a posting, or soon will: it neither failed nor was taken back."""
    came = or_(col(Posting.message).is_not(None), col(Posting.state).not_in(UNSEEN))
    return and_(col(Posting.withdrawn_at).is_(None), came)


def list_told_parts(
    session: Session, team_id: int, key: str, since: datetime, posting_id: int
) -> Sequence[Any]:
    """Return what the recaps of a team that people saw since a time stored under a room's key, as JSON data.

    The posting itself is left out.
    """
    wanted = select(col(Posting.as_posted)).where(
        col(Posting.team_id) == team_id,
        col(Posting.kind) == PostingKind.RECAP,
        col(Posting.created_at) >= since,
        col(Posting.id) != posting_id,
        col(Posting.as_posted).is_not(None),
        was_seen(),
    )
    stored = session.execute(wanted.order_by(col(Posting.id))).scalars()
    parts = ((told or {}).get("picks", {}).get(key) for told in stored)
    return [part for part in parts if part is not None]


def list_seen(session: Session, ids: Sequence[int], person_id: int) -> set[int]:
    """Return those of the moments that a person saw again in private."""
    wanted = select(col(Recall.moment_id)).where(
        col(Recall.moment_id).in_(ids), col(Recall.person_id) == person_id
    )
    return set(session.execute(wanted).scalars())


def list_seen_on(session: Session, person_id: int, day: date) -> Sequence[int]:
    """Return the ids of the older moments that a person saw in private on a day, in that order."""
    wanted = select(col(Recall.moment_id)).where(
        col(Recall.person_id) == person_id, col(Recall.shown_on) == day
    )
    return session.execute(wanted.order_by(col(Recall.id))).scalars().all()


def list_returned(session: Session, ids: Sequence[int], today: date) -> set[int]:
    """Return those of the moments that came back before today, in a recap or to anybody in private."""
    brought = (
        select(col(Quotation.moment_id))
        .join(Posting, col(Posting.id) == col(Quotation.posting_id))
        .join(Moment, col(Moment.id) == col(Quotation.moment_id))
        .where(col(Quotation.moment_id).in_(ids), col(Posting.since) > col(Moment.created_at), *_was_told())
    )
    seen = select(col(Recall.moment_id)).where(col(Recall.moment_id).in_(ids), col(Recall.shown_on) < today)
    return {one for one in session.execute(union(brought, seen)).scalars() if one is not None}


def add_recall(session: Session, moment_id: int, person_id: int, way: RecallWay, today: date) -> None:
    """Note that a person saw an older moment, once a day."""
    known = select(col(Recall.id)).where(
        col(Recall.moment_id) == moment_id, col(Recall.person_id) == person_id, col(Recall.shown_on) == today
    )
    if session.execute(known.limit(1)).first() is None:
        session.add(Recall(moment_id=moment_id, person_id=person_id, way=way, shown_on=today))
        session.flush()


def find_choice(session: Session, moment_id: int, person_id: int) -> RecallChoice | None:
    """Return what a person said about a moment that came back, or None."""
    return session.get(RecallChoice, (moment_id, person_id))


def set_choice(session: Session, moment_id: int, person_id: int, wish: RecallWish, now: datetime) -> None:
    """Store a person's choice about a moment that came back. The choice before it is stored for an Undo."""
    known = find_choice(session, moment_id, person_id)
    if known is None:
        session.add(RecallChoice(moment_id=moment_id, person_id=person_id, choice=wish, created_at=now))
    elif known.choice != wish:
        known.before, known.choice, known.created_at = known.choice, wish, now
    session.flush()


def undo_choice(session: Session, known: RecallChoice) -> None:
    """Restore a person's earlier choice about a moment that came back, or delete it."""
    if known.before:
        known.choice, known.before = known.before, ""
    else:
        session.delete(known)
    session.flush()


def list_wanted(session: Session, team_id: int, limit: int, person_id: int | None = None) -> Sequence[Moment]:
    """Return the moments of which the team, or one person, wants more like them, the latest said first.

    They are reached from the latest that each member said, because a team has many moments of which nobody said
    that, and a member may have said it of many.
    """
    members = select(col(Membership.person_id), _wanted_since(team_id, limit).label("since")).where(
        col(Membership.team_id) == team_id
    )
    if person_id is not None:
        members = members.where(col(Membership.person_id) == person_id)
    # Of its own, so that PostgreSQL looks for the time once for each member, and not for all that one said.
    member = members.cte("member").prefix_with("MATERIALIZED", dialect="postgresql")
    wanted = (
        select(Moment)
        .join(RecallChoice, col(RecallChoice.moment_id) == col(Moment.id))
        .join(member, member.c.person_id == col(RecallChoice.person_id))
        .where(*_is_wanted(Moment, RecallChoice, team_id), col(RecallChoice.created_at) >= member.c.since)
    )
    return session.execute(wanted.order_by(col(RecallChoice.created_at).desc()).limit(limit)).scalars().all()


def _wanted_since(team_id: int, limit: int) -> ColumnElement[datetime]:
    """Return when a member said it of the oldest of the latest moments, or the beginning of time for fewer."""
    moment, choice = aliased(Moment), aliased(RecallChoice)
    latest = (
        select(col(choice.created_at))
        .join(moment, col(moment.id) == col(choice.moment_id))
        .where(col(choice.person_id) == col(Membership.person_id), *_is_wanted(moment, choice, team_id))
        .order_by(col(choice.created_at).desc())
        .limit(1)
        .offset(limit - 1)
        .correlate(Membership)
    )
    return func.coalesce(latest.scalar_subquery(), literal(BEGINNING, UtcDateTime))


def _is_wanted(moment: Any, choice: Any, team_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        # The sum keeps a planner from walking all moments of the team.
        col(moment.team_id) + 0 == team_id,
        col(moment.deleted_at).is_(None),
        col(choice.choice) == RecallWish.MORE,
    )


def first_kept_at(session: Session, team_id: int) -> datetime | None:
    """Return when a team's first moment that is still there was kept, or None without any."""
    first: datetime | None = session.execute(kept_edge(func.min, team_id, COUNTED_KINDS)).scalar_one()
    return first


def last_kept_at(session: Session, team_id: int) -> datetime | None:
    """Return when a team's newest moment that is still there was kept, or None without any."""
    last: datetime | None = session.execute(kept_edge(func.max, team_id, COUNTED_KINDS)).scalar_one()
    return last


def was_offered(session: Session, team_id: int, since: datetime) -> bool:
    """Return whether a quiet team was offered to look back since a time."""
    wanted = select(col(Posting.id)).where(
        col(Posting.team_id) == team_id,
        col(Posting.kind) == PostingKind.LOOK_BACK,
        col(Posting.created_at) >= since,
        was_seen(),
    )
    return session.execute(wanted.limit(1)).first() is not None


def last_planned_at(session: Session, schedule_id: int, before: datetime) -> datetime | None:
    """Return when a schedule last planned a post before a time, or None."""
    wanted = select(func.max(col(Posting.created_at))).where(
        col(Posting.schedule_id) == schedule_id, col(Posting.created_at) < before
    )
    found: datetime | None = session.execute(wanted).scalar_one()
    return found


def list_kept(session: Session, span: Span, limit: int) -> Sequence[Moment]:
    """Return the newest moments of a span, at most `limit`, oldest first."""
    # The sum keeps SQLite from walking all moments of the team by their numbers, to spare itself the sorting.
    newest = (col(Moment.number) + 0).desc()
    wanted = select(Moment).where(kept_in_span(span)).order_by(newest).limit(limit)
    return session.execute(wanted).scalars().all()[::-1]


def people_there(session: Session, ids: Sequence[int]) -> Mapping[int, frozenset[int]]:
    """Return who was there by moment: who wrote it, added a version, or tapped that they were there."""
    everyone = union(
        select(col(Moment.id), col(Moment.author_id)).where(col(Moment.id).in_(ids)),
        select(col(Version.moment_id), col(Version.author_id)).where(col(Version.moment_id).in_(ids)),
        select(col(Tap.moment_id), col(Tap.person_id)).where(
            col(Tap.moment_id).in_(ids), is_counted_tap(TapKind.THERE)
        ),
    )
    found: dict[int, set[int]] = defaultdict(set)
    for moment_id, person_id in session.execute(everyone):
        found[moment_id].add(person_id)
    return {moment_id: frozenset(people) for moment_id, people in found.items()}


def quests_of(session: Session, ids: Sequence[int]) -> Mapping[int, int]:
    """Return the quest's id of each moment that is an attempt at one."""
    wanted = select(col(Attempt.moment_id), col(Attempt.quest_id)).where(
        col(Attempt.moment_id).in_(ids), col(Attempt.quest_id).is_not(None)
    )
    return {moment_id: quest_id for moment_id, quest_id in session.execute(wanted)}  # noqa: C416  # rows are not typed as pairs


def erase_for_moment(session: Session, moment_id: int) -> None:
    """Delete what is remembered about a moment that came back."""
    session.execute(delete(Recall).where(col(Recall.moment_id) == moment_id))
    session.execute(delete(RecallChoice).where(col(RecallChoice.moment_id) == moment_id))
