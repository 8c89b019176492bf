"""Taps on a moment, and emoji on messages that are not saved yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BindParameter, CompoundSelect, Select, bindparam, func, select
from sqlmodel import Session, col

from storage.engine.batch_reads import has_none
from storage.engine.statements import build_once
from storage.models import Moment, Person, Spark, Tap, TapKind, Version
from storage.models.shown import shown_name
from storage.models.taps import is_counted_tap
from storage.moments.moments import people_by_id

SAME_PRESS = timedelta(seconds=1)
"""Presses within this time are one press: a double click, or one that the platform told twice."""
EVENTS_KEPT = 100
"""The most presses of one button by one person whose events are stored."""


class TapState(NamedTuple):
    """Whether a tap counts now, and whether the last press changed that."""

    given: bool
    changed: bool


def add_tap(session: Session, moment_id: int, person_id: int, kind: TapKind) -> bool:
    """Save a tap once per person and return whether it is new."""
    if session.get(Tap, (moment_id, person_id, kind)) is not None:
        return False
    session.add(Tap(moment_id=moment_id, person_id=person_id, kind=kind))
    session.flush()
    return True


def toggle_tap(
    session: Session, moment_id: int, person_id: int, kind: TapKind, event: str, now: datetime
) -> TapState:
    """Save a person's tap, or take it back if they gave it before.

    An event that was seen before changes nothing. Nor does a press within SAME_PRESS of the last.
    """
    lock_moment(session, moment_id)
    tap = session.get(Tap, (moment_id, person_id, kind))
    if tap is None:
        session.add(Tap(moment_id=moment_id, person_id=person_id, kind=kind, events=[event], tapped_at=now))
        session.flush()
        return TapState(given=True, changed=True)
    known = tap.events or []
    if event in known:
        return TapState(tap.removed_at is None, changed=False)
    same = tap.tapped_at is not None and abs(now - tap.tapped_at) <= SAME_PRESS
    tap.events, tap.tapped_at = [*known, event][-EVENTS_KEPT:], now
    if not same:
        tap.removed_at = now if tap.removed_at is None else None
    session.flush()
    return TapState(tap.removed_at is None, changed=not same)


def lock_moment(session: Session, moment_id: int) -> None:
    """Lock a moment until the commit.

    Of two people who add a first version at the same time, one then sees the version of the other.
    """
    session.execute(_select_for_update(), {"moment_id": moment_id})


@build_once
def _select_for_update() -> Select[int]:
    return select(col(Moment.id)).where(col(Moment.id) == bindparam("moment_id")).with_for_update()


def names_involved(session: Session, moment: Moment) -> Sequence[str]:
    """Return the names of the people involved in a moment, in alphabetical order.

    These are its author, the authors of versions, and the people who were there.
    """
    alone = has_none(session, Version, moment.id) and has_none(session, Tap, moment.id)
    others = () if alone else session.execute(_select_involved(), {"moment_id": moment.id}).scalars()
    everyone = people_by_id(session, [moment.author_id, *others])
    return sorted((person.name for person in everyone.values()), key=str.casefold)


@build_once
def _select_involved() -> CompoundSelect[int]:
    moment_id: BindParameter[int] = bindparam("moment_id")
    told = select(col(Version.author_id)).where(col(Version.moment_id) == moment_id)
    there = select(col(Tap.person_id)).where(col(Tap.moment_id) == moment_id, is_counted_tap(TapKind.THERE))
    return told.union(there)


def list_tap_names(session: Session, moment_id: int, kind: TapKind) -> Sequence[str]:
    """Return the names of the people who tapped, in alphabetical order."""
    if has_none(session, Tap, moment_id):
        return ()
    names = session.execute(_select_tap_names(kind), {"moment_id": moment_id}).scalars()
    return sorted(map(shown_name, names), key=str.casefold)


@build_once
def _select_tap_names(kind: TapKind) -> Select[str]:
    return (
        select(col(Person.platform_name))
        .join(Tap, col(Tap.person_id) == col(Person.id))
        .where(col(Tap.moment_id) == bindparam("moment_id"), is_counted_tap(kind))
    )


def set_invited(session: Session, moment_id: int, person_ids: Collection[int], now: datetime) -> None:
    """Save whose versions a moment's author would like to read, in place of those before."""
    known = {tap.person_id: tap for tap in session.scalars(_select_invitations(), {"moment_id": moment_id})}
    for person_id, tap in known.items():
        if person_id in person_ids:
            tap.removed_at = None
        else:
            tap.removed_at = tap.removed_at or now
    for person_id in person_ids:
        if person_id not in known:
            session.add(Tap(moment_id=moment_id, person_id=person_id, kind=TapKind.INVITED, tapped_at=now))
    session.flush()


def list_invited(session: Session, moment_id: int) -> Sequence[Person]:
    """Return the people whose versions the author would like to read, by name.

    People who let nobody else write of them are left out.
    """
    if has_none(session, Tap, moment_id):
        return ()
    found = session.execute(_select_invited(), {"moment_id": moment_id}).scalars()
    return sorted(found, key=lambda person: person.name.casefold())


def list_awaited_names(session: Session, moment_id: int) -> Sequence[str]:
    """Return the names of those invited who are not on the moment yet: by a version, or because they were there."""
    invited = list_invited(session, moment_id)
    if not invited:
        return ()
    on_it = set(session.execute(_select_involved(), {"moment_id": moment_id}).scalars())
    return [person.name for person in invited if person.id not in on_it]


@build_once
def _select_invitations() -> Select[Tap]:
    return select(Tap).where(
        col(Tap.moment_id) == bindparam("moment_id"), col(Tap.kind) == TapKind.INVITED.value
    )


@build_once
def _select_invited() -> Select[Person]:
    return (
        select(Person)
        .join(Tap, col(Tap.person_id) == col(Person.id))
        .where(
            col(Tap.moment_id) == bindparam("moment_id"),
            is_counted_tap(TapKind.INVITED),
            col(Person.opted_out).is_(False),
        )
    )


def add_trigger(session: Session, workspace_id: int, channel: str, message: str, person_id: int) -> None:
    """Save one person's capture emoji on a message, once."""
    if _find_trigger(session, workspace_id, channel, message, person_id) is None:
        session.add(Spark(workspace_id=workspace_id, channel=channel, message=message, person_id=person_id))
        session.flush()


def remove_trigger(session: Session, workspace_id: int, channel: str, message: str, person_id: int) -> bool:
    """Delete one person's capture emoji on a message and return whether it existed."""
    found = _find_trigger(session, workspace_id, channel, message, person_id)
    if found is None:
        return False
    session.delete(found)
    session.flush()
    return True


def count_triggers(session: Session, workspace_id: int, channel: str, message: str) -> int:
    """Return the number of people with a capture emoji on a message."""
    there = select(func.count()).where(
        col(Spark.workspace_id) == workspace_id,
        col(Spark.channel) == channel,
        col(Spark.message) == message,
    )
    count: int = session.execute(there).scalar_one()
    return count


def _find_trigger(
    session: Session, workspace_id: int, channel: str, message: str, person_id: int
) -> Spark | None:
    return session.execute(
        select(Spark).where(
            col(Spark.workspace_id) == workspace_id,
            col(Spark.channel) == channel,
            col(Spark.message) == message,
            col(Spark.person_id) == person_id,
        )
    ).scalar_one_or_none()
