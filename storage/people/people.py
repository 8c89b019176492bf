"""A person's moments and next posts, in the teams whose channels they are in now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, and_, select
from sqlmodel import Session, col

from storage.models import (
    Channel,
    Expectation,
    LookBack,
    Moment,
    MomentState,
    Schedule,
    Sequel,
    Tap,
    TapKind,
    Version,
    Why,
    Workspace,
)
from storage.models.taps import is_counted_tap


def list_coming_schedules(
    session: Session, team_ids: Collection[int], limit: int
) -> Sequence[tuple[Schedule, Channel]]:
    """Return the active schedules of teams with their home channels, the one that posts next first."""
    wanted = (
        select(Schedule, Channel)
        .join(Channel, (col(Channel.team_id) == col(Schedule.team_id)) & col(Channel.home))
        .join(Workspace, col(Workspace.id) == col(Channel.workspace_id))
        .where(
            col(Schedule.team_id).in_(team_ids),
            col(Schedule.active),
            col(Schedule.next_at).is_not(None),
            col(Workspace.removed_at).is_(None),
            col(Channel.closed_at).is_(None),
        )
        .order_by(col(Schedule.next_at), col(Schedule.id))
        .limit(limit)
    )
    return [(schedule, home) for schedule, home in session.execute(wanted)]


def list_moments_involving(
    session: Session, person_id: int, team_ids: Collection[int], limit: int
) -> Sequence[Moment]:
    """Return the latest moments of these teams in which a person was involved.

    The person wrote the moment, added a version, a why, a sequel or a look-back, signed what they expect, or
    tapped a button.
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
    # What the person wrote is read team by team, along the index of their moments.
    written = (
        _select_latest(
            limit, col(Moment.number), col(Moment.author_id) == person_id, col(Moment.team_id) == each
        )
        for each in team_ids
    )
    joined = (_select_latest(limit, col(Moment.created_at), part) for part in parts)
    found = {
        moment.id: moment for wanted in (*written, *joined) for moment in session.execute(wanted).scalars()
    }
    return sorted(found.values(), key=lambda one: (one.created_at, one.id), reverse=True)[:limit]


def _select_latest(limit: int, newest: Any, *where: Any) -> Select[Moment]:
    kept = (col(Moment.state) == MomentState.KEPT, col(Moment.deleted_at).is_(None))
    return select(Moment).where(*where, *kept).order_by(newest.desc(), col(Moment.id).desc()).limit(limit)
