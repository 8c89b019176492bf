"""Moments with their people, versions and taps, their full-text search, and their erasure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, insert, or_, select, update
from sqlmodel import Session, col

from storage.doors import chances
from storage.engine.batch_reads import find_loaded
from storage.engine.prepared import PreparedStatement
from storage.engine.statements import build_once
from storage.memory import look_backs, sequels
from storage.models import (
    Kind,
    Moment,
    MomentState,
    Person,
    Team,
)
from storage.moments import fulltext
from storage.moments.versions import are_versions_open, list_versions
from storage.quests import expectations, whys

_TAKE_NUMBER = PreparedStatement(
    update(Team)
    .where(col(Team.id) == bindparam("team"))
    .values(next_number=col(Team.next_number) + 1)
    .returning(col(Team.next_number) - 1)
)
_INSERT_MOMENT = PreparedStatement(insert(Moment.__table__).returning(col(Moment.id)))  # type: ignore[attr-defined]
_MOMENT_DEFAULTS: dict[str, Any] = {"state": MomentState.KEPT, "parts": {}, "source_link": "", "stuck": ""}

WALKED_FOR_EACH = 20
"""The newest moments that are read for each one wanted, before the index is asked for the others.

The index is asked only for a word that fewer than one in so many has.
"""
WALKED_AT_MOST = 500
"""The most moments that are read so."""
WALKED_WORDS = 20
"""The most words that are looked for in rows. With more, SQLite's longest condition would be near."""


def add_moment(
    session: Session, team_id: int, kind: str, author_id: int, text: str, now: datetime, **more: Any
) -> tuple[int, int]:
    """Save a moment and return its id and number.

    `more` are further columns of `Moment`. This is the capture path. Its prepared statements
    without objects cost a third of the usual way.
    """
    (number,) = _TAKE_NUMBER.fetch_first(session, {"team": team_id})
    words = fulltext.index_tokens(team_id, [text, *more.get("parts", {}).values()])
    row = {
        **_MOMENT_DEFAULTS, "team_id": team_id, "number": number, "kind": kind, "author_id": author_id, "text": text,
        "tokens": words, "created_at": now, **more,
    }  # fmt: skip
    (moment_id,) = _INSERT_MOMENT.fetch_first(session, row)
    return moment_id, number


def find_by_event(session: Session, team_id: int, event: str) -> Moment | None:
    """Return the moment saved by an earlier delivery of the same event, or None."""
    given = {"team_id": team_id, "event": event}
    return session.execute(_select_by_event(), given).scalar_one_or_none()


@build_once
def _select_by_event() -> Select[Moment]:
    return select(Moment).where(
        col(Moment.team_id) == bindparam("team_id"), col(Moment.event) == bindparam("event")
    )


def find_by_number(session: Session, team_id: int, number: int) -> Moment | None:
    """Return the moment of a team with a number, deleted or not, or None."""
    given = {"team_id": team_id, "number": number}
    return session.execute(_select_by_number(), given).scalar_one_or_none()


@build_once
def _select_by_number() -> Select[Moment]:
    return select(Moment).where(
        col(Moment.team_id) == bindparam("team_id"), col(Moment.number) == bindparam("number")
    )


def find_by_source(session: Session, team_id: int, channel: str, message: str) -> Moment | None:
    """Return the moment saved from a message, deleted or not, or None."""
    return session.execute(
        select(Moment).where(
            col(Moment.team_id) == team_id,
            col(Moment.source_channel) == channel,
            col(Moment.source_message) == message,
        )
    ).scalar_one_or_none()


def list_by_sources(
    session: Session, team_id: int, channel: str, messages: Collection[str]
) -> Sequence[Moment]:
    """Return the moments that a team saved from some messages of a channel, deleted or not."""
    wanted = select(Moment).where(
        col(Moment.team_id) == team_id,
        col(Moment.source_channel) == channel,
        col(Moment.source_message).in_(messages),
    )
    return session.execute(wanted.order_by(col(Moment.number))).scalars().all()


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


def list_drafts_by_others(session: Session, author_id: int) -> Sequence[Moment]:
    """Return the moments that wait for a person's words because somebody else wants to save them."""
    wanted = select(Moment).where(
        col(Moment.author_id) == author_id,
        col(Moment.state) == MomentState.DRAFT,
        col(Moment.deleted_at).is_(None),
        col(Moment.kept_by_id) != author_id,
    )
    return session.execute(wanted.order_by(col(Moment.id))).scalars().all()


def latest_number(session: Session, team_id: int) -> int:
    """Return the number of a team's newest moment that is not deleted, or 0 without one."""
    return session.execute(_select_latest_number(), {"team_id": team_id}).scalar_one() or 0


@build_once
def _select_latest_number() -> Select[int]:
    return select(func.max(Moment.number)).where(
        col(Moment.team_id) == bindparam("team_id"), col(Moment.deleted_at).is_(None)
    )


def next_number(session: Session, team_id: int) -> int:
    """Return the number that a team's next moment will get."""
    team = session.get(Team, team_id)
    return team.next_number if team else 1


def list_latest(session: Session, team_id: int, limit: int, before: int | None = None) -> Sequence[Moment]:
    """Return the newest moments, drafts included, with numbers below `before`."""
    return _select_newest(session, team_id, limit, before)


def list_by_author(session: Session, team_id: int, author_id: int, limit: int) -> Sequence[Moment]:
    """Return a person's own newest moments in a team, drafts included."""
    return _select_newest(session, team_id, limit, None, col(Moment.author_id) == author_id)


def latest_saved_by(session: Session, team_id: int, person_id: int, since: datetime) -> Moment | None:
    """Return the newest moment of a team that a person wrote or saved since a time, or None."""
    saved = or_(
        col(Moment.kept_by_id) == person_id,
        and_(col(Moment.author_id) == person_id, col(Moment.kept_by_id).is_(None)),
    )
    found = _select_newest(session, team_id, 1, None, saved, col(Moment.created_at) >= since)
    return found[0] if found else None


def search_moments(
    session: Session, team_id: int, words: str, limit: int, before: int | None = None
) -> Sequence[Moment]:
    """Return the newest moments that contain all of `words`.

    Return none when `words` contains no word. The newest moments of the team are read first, because
    the index would bring all that have a common word to find the newest few.
    """
    wanted = fulltext.query_tokens(words)
    if not wanted:
        return []
    below = latest_number(session, team_id) + 1
    below = below if before is None else min(before, below)
    walked = min(WALKED_FOR_EACH * limit, WALKED_AT_MOST) if len(wanted) <= WALKED_WORDS else 0
    numbers = range(below - walked, below)
    recent = fulltext.walk_newest(session, team_id, wanted, limit, numbers) if walked else []
    if len(recent) == limit or numbers.start <= 1:
        return recent
    older = fulltext.search_index(session, team_id, wanted, limit - len(recent), numbers.start)
    return [*recent, *older]


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
    loaded = find_loaded(session, Person, wanted)
    if not (missing := wanted - loaded.keys()):
        return loaded
    found = session.execute(_select_people(), {"ids": list(missing)}).scalars()
    return {**loaded, **{person.id: person for person in found}}


@build_once
def _select_people() -> Select[Person]:
    return select(Person).where(col(Person.id).in_(bindparam("ids", expanding=True)))


def update_tokens(session: Session, moment: Moment, now: datetime) -> None:
    """Update the search tokens of a moment.

    They come from its text, parts, whys, sequels, look-backs, open versions, what was expected of it, once that
    is open, and what came of it. A deleted moment has none, nor has a draft, whose parts only say what its
    message shows.
    """
    told = list_versions(session, moment.id)
    open_texts = [v.text for v in told] if are_versions_open(told, now) else []
    rungs = [why.text for why in whys.list_whys(session, moment.id)]
    lines = [sequel.text for sequel in sequels.list_sequels(session, moment.id)]
    later = [each.text for each in look_backs.list_look_backs(session, moment.id)]
    gone = moment.deleted_at is not None or moment.state == MomentState.DRAFT
    came = [chances.find_outcome(session, moment.id)] if moment.kind == Kind.CHANCE else []
    expected = [one.text for one in expectations.list_told(session, moment)]
    said = [*open_texts, *rungs, *lines, *later, *came, *expected]
    texts = [] if gone else [moment.text, *moment.parts.values(), *said]
    moment.tokens = fulltext.index_tokens(moment.team_id, texts) if texts else ""
    session.flush()
