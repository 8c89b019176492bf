"""Planning many due schedules at once: what is read about their teams, and their postings in one statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, exists, insert, literal, select, union_all
from sqlmodel import Session, col

from storage.delivery.postings import POSTING_DEFAULTS
from storage.engine.batch_reads import note_batch
from storage.engine.statements import build_once
from storage.engine.types import UtcDateTime
from storage.models import (
    FollowUp,
    Goal,
    Kind,
    Membership,
    Mission,
    Moment,
    PackSetting,
    Pick,
    Posting,
    PostingKind,
    Quest,
    Question,
    QuestionSetting,
    Season,
    Team,
)

ASKED = "asked"
"""Whether a team was ever asked a question."""
HARVESTED = "harvested"
"""Whether a team ever had a harvest."""
TRIED = "tried"
"""Whether a team ever had an experiment or a breakthrough."""
AGED = "aged"
"""Whether a team has moments that are old enough to look back on, and not older than that is done."""
YOUNGEST, OLDEST = timedelta(days=20), timedelta(days=500)
"""The ages of those moments, with some weeks to spare."""


def load_batch(session: Session, team_ids: Collection[int], now: datetime) -> None:
    """Load teams and note what they have, in two statements, so that no schedule asks for it alone."""
    teams = session.execute(_select_teams(), {"ids": list(team_ids)}).scalars().all()
    present: dict[str, set[int]] = {name: set() for name in _conditions()}
    given = {"ids": list(team_ids), "oldest": now - OLDEST, "youngest": now - YOUNGEST}
    for name, team_id in session.execute(_select_present(), given):
        present[name].add(team_id)
    note_batch(session, frozenset(team_ids), present, teams)


@build_once
def _select_teams() -> Select[Team]:
    return select(Team).where(col(Team.id).in_(bindparam("ids", expanding=True)))


@build_once
def _select_present() -> CompoundSelect[Any]:
    ids: Any = bindparam("ids", expanding=True)
    return union_all(
        *(
            select(literal(name), col(Team.id)).where(col(Team.id).in_(ids), exists().where(*conditions))
            for name, conditions in _conditions().items()
        )
    )


def _conditions() -> Mapping[str, Sequence[Any]]:
    """Return the SQL conditions under which a team has something, by its name."""
    tables: Any = (
        Season,
        Pick,
        Membership,
        QuestionSetting,
        PackSetting,
        Question,
        Goal,
        Mission,
        Quest,
        FollowUp,
    )
    more: Mapping[str, Any] = {
        str(Season.__tablename__): col(Season.ended_at).is_(None),
        str(Membership.__tablename__): col(Membership.hosts),
    }
    theirs = {str(table.__tablename__): [col(table.team_id) == col(Team.id)] for table in tables}
    for name, condition in more.items():
        theirs[name].append(condition)
    posted = col(Posting.team_id) == col(Team.id)
    created, oldest = col(Moment.created_at), bindparam("oldest", type_=UtcDateTime)
    aged = (created >= oldest, created <= bindparam("youngest", type_=UtcDateTime))
    return {
        **theirs,
        ASKED: (posted, col(Posting.kind).in_([PostingKind.PROMPT, PostingKind.RETRO])),
        HARVESTED: (posted, col(Posting.kind) == PostingKind.HARVEST),
        TRIED: (
            col(Moment.team_id) == col(Team.id),
            col(Moment.kind).in_([Kind.EXPERIMENT, Kind.BREAKTHROUGH]),
        ),
        AGED: (col(Moment.team_id) == col(Team.id), *aged),
    }


def write_postings(session: Session, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Posting]:
    """Write the postings whose key is new, in one statement, and return all of them by their keys."""
    if not rows:
        return {}
    keys = [row["key"] for row in rows]
    known = set(session.execute(_select_keys(), {"keys": keys}).scalars())
    if new := [{**_DEFAULTS, **row} for row in rows if row["key"] not in known]:
        session.connection().execute(_insert_posting(), new)
    found = session.execute(_select_postings(), {"keys": keys}).scalars()
    return {posting.key: posting for posting in found}


_DEFAULTS: Mapping[str, Any] = {
    **POSTING_DEFAULTS, "since": None, "until": None, "turns_at": None, "asked_by_id": None, "goal_id": None,
}  # fmt: skip


@build_once
def _insert_posting() -> Any:
    return insert(Posting.__table__)  # type: ignore[attr-defined]


@build_once
def _select_keys() -> Select[str]:
    return select(col(Posting.key)).where(col(Posting.key).in_(bindparam("keys", expanding=True)))


@build_once
def _select_postings() -> Select[Posting]:
    return select(Posting).where(col(Posting.key).in_(bindparam("keys", expanding=True)))
