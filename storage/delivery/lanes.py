"""The claims of processes on destinations, where several processes share a database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Update, bindparam, delete, tuple_, update
from sqlmodel import Session, col

from storage.delivery.due import Destination
from storage.engine.statements import build_once
from storage.models import Lane


def claim_lanes(
    session: Session, wanted: Collection[Destination], process: str, now: datetime, until: datetime
) -> set[Destination]:
    """Claim destinations for a process and return those that no other process has. PostgreSQL only.

    They are claimed in one order, so that two processes cannot wait for each other.
    """
    rows = [
        {"workspace_id": workspace_id, "channel": channel, "person_id": person_id,
         "claimed_by": process, "claimed_until": until}
        for workspace_id, channel, person_id in sorted(wanted)
    ]  # fmt: skip
    claimed = session.connection().execute(_insert_claims(rows, now))
    return {(workspace_id, channel, person_id) for workspace_id, channel, person_id in claimed}


def _insert_claims(rows: list[dict[str, Any]], now: datetime) -> Any:
    from sqlalchemy.dialects.postgresql import insert  # 2 MB that a process on SQLite doesn't need

    table: Any = Lane.__table__  # type: ignore[attr-defined]
    new = insert(table).values(rows)
    return new.on_conflict_do_update(
        index_elements=[table.c.workspace_id, table.c.channel, table.c.person_id],
        set_={"claimed_by": new.excluded.claimed_by, "claimed_until": new.excluded.claimed_until},
        where=(table.c.claimed_until <= now) | (table.c.claimed_by == new.excluded.claimed_by),
    ).returning(table.c.workspace_id, table.c.channel, table.c.person_id)


def renew_lanes(session: Session, process: str, until: datetime) -> None:
    """Extend all claims of a process."""
    session.execute(_update_claims(), {"process": process, "until": until})


@build_once
def _update_claims() -> Update:
    theirs = update(Lane).where(col(Lane.claimed_by) == bindparam("process"))
    return theirs.values(claimed_until=bindparam("until")).execution_options(synchronize_session=False)


def release_lanes(
    session: Session, process: str, destinations: Collection[Destination] | None = None
) -> None:
    """End a process's claims on these destinations, or all of them."""
    gone = delete(Lane).where(col(Lane.claimed_by) == process)
    if destinations is not None:
        lane = tuple_(col(Lane.workspace_id), col(Lane.channel), col(Lane.person_id))
        gone = gone.where(lane.in_(sorted(destinations)))
    session.execute(gone.execution_options(synchronize_session=False))
