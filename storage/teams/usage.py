"""What a team has used so far, from its newest moments and the first row of each room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select, exists, select
from sqlmodel import Session, col

from storage.models import FocusCheck, FollowUp, Goal, Mission, Moment, MomentState, Quest, Team, Version, Why

NEWEST = 20
"""The newest numbers of moments that are looked at."""


class Usage(NamedTuple):
    """What a team has used: the kinds of its newest moments, and whether each room has anything of it."""

    kinds: Sequence[str] = ()
    versions: bool = False
    whys: bool = False
    quests: bool = False
    goals: bool = False
    focus: bool = False
    memory: bool = False


def read_usage(session: Session, team_id: int) -> Usage:
    """Return what a team has used."""
    newest = session.execute(_select_newest(team_id)).all()
    ids = [row.id for row in newest]
    about = (exists().where(col(Version.moment_id).in_(ids)), exists().where(col(Why.moment_id).in_(ids)))
    rooms = (
        exists().where(col(Quest.team_id) == team_id),
        exists().where(col(Goal.team_id) == team_id) | exists().where(col(Mission.team_id) == team_id),
        exists().where(col(FocusCheck.team_id) == team_id),
        exists().where(col(FollowUp.team_id) == team_id, col(FollowUp.asked_at).is_not(None)),
    )
    used = map(bool, session.execute(select(*about, *rooms)).one())
    return Usage(tuple(row.kind for row in newest), *used)


def _select_newest(team_id: int) -> Select[int, str]:
    kept = (col(Moment.state) == MomentState.KEPT, col(Moment.deleted_at).is_(None))
    first = select(col(Team.next_number) - NEWEST).where(col(Team.id) == team_id).scalar_subquery()
    newest = (col(Moment.team_id) == team_id, col(Moment.number) >= first)
    return select(col(Moment.id), col(Moment.kind)).where(*newest, *kept)
