"""Moments with their people, versions and taps, their full-text search, and their erasure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlmodel import Session, col

from storage.delivery import pending, postings
from storage.engine.prepared import PreparedStatement
from storage.memory import followups, sequels
from storage.models import (
    Fetch,
    Moment,
    MomentState,
    Person,
    Spark,
    Tap,
    TapKind,
    Team,
    Version,
    Workspace,
)
from storage.moments import comfort
from storage.moments import fulltext as search
from storage.quests import quests, whys

SEALED_FOR = timedelta(hours=48)
"""How long a first added version stays hidden when nobody adds a second one."""

_TAKE_NUMBER = PreparedStatement(
    update(Team)
    .where(col(Team.id) == bindparam("team"))
    .values(next_number=col(Team.next_number) + 1)
    .returning(col(Team.next_number) - 1)
)
_INSERT_MOMENT = PreparedStatement(insert(Moment.__table__).returning(col(Moment.id)))  # type: ignore[attr-defined]
_MOMENT_DEFAULTS: dict[str, Any] = {"state": MomentState.KEPT, "parts": {}, "source_link": "", "stuck": ""}


def add_moment(
    session: Session, team_id: int, kind: str, author_id: int, text: str, now: datetime, **more: Any
) -> tuple[int, int]:
    """Save a moment and return its id and number.

    `more` are further columns of `Moment`. This is the capture path. Its prepared statements
    without objects cost a third of the usual way.
    """
    (number,) = _TAKE_NUMBER.fetch_first(session, {"team": team_id})
    words = search.index_tokens(team_id, [text, *more.get("parts", {}).values()])
    row = {
        **_MOMENT_DEFAULTS, "team_id": team_id, "number": number, "kind": kind, "author_id": author_id, "text": text,
        "tokens": words, "created_at": now, **more,
    }  # fmt: skip
    (moment_id,) = _INSERT_MOMENT.fetch_first(session, row)
    return moment_id, number


def find_by_event(session: Session, team_id: int, event: str) -> Moment | None:
    """Return the moment saved by an earlier delivery of the same event, or None."""
    return session.execute(
        select(Moment).where(col(Moment.team_id) == team_id, col(Moment.event) == event)
    ).scalar_one_or_none()


def find_by_number(session: Session, team_id: int, number: int) -> Moment | None:
    """Return the moment of a team with a number, deleted or not, or None."""
    return session.execute(
        select(Moment).where(col(Moment.team_id) == team_id, col(Moment.number) == number)
    ).scalar_one_or_none()


def find_by_source(session: Session, team_id: int, channel: str, message: str) -> Moment | None:
    """Return the moment saved from a message, deleted or not, or None."""
    return session.execute(
        select(Moment).where(
            col(Moment.team_id) == team_id,
            col(Moment.source_channel) == channel,
            col(Moment.source_message) == message,
        )
    ).scalar_one_or_none()


def list_by_message(session: Session, workspace_id: int, channel: str, message: str) -> Sequence[Moment]:
    """Return the moments that the teams of a workspace saved from a message, without deleted ones."""
    wanted = (
        select(Moment)
        .join(Team, col(Team.id) == col(Moment.team_id))
        .where(
            col(Moment.source_channel) == channel,
            col(Moment.source_message) == message,
            col(Moment.deleted_at).is_(None),
            col(Team.workspace_id) == workspace_id,
        )
    )
    return session.execute(wanted.order_by(col(Moment.id))).scalars().all()


def latest_number(session: Session, team_id: int) -> int:
    """Return the number of a team's newest moment that is not deleted, or 0 without one."""
    standing = select(func.max(Moment.number)).where(
        col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None)
    )
    return session.execute(standing).scalar_one() or 0


def next_number(session: Session, team_id: int) -> int:
    """Return the number that a team's next moment will get."""
    team = session.get(Team, team_id)
    return team.next_number if team else 1


def list_latest(session: Session, team_id: int, limit: int, before: int | None = None) -> Sequence[Moment]:
    """Return the newest moments, drafts included, with numbers below `before`."""
    return _select_newest(session, team_id, limit, before)


def search_moments(
    session: Session, team_id: int, words: str, limit: int, before: int | None = None
) -> Sequence[Moment]:
    """Return the newest moments that contain all of `words`.

    Return none when `words` contains no word.
    """
    condition = search.match_condition(session, team_id, words)
    return [] if condition is None else _select_newest(session, team_id, limit, before, condition)


def _select_newest(
    session: Session, team_id: int, limit: int, before: int | None, *conditions: Any
) -> Sequence[Moment]:
    wanted = select(Moment).where(
        col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None), *conditions
    )
    if before is not None:
        wanted = wanted.where(col(Moment.number) < before)
    return session.execute(wanted.order_by(col(Moment.number).desc()).limit(limit)).scalars().all()


def numbers_by_id(session: Session, moment_ids: Collection[int]) -> Mapping[int, int]:
    """Return the numbers of moments by moment id."""
    wanted = select(col(Moment.id), col(Moment.number)).where(col(Moment.id).in_(moment_ids))
    return {moment_id: number for moment_id, number in session.execute(wanted)}  # noqa: C416  # rows are not typed as pairs


def people_by_id(session: Session, ids: Iterable[int | None]) -> Mapping[int, Person]:
    """Return people by id."""
    wanted = {one for one in ids if one is not None}
    found = session.execute(select(Person).where(col(Person.id).in_(wanted))).scalars()
    return {person.id: person for person in found}


def list_versions(session: Session, moment_id: int) -> Sequence[Version]:
    """Return a moment's added versions, oldest first."""
    wanted = select(Version).where(col(Version.moment_id) == moment_id).order_by(col(Version.id))
    return session.execute(wanted).scalars().all()


def are_versions_open(versions: Sequence[Version], now: datetime) -> bool:
    """Return whether added versions may be read.

    They may when two are written, or the first is 48 hours old or already opened.
    """
    return len(versions) > 1 or any(
        v.opened_at is not None or v.created_at + SEALED_FOR <= now for v in versions
    )


def remove_version(session: Session, moment_id: int, author_id: int) -> bool:
    """Delete the version of a person and return whether there was one."""
    theirs = (col(Version.moment_id) == moment_id, col(Version.author_id) == author_id)
    return session.execute(delete(Version).where(*theirs).returning(col(Version.id))).first() is not None


def open_versions(session: Session, told: Sequence[Version], now: datetime) -> None:
    """Record that versions are open from now on."""
    for version in told:
        version.opened_at = version.opened_at or now
    session.flush()


def list_versions_to_open(session: Session, now: datetime, limit: int) -> Sequence[Version]:
    """Return the versions older than 48 hours that are not recorded as open."""
    wanted = select(Version).where(
        col(Version.opened_at).is_(None), col(Version.created_at) <= now - SEALED_FOR
    )
    return session.execute(wanted.order_by(col(Version.id)).limit(limit)).scalars().all()


def add_tap(session: Session, moment_id: int, person_id: int, kind: TapKind) -> bool:
    """Save a tap once per person and return whether it is new."""
    if session.get(Tap, (moment_id, person_id, kind)) is not None:
        return False
    session.add(Tap(moment_id=moment_id, person_id=person_id, kind=kind))
    session.flush()
    return True


def lock_moment(session: Session, moment_id: int) -> None:
    """Lock a moment until the commit.

    Of two people who add a first version at the same time, one then sees the version of the other.
    """
    session.execute(select(col(Moment.id)).where(col(Moment.id) == moment_id).with_for_update())


def names_involved(session: Session, moment: Moment) -> Sequence[str]:
    """Return the names of the people involved in a moment, in alphabetical order.

    These are its author, the authors of versions, and the people who were there.
    """
    told = select(col(Version.author_id)).where(col(Version.moment_id) == moment.id)
    there = select(col(Tap.person_id)).where(col(Tap.moment_id) == moment.id, col(Tap.kind) == TapKind.THERE)
    everyone = people_by_id(session, [moment.author_id, *session.execute(told.union(there)).scalars()])
    return sorted((person.name for person in everyone.values()), key=str.casefold)


def list_tap_names(session: Session, moment_id: int, kind: TapKind) -> Sequence[str]:
    """Return the names of the people who tapped, in alphabetical order."""
    wanted = (
        select(col(Person.name))
        .join(Tap, col(Tap.person_id) == col(Person.id))
        .where(col(Tap.moment_id) == moment_id, col(Tap.kind) == kind)
    )
    return sorted(session.execute(wanted).scalars(), key=str.casefold)


def update_tokens(session: Session, moment: Moment, now: datetime) -> None:
    """Update the search tokens of a moment.

    They come from its text, parts, whys, sequels and open versions. A deleted moment has none.
    """
    told = list_versions(session, moment.id)
    open_texts = [v.text for v in told] if are_versions_open(told, now) else []
    rungs = [why.text for why in whys.list_whys(session, moment.id)]
    lines = [sequel.text for sequel in sequels.list_sequels(session, moment.id)]
    gone = moment.deleted_at is not None
    texts = [] if gone else [moment.text, *moment.parts.values(), *open_texts, *rungs, *lines]
    moment.tokens = search.index_tokens(moment.team_id, texts) if texts else ""
    session.flush()


def list_unerased(session: Session, before: datetime, limit: int) -> Sequence[Moment]:
    """Return moments deleted until a time whose text is not erased yet."""
    wanted = select(Moment).where(
        col(Moment.deleted_at).is_not(None), col(Moment.deleted_at) <= before, col(Moment.erased_at).is_(None)
    )
    return session.execute(wanted.limit(limit)).scalars().all()


def erase_moment(session: Session, moment: Moment, now: datetime) -> None:
    """Erase the text of a deleted moment and everything attached to it.

    Its number and its source message stay.
    """
    session.execute(delete(Version).where(col(Version.moment_id) == moment.id))
    for of_it in (whys, sequels, comfort, followups):
        of_it.erase_for_moment(session, moment.id)
    quests.reopen_found_by(session, moment.id, now)
    session.execute(delete(Tap).where(col(Tap.moment_id) == moment.id))
    pending.delete_by_event(session, moment.event or "")
    moment.text, moment.parts, moment.tokens, moment.source_link = "", {}, "", ""
    moment.erased_at = now
    session.flush()


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


def request_fetch(session: Session, moment_id: int, now: datetime) -> None:
    """Request the text of the source message of a moment."""
    if session.get(Fetch, moment_id) is None:
        session.add(Fetch(moment_id=moment_id, due_at=now))
        session.flush()


def cancel_fetch(session: Session, moment_id: int) -> None:
    """Delete the request for the text of a moment, because it was fetched or is not needed."""
    session.execute(delete(Fetch).where(col(Fetch.moment_id) == moment_id))


def list_due_fetches(
    session: Session, now: datetime, platforms: Collection[str], limit: int
) -> Sequence[tuple[Moment, Workspace]]:
    """Return the moments whose text is to be fetched now from these platforms, with workspaces."""
    wanted = (
        select(Moment, Workspace)
        .join(Fetch, col(Fetch.moment_id) == col(Moment.id))
        .join(Team, col(Team.id) == col(Moment.team_id))
        .join(Workspace, col(Workspace.id) == col(Team.workspace_id))
        .where(col(Fetch.due_at) <= now, col(Workspace.platform).in_(platforms))
        .order_by(col(Fetch.due_at), col(Moment.id))
        .limit(limit)
    )
    return [(moment, workspace) for moment, workspace in session.execute(wanted)]


def next_fetch_time(session: Session, after: datetime | None = None) -> datetime | None:
    """Return the time of the next fetch, of all or of those due after `after`."""
    wanted = select(func.min(Fetch.due_at))
    if after is not None:
        wanted = wanted.where(col(Fetch.due_at) > after)
    first: datetime | None = session.execute(wanted).scalar_one()
    return first


def discard_moment(session: Session, moment: Moment, now: datetime) -> None:
    """Delete a moment that should not have been started.

    Its message was not written by a person, or may not be saved. When something about it was sent
    already, it stays as a deleted moment, and its postings are refreshed.
    """
    cancel_fetch(session, moment.id)
    session.execute(delete(Version).where(col(Version.moment_id) == moment.id))
    session.execute(delete(Tap).where(col(Tap.moment_id) == moment.id))
    followups.erase_for_moment(session, moment.id)
    if postings.delete_unsent(session, moment.id):
        session.delete(moment)
        session.flush()
        return
    moment.deleted_at = now
    erase_moment(session, moment, now)
    postings.refresh_moment(session, moment.id, now)
