"""Messages with enough capture emoji whose author the platform did not name.

They are read once to learn who wrote them. Until then nothing of them is saved.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

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
    wanted = (
        select(Lookup, Workspace)
        .join(Team, col(Team.id) == col(Lookup.team_id))
        .join(Workspace, col(Workspace.id) == col(Team.workspace_id))
        .where(col(Lookup.due_at) <= now, col(Workspace.platform).in_(platforms))
        .order_by(col(Lookup.due_at), col(Lookup.id))
        .limit(limit)
    )
    return [(lookup, workspace) for lookup, workspace in session.execute(wanted)]


def next_lookup_time(session: Session, after: datetime | None = None) -> datetime | None:
    """Return the time of the next lookup, of all or of those due after `after`."""
    wanted = select(func.min(Lookup.due_at))
    if after is not None:
        wanted = wanted.where(col(Lookup.due_at) > after)
    first: datetime | None = session.execute(wanted).scalar_one()
    return first
