"""Moments and what hangs on them: the capture itself, their people, versions and taps, search and erasure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlmodel import Session, col

from storage.delivery import pending, postings
from storage.engine.prepared import Prepared
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

SEALED = timedelta(hours=48)
"""How long a first added version stays sealed when no second one comes."""

_NEXT = Prepared(
    update(Team)
    .where(col(Team.id) == bindparam("team"))
    .values(next_number=col(Team.next_number) + 1)
    .returning(col(Team.next_number) - 1)
)
_ADD = Prepared(insert(Moment.__table__).returning(col(Moment.id)))  # type: ignore[attr-defined]
_EMPTY: dict[str, Any] = {"state": MomentState.KEPT, "parts": {}, "source_link": "", "stuck": ""}


def add(
    session: Session, team_id: int, kind: str, author_id: int, text: str, now: datetime, **more: Any
) -> tuple[int, int]:
    """Keep a moment; its id and its number. `more` are further columns of `Moment`.

    This is the capture path: prepared statements and no object, a third of the cost.
    """
    (number,) = _NEXT.run(session, {"team": team_id})
    words = search.indexed(team_id, [text, *more.get("parts", {}).values()])
    row = {
        **_EMPTY, "team_id": team_id, "number": number, "kind": kind, "author_id": author_id, "text": text,
        "tokens": words, "created_at": now, **more,
    }  # fmt: skip
    (moment_id,) = _ADD.run(session, row)
    return moment_id, number


def by_event(session: Session, team_id: int, event: str) -> Moment | None:
    """The moment that an earlier delivery of the same command kept."""
    return session.execute(
        select(Moment).where(col(Moment.team_id) == team_id, col(Moment.event) == event)
    ).scalar_one_or_none()


def by_number(session: Session, team_id: int, number: int) -> Moment | None:
    """A team's moment, deleted ones included."""
    return session.execute(
        select(Moment).where(col(Moment.team_id) == team_id, col(Moment.number) == number)
    ).scalar_one_or_none()


def by_source(session: Session, team_id: int, channel: str, message: str) -> Moment | None:
    """The moment kept from a message, deleted ones included."""
    return session.execute(
        select(Moment).where(
            col(Moment.team_id) == team_id,
            col(Moment.source_channel) == channel,
            col(Moment.source_message) == message,
        )
    ).scalar_one_or_none()


def from_message(session: Session, workspace_id: int, channel: str, message: str) -> Sequence[Moment]:
    """What the teams of a workspace kept from a message, and did not remove."""
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
    """The number of a team's newest moment that still stands; 0 without one."""
    standing = select(func.max(Moment.number)).where(
        col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None)
    )
    return session.execute(standing).scalar_one() or 0


def next_number(session: Session, team_id: int) -> int:
    """The number of a team's next moment."""
    team = session.get(Team, team_id)
    return team.next_number if team else 1


def latest(session: Session, team_id: int, limit: int, before: int | None = None) -> Sequence[Moment]:
    """The newest moments (drafts too), numbered below `before`."""
    return _newest(session, team_id, limit, before)


def find(
    session: Session, team_id: int, words: str, limit: int, before: int | None = None
) -> Sequence[Moment]:
    """The newest moments in which all of `words` stand; none when there is no word in them."""
    condition = search.matching(session, team_id, words)
    return [] if condition is None else _newest(session, team_id, limit, before, condition)


def _newest(
    session: Session, team_id: int, limit: int, before: int | None, *conditions: Any
) -> Sequence[Moment]:
    wanted = select(Moment).where(
        col(Moment.team_id) == team_id, col(Moment.deleted_at).is_(None), *conditions
    )
    if before is not None:
        wanted = wanted.where(col(Moment.number) < before)
    return session.execute(wanted.order_by(col(Moment.number).desc()).limit(limit)).scalars().all()


def numbers(session: Session, moment_ids: Collection[int]) -> Mapping[int, int]:
    """The numbers of these moments in their teams, by id."""
    wanted = select(col(Moment.id), col(Moment.number)).where(col(Moment.id).in_(moment_ids))
    return {moment_id: number for moment_id, number in session.execute(wanted)}  # noqa: C416  # rows are no pairs


def people(session: Session, ids: Iterable[int | None]) -> Mapping[int, Person]:
    """People by id."""
    wanted = {one for one in ids if one is not None}
    found = session.execute(select(Person).where(col(Person.id).in_(wanted))).scalars()
    return {person.id: person for person in found}


def versions(session: Session, moment_id: int) -> Sequence[Version]:
    """A moment's added versions, oldest first."""
    wanted = select(Version).where(col(Version.moment_id) == moment_id).order_by(col(Version.id))
    return session.execute(wanted).scalars().all()


def are_open(versions: Sequence[Version], now: datetime) -> bool:
    """Whether added versions may be read: two are written, or the first is 48 hours old."""
    return len(versions) > 1 or any(v.opened_at is not None or v.created_at + SEALED <= now for v in versions)


def drop_version(session: Session, moment_id: int, author_id: int) -> bool:
    """Take a person's version out; whether there was one."""
    theirs = (col(Version.moment_id) == moment_id, col(Version.author_id) == author_id)
    return session.execute(delete(Version).where(*theirs).returning(col(Version.id))).first() is not None


def open_versions(session: Session, told: Sequence[Version], now: datetime) -> None:
    """Unseal them for good."""
    for version in told:
        version.opened_at = version.opened_at or now
    session.flush()


def versions_to_open(session: Session, now: datetime, limit: int) -> Sequence[Version]:
    """Versions whose 48 hours are over and that nobody opened yet."""
    wanted = select(Version).where(col(Version.opened_at).is_(None), col(Version.created_at) <= now - SEALED)
    return session.execute(wanted.order_by(col(Version.id)).limit(limit)).scalars().all()


def tap(session: Session, moment_id: int, person_id: int, kind: TapKind) -> bool:
    """Note a press, once a person; whether it was new."""
    if session.get(Tap, (moment_id, person_id, kind)) is not None:
        return False
    session.add(Tap(moment_id=moment_id, person_id=person_id, kind=kind))
    session.flush()
    return True


def hold(session: Session, moment_id: int) -> None:
    """Let nobody else add to this moment until the commit, so that two first versions see each other."""
    session.execute(select(col(Moment.id)).where(col(Moment.id) == moment_id).with_for_update())


def together(session: Session, moment: Moment) -> Sequence[str]:
    """The names of who said it, who told a version and who was there, in alphabetical order."""
    told = select(col(Version.author_id)).where(col(Version.moment_id) == moment.id)
    there = select(col(Tap.person_id)).where(col(Tap.moment_id) == moment.id, col(Tap.kind) == TapKind.THERE)
    everyone = people(session, [moment.author_id, *session.execute(told.union(there)).scalars()])
    return sorted((person.name for person in everyone.values()), key=str.casefold)


def taps(session: Session, moment_id: int, kind: TapKind) -> Sequence[str]:
    """The names of the people who pressed, in alphabetical order."""
    wanted = (
        select(col(Person.name))
        .join(Tap, col(Tap.person_id) == col(Person.id))
        .where(col(Tap.moment_id) == moment_id, col(Tap.kind) == kind)
    )
    return sorted(session.execute(wanted).scalars(), key=str.casefold)


def reindex(session: Session, moment: Moment, now: datetime) -> None:
    """Bring what search reads in step: text, parts, rungs, lines, and the versions that are open."""
    told = versions(session, moment.id)
    open_texts = [v.text for v in told] if are_open(told, now) else []
    rungs = [why.text for why in whys.of(session, moment.id)]
    lines = [sequel.text for sequel in sequels.of(session, moment.id)]
    gone = moment.deleted_at is not None
    texts = [] if gone else [moment.text, *moment.parts.values(), *open_texts, *rungs, *lines]
    moment.tokens = search.indexed(moment.team_id, texts) if texts else ""
    session.flush()


def to_erase(session: Session, before: datetime, limit: int) -> Sequence[Moment]:
    """Deleted moments whose words are still here though nobody may want them back any more."""
    wanted = select(Moment).where(
        col(Moment.deleted_at).is_not(None), col(Moment.deleted_at) <= before, col(Moment.erased_at).is_(None)
    )
    return session.execute(wanted.limit(limit)).scalars().all()


def erase(session: Session, moment: Moment, now: datetime) -> None:
    """Take the words of a deleted moment and of all that hangs on it away for good; its number and source stay."""
    session.execute(delete(Version).where(col(Version.moment_id) == moment.id))
    for of_it in (whys, sequels, comfort, followups):
        of_it.erase(session, moment.id)
    quests.lose(session, moment.id, now)
    session.execute(delete(Tap).where(col(Tap.moment_id) == moment.id))
    pending.drop(session, moment.event or "")
    moment.text, moment.parts, moment.tokens, moment.source_link = "", {}, "", ""
    moment.erased_at = now
    session.flush()


def spark(session: Session, workspace_id: int, channel: str, message: str, person_id: int) -> None:
    """Note one person's capture emoji on a message, once."""
    if _spark(session, workspace_id, channel, message, person_id) is None:
        session.add(Spark(workspace_id=workspace_id, channel=channel, message=message, person_id=person_id))
        session.flush()


def unspark(session: Session, workspace_id: int, channel: str, message: str, person_id: int) -> bool:
    """Forget it again; whether there was one."""
    found = _spark(session, workspace_id, channel, message, person_id)
    if found is None:
        return False
    session.delete(found)
    session.flush()
    return True


def sparks(session: Session, workspace_id: int, channel: str, message: str) -> int:
    """How many people's emoji are on a message."""
    there = select(func.count()).where(
        col(Spark.workspace_id) == workspace_id,
        col(Spark.channel) == channel,
        col(Spark.message) == message,
    )
    count: int = session.execute(there).scalar_one()
    return count


def _spark(session: Session, workspace_id: int, channel: str, message: str, person_id: int) -> Spark | None:
    return session.execute(
        select(Spark).where(
            col(Spark.workspace_id) == workspace_id,
            col(Spark.channel) == channel,
            col(Spark.message) == message,
            col(Spark.person_id) == person_id,
        )
    ).scalar_one_or_none()


def fetch(session: Session, moment_id: int, now: datetime) -> None:
    """Let a moment's words be fetched."""
    if session.get(Fetch, moment_id) is None:
        session.add(Fetch(moment_id=moment_id, due_at=now))
        session.flush()


def fetched(session: Session, moment_id: int) -> None:
    """A moment's words need not be fetched any more."""
    session.execute(delete(Fetch).where(col(Fetch.moment_id) == moment_id))


def fetches_due(
    session: Session, now: datetime, platforms: Collection[str], limit: int
) -> Sequence[tuple[Moment, Workspace]]:
    """Moments whose words are to be fetched now from these platforms, and where they were said."""
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


def next_fetch(session: Session, after: datetime | None = None) -> datetime | None:
    """When the next message is to be fetched, of all or of those later than `after`."""
    wanted = select(func.min(Fetch.due_at))
    if after is not None:
        wanted = wanted.where(col(Fetch.due_at) > after)
    first: datetime | None = session.execute(wanted).scalar_one()
    return first


def discard(session: Session, moment: Moment, now: datetime) -> None:
    """Forget a moment that should not have been begun: its message was no person's, or not ours to keep.

    Where something about it was sent already, it stays as a deleted one, and that follows.
    """
    fetched(session, moment.id)
    session.execute(delete(Version).where(col(Version.moment_id) == moment.id))
    session.execute(delete(Tap).where(col(Tap.moment_id) == moment.id))
    followups.erase(session, moment.id)
    if postings.forget_unsent(session, moment.id):
        session.delete(moment)
        session.flush()
        return
    moment.deleted_at = now
    erase(session, moment, now)
    postings.touch_moment(session, moment.id, now)
