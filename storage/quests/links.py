"""Links from moments to the breakthroughs that they fed, and figures about these links.

A removed moment keeps its link, as it keeps its number, so that the breakthrough can show that
something is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, select, union
from sqlmodel import Session, col

from storage.doors import chances
from storage.engine.batch_reads import has_none
from storage.engine.statements import build_once
from storage.models import (
    COUNTED_KINDS,
    AttemptOutcome,
    Kind,
    Link,
    Moment,
    MomentState,
    Person,
    Quest,
    Tap,
    TapKind,
    Version,
    Why,
)
from storage.models.shown import shown_name
from storage.models.taps import is_counted_tap
from storage.quests.attempts import NO_FAILURE, stands_as


class LinkSummary(NamedTuple):
    """How a breakthrough came about, in figures, from the moments linked to it.

    It counts the linked moments, the experiments among them, those that failed, and the removed ones. `days`
    are whole days up to the breakthrough, from the first linked moment or from the opening of its
    quest. `people` are the names of everyone involved, in alphabetical order.
    """

    linked_count: int
    attempts: int
    dead_ends: int
    removed: int
    days: int
    people: tuple[str, ...]


def add_link(session: Session, from_id: int, to_id: int, person_id: int, now: datetime) -> bool:
    """Link a moment to the breakthrough it fed, and return whether the link is new.

    Raise ValueError when the link would make a moment feed itself.
    """
    if from_id == to_id or to_id in upstream_ids(session, from_id):
        raise ValueError("a moment cannot feed itself")
    if session.get(Link, (from_id, to_id)) is not None:
        return False
    session.add(Link(from_id=from_id, to_id=to_id, made_by_id=person_id, created_at=now))
    session.flush()
    return True


def upstream_ids(session: Session, moment_id: int) -> set[int]:
    """Return the ids of all moments that fed a moment, directly or through others."""
    source: Select[Any] = select(col(Link.from_id).label("id")).where(col(Link.to_id) == moment_id)
    walked = source.cte("walked", recursive=True)
    walked = walked.union(select(col(Link.from_id)).where(col(Link.to_id) == walked.c.id))
    return set(session.execute(select(walked.c.id)).scalars())


def remove_link(session: Session, from_id: int, to_id: int) -> bool:
    """Remove a link and return whether it existed."""
    link = session.get(Link, (from_id, to_id))
    if link is None:
        return False
    session.delete(link)
    chances.forget_breakthrough(session, to_id, from_id)
    session.flush()
    return True


def remove_links_to(session: Session, to_id: int) -> Sequence[int]:
    """Remove all links to a moment that is no breakthrough any more.

    Return the ids of the moments that were linked to it.
    """
    chances.forget_breakthrough(session, to_id)
    gone = delete(Link).where(col(Link.to_id) == to_id).returning(col(Link.from_id))
    return session.execute(gone).scalars().all()


def list_linked(session: Session, to_id: int) -> Sequence[Moment]:
    """Return the moments that fed a breakthrough, oldest first, removed ones included."""
    wanted = select(Moment).join(Link, col(Link.from_id) == col(Moment.id)).where(col(Link.to_id) == to_id)
    return session.execute(wanted.order_by(col(Moment.created_at), col(Moment.id))).scalars().all()


def list_fed_by(session: Session, from_id: int) -> Sequence[Moment]:
    """Return the breakthroughs that a moment fed, oldest first, without deleted ones."""
    if has_none(session, Link, from_id):
        return ()
    return session.execute(_select_fed_by(), {"from_id": from_id}).scalars().all()


@build_once
def _select_fed_by() -> Select[Moment]:
    wanted = select(Moment).join(Link, col(Link.to_id) == col(Moment.id))
    wanted = wanted.where(col(Link.from_id) == bindparam("from_id"), _is_active())
    return wanted.order_by(col(Moment.number))


def linked_numbers(session: Session, to_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """Return the numbers of the moments that fed each of these, without removed ones."""
    wanted = (
        select(col(Link.to_id), col(Moment.number))
        .join(Moment, col(Moment.id) == col(Link.from_id))
        .where(col(Link.to_id).in_(to_ids), _is_active())
        .order_by(col(Moment.number))
    )
    found: dict[int, list[int]] = defaultdict(list)
    for to_id, number in session.execute(wanted).all():
        found[to_id].append(number)
    return found


def link_summaries(session: Session, breakthroughs: Iterable[Moment]) -> Mapping[int, LinkSummary]:
    """Return the link summary of each breakthrough by its id.

    A breakthrough without links is missing.
    """
    came = {each.id: each.created_at for each in breakthroughs}
    linked, walkers, quests = (
        _load_linked(session, came),
        _involved_names(session, came),
        _quest_start_times(session, came),
    )
    return {
        one: _build_summary(stops, came[one], walkers.get(one, ()), quests.get(one))
        for one, stops in linked.items()
    }


def _build_summary(
    linked: Sequence[tuple[str, datetime, bool, bool]],
    came: datetime,
    people: Collection[str],
    quest: datetime | None,
) -> LinkSummary:
    """Return the link summary of one breakthrough.

    `linked` holds (kind, time, whether it is saved and not deleted, whether it didn't fail) of each linked
    moment.
    """
    standing = [(kind, at, fine) for kind, at, stands, fine in linked if stands]
    first = min([at for _, at, _ in standing] + ([quest] if quest else []), default=came)
    return LinkSummary(
        linked_count=len(standing),
        attempts=sum(kind == Kind.EXPERIMENT for kind, _, _ in standing),
        dead_ends=sum(kind == Kind.EXPERIMENT and not fine for kind, _, fine in standing),
        removed=sum(kind == Kind.EXPERIMENT and not stands for kind, _, stands, _ in linked),
        days=max((came - first).days, 0),
        people=tuple(sorted(people, key=str.casefold)),
    )


def _load_linked(
    session: Session, to_ids: Collection[int]
) -> Mapping[int, Sequence[tuple[str, datetime, bool, bool]]]:
    fine = stands_as(*NO_FAILURE)
    wanted = (
        select(col(Link.to_id), col(Moment.kind), col(Moment.created_at), _is_active(), fine)
        .join(Moment, col(Moment.id) == col(Link.from_id))
        .where(col(Link.to_id).in_(to_ids))
    )
    found: dict[int, list[tuple[str, datetime, bool, bool]]] = defaultdict(list)
    for to_id, kind, at, stands, well in session.execute(wanted).all():
        found[to_id].append((kind, at, bool(stands), bool(well)))
    return found


def _involved_names(session: Session, to_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """Return the names of the people involved in each breakthrough or in what fed it."""
    walked = union(*_select_involved(to_ids)).subquery()
    wanted = select(walked.c.road, col(Person.id), col(Person.platform_name)).join(
        Person, col(Person.id) == walked.c.person
    )
    found: dict[int, list[str]] = defaultdict(list)
    for road, _, name in session.execute(wanted).all():
        found[road].append(shown_name(name))
    return found


def _select_involved(to_ids: Collection[int]) -> Sequence[Select[Any]]:
    """Return queries for pairs of a breakthrough id and the id of a person involved.

    A person is involved who wrote the moment, added a why or a version, or was there.
    """
    stops: Any = (
        select(col(Link.to_id).label("road"), col(Moment.id).label("stop"))
        .join(Moment, col(Moment.id) == col(Link.from_id))
        .where(col(Link.to_id).in_(to_ids), _is_active())
    )
    ends = select(col(Moment.id), col(Moment.id)).where(col(Moment.id).in_(to_ids))
    road = union(stops, ends).cte("road")
    parts: tuple[tuple[Any, Any, tuple[Any, ...]], ...] = (
        (Moment.author_id, Moment.id, ()),
        (Why.author_id, Why.moment_id, (col(Why.deleted_at).is_(None),)),
        (Version.author_id, Version.moment_id, ()),
        (Tap.person_id, Tap.moment_id, (is_counted_tap(TapKind.THERE),)),
    )
    return [
        select(road.c.road, col(person).label("person")).where(col(at) == road.c.stop, *where)
        for person, at, where in parts
    ]


def _quest_start_times(session: Session, found_ids: Collection[int]) -> Mapping[int, datetime]:
    """Return the opening time of the first quest that each breakthrough found, by its id."""
    wanted = (
        select(Quest).where(col(Quest.found_id).in_(found_ids), col(Quest.withdrawn_at).is_(None))
    ).order_by(col(Quest.created_at).desc())
    return {quest.found_id or 0: quest.created_at for quest in session.execute(wanted).scalars()}


def list_recent(
    session: Session, team_id: int, kind: Kind, limit: int, before: int | None = None
) -> Sequence[Moment]:
    """Return the newest moments of a kind in a team, with numbers below `before`."""
    wanted = select(Moment).where(col(Moment.team_id) == team_id, col(Moment.kind) == kind, _is_active())
    if before is not None:
        wanted = wanted.where(col(Moment.number) < before)
    return session.execute(wanted.order_by(col(Moment.number).desc()).limit(limit)).scalars().all()


def list_by_person(session: Session, team_id: int, person_id: int, limit: int) -> Sequence[Moment]:
    """Return the newest breakthroughs of a team in which a person was involved.

    The person was involved in the breakthrough itself or in a moment that fed it. They are reached
    from what the person did, because a large team has many breakthroughs of others.
    """
    theirs = union(*_select_touched(person_id)).cte("theirs")
    fed = (
        select(col(Link.to_id))
        .join(Moment, col(Moment.id) == col(Link.from_id))
        .where(col(Link.from_id).in_(select(theirs.c.id)), col(Moment.deleted_at).is_(None))
    )
    wanted = select(Moment).where(
        # The sum keeps SQLite from walking all breakthroughs of the team, to spare itself the sorting.
        col(Moment.team_id) + 0 == team_id,
        col(Moment.kind) == Kind.BREAKTHROUGH,
        _is_active(),
        col(Moment.id).in_(union(select(theirs.c.id), fed)),
    )
    return session.execute(wanted.order_by(col(Moment.number).desc()).limit(limit)).scalars().all()


def _select_touched(person_id: int) -> Sequence[Select[Any]]:
    """Return queries for the ids of the moments in which a person was involved.

    That is, they wrote it, added a why or a version, or were there.
    """
    return (
        select(col(Moment.id).label("id")).where(col(Moment.author_id) == person_id),
        select(col(Why.moment_id)).where(col(Why.author_id) == person_id, col(Why.deleted_at).is_(None)),
        select(col(Version.moment_id)).where(col(Version.author_id) == person_id),
        select(col(Tap.moment_id)).where(col(Tap.person_id) == person_id, is_counted_tap(TapKind.THERE)),
    )


def count_failures_between(session: Session, team_id: int, after: int, before: int) -> int:
    """Return the number of failed experiments kept between two moments, given by their numbers.

    Neither of the two is counted.
    """
    wanted = select(func.count(col(Moment.id))).where(
        col(Moment.team_id) == team_id,
        col(Moment.kind) == Kind.EXPERIMENT,
        col(Moment.number) > after,
        col(Moment.number) < before,
        ~stands_as(*NO_FAILURE),
        _is_active(),
    )
    number: int = session.execute(wanted).scalar_one()
    return number


def have_latest_failed(session: Session, team_id: int, person_id: int, limit: int) -> bool:
    """Return whether a person's newest own moments in a team, of those that count, all are failed experiments.

    `limit` is how many. Experiments under way have no result yet and are left out.
    """
    wanted = select(col(Moment.kind), stands_as(AttemptOutcome.WENT_WELL)).where(
        col(Moment.team_id) == team_id,
        col(Moment.author_id) == person_id,
        col(Moment.kind).in_(COUNTED_KINDS),
        ~stands_as(AttemptOutcome.UNDER_WAY),
        _is_active(),
    )
    found = session.execute(wanted.order_by(col(Moment.number).desc()).limit(limit)).all()
    return len(found) == limit and all(kind == Kind.EXPERIMENT and not well for kind, well in found)


def _is_active() -> ColumnElement[bool]:
    return and_(col(Moment.state) == MomentState.KEPT, col(Moment.deleted_at).is_(None))
