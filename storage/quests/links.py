"""Links: what fed a breakthrough, and the road that they make together: how many attempts, how many days, whose.

A removed moment keeps its link, as it keeps its number, so that a road says that something is missing from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, delete, func, select, union
from sqlmodel import Session, col

from storage.models import Kind, Link, Moment, MomentState, Person, Quest, Tap, TapKind, Version, Why


class Road(NamedTuple):
    """How a breakthrough came about: what stands linked to it, the experiments among them and those removed since.

    `days` are whole ones, from the first of these, or from the quest it found, up to the breakthrough. `people` are
    the names of everyone who was part of any of it, in alphabetical order.
    """

    stops: int
    attempts: int
    removed: int
    days: int
    people: tuple[str, ...]


def add(session: Session, from_id: int, to_id: int, person_id: int, now: datetime) -> bool:
    """Link a moment to the breakthrough it fed; whether that is new. ValueError where it would feed itself."""
    if from_id == to_id or to_id in upstream(session, from_id):
        raise ValueError("a moment cannot feed itself")
    if session.get(Link, (from_id, to_id)) is not None:
        return False
    session.add(Link(from_id=from_id, to_id=to_id, made_by_id=person_id, created_at=now))
    session.flush()
    return True


def upstream(session: Session, moment_id: int) -> set[int]:
    """The ids of everything that fed a moment, and of what fed that, however far back."""
    source: Select[Any] = select(col(Link.from_id).label("id")).where(col(Link.to_id) == moment_id)
    walked = source.cte("walked", recursive=True)
    walked = walked.union(select(col(Link.from_id)).where(col(Link.to_id) == walked.c.id))
    return set(session.execute(select(walked.c.id)).scalars())


def remove(session: Session, from_id: int, to_id: int) -> bool:
    """Take a link out; whether it was there."""
    link = session.get(Link, (from_id, to_id))
    if link is None:
        return False
    session.delete(link)
    session.flush()
    return True


def remove_to(session: Session, to_id: int) -> Sequence[int]:
    """Take out everything that led to a moment, which was no breakthrough after all; the ids of what had."""
    gone = delete(Link).where(col(Link.to_id) == to_id).returning(col(Link.from_id))
    return session.execute(gone).scalars().all()


def of(session: Session, to_id: int) -> Sequence[Moment]:
    """What fed a breakthrough, oldest first, removed ones included."""
    wanted = select(Moment).join(Link, col(Link.from_id) == col(Moment.id)).where(col(Link.to_id) == to_id)
    return session.execute(wanted.order_by(col(Moment.created_at), col(Moment.id))).scalars().all()


def fed(session: Session, from_id: int) -> Sequence[Moment]:
    """The breakthroughs that a moment fed and that stand, oldest first."""
    wanted = select(Moment).join(Link, col(Link.to_id) == col(Moment.id))
    wanted = wanted.where(col(Link.from_id) == from_id, _standing())
    return session.execute(wanted.order_by(col(Moment.number))).scalars().all()


def numbers_of(session: Session, to_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """The numbers of what fed each of these moments, removed ones left out."""
    wanted = (
        select(col(Link.to_id), col(Moment.number))
        .join(Moment, col(Moment.id) == col(Link.from_id))
        .where(col(Link.to_id).in_(to_ids), _standing())
        .order_by(col(Moment.number))
    )
    found: dict[int, list[int]] = defaultdict(list)
    for to_id, number in session.execute(wanted).all():
        found[to_id].append(number)
    return found


def roads(session: Session, breakthroughs: Iterable[Moment]) -> Mapping[int, Road]:
    """The road to each of these breakthroughs, by its id; one that nothing led to is missing."""
    came = {each.id: each.created_at for each in breakthroughs}
    linked, walkers, quests = _linked(session, came), _walkers(session, came), _looked_for(session, came)
    return {
        one: _road(stops, came[one], walkers.get(one, ()), quests.get(one)) for one, stops in linked.items()
    }


def _road(
    linked: Sequence[tuple[str, datetime, bool]],
    came: datetime,
    people: Collection[str],
    quest: datetime | None,
) -> Road:
    """The measures of one road, from kind, time and whether it stands of all that is linked."""
    standing = [(kind, at) for kind, at, stands in linked if stands]
    first = min([at for _, at in standing] + ([quest] if quest else []), default=came)
    return Road(
        stops=len(standing),
        attempts=sum(kind == Kind.EXPERIMENT for kind, _ in standing),
        removed=sum(kind == Kind.EXPERIMENT and not stands for kind, _, stands in linked),
        days=max((came - first).days, 0),
        people=tuple(sorted(people, key=str.casefold)),
    )


def _linked(session: Session, to_ids: Collection[int]) -> Mapping[int, Sequence[tuple[str, datetime, bool]]]:
    wanted = (
        select(col(Link.to_id), col(Moment.kind), col(Moment.created_at), _standing())
        .join(Moment, col(Moment.id) == col(Link.from_id))
        .where(col(Link.to_id).in_(to_ids))
    )
    found: dict[int, list[tuple[str, datetime, bool]]] = defaultdict(list)
    for to_id, kind, at, stands in session.execute(wanted).all():
        found[to_id].append((kind, at, bool(stands)))
    return found


def _walkers(session: Session, to_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """The names of everyone who was part of each of these breakthroughs, or of what fed it."""
    walked = union(*_walked(to_ids)).subquery()
    wanted = select(walked.c.road, col(Person.id), col(Person.name)).join(
        Person, col(Person.id) == walked.c.person
    )
    found: dict[int, list[str]] = defaultdict(list)
    for road, _, name in session.execute(wanted).all():
        found[road].append(name)
    return found


def _walked(to_ids: Collection[int]) -> Sequence[Select[Any]]:
    """Roads and the ids of people: who wrote, asked why, told a version, or was there."""
    stops: Any = (
        select(col(Link.to_id).label("road"), col(Moment.id).label("stop"))
        .join(Moment, col(Moment.id) == col(Link.from_id))
        .where(col(Link.to_id).in_(to_ids), _standing())
    )
    ends = select(col(Moment.id), col(Moment.id)).where(col(Moment.id).in_(to_ids))
    road = union(stops, ends).cte("road")
    parts: tuple[tuple[Any, Any, tuple[Any, ...]], ...] = (
        (Moment.author_id, Moment.id, ()),
        (Why.author_id, Why.moment_id, (col(Why.deleted_at).is_(None),)),
        (Version.author_id, Version.moment_id, ()),
        (Tap.person_id, Tap.moment_id, (col(Tap.kind) == TapKind.THERE,)),
    )
    return [
        select(road.c.road, col(person).label("person")).where(col(at) == road.c.stop, *where)
        for person, at, where in parts
    ]


def _looked_for(session: Session, found_ids: Collection[int]) -> Mapping[int, datetime]:
    """When the first of the quests was opened that each of these found."""
    wanted = (
        select(Quest).where(col(Quest.found_id).in_(found_ids), col(Quest.withdrawn_at).is_(None))
    ).order_by(col(Quest.created_at).desc())
    return {quest.found_id or 0: quest.created_at for quest in session.execute(wanted).scalars()}


def recent(
    session: Session, team_id: int, kind: Kind, limit: int, before: int | None = None
) -> Sequence[Moment]:
    """A team's newest moments of a kind, numbered below `before`."""
    wanted = select(Moment).where(col(Moment.team_id) == team_id, col(Moment.kind) == kind, _standing())
    if before is not None:
        wanted = wanted.where(col(Moment.number) < before)
    return session.execute(wanted.order_by(col(Moment.number).desc()).limit(limit)).scalars().all()


def part_of(session: Session, team_id: int, person_id: int, limit: int) -> Sequence[Moment]:
    """The newest breakthroughs of a team that a person was part of, by themselves or by what fed them."""
    fed_it = select(col(Link.from_id)).where(col(Link.to_id) == col(Moment.id)).correlate(Moment)
    stop = Moment.__table__.alias("stop")  # type: ignore[attr-defined]
    theirs = _theirs(stop, person_id)
    part = select(stop.c.id).where(
        (stop.c.id == col(Moment.id)) | stop.c.id.in_(fed_it),
        stop.c.deleted_at.is_(None),
        theirs,
    )
    wanted = select(Moment).where(
        col(Moment.team_id) == team_id,
        col(Moment.kind) == Kind.BREAKTHROUGH,
        _standing(),
        part.correlate(Moment).exists(),
    )
    return session.execute(wanted.order_by(col(Moment.number).desc()).limit(limit)).scalars().all()


def _theirs(stop: Any, person_id: int) -> ColumnElement[bool]:
    """Whether somebody wrote a moment, asked why under it, told a version of it, or was there."""
    why = select(col(Why.id)).where(
        col(Why.moment_id) == stop.c.id, col(Why.author_id) == person_id, col(Why.deleted_at).is_(None)
    )
    told = select(col(Version.id)).where(
        col(Version.moment_id) == stop.c.id, col(Version.author_id) == person_id
    )
    there = select(col(Tap.moment_id)).where(
        col(Tap.moment_id) == stop.c.id, col(Tap.person_id) == person_id, col(Tap.kind) == TapKind.THERE
    )
    wrote: ColumnElement[bool] = stop.c.author_id == person_id
    return wrote | why.exists() | told.exists() | there.exists()


def tried_between(session: Session, team_id: int, after: int, before: int) -> int:
    """How many experiments a team kept between two moments, given by their numbers."""
    wanted = select(func.count(col(Moment.id))).where(
        col(Moment.team_id) == team_id,
        col(Moment.kind) == Kind.EXPERIMENT,
        col(Moment.number) > after,
        col(Moment.number) < before,
        _standing(),
    )
    number: int = session.execute(wanted).scalar_one()
    return number


def latest_kinds(session: Session, team_id: int, person_id: int, limit: int) -> Sequence[str]:
    """The kinds of a person's newest own moments in a team, the newest first."""
    wanted = select(col(Moment.kind)).where(
        col(Moment.team_id) == team_id, col(Moment.author_id) == person_id, _standing()
    )
    return session.execute(wanted.order_by(col(Moment.number).desc()).limit(limit)).scalars().all()


def _standing() -> ColumnElement[bool]:
    return and_(col(Moment.state) == MomentState.KEPT, col(Moment.deleted_at).is_(None))
