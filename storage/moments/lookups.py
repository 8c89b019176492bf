"""Messages with enough capture emoji whose author the platform did not name.

They are read once to learn who wrote them. Until then nothing of them is saved.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, delete, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.models import Lookup, Team, Workspace


def request_lookup(
    session: Session, team_id: int, channel: str, message: str, kept_by_id: int, now: datetime
) -> None:
    """Request the author of a message, once for each team."""
    known = select(col(Lookup.id)).where(
        col(Lookup.team_id) == team_id, col(Lookup.channel) == channel, col(Lookup.message) == message
    )
    if session.execute(known).first() is None:
        lookup = Lookup(team_id=team_id, channel=channel, message=message, kept_by_id=kept_by_id, due_at=now)
        session.add(lookup)
        session.flush()


def cancel_lookup(session: Session, team_id: int, channel: str, message: str) -> None:
    """Delete the request for the author of a message, because too few emoji are left on it."""
    session.execute(
        delete(Lookup).where(
            col(Lookup.team_id) == team_id, col(Lookup.channel) == channel, col(Lookup.message) == message
        )
    )


def list_due_lookups(
    session: Session, now: datetime, platforms: Collection[str], limit: int
) -> Sequence[tuple[Lookup, Workspace]]:
    """Return the messages to be read now on these platforms, with workspaces."""
    given = {"now": now, "platforms": list(platforms), "limit": limit}
    return [(lookup, workspace) for lookup, workspace in session.execute(_select_due(), given)]


@build_once
def _select_due() -> Select[Lookup, Workspace]:
    return (
        select(Lookup, Workspace)
        .join(Team, col(Team.id) == col(Lookup.team_id))
        .join(Workspace, col(Workspace.id) == col(Team.workspace_id))
        .where(
            col(Lookup.due_at) <= bindparam("now"), _platform().in_(bindparam("platforms", expanding=True))
        )
        .order_by(col(Lookup.due_at), col(Lookup.id))
        .limit(bindparam("limit", type_=Integer))
    )


def _platform() -> ColumnElement[str]:
    """Return the platform of a lookup's team.

    It is a value of its own, so that the engine begins with the few lookups, and not with all teams of a platform.
    """
    place = select(col(Team.workspace_id)).where(col(Team.id) == col(Lookup.team_id)).correlate(Lookup)
    named = aliased(Workspace)
    platform = select(col(named.platform)).where(col(named.id) == place.scalar_subquery())
    return platform.correlate(Lookup).scalar_subquery()


def next_lookup_time(session: Session, after: datetime | None = None) -> datetime | None:
    """Return the time of the next lookup, of all or of those due after `after`."""
    wanted = _select_next_due(late=after is not None)
    first: datetime | None = session.execute(wanted, {"after": after}).scalar_one()
    return first


@build_once
def _select_next_due(late: bool) -> Select[Any]:
    wanted = select(func.min(Lookup.due_at))
    return wanted.where(col(Lookup.due_at) > bindparam("after")) if late else wanted
