"""A person's moments and next posts, across their teams.

Teams in private channels are left out, because what is said there stays there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, select
from sqlmodel import Session, col

from storage.models import (
    Channel,
    Expectation,
    LookBack,
    Membership,
    Moment,
    MomentState,
    Schedule,
    Sequel,
    Tap,
    TapKind,
    Team,
    Version,
    Why,
    Workspace,
)
from storage.models.taps import is_counted_tap


class UpcomingPost(NamedTuple):
    """The next post of a schedule, and the home channel it goes to."""

    kind: str
    at: datetime
    zone: str
    channel: str
    channel_name: str


def list_open_teams(session: Session, person_id: int) -> Sequence[int]:
    """Return the teams in public channels in which a person has done something."""
    wanted = (
        select(col(Membership.team_id))
        .join(Channel, (col(Channel.team_id) == col(Membership.team_id)) & col(Channel.home))
        .where(col(Membership.person_id) == person_id, *_open_conditions())
    )
    return session.execute(wanted).scalars().all()


def list_upcoming_posts(
    session: Session, person_id: int, team_ids: Collection[int], limit: int
) -> Sequence[UpcomingPost]:
    """Return the next posts in these teams of a person, soonest first."""
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
            col(Membership.team_id).in_(team_ids),
            col(Schedule.active),
            col(Schedule.next_at).is_not(None),
            col(Workspace.removed_at).is_(None),
            *_open_conditions(),
        )
        .order_by(col(Schedule.next_at), col(Schedule.id))
        .limit(limit)
    )
    return [UpcomingPost(*row) for row in session.execute(wanted)]


def list_moments_involving(
    session: Session, person_id: int, team_ids: Collection[int], limit: int
) -> Sequence[tuple[Moment, Channel]]:
    """Return the latest moments in which a person was involved, with their home channels.

    The person wrote the moment or, in one of the given teams, added a version, a why, a sequel or a look-back,
    signed what they expect, or tapped a button.
    """
    told = select(col(Version.moment_id)).where(col(Version.author_id) == person_id)
    own_taps = is_counted_tap(TapKind.HIGH_FIVE, TapKind.THERE)
    pressed = select(col(Tap.moment_id)).where(col(Tap.person_id) == person_id, own_taps)
    climbed = select(col(Why.moment_id)).where(col(Why.author_id) == person_id, col(Why.deleted_at).is_(None))
    said = select(col(Sequel.moment_id)).where(
        col(Sequel.author_id) == person_id, col(Sequel.deleted_at).is_(None)
    )
    later = select(col(LookBack.moment_id)).where(
        col(LookBack.person_id) == person_id, col(LookBack.deleted_at).is_(None)
    )
    expected = select(col(Expectation.moment_id)).where(
        col(Expectation.person_id) == person_id,
        col(Expectation.moment_id).is_not(None),
        col(Expectation.deleted_at).is_(None),
    )
    # The sum keeps a planner from walking all moments of the teams: it begins with the few of the person.
    parts = (
        and_(col(Moment.id).in_(each), (col(Moment.team_id) + 0).in_(team_ids))
        for each in (told, pressed, climbed, said, later, expected)
    )
    ways = (col(Moment.author_id) == person_id, *parts)
    found = {
        moment.id: (moment, home)
        for way in ways
        for moment, home in session.execute(_select_latest(way, limit))
    }
    return sorted(found.values(), key=lambda one: one[0].created_at, reverse=True)[:limit]


def _select_latest(way: Any, limit: int) -> Select[Moment, Channel]:
    return (
        select(Moment, Channel)
        .join(Team, col(Team.id) == col(Moment.team_id))
        .join(Channel, (col(Channel.team_id) == col(Team.id)) & col(Channel.home))
        .where(
            way, col(Moment.state) == MomentState.KEPT, col(Moment.deleted_at).is_(None), *_open_conditions()
        )
        .order_by(col(Moment.created_at).desc(), col(Moment.id).desc())
        .limit(limit)
    )


def _open_conditions() -> tuple[Any, ...]:
    return col(Channel.private).is_(False), col(Channel.closed_at).is_(None)
