"""What is one person's own, across their teams: the moments they were part of, and what comes up for them.

Teams in private channels are left out: what is said there stays there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlmodel import Session, col

from storage.models import (
    Channel,
    Membership,
    Moment,
    MomentState,
    Schedule,
    Sequel,
    Tap,
    Team,
    Version,
    Why,
    Workspace,
)


class Coming(NamedTuple):
    """A schedule's next post, and the home channel it goes to."""

    kind: str
    at: datetime
    zone: str
    channel: str
    channel_name: str


def coming(session: Session, person_id: int, limit: int) -> Sequence[Coming]:
    """What is posted next in a person's teams, soonest first."""
    wanted = (
        select(
            col(Schedule.kind),
            col(Schedule.next_at),
            col(Schedule.zone),
            col(Channel.external_id),
            col(Channel.name),
        )
        .join(Channel, (col(Channel.team_id) == col(Schedule.team_id)) & col(Channel.home))
        .join(Membership, col(Membership.team_id) == col(Schedule.team_id))
        .join(Workspace, col(Workspace.id) == col(Channel.workspace_id))
        .where(
            col(Membership.person_id) == person_id,
            col(Schedule.active),
            col(Schedule.next_at).is_not(None),
            col(Workspace.removed_at).is_(None),
            *_open(),
        )
        .order_by(col(Schedule.next_at), col(Schedule.id))
        .limit(limit)
    )
    return [Coming(*row) for row in session.execute(wanted)]


def part_of(session: Session, person_id: int, limit: int) -> Sequence[tuple[Moment, Channel]]:
    """The latest moments that a person said, told a version or a why of or pressed a button on, with their homes."""
    told = select(col(Version.moment_id)).where(col(Version.author_id) == person_id)
    pressed = select(col(Tap.moment_id)).where(col(Tap.person_id) == person_id)
    climbed = select(col(Why.moment_id)).where(col(Why.author_id) == person_id, col(Why.deleted_at).is_(None))
    said = select(col(Sequel.moment_id)).where(
        col(Sequel.author_id) == person_id, col(Sequel.deleted_at).is_(None)
    )
    parts = (col(Moment.id).in_(each) for each in (told, pressed, climbed, said))
    ways = (col(Moment.author_id) == person_id, *parts)
    found = {
        moment.id: (moment, home) for way in ways for moment, home in session.execute(_latest(way, limit))
    }
    return sorted(found.values(), key=lambda one: one[0].created_at, reverse=True)[:limit]


def _latest(way: Any, limit: int) -> Select[Moment, Channel]:
    return (
        select(Moment, Channel)
        .join(Team, col(Team.id) == col(Moment.team_id))
        .join(Channel, (col(Channel.team_id) == col(Team.id)) & col(Channel.home))
        .where(way, col(Moment.state) == MomentState.KEPT, col(Moment.deleted_at).is_(None), *_open())
        .order_by(col(Moment.created_at).desc(), col(Moment.id).desc())
        .limit(limit)
    )


def _open() -> tuple[Any, ...]:
    return col(Channel.private).is_(False), col(Channel.closed_at).is_(None)
