"""Messages whose text is still to be fetched."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, delete, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.engine.statements import build_once
from storage.models import Fetch, Moment, Team, Workspace


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
    given = {"now": now, "platforms": list(platforms), "limit": limit}
    return [(moment, workspace) for moment, workspace in session.execute(_select_due(), given)]


@build_once
def _select_due() -> Select[Moment, Workspace]:
    return (
        select(Moment, Workspace)
        .join(Fetch, col(Fetch.moment_id) == col(Moment.id))
        .join(Team, col(Team.id) == col(Moment.team_id))
        .join(Workspace, col(Workspace.id) == col(Team.workspace_id))
        .where(col(Fetch.due_at) <= bindparam("now"), _platform().in_(bindparam("platforms", expanding=True)))
        .order_by(col(Fetch.due_at), col(Fetch.moment_id))
        .limit(bindparam("limit", type_=Integer))
    )


def _platform() -> ColumnElement[str]:
    """Return the platform of a moment's team.

    It is a value of its own, so that the engine begins with the few requests, and not with all moments of a platform.
    """
    place = select(col(Team.workspace_id)).where(col(Team.id) == col(Moment.team_id)).correlate(Moment)
    named = aliased(Workspace)
    platform = select(col(named.platform)).where(col(named.id) == place.scalar_subquery())
    return platform.correlate(Moment).scalar_subquery()


def next_fetch_time(session: Session, after: datetime | None = None) -> datetime | None:
    """Return the time of the next fetch, of all or of those due after `after`."""
    wanted = _select_next_due(late=after is not None)
    first: datetime | None = session.execute(wanted, {"after": after}).scalar_one()
    return first


@build_once
def _select_next_due(late: bool) -> Select[Any]:
    wanted = select(func.min(Fetch.due_at))
    return wanted.where(col(Fetch.due_at) > bindparam("after")) if late else wanted
